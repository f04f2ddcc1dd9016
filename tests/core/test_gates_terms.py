"""Words about terms, papers and measures; facts of one act; what meets a duty and what only looks like it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from sanxiang.core.events import case as acts
from sanxiang.core.events import hearing
from sanxiang.core.gates import duties, evaluate, scope_of
from sanxiang.core.gates.terms import effective
from sanxiang.core.rulebook import Clause, Condition, Deadline, Extension, Gate, Judgement, Scope
from sanxiang.core.values import CHINA, Period

from .world import START, case_of, opened, proposing, recorded, rules

WEEK = Period.parse("7 days")


def clause(id: str, **bindings) -> Clause:
    return Clause(id=id, at="一", kind="deadline", text="测试", **bindings)


def deadline(**more) -> Deadline:
    return Deadline(**{"duty": "d", "on": ("notice.given",), "until": ("defence.heard",), "period": WEEK, **more})


RULES = rules(clause("J", judgements=(Judgement(id="grave", question="是否重大？", by=("head",), record="理由"),)))
NOTICE = hearing.NoticeGiven(act="notice")
SERVED = acts.DocumentServed(act="serve", served="notice")


def truth(op, value, *events, rule_set=RULES, **more):
    return evaluate(Condition(op, value), proposing(rule_set, case_of(opened(), *events), "inspect", **more))


def day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), CHINA) + timedelta(hours=9)


def test_a_term_that_begins_with_service_waits_for_it():
    value = {"served": "notice", "period": WEEK}
    assert "尚未开始" in truth("elapsed", value, NOTICE).missing[0]
    assert truth("within", value, NOTICE).state, "what has not begun is not over"
    served = (NOTICE, SERVED)  # served on 4 September 2024
    assert truth("elapsed", value, *served, at=day("2024-09-11")).state is False
    assert truth("elapsed", value, *served, at=day("2024-09-12")).state
    assert truth("within", value, *served, at=day("2024-09-11")).state
    assert truth("within", value, *served, at=day("2024-09-12")).state is False


def test_a_term_runs_from_the_day_of_effect_and_not_from_the_entry():
    value = {"served": "notice", "period": WEEK}
    early = acts.DocumentServed(act="serve", served="notice", effective_on="2024-09-02")  # entered on 4 September
    assert truth("elapsed", value, NOTICE, early, at=day("2024-09-09")).state is False
    assert truth("elapsed", value, NOTICE, early, at=day("2024-09-10")).state
    assert truth("within", value, NOTICE, early, at=day("2024-09-10")).state is False
    rule = deadline(on=("document.served",))
    assert [one.binding.due_on for one in told(NOTICE, early, rule=rule)] == [date(2024, 9, 9)]
    assert [one.binding.due_on for one in told(NOTICE, SERVED, rule=rule)] == [date(2024, 9, 11)], "as before"
    met = deadline(until=("document.served",), linked="act")
    assert told(NOTICE, early, rule=met)[0].met_at == datetime(2024, 9, 2, tzinfo=CHINA)


def test_of_two_days_of_effect_the_later_one_counts():
    ways = [Condition("takes_effect", {"fact": "day"}), Condition("takes_effect", {"fact": "day", "period": WEEK})]
    gates = tuple(Gate(acts=("inspect",), needs=(way,), say="测试") for way in ways)
    s = proposing(rules(clause("G", gates=gates)), case_of(opened(), NOTICE), "inspect", facts={"day": "2024-09-06"})
    s.act = s.rules.act(s.case.procedure, "inspect")
    assert s.act is not None
    assert effective(s) == "2024-09-13"


@pytest.mark.parametrize(
    ("told", "last"), [(3, "2024-09-07"), (10, "2024-09-14"), (0, "2024-09-11"), ("x", "2024-09-11")]
)
def test_a_term_lasts_as_long_as_the_party_was_told(told, last):
    value = {"served": "notice", "period": WEEK, "told": "told_days"}
    events = (hearing.NoticeGiven(act="notice", facts={"told_days": told}), SERVED)
    end = date.fromisoformat(last)
    working = end if end.weekday() < 5 else end + timedelta(days=7 - end.weekday())
    assert truth("elapsed", value, *events, at=day(working.isoformat())).state is False
    assert truth("elapsed", value, *events, at=day((working + timedelta(days=1)).isoformat())).state


@pytest.mark.parametrize(("until", "long_enough", "short_enough"), [
    ("2024-09-09", False, True), ("2024-09-10", True, True), ("2024-09-11", True, False),
])  # fmt: skip
def test_a_stated_day_bounds_a_span(until, long_enough, short_enough):
    """Noticed on 3 September: seven days end on the 10th. Weekends move nothing here."""
    value = {"since": "notice.given", "period": WEEK, "by": "hearing_on"}
    facts = {"hearing_on": until}
    assert truth("elapsed", value, NOTICE, facts=facts).state is long_enough
    assert truth("within", value, NOTICE, facts=facts).state is short_enough
    assert truth("within", value, NOTICE).state is False, "a day that nobody stated bounds nothing"


def test_a_term_of_hours_ends_at_its_minute():
    value = {"since": "notice.given", "period": Period.parse("24 hours")}
    told = START + timedelta(days=1)
    assert truth("within", value, NOTICE, at=told + timedelta(hours=24)).state
    assert truth("within", value, NOTICE, at=told + timedelta(hours=24, minutes=1)).state is False
    assert truth("elapsed", value, NOTICE, at=told + timedelta(hours=24, minutes=1)).state


def test_the_paper_served_is_one_that_was_made():
    assert truth("link", ("notice",), NOTICE, link="notice").state
    for wrong in ({"link": "notice"}, {"link": "decide"}, {}):
        events = () if wrong.get("link") == "notice" else (NOTICE,)
        assert truth("link", ("notice", "decide"), *events, **wrong).state is False


def test_a_paper_made_anew_has_to_be_served_anew():
    assert truth("served", ("notice",), NOTICE, SERVED).state
    assert truth("served", ("notice",), NOTICE, SERVED, NOTICE).state is False


def test_the_state_of_the_measure_that_an_act_names():
    taken, longer = acts.MeasureTaken(act="seal"), acts.MeasureExtended(act="extend", measure="case-2")
    lifted = acts.MeasureLifted(act="lift", measure="case-2")
    assert truth("measure", "running", taken, link="case-2").state
    assert truth("measure", "not_extended", taken, link="case-2").state
    assert truth("measure", "not_extended", taken, longer, link="case-2").state is False
    assert truth("measure", "running", taken, lifted, link="case-2").state is False
    assert truth("measure", "running", taken, link="case-9").state is False


def test_who_may_answer_a_judgement():
    def may(by: str, judgement: str) -> bool | None:
        return truth("actor", ("may_answer",), by=by, extra={"judgement": judgement}).state

    assert may("head", "grave")
    assert may("zhang", "grave") is False
    assert may("head", "unheard_of") is False


def test_a_fact_of_one_act_does_not_carry_over():
    shown = acts.ActivityDone(act="inspect", facts={"certificate_shown": True, "violation_facts": "占道"})
    assert truth("stated", ("violation_facts",), shown).state
    assert truth("stated", ("certificate_shown",), shown).state is False


def test_what_takes_a_case_out_of_review_does_so_before_anybody_is_asked():
    grave = Condition("judgement", "grave")
    plain = rules(
        clause("J", judgements=(Judgement(id="grave", question="是否重大？", by=("head",), record="理由"),)),
        clause("S", scopes=(Scope(when=grave, say="重大", except_when=Condition("procedure", ("ordinary",))),)),
    )
    assert scope_of(proposing(plain, case_of(opened()), "conclude"))[0].state is False


def told(*events, rule: Deadline):
    rule_set = rules(clause("D", deadlines=(rule,)))
    kept = [recorded(seq, event) for seq, event in enumerate((opened(), *events), 1)]
    return duties(kept, lambda _: rule_set)


def test_only_the_service_of_its_own_paper_meets_a_duty_to_serve():
    rule = deadline(until=("document.served",), linked="act")
    other = acts.DocumentServed(act="serve", served="decide")
    assert told(NOTICE, other, rule=rule)[0].met_at is None
    assert told(NOTICE, other, SERVED, rule=rule)[0].met_by == "case-4"


def test_only_the_named_act_meets_a_duty():
    rule = deadline(until=("activity.done",), acts=("report",))
    assert told(NOTICE, acts.ActivityDone(act="inspect"), rule=rule)[0].met_at is None
    assert told(NOTICE, acts.ActivityDone(act="report"), rule=rule)[0].met_by == "case-3"


def test_a_part_carried_out_meets_nothing():
    rule = deadline(until=("decision.carried_out",))
    assert told(NOTICE, acts.DecisionCarriedOut(act="pay"), rule=rule)[0].met_at is None
    assert told(NOTICE, acts.DecisionCarriedOut(act="pay", complete=True), rule=rule)[0].met_by == "case-3"


def test_a_deadline_may_hang_on_what_was_served_and_on_what_the_act_itself_states():
    when = Condition(
        "all", (Condition("link", ("notice",)), Condition("fact", {"id": "certificate_shown", "is": True}))
    )
    rule = deadline(on=("document.served",), when=when)
    shown = acts.DocumentServed(act="serve", served="notice", facts={"certificate_shown": True})
    assert len(told(NOTICE, shown, rule=rule)) == 1
    assert not told(NOTICE, SERVED, rule=rule)
    assert not told(
        NOTICE, acts.DocumentServed(act="serve", served="open", facts={"certificate_shown": True}), rule=rule
    )


def test_the_extension_of_one_measure_moves_no_other():
    rule = deadline(
        on=("measure.taken",), until=("measure.lifted",), linked="measure",
        extension=Extension(event="measure.extended", period=WEEK),
    )  # fmt: skip
    taken = acts.MeasureTaken(act="seal")
    found = told(taken, taken, acts.MeasureExtended(act="extend", measure="case-3"), rule=rule)
    assert [duty.extended for duty in found] == [0, 1]


def test_a_right_that_was_not_used_lapses_and_a_duty_is_overdue():
    late = day("2024-12-01")
    assert told(NOTICE, rule=deadline(favours="party"))[0].status(late) == "lapsed"
    assert told(NOTICE, rule=deadline())[0].status(late) == "overdue"
