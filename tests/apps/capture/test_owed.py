"""Which papers are still to be served, and on whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from sanxiang.casework import serving
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile
from sanxiang.core.casefile.state import Done

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def done(act: str, seq: int, kind: str = "activity.done", **told: Any) -> Done:
    return Done(act, kind, str(seq), seq, AT, AT, "", "", (), **told)


def paper(act: str, template: str, title: str) -> dict[str, str]:
    return {"act": act, "template": template, "title": title, "number": "1号", "event": "1"}


@pytest.fixture
def case() -> CaseFile:
    """A ruling between two parties that is decided."""
    rules = library().on("luoyang", date(2026, 3, 2))
    procedure = next(
        name for name, bound in rules.procedures.items()
        if any(ask.fact == serving.WHOM for act in bound.rule.acts for ask in act.asks)
    )  # fmt: skip
    made = done("decide", 5, "decision.made")
    found = CaseFile(jurisdiction="luoyang", category="裁决", procedure=procedure)
    found.acts, found.done = {"decide": made}, (made,)
    found.papers = (paper("decide", "matter_decision", "决定书"),)
    return found


def owed(case: CaseFile) -> list[tuple[str, str, tuple[str, ...]]]:
    rules = library().on("luoyang", date(2026, 3, 2))
    serve = next(act for act in rules.acts_of(case.procedure) if act.emits == serving.SERVES)
    return [(one.act, one.titles, one.whom) for one in serving.owed(rules, case, serve)]


def test_a_ruling_is_served_on_both(case: CaseFile) -> None:
    assert owed(case) == [("decide", "决定书", ("申请人", "被申请人"))]
    served = done("serve", 6, serving.SERVES, link="decide", facts={serving.WHOM: "申请人"})
    case.done = (*case.done, served)
    assert owed(case) == [("decide", "决定书", ("被申请人",))], "the other has not got it yet"
    case.done = (*case.done, done("serve", 7, serving.SERVES, link="decide", facts={serving.WHOM: "被申请人"}))
    assert owed(case) == []


def test_with_one_party_it_is_served_once_and_again_when_it_is_made_anew(case: CaseFile) -> None:
    case.category = "确认"
    assert owed(case) == [("decide", "决定书", ())]
    case.done = (*case.done, done("serve", 6, serving.SERVES, link="decide"))
    assert owed(case) == []
    case.acts = {"decide": done("decide", 8, "decision.made")}
    assert owed(case) == [("decide", "决定书", ())]
