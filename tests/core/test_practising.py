"""What a regulation leaves to the agency: who settles it, from which day, and what holds on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sanxiang.core.events import registry
from sanxiang.core.gates.people import SUBJECT
from sanxiang.core.gates.practising import ONLINE
from sanxiang.core.registers import Registers, fold_agency
from sanxiang.core.rulebook import Clause, Review
from tests.core.world import START, case_of, officer, opened, proposing, recorded, registers, rules

DAY = START.date()


def settled(value: bool, days: int) -> registry.AgencySettled:
    return registry.AgencySettled(setting=ONLINE, value=value, effective=(DAY + timedelta(days=days)).isoformat())


def agency_of(*events: object):
    history = (registry.AgencyRegistered(jurisdiction="test"), *events)
    return fold_agency([recorded(seq, event, stream="agency") for seq, event in enumerate(history, 1)])


@pytest.mark.parametrize(
    ("decided", "days"),
    [
        ((), set()),
        (((True, 2),), {2, 3, 4, 5}),
        (((True, 1), (False, 3)), {1, 2}),
        (((True, 3), (False, 1)), set()),
        (((True, 4), (True, 1), (False, 2)), {1}),
    ],
)
def test_the_last_decision_that_has_begun_holds(decided, days):
    agency = agency_of(*(settled(value, at) for value, at in decided))
    assert {at for at in range(6) if agency.holds(ONLINE, DAY + timedelta(days=at))} == days
    assert not agency.holds("something_else", DAY)


def truth_of(name: str, event: object, *before: object, by: str = "head", allowed: bool = True) -> bool:
    online = Clause(
        id="T-1", at="第二条", kind="capability", text="网上", review=Review(online_instead_of_paper=allowed)
    )
    book = rules(online)
    people = Registers(registers(officer("away", "head", agency="bureau")).officers, {"agency": agency_of(*before)})
    s = proposing(book, case_of(opened()), "inspect", by=by, registers=people, extra={"event": event}, at=START)
    return bool(SUBJECT[name](s).state)


def test_only_what_the_regulation_leaves_open_is_settled():
    assert truth_of("setting_allowed", settled(True, 0))
    assert not truth_of("setting_allowed", settled(True, 0), allowed=False)
    assert not truth_of("setting_allowed", replace(settled(True, 0), setting="review_due"))


def test_by_the_agency_itself():
    assert truth_of("setting_own", settled(True, 0))
    assert not truth_of("setting_own", settled(True, 0), by="away")


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (30, True)])
def test_from_today_on(days, fits):
    assert truth_of("setting_ahead", settled(True, days)) is fits


def test_a_day_that_is_none_is_refused():
    event = replace(settled(True, 0), effective="明天")
    assert not any(truth_of(f"setting_{name}", event) for name in ("allowed", "own", "ahead", "new"))


def test_what_holds_already_is_not_settled_again():
    assert truth_of("setting_new", settled(True, 0))
    assert not truth_of("setting_new", settled(False, 0))
    assert not truth_of("setting_new", settled(True, 3), settled(True, 1))
    assert truth_of("setting_new", settled(False, 0), settled(True, 2)), (
        "a decision that is still to come is taken back"
    )
    assert date.fromisoformat(settled(True, 0).effective) == DAY
