"""No decision, and no number, without a passed review of that very draft: every door is tried and refused."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from os import urandom
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Answer, RecordRefused, VersionConflict, handle, preflight
from sanxiang.casework.models import Account
from sanxiang.config import demo
from sanxiang.core.events import case as case_events
from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.values import Actor
from sanxiang.interchange.keys import give
from sanxiang.store import numbering
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import NUMBER_MISSING, NUMBER_UNUSED, REVIEW_DUE, REVIEW_MISSING, REVIEW_VOID
from tests.support.theatre import Theatre

LATER = timedelta(days=20)
REVIEW = {"LY-30", "PL-58"}
FORGED = ("review", "bound", "review_due", "passes", "number")
every_door = [
    pytest.mark.clauses("LY-30", "PL-58"),
    pytest.mark.journeys("review.every-door"),
]
pytestmark = every_door


def clauses(answer: Answer) -> set[str]:
    return {reason.clause for reason in answer.verdict.reasons}


def standing(told: demo.Told) -> tuple[int, int]:
    """How many events the case has, and how many numbers were ever given."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM record.event WHERE stream = %s), (SELECT coalesce(sum(last), 0) FROM"
            " record.series)",
            [told.stream],
        )
        row = cursor.fetchone()
    return int(row[0]), int(row[1])


@contextmanager
def nothing_written(told: demo.Told) -> Iterator[None]:
    before = standing(told)
    yield
    assert standing(told) == before


@pytest.fixture
def unreviewed(theatre: Theatre) -> demo.Told:
    """The draft stands and the party was told; nobody reviewed it."""
    return theatre.played(before="submit_review")


@pytest.fixture
def ready(theatre: Theatre) -> demo.Told:
    """Everything before the decision is done."""
    return theatre.played(before="decide")


def decides(theatre: Theatre, told: demo.Told, **changes: Any) -> Answer:
    return theatre.tries(told, "decide", after=LATER, **changes)


# ── the service ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_service_before_any_review(theatre: Theatre, unreviewed: demo.Told) -> None:
    with nothing_written(unreviewed):
        answer = decides(theatre, unreviewed)
    assert not answer.done
    assert clauses(answer) >= REVIEW
    (reason,) = (reason for reason in answer.verdict.reasons if reason.clause == "LY-30")
    assert reason.fix == "submit_review"
    assert "法制审核意见（尚未送审）" in reason.missing


def test_a_decision_not_to_punish_needs_the_review_too(theatre: Theatre) -> None:
    told = theatre.played("lenient", before="submit_review")
    with nothing_written(told):
        answer = theatre.tries(told, "decide_no_penalty", after=LATER)
    assert clauses(answer) >= REVIEW


