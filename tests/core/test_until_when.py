"""Who may end what: one of several persons gives up a hearing that another asked for, and the hearing stays due."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.casefile import fold
from sanxiang.core.events import case as acts
from sanxiang.core.events import hearing
from sanxiang.core.gates import duties
from sanxiang.core.gates.stopping import met
from sanxiang.core.rulebook import Clause, Condition, Deadline, Judgement, Pause
from sanxiang.core.values import Period

from .world import START, opened, proposing, recorded, rules

ASKED, HELD, WAIVED = "hearing.requested", "hearing.held", "defence.waived"
BY_ALL = Condition(
    "any", (Condition("not", Condition("act", ("waive",))), Condition("fact", {"id": "waived_by_all", "is": True}))
)
ALONE = hearing.DefenceWaived(act="waive")
EVERYONE = hearing.DefenceWaived(act="waive", facts={"waived_by_all": True})
HEARING = hearing.HearingHeld(act="hold")
DAY = timedelta(days=1)
few = st.lists(st.tuples(st.integers(0, 20), st.sampled_from([ALONE, EVERYONE, HEARING])), max_size=6)


def ruled(condition: Condition | None):
    pause = Pause(on=(ASKED,), until=(HELD, WAIVED), until_when=condition, say="听证")
    decide = Deadline(
        duty="decide", on=("source.registered",), until=("decision.made",), period=Period(60, "day"), roll=False,
        pauses=(pause,),
    )  # fmt: skip
    hold = Deadline(duty="hold", on=(ASKED,), until=(HELD, WAIVED), until_when=condition, period=Period(20, "day"))
    grave = Judgement(id="grave", question="是否重大？", by=("head",), record="理由")
    return rules(Clause(id="T", at="一", kind="deadline", text="测试", deadlines=(decide, hold), judgements=(grave,)))


RULES = ruled(BY_ALL)


def told(ends, rule_set=RULES, asked_after: int = 5):
    """The duties of a case in which a hearing was asked for and these events, each so many days later, came after."""
    case = [(START, opened()), (START + asked_after * DAY, hearing.HearingRequested(act="ask"))]
    case += [(START + (asked_after + days) * DAY, event) for days, event in sorted(ends, key=lambda one: one[0])]
    events = [recorded(seq, event, at=at) for seq, (at, event) in enumerate(case, 1)]
    return {duty.binding.duty: duty for duty in duties(events, lambda on: rule_set)}


def last(found) -> datetime:
    return found["decide"].binding.due_on


def test_a_waiver_of_one_ends_nothing_and_that_of_all_both():
    alone, everyone = told([(3, ALONE)]), told([(3, EVERYONE)])
    assert (alone["decide"].binding.halted, alone["hold"].met_at) == (True, None)
    assert (everyone["decide"].binding.halted, everyone["hold"].met_at) == (False, START + 8 * DAY)
    assert last(everyone) == (START + 63 * DAY).date()


def test_without_the_condition_any_waiver_ends_both():
    found = told([(3, ALONE)], ruled(None))
    assert (found["decide"].binding.halted, found["hold"].met_at) == (False, START + 8 * DAY)


@given(few)
def test_the_clock_stands_until_the_first_that_ends_it_whatever_one_person_gave_up(ends):
    ending = sorted(days for days, event in ends if event is not ALONE)
    found = told(ends)
    assert found["decide"].binding.halted is (not ending)
    assert found["hold"].met_at == (START + (5 + ending[0]) * DAY if ending else None)
    if ending:
        assert last(found) == (START + (60 + ending[0]) * DAY).date()


@given(few)
def test_a_waiver_of_one_more_never_moves_a_day(ends):
    less = told([one for one in ends if one[1] is not ALONE])
    more = told(ends)
    assert (last(less), less["hold"].met_at) == (last(more), more["hold"].met_at)


@given(few)
def test_a_condition_never_ends_a_pause_earlier_than_none(ends):
    with_it, without = told(ends), told(ends, ruled(None))
    assert with_it["decide"].binding.halted or last(with_it) >= last(without)


def test_an_open_question_lets_the_agencys_clock_go_on_and_meets_no_duty():
    found = told([(3, ALONE)], ruled(Condition("judgement", "grave")))
    assert (found["decide"].binding.halted, found["hold"].met_at) == (False, None)


def test_what_stops_clocks_sees_the_same_end():
    events = [opened(), hearing.HearingRequested(act="ask"), ALONE, acts.ActivityDone(act="inspect")]
    for more, over in (((), False), ((EVERYONE,), True)):
        case = fold(recorded(seq, event) for seq, event in enumerate((*events, *more), 1))
        hold = next(one.rule for one in RULES.deadlines[ASKED] if one.rule.duty == "hold")
        assert met(hold, case.kinds[ASKED], proposing(RULES, case, "inspect")) is over
