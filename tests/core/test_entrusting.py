"""An entrusted body (受委托组织) writes and publishes in the name of the agency that entrusted it, and says on which
letter (《行政处罚法》第二十条)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import entrusting
from sanxiang.core.gates.disclosure import SOURCES
from sanxiang.core.gates.fulltext import agency_named
from sanxiang.core.registers import Agency, Registers
from sanxiang.three_systems.disclosure.deriving import Sources, bodies

pytestmark = pytest.mark.clauses("PL-20")
LETTER = {
    "agency_kind": "受委托组织", "agency_name": "演示执法大队", "agency_phone": "010-1", "agency_entrusting": "演示市场监管局",
    "agency_entrust_letter": "演市监委〔2024〕1号", "agency_entrust_published": "演示网站", "agency_entrust_items": "B-2\n A-1 \n",
    "agency_entrust_from": "2024-01-01", "agency_entrust_until": "2024-12-31",
}  # fmt: skip


def body(**changes: Any) -> Agency:
    return Agency(id="7", jurisdiction="wuding", facts={**LETTER, **changes})


def test_papers_and_the_public_record_name_the_agency_that_entrusted() -> None:
    assert agency_named(body()) == {"name": "演示市场监管局", "phone": "010-1"}
    assert agency_named(body(agency_kind="行政机关"))["name"] == "演示执法大队"
    assert agency_named(None) == {}
    case: Any = CaseFile(agency="7")
    rules: Any = None
    assert SOURCES["执法主体"](rules, case, Registers({}, {"7": body()})) == "演示市场监管局"


def test_what_the_letter_says_is_published_with_the_body() -> None:
    rules: Any = None
    rows = bodies(Sources(agency=body(), officers=(), items=(), rules=rules, at=datetime(2024, 6, 1, tzinfo=UTC)))
    assert rows[1] == {
        "name": "演示市场监管局", "part": "委托机关",
        "duties": "委托书：演市监委〔2024〕1号；公布于：演示网站；期限：2024-01-01至2024-12-31；事项：A-1、B-2",
    }  # fmt: skip
    own = body(agency_kind="行政机关")
    assert (
        len(bodies(Sources(agency=own, officers=(), items=(), rules=rules, at=datetime(2024, 6, 1, tzinfo=UTC)))) == 1
    )


def test_the_items_of_a_letter_stand_one_a_line() -> None:
    assert entrusting.items_of(body()) == {"A-1", "B-2"}
    assert entrusting.items_of(body(agency_entrust_items="")) == frozenset()
