"""What an event would start, told from category and procedure alone (期限试算)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sanxiang.core.gates.supposing import known, suppose
from sanxiang.core.rulebook import Clause, Condition, Deadline
from sanxiang.core.values import CHINA, Period

from .world import rules

PENALTY = Condition("category", ("处罚",))
PUBLIC = Condition("published", True)
FRIDAY = datetime(2024, 9, 6, 15, 0, tzinfo=CHINA)


def clause(id: str, period: str, when: Condition | None = None, duty: str = "publish", **more) -> Clause:
    deadline = Deadline(
        duty=duty, on=("decision.made",), until=("publication.published",), when=when,
        period=Period.parse(period) if period else None, **more,
    )  # fmt: skip
    return Clause(id=id, at="三", kind="deadline", text="测试", deadlines=(deadline,))


def found(*clauses, category="", procedure=""):
    return suppose(rules(*clauses), "decision.made", FRIDAY, category=category, procedure=procedure)


def test_the_stricter_binds_and_the_other_is_shown():
    (one,) = found(clause("LONG", "20 working_days"), clause("SHORT", "7 working_days"), category="处罚")
    assert (one.binding.clause, one.binding.due_on) == ("SHORT", date(2024, 9, 17))
    assert [other.clause for other in one.others] == ["LONG"]
    assert not one.conditional


def test_a_right_of_the_party_takes_the_longest():
    (one,) = found(
        clause("THREE", "3 working_days", favours="party"), clause("FIVE", "5 working_days", favours="party")
    )
    assert one.binding.clause == "FIVE"


def test_another_category_starts_nothing():
    assert found(clause("P", "7 working_days", PENALTY), category="许可") == []


@pytest.mark.parametrize("category", ["处罚", ""])
def test_what_only_a_case_can_tell_is_told_as_conditional(category):
    when = Condition("all", (PENALTY, PUBLIC))
    (one,) = found(clause("P", "7 working_days", when), category=category)
    assert one.conditional == {"P"}


def test_a_deadline_that_a_person_sets_has_no_day_yet():
    assert found(clause("SET", "", fact="hearing_on")) == []


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        (None, True),
        (PENALTY, True),
        (Condition("not", PENALTY), False),
        (Condition("procedure", ("penalty.summary",)), False),
        (PUBLIC, None),
        (Condition("any", (PUBLIC, PENALTY)), True),
        (Condition("all", (PUBLIC, Condition("category", ("许可",)))), False),
    ],
)
def test_conditions_are_judged_as_far_as_they_are_known(condition, state):
    assert known(condition, "处罚", "penalty.ordinary").state is state
