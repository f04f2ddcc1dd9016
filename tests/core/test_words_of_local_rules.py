"""Words that local regulations need: a judgement raised unasked, a new reviewer, points of a review, a set period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sanxiang.core.events import case as acts
from sanxiang.core.events import hearing, review
from sanxiang.core.gates import Situation, bound_of, duties, evaluate
from sanxiang.core.rulebook import Clause, Condition, Deadline, Judgement, Outcome, Review
from sanxiang.core.values import Period

from .world import FACTS, SINCE, START, case_of, officer, opened, proposing, recorded, registers, rules

DRAFT = {"violation_facts": "超范围经营", "sanctions": "罚款"}


def clause(id: str, **bindings) -> Clause:
    return Clause(id=id, at="三", kind="gate", text="测试", **bindings)


RULES = rules(
    clause("J", judgements=(Judgement(id="disputed", question="是否容易引发争议", by=("officer",), record="理由"),)),
    clause(
        "D",
        deadlines=(
            Deadline(
                duty="decide", on=("source.registered",), until=("decision.made",), period=Period.parse("90 days")
            ),
        ),
    ),
    clause(
        "R",
        deadlines=(Deadline(duty="review", on=("review.submitted",), until=("review.concluded",), fact="hearing_on"),),
    ),
    clause(
        "P",
        review=Review(points=("主体", "文书"), outcomes=(Outcome(id="pass", name="同意", passes=True, leads_to=""),)),
    ),
)


def truth(case, word, value, **more):
    return evaluate(Condition(word, value), proposing(RULES, case, more.pop("act", "review"), **more))


def judged(answer):
    return acts.JudgementAnswered(act="answer_judgement", judgement="disputed", answer=answer)


def bound(facts):
    return bound_of(RULES.dictionary, facts)


@pytest.mark.parametrize(("events", "expected"), [((), False), ((judged(True),), True), ((judged(False),), False)])
def test_a_judgement_that_nobody_made_is_not_asked_for(events, expected):
    found = truth(case_of(opened(), *events), "raised", "disputed")
    assert (found.state, found.questions) == (expected, ())


def test_done_since_counts_from_the_last_start():
    submitted, extended = review.ReviewSubmitted(act="submit"), review.ReviewExtended(act="extend")
    value = {"act": "extend", "since": "submit"}
    assert truth(case_of(opened(), submitted), "done_since", value).state is False
    assert truth(case_of(opened(), submitted, extended), "done_since", value).state is True
    assert truth(case_of(opened(), submitted, extended, submitted), "done_since", value).state is False


def test_done_since_asks_what_was_stated_then_not_what_the_last_one_stated():
    asked, alone = hearing.HearingRequested(act="ask"), hearing.DefenceWaived(act="waive")
    everyone = hearing.DefenceWaived(act="waive", facts={"waived_by_all": True})
    value = {"act": "waive", "since": "ask", "stated": "waived_by_all"}
    assert truth(case_of(opened(), asked, alone), "done_since", value).state is False
    assert truth(case_of(opened(), asked, everyone, alone), "done_since", value).state is True
    lacking = truth(case_of(opened(), asked, everyone, asked, alone), "done_since", value)
    assert (lacking.state, lacking.missing) == (False, ("“ask”之后的“waive”（确认“都不要求听证”）",))


def test_an_act_may_be_about_one_duty():
    case = case_of(opened())
    assert truth(case, "duty", ("publish",), extra={"duty": "publish"}).state is True
    assert truth(case, "duty", ("publish",), extra={"duty": "decide"}).state is False
    assert truth(case, "duty", ("publish",)).state is False


def test_a_head_is_one_who_holds_that_post():
    assert truth(case_of(opened()), "actor", ("head",), by="head").state is True
    assert truth(case_of(opened()), "actor", ("head",), by="rev").state is False


REVIEWER = {"new_since": "2019-06-27", "exam": True, "training": True, "certified": True}


@pytest.mark.parametrize(
    ("lacking", "said"),
    [("exams", "法律职业资格"), ("trainings", "培训"), ("certificates", "执法资格")],
)
def test_a_new_reviewer_needs_exam_training_and_qualification(lacking, said):
    whole = {"exams": {"judicial": SINCE}, "trainings": (("岗前培训", SINCE, 16),)}
    new = officer("new", "reviewer", "legal", **whole)
    assert truth(case_of(opened()), "reviewer", REVIEWER, by="new", registers=registers(new)).state is True
    setattr(new, lacking, {} if lacking == "exams" else ())
    found = truth(case_of(opened()), "reviewer", REVIEWER, by="new", registers=registers(new))
    assert found.state is False
    assert said in found.missing[0]


def test_who_was_reviewer_before_the_day_is_not_new():
    old = officer("old", "reviewer", "legal")
    old.posts = (replace(old.posts[0], since=date(2018, 1, 1)),)
    assert truth(case_of(opened()), "reviewer", REVIEWER, by="old", registers=registers(old)).state is True
    old.posts = (replace(old.posts[0], first_time=True),)
    assert truth(case_of(opened()), "reviewer", REVIEWER, by="old", registers=registers(old)).state is False


def test_the_register_of_the_agency_can_be_asked():
    world = registers()
    assert truth(case_of(opened()), "agency_fact", "agency_uniform", registers=world).state is False
    world.agencies["agency"].facts["agency_uniform"] = True
    assert truth(case_of(opened()), "agency_fact", "agency_uniform", registers=world).state is True


PAGE = {"anchor": "材料2《调查终结报告》第3页"}


@pytest.mark.clauses("LY-36", "DXH-22", "WD-21", "UR-18")
@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ({"finding": "合法", **PAGE}, None),
        ({"finding": "存在问题", "note": "没有编号", **PAGE}, None),
        ({"finding": "不适用"}, None),
        ({}, "“文书”的结论"),
        ({"finding": "合法"}, "“文书”的出处"),
        ({"finding": "存在问题", **PAGE}, "“文书”的问题的说明"),
        ({"finding": "存在问题"}, "“文书”的出处、问题的说明"),
    ],
)
def test_every_point_of_the_review_needs_a_finding_that_can_stand(line, missing):
    done = [{"point": "主体", "finding": "合法", **PAGE}, {"point": "文书", **line}]
    found = truth(case_of(opened()), "points", True, facts={"review_points": done})
    assert found.state is (missing is None)
    assert found.missing == ((missing,) if missing else ())


def test_a_point_without_a_line_is_open_and_a_second_line_hides_nothing():
    stands = {"point": "主体", "finding": "合法", **PAGE}
    found = truth(case_of(opened()), "points", True, facts={"review_points": [stands]})
    assert found.missing == ("“文书”的结论",)
    twice = [stands, {"point": "文书", "finding": "合法", **PAGE}, {"point": "文书", "finding": "合法"}]
    found = truth(case_of(opened()), "points", True, facts={"review_points": twice})
    assert found.missing == ("“文书”的出处",)


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ({"finding": "合法", **PAGE}, "“文书”的上次的问题是否解决"),
        ({"finding": "合法", "earlier": "已解决", **PAGE}, None),
        ({"finding": "存在问题", "note": "仍然没有", "earlier": "未解决", **PAGE}, None),
        ({"finding": "合法", "earlier": "未解决", **PAGE}, "“文书”的一致的结论（上次的问题没有解决，就还存在问题）"),
    ],
)
def test_what_the_last_opinion_found_wrong_is_told_solved_or_not(line, missing):
    lines = [
        {"point": "主体", "finding": "合法", **PAGE},
        {"point": "文书", "finding": "存在问题", "note": "无", **PAGE},
    ]
    adverse = review.ReviewConcluded(act="review", outcome="存在问题", facts={"review_points": lines})
    before = case_of(opened(), adverse)
    now = [lines[0], {"point": "文书", **line}]
    assert truth(before, "points", True, facts={"review_points": now}).missing == ((missing,) if missing else ())


def opinion(*, passes, facts):
    return review.ReviewConcluded(act="review", outcome="", passes=passes, bound=bound(facts))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), False),
        ((opinion(passes=True, facts=DRAFT),), True),
        ((opinion(passes=False, facts=DRAFT),), True),
        ((opinion(passes=True, facts={"violation_facts": "别的"}),), False),
        ((opinion(passes=True, facts=DRAFT), review.ReviewSubmitted(act="submit")), False),
    ],
)
def test_reviewed_asks_whether_not_how_it_ended(events, expected):
    draft = acts.InvestigationConcluded(act="conclude", facts=DRAFT, bound=bound(DRAFT), review_due=True)
    assert truth(case_of(opened(), draft, *events), "review", "reviewed").state is expected


def submitted_until(day):
    return review.ReviewSubmitted(act="submit", facts={"hearing_on": day})


def test_a_period_that_a_person_sets_is_the_deadline():
    events = [recorded(1, opened()), recorded(2, submitted_until("2024-09-20"))]
    found = {duty.binding.duty: duty.binding.due_on for duty in duties(events, lambda day: RULES)}
    assert found["review"] == date(2024, 9, 20)
    unset = [recorded(1, opened()), recorded(2, review.ReviewSubmitted(act="submit"))]
    assert [duty.binding.duty for duty in duties(unset, lambda day: RULES)] == ["decide"]


def test_a_set_period_ends_within_the_duty_that_it_serves():
    value = {"fact": "hearing_on", "duty": "decide"}
    last = (START + timedelta(days=90)).date()
    case = case_of(opened())
    inside: Situation = proposing(RULES, case, "submit", facts={"hearing_on": last.isoformat()})
    assert evaluate(Condition("fact_within_duty", value), inside).state is True
    late = (last + timedelta(days=8)).isoformat()
    found = evaluate(Condition("fact_within_duty", value), proposing(RULES, case, "submit", facts={"hearing_on": late}))
    assert found.state is False
    assert FACTS["hearing_on"].label in found.missing[0]