def test_service_while_the_review_is_open(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_review")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= REVIEW
    assert any("审核还没有结束" in missing for reason in answer.verdict.reasons for missing in reason.missing)


@pytest.mark.parametrize("name", FORGED)
def test_service_with_a_forged_field(theatre: Theatre, unreviewed: demo.Told, name: str) -> None:
    another = theatre.played(before="decide")
    passed = next(event for event in theatre.events(another) if event.kind == "review.concluded")
    forged: dict[str, Any] = {
        "review": passed.id,
        "bound": passed.event.bound,
        "review_due": False,
        "passes": True,
        "number": "洛市监演罚决字〔2026〕1号",
    }
    for extra in ({name: forged[name]}, forged):
        with nothing_written(unreviewed):
            answer = decides(theatre, unreviewed, extra=extra)
        assert not answer.done
        assert name in answer.problems
        assert clauses(answer) >= REVIEW


@pytest.mark.parametrize("name", FORGED)
def test_forged_fields_are_refused_though_all_else_is_in_order(theatre: Theatre, ready: demo.Told, name: str) -> None:
    with nothing_written(ready):
        answer = decides(theatre, ready, extra={name: True})
    assert not answer.done
    assert set(answer.problems) == {name}


def test_the_checklist_says_the_same_and_writes_nothing(theatre: Theatre, unreviewed: demo.Told) -> None:
    command = theatre.command(unreviewed, "decide")
    with nothing_written(unreviewed):
        told = preflight(theatre.connection, theatre.book, command, at=unreviewed.at + LATER)
    assert told.verdict.outcome == "refused"
    assert clauses(told) == clauses(decides(theatre, unreviewed))


def test_in_order_it_is_decided_once_with_the_review_named(theatre: Theatre, ready: demo.Told) -> None:
    answer = decides(theatre, ready)
    assert answer.done
    made = answer.events[0].event
    passed = next(event for event in theatre.events(ready) if event.kind == "review.concluded")
    assert (made.review, made.review_due) == (passed.id, True)
    assert made.number == made.documents[0]["number"] != ""
    with nothing_written(ready):
        again = decides(theatre, ready)
    assert not again.done
    assert "decide/once" in {reason.code for reason in again.verdict.reasons}


# ── what voids a review ──────────────────────────────────────────────────────────────────────────────────────────────


CHANGES = {
    "事实": {"violation_facts": "改写后的违法事实，与送审时不同。"},
    "证据": {"evidence_list": [{"number": "1", "name": "另一份证据", "proves": "别的事实"}]},
    "依据": {"legal_basis": [{"law": "另一部法律（演示引用，须核定）", "article": "第一条"}]},
    "处理": {"sanctions": [{"kind": "罚款", "amount": 900000, "text": "处罚款人民币九千元"}]},
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_changed_draft_voids_the_review(theatre: Theatre, part: str) -> None:
    told = theatre.played("ordinary", before="decide")
    facts = {"draft_change_reason": "审核之后改动", **CHANGES[part]}
    change = replace(theatre.command(told, "inspect"), act="change_draft", facts=facts)
    changed = handle(theatre.connection, theatre.book, change, at=told.at + timedelta(days=1))
    assert changed.done, changed.verdict.reasons
    told.at += timedelta(days=1)
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= REVIEW
    assert any("审核后已变更" in text or "变更后" in text for r in answer.verdict.reasons for text in r.missing)


@pytest.mark.parametrize("part", CHANGES)
def test_a_decision_other_than_the_draft_is_refused(theatre: Theatre, ready: demo.Told, part: str) -> None:
    facts = {**theatre.command(ready, "decide").facts, **CHANGES[part]}
    with nothing_written(ready):
        answer = decides(theatre, ready, facts=facts)
    assert not answer.done
    assert clauses(answer) >= REVIEW


@pytest.mark.clauses("LY-37")
def test_an_adverse_opinion(theatre: Theatre) -> None:
    told = theatre.played("corrected", before="change_draft")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= {"PL-58", "LY-37"}


def test_after_the_defence_the_reviewer_confirms_first(theatre: Theatre) -> None:
    told = theatre.played("defended", before="confirm_review")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert not answer.done
    assert any("审核人员的确认" in text for reason in answer.verdict.reasons for text in reason.missing)
    theatre.step(told)
    assert decides(theatre, told).done


@pytest.mark.clauses("DXH-19")
def test_refused_at_dongxihu_by_its_own_clause(many: Callable[[str], demo.Told], theatre: Theatre) -> None:
    told = many("dongxihu")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert "DXH-19" in clauses(answer)


@pytest.mark.clauses("WD-18")
def test_refused_at_wuding_by_its_own_clause(many: Callable[[str], demo.Told], theatre: Theatre) -> None:
    told = many("wuding")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= {"WD-18", "PL-58"}


# ── reported facts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reported_decision_is_recorded_with_its_breach_and_gets_no_number(
    theatre: Theatre, unreviewed: demo.Told
) -> None:
    events, numbers = standing(unreviewed)
    answer = decides(theatre, unreviewed, report=True, occurred_at=unreviewed.at + timedelta(days=2))
    assert answer.done
    recorded = answer.events[0]
    assert {breach["clause"] for breach in recorded.breaches} >= REVIEW
    assert (recorded.event.number, recorded.event.documents, recorded.event.review) == ("", (), "")
    assert recorded.event.review_due
    assert standing(unreviewed) == (events + 1, numbers)
    assert answer.case.decision is not None
    assert answer.case.decision_number == ""


def test_a_reported_decision_in_order_gets_its_number(theatre: Theatre, ready: demo.Told) -> None:
    answer = decides(theatre, ready, report=True, occurred_at=ready.at + timedelta(days=12))
    assert answer.done
    assert answer.events[0].breaches == ()
    assert answer.case.decision_number


def test_reporting_opens_no_way_to_a_number(theatre: Theatre, unreviewed: demo.Told) -> None:
    with nothing_written(unreviewed):
        answer = decides(theatre, unreviewed, report=True, extra={"number": "洛市监演罚决字〔2026〕1号"})
    assert not answer.done
