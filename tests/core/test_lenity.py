"""What stood when the act was done beside what stands now: bands by their published versions, laws by the day from which
they are changed, and a choice that an even later change makes void."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from sanxiang.core.gates.lenity import comparison
from sanxiang.core.registers import Agency, ChangedLaw, Section, Version
from sanxiang.core.values import CHINA

LIGHT = {"name": "甲", "basis": "《食品安全法》第一百二十四条", "circumstances": "轻", "range": "二千元"}
HEAVY = {**LIGHT, "range": "五千元"}
OTHER = {"name": "乙", "basis": "《广告法》第五十五条", "circumstances": "轻", "range": "一千元"}
CASE = {
    "violation_ended_on": "2024-08-05",
    "legal_basis": [{"law": "中华人民共和国食品安全法", "article": "第一百二十四条"}],
}
TODAY = date(2024, 9, 27)


def issued(on: str, *rows: dict[str, str]) -> Version:
    at = datetime.fromisoformat(f"{on}T09:00").replace(tzinfo=CHINA)
    return Version(1, on, "d", rows, at, {}, state="issued", issued_at=at)


def agency(*versions: Version, laws: tuple[ChangedLaw, ...] = ()) -> Agency:
    return Agency(id="a", sections={"discretion": Section(versions)}, changed_laws=laws)


def law(name: str, effective: str) -> ChangedLaw:
    return ChangedLaw(name, "修改", date.fromisoformat(effective), datetime(2024, 8, 1, tzinfo=CHINA), "e")


def test_bands_of_the_cited_law_stand_beside_each_other_as_they_were_published() -> None:
    found = comparison(agency(issued("2024-01-02", HEAVY, OTHER), issued("2024-09-20", LIGHT, OTHER)), CASE, TODAY)
    assert found is not None
    assert (found.old, found.new, found.since) == ((HEAVY,), (LIGHT,), date(2024, 9, 20))
    assert [rows for _, rows in found.columns] == [(HEAVY,), (LIGHT,)]


@pytest.mark.parametrize(
    ("versions", "facts"),
    [
        ((issued("2024-01-02", HEAVY),), CASE),
        ((issued("2024-01-02", HEAVY, OTHER), issued("2024-09-20", HEAVY)), CASE),
        ((issued("2024-09-20", LIGHT),), CASE),
        ((issued("2024-01-02", HEAVY), issued("2024-08-05", LIGHT)), CASE),
        ((issued("2024-01-02", HEAVY), issued("2024-09-28", LIGHT)), CASE),
        ((issued("2024-01-02", HEAVY), issued("2024-09-20", LIGHT)), {"violation_ended_on": "2024-08-05"}),
        ((issued("2024-01-02", HEAVY), issued("2024-09-20", LIGHT)), {"legal_basis": CASE["legal_basis"]}),
    ],
    ids=["one version", "another law's band", "none stood then", "changed by the day", "not yet", "no basis", "no day"],
)
def test_nothing_is_asked_where_nothing_changed_for_the_case(versions: tuple[Version, ...], facts: Any) -> None:
    assert comparison(agency(*versions), facts, TODAY) is None


def test_a_law_counts_from_the_day_on_which_it_is_changed() -> None:
    body = agency(laws=(law("中华人民共和国食品安全法", "2024-09-01"), law("中华人民共和国广告法", "2024-09-02")))
    found = comparison(body, CASE, TODAY)
    assert found is not None
    assert [one.name for one in found.laws] == ["中华人民共和国食品安全法"]
    assert found.since == date(2024, 9, 1)
    assert comparison(body, CASE, date(2024, 8, 31)) is None
    assert comparison(body, {**CASE, "violation_ended_on": "2024-09-01"}, TODAY) is None


def test_the_day_of_discovery_stands_in_where_the_end_of_the_act_is_not_known() -> None:
    facts = {"source_on": "2024-08-05", "legal_basis": CASE["legal_basis"]}
    assert comparison(agency(laws=(law("食品安全法", "2024-09-01"),)), facts, TODAY) is not None
