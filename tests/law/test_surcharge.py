"""What is added to a fine that was not paid: worked by hand for a fine of 5,000 yuan, last day 12 October 2024."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sanxiang.casework.play import play
from sanxiang.casework.scenario import load_scenario
from sanxiang.core.gates import surcharge
from tests.support.rules import LIBRARY

LAST = date(2024, 10, 12)
FINE, DAILY = 500_000, 15_000
HEAD = {
    "title": "加处罚款", "rulebook": "wuding", "shows": ["PL-72"],
    "case": {"category": "处罚", "procedure": "penalty.ordinary", "department": "enforcement"},
}  # fmt: skip
SOUGHT = {"act": "seek_remedy", "at": "2024-10-18T09:00", "by": "zhang",
          "facts": {"remedy_kind": "行政复议", "remedy_body": "演示市人民政府", "remedy_applied_on": date(2024, 10, 17)}}  # fmt: skip
ACCEPTED = {"act": "accept_remedy", "at": "2024-10-22T09:00", "by": "zhang", "link": "@seek_remedy",
            "facts": {"remedy_accepted_on": date(2024, 10, 18), "remedy_papers_on": date(2024, 10, 21)}}  # fmt: skip
UPHELD = {"act": "conclude_remedy", "at": "2024-12-20T09:00", "by": "zhang", "link": "@seek_remedy",
          "facts": {"remedy_outcome": "维持", "remedy_decided_on": date(2024, 12, 18), "remedy_served_on": date(2024, 12, 19)}}  # fmt: skip
ASKED = {"act": "ask_deferral", "at": "2024-10-15T09:00", "by": "zhang",
         "facts": {"deferral_kind": "暂缓缴纳", "deferral_reason": "经营困难。"}}  # fmt: skip
LATER = {"act": "approve_deferral", "at": "2024-10-17T09:00", "by": "head", "facts": {"pay_until": date(2024, 11, 20)}}
IN_PARTS = {"act": "approve_deferral", "at": "2024-10-17T09:00", "by": "head", "facts": {
    "pay_until": date(2024, 12, 10), "pay_plan": [{"until": date(2024, 11, 10), "amount": "2000"},
                                                  {"until": date(2024, 12, 10), "amount": "3000"}]}}  # fmt: skip


def added(tmp_path: Path, steps: list[dict], today: date):
    folder = Path(__file__).resolve().parents[2] / "rulebooks" / "wuding" / "three-systems" / "scenarios"
    follows = {"file": str(folder / "ordinary-penalty.yaml"), "through": "lift_seal"}
    file = tmp_path / "told.yaml"
    file.write_text(yaml.safe_dump({**HEAD, "follows": follows, "steps": steps}, allow_unicode=True), "utf-8")
    told = play(LIBRARY, load_scenario(file))
    assert [one.verdict.allowed for one in told.steps if not one.verdict.allowed] == []
    return surcharge(told.case, told.duties, LIBRARY.on("wuding", today), today)


def test_nothing_is_added_up_to_the_last_day_and_three_percent_for_each_day_after_it(tmp_path):
    assert added(tmp_path, [], LAST) is None
    tenth = added(tmp_path, [], LAST + timedelta(days=10))
    assert (tenth.days, tenth.amount, tenth.limited) == (10, 10 * DAILY, False)


def test_it_never_comes_to_more_than_the_fine(tmp_path):
    late = added(tmp_path, [], date(2026, 1, 1))
    assert (late.days, late.amount, late.limited) == (34, FINE, True)


def test_it_rests_while_a_review_runs(tmp_path):
    """13 to 17 October, five days; from the acceptance on 18 October to the day the party got the decision nothing."""
    running = added(tmp_path, [SOUGHT, ACCEPTED], date(2025, 3, 1))
    assert (running.days, running.amount) == (5, 5 * DAILY)
    assert running.rests[0].last is None
    over = added(tmp_path, [SOUGHT, ACCEPTED, UPHELD], date(2024, 12, 29))
    assert (over.days, over.amount) == (15, 15 * DAILY)
    assert "第七十三条" in over.rests[0].law


def test_a_fine_that_was_paid_in_time_bears_none(tmp_path):
    paid = {"act": "carry_out", "at": "2024-10-10T10:00", "by": "zhang",
            "facts": {"carried_out_how": "当事人自动履行", "carried_out_on": date(2024, 10, 9), "carried_out_amount": "5000"}}  # fmt: skip
    assert added(tmp_path, [paid], date(2025, 1, 1)) is None


def test_an_application_alone_stops_nothing(tmp_path):
    assert added(tmp_path, [SOUGHT], date(2024, 10, 22)).days == 10


def test_a_later_day_that_was_granted_stops_it_until_then(tmp_path):
    """13 to 16 October before the grant, 21 to 25 November after the new day."""
    found = added(tmp_path, [ASKED, {**LATER}], date(2024, 11, 25))
    assert found.days == 4 + 5


def test_of_instalments_only_what_is_overdue_bears_it(tmp_path):
    """Five days before and on the day of the grant on the whole fine; then 60 yuan a day on the first part from 11 November."""
    plan = [{**ASKED, "facts": {**ASKED["facts"], "deferral_kind": "分期缴纳"}}, IN_PARTS]
    found = added(tmp_path, plan, date(2024, 11, 20))
    assert (found.days, found.amount) == (5 + 10, 5 * DAILY + 10 * 6_000)


def test_what_was_paid_in_part_bears_nothing_more(tmp_path):
    paid = {"act": "carry_out_part", "at": "2024-10-22T10:00", "by": "zhang",
            "facts": {"carried_out_how": "当事人自动履行", "carried_out_on": date(2024, 10, 22), "carried_out_amount": "3000"}}  # fmt: skip
    found = added(tmp_path, [paid], date(2024, 11, 1))
    assert (found.days, found.amount) == (9 + 11, 9 * DAILY + 11 * 6_000)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 400))
def test_a_review_never_adds_and_time_never_takes_away(tmp_path_factory, more):
    day = LAST + timedelta(days=more)
    folder = tmp_path_factory.mktemp("told")
    plain, rested = added(folder, [], day), added(folder, [SOUGHT, ACCEPTED, UPHELD], day)
    assert rested.amount <= plain.amount <= FINE
    assert added(folder, [], day + timedelta(days=1)).amount >= plain.amount
