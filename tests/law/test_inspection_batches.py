"""Inspections fall due together by month or quarter (东西湖 三(一)3), and the stricter day still binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import Proposal
from sanxiang.core.gates.duties import choose, started_by
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, Actor
from tests.support.rules import LIBRARY

SYSTEM = Actor(officer="", name="", agency="", department="", post="", certificate=None)


def due_on(rules: RuleSet, day: date) -> tuple[date, str, dict[str, date]]:
    """The day that binds for a result told on a day, its clause, and every day by clause."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)
    case = CaseFile(jurisdiction="dongxihu", category="检查", procedure="inspection")
    groups = started_by("decision.made", case, rules, at, Proposal(act="decide", actor=SYSTEM, at=at))
    (group,) = [group for group in groups if group[0].duty == "publish"]
    binding, others = choose(group)
    return binding.due_on, binding.clause, {one.clause: one.due_on for one in (binding, *others)}


def with_setting(rules: RuleSet, value: str) -> RuleSet:
    settings = {**rules.jurisdiction.settings, "inspection_publication": value}
    return replace(rules, jurisdiction=replace(rules.jurisdiction, settings=settings))


@pytest.mark.clauses("DXH-07")
@pytest.mark.journeys("disclosure.inspection-batch")
def test_what_a_month_brought_falls_due_together_on_its_last_day() -> None:
    rules = with_setting(LIBRARY.on("dongxihu", date(2026, 6, 1)), "按月")
    days = [date(2026, 6, day) for day in (5, 11, 24, 30)]
    assert {due_on(rules, day)[:2] for day in days} == {(date(2026, 6, 30), "DXH-07")}
    assert due_on(rules, date(2026, 7, 6))[0] == date(2026, 7, 31), "the next batch"
    assert {"TS-2.3", "DR-26"} < set(due_on(rules, days[0])[2]), "the national days stand beside"


@pytest.mark.clauses("DXH-07")
def test_a_quarter_is_one_batch_but_never_later_than_the_national_term() -> None:
    rules = with_setting(LIBRARY.on("dongxihu", date(2026, 6, 1)), "按季度")
    early, clause, every = due_on(rules, date(2026, 4, 7))
    assert every["DXH-07"] == date(2026, 6, 30)
    assert (early, clause) != (every["DXH-07"], "DXH-07")
    assert early == min(every.values()) < date(2026, 6, 30)
    assert due_on(rules, date(2026, 6, 24))[:2] == (date(2026, 6, 30), "DXH-07")


def test_other_decisions_of_the_place_keep_their_own_term() -> None:
    rules = LIBRARY.on("dongxihu", date(2026, 6, 1))
    at = datetime(2026, 6, 5, 9, tzinfo=CHINA)
    case = CaseFile(jurisdiction="dongxihu", category="给付", procedure="benefit")
    groups = started_by("decision.made", case, rules, at, Proposal(act="decide", actor=SYSTEM, at=at))
    clauses = {one.clause: one.due_on for group in groups for one in group if one.duty == "publish"}
    assert clauses["DXH-07"] == clauses["TS-2.3"] != date(2026, 6, 30)
