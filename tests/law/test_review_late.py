"""A case that comes under review late is caught before the decision; a refusal cites the clause that truly refuses."""

from __future__ import annotations

import pytest

from sanxiang.casework.play import take
from sanxiang.casework.scenario import Step
from tests.law.playing import MITIGATED, Played, clauses

UNREVIEWED = ("submit_review", "conclude_review")
OWN = {"wuding": "WD-18", "changning": "CN-21", "urumqi": "UR-19", "luoyang": "LY-30"}
HEARD = {
    "hearing_record": "双方陈述（演示）", "hearing_opinion": "维持", "signature": "已签名", "recording_mode": "全程录音录像",
    "recording_place": "服务器（演示）", "recording_told": True,
}  # fmt: skip


def unreviewed(place: str, through: str = "waive_defence", **facts) -> Played:
    return Played(place, through, without=UNREVIEWED, facts=facts)


@pytest.mark.parametrize("place", ["wuding", "changning"])
def test_a_plain_case_outside_the_scope_is_decided_unreviewed(place):
    assert unreviewed(place).decide("2024-08-27T09:00").allowed


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("wuding", marks=pytest.mark.clauses("WD-18", "WD-20")),
        pytest.param("changning", marks=pytest.mark.clauses("CN-21")),
    ],
)
@pytest.mark.parametrize("name", ["major_public_interest", "social_risk", "complex", "several_relations"])
def test_a_judgement_made_after_the_notice_brings_it_in(place, name):
    told = unreviewed(place).judged(name, "2024-08-26T09:00")
    refused = told.decide("2024-08-27T09:00")
    assert {"TS-4.1", OWN[place]} <= clauses(refused)


@pytest.mark.clauses("WD-18", "WD-20", "CN-16", "CN-21")
@pytest.mark.parametrize("place", ["wuding", "changning"])
def test_a_hearing_held_later_brings_it_in(place):
    """Nobody had to review the draft; then a hearing was asked for and held."""
    told = heard(place)
    refused = told.decide("2024-09-20T09:00")
    assert {"TS-4.1", OWN[place]} <= clauses(refused)
    told.submitted("2024-09-20T10:00", review_due_on="2024-10-10").concluded("2024-09-23T09:00")
    assert told.decide("2024-09-24T09:00").allowed


def heard(place: str) -> Played:
    """Told of a right to a hearing, which was held on 2024-09-18."""
    told = Played(place, "give_notice", without=UNREVIEWED, facts={"give_notice": {"hearing_told": True}})
    serving = next(step for step in told.performance.scenario.steps if step.act == "serve")
    told.do("serve", serving.at, by="zhang", officers=("zhang", "li"), link="give_notice", **serving.facts)
    told.do("request_hearing", "2024-08-22T09:00", by="zhang")
    announced = {"hearing_on": "2024-09-18", "hearing_place": "演示厅", "hearing_chair": "郑演示"}
    told.do("announce_hearing", "2024-09-02T09:00", by="chair", **announced)
    return told.do("hold_hearing", "2024-09-18T09:00", by="chair", **HEARD)


@pytest.mark.clauses("CN-16", "CN-21")
@pytest.mark.parametrize(
    "facts",
    [
        {"sanctions": [{"kind": "罚款", "amount": 20_000_000}]},
        MITIGATED,
        {"sanctions": [{"kind": "吊销许可证件"}]},
        {"review_required_by": "本单位目录第三项（演示）"},
        {"enforcement_sector": "生态环境", "sanctions": [{"kind": "罚款", "amount": 20_000_000}]},
    ],
)
def test_a_draft_that_changes_after_the_notice_brings_it_in(facts):
    told = unreviewed("changning")
    told.do(
        "change_draft", "2024-08-26T09:00", by="zhang", officers=("zhang", "li"), draft_change_reason="演示", **facts
    )
    assert {"TS-4.1", "CN-21"} <= clauses(told.decide("2024-08-27T09:00"))


@pytest.mark.clauses("CN-16", "CN-21")
def test_a_fact_changed_by_the_decision_itself_brings_it_in():
    verdict = unreviewed("changning").decide("2024-08-27T09:00", discretion_grade="减轻")
    assert "CN-21" in clauses(verdict)


ADVERSE = {"urumqi": "UR-18", "changning": "CN-19", "luoyang": "LY-37"}


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        pytest.param("urumqi", "存在问题", marks=pytest.mark.clauses("UR-18", "UR-19")),
        pytest.param("changning", "存在问题", marks=pytest.mark.clauses("CN-19", "CN-21")),
        pytest.param("luoyang", "纠正", marks=pytest.mark.clauses("LY-30", "LY-37")),
        pytest.param("luoyang", "撤销", marks=pytest.mark.clauses("LY-37")),
    ],
)
def test_after_a_failed_review_the_clause_of_the_outcome_refuses_not_that_of_the_unreviewed(place, outcome):
    fine = {"sanctions": [{"kind": "罚款", "amount": 20_000_000}]}
    told = Played(place, "answer_judgement", without=UNREVIEWED, facts={"conclude_investigation": fine})
    before = clauses(told.decide("2024-08-12T12:00"))
    assert OWN[place] in before
    assert ADVERSE[place] not in before
    told.submitted("2024-08-13T09:00", review_due_on="2024-08-30").concluded("2024-08-14T09:00", outcome)
    after = clauses(told.decide("2024-08-15T09:00"))
    assert {ADVERSE[place], "TS-4.1"} <= after
    assert OWN[place] not in after


@pytest.mark.clauses("WD-18")
def test_wuding_refuses_the_failed_by_the_same_clause():
    told = unreviewed("wuding", "answer_judgement").judged("complex", "2024-08-12T11:00")
    assert "WD-18" in clauses(told.decide("2024-08-12T12:00"))
    told.submitted("2024-08-13T09:00").concluded("2024-08-14T09:00", "存在问题")
    assert {"WD-18", "TS-4.1"} <= clauses(told.decide("2024-08-15T09:00"))


@pytest.mark.clauses("LY-30", "UR-19", "CN-21")
@pytest.mark.parametrize("place", ["luoyang", "urumqi"])
def test_a_draft_changed_after_the_pass_is_unreviewed_again(place):
    told = Played(place, "waive_defence")
    told.do(
        "change_draft", "2024-08-26T09:00", by="zhang", officers=("zhang", "li"), draft_change_reason="演示",
        violation_facts="另一事实（演示）",
    )  # fmt: skip
    assert {OWN[place], "TS-4.1"} <= clauses(told.decide("2024-08-27T09:00"))


def test_the_same_case_reported_carries_what_it_breaks():
    told = unreviewed("wuding").judged("complex", "2024-08-26T09:00")
    at = told.performance.events[-1].occurred_at.replace(day=27)
    step = Step(act="decide", at=at, by="head", facts={"decision_reasons": "事实清楚"}, report=True)
    take(told.stage, told.performance, step)
    last = told.performance.events[-1]
    assert last.kind == "decision.made"
    assert {"WD-18", "TS-4.1"} <= {breach["clause"] for breach in last.breaches}
    assert last.event.number == ""


def answers(told: Played, by: str, at: str, *, answer: bool = False):
    extra = {"judgement": "complex", "answer": answer}
    return told.ask("answer_judgement", at, by=by, extra=extra, judgement_reason="演示：再看并不复杂")


@pytest.mark.clauses("WD-18", "WD-20", "CN-21")
@pytest.mark.parametrize("place", ["wuding", "changning"])
@pytest.mark.parametrize("by", ["zhang", "unit", "head"])
def test_whoever_handles_does_not_take_back_what_brings_it_in(place, by):
    told = unreviewed(place).judged("complex", "2024-08-26T09:00")
    assert "TS-4.2" in clauses(answers(told, by, "2024-08-26T10:00"))
    assert {"TS-4.1", OWN[place]} <= clauses(told.decide("2024-08-27T09:00"))


@pytest.mark.parametrize("place", ["wuding", "changning"])
def test_the_review_department_takes_it_back_before_anything_was_sent(place):
    told = unreviewed(place).judged("complex", "2024-08-26T09:00")
    assert answers(told, "reviewer", "2024-08-26T10:00").allowed
    assert told.decide("2024-08-27T09:00").allowed


@pytest.mark.clauses("CN-19", "WD-18")
@pytest.mark.parametrize("place", ["wuding", "changning"])
def test_after_an_adverse_opinion_nobody_takes_it_back(place):
    told = unreviewed(place).judged("complex", "2024-08-26T09:00")
    told.submitted("2024-08-26T10:00", review_due_on="2024-09-10").concluded("2024-08-26T15:00", "存在问题")
    for by in ("unit", "reviewer", "head"):
        assert "TS-4.2" in clauses(answers(told, by, "2024-08-26T16:00")), by
    assert not told.decide("2024-08-27T09:00").allowed
    assert answers(told, "unit", "2024-08-26T17:00", answer=True).allowed, "affirming again changes nothing"


def test_a_negative_answer_is_changed_to_a_positive_by_anybody_who_may_judge():
    told = unreviewed("wuding")
    assert answers(told, "unit", "2024-08-26T09:00", answer=True).allowed
    assert {"TS-4.1", "WD-18"} <= clauses(told.decide("2024-08-27T09:00"))


def test_taken_back_by_a_reported_fact_it_still_stands():
    """What happened is recorded with what it breaks, and brings nothing out of the scope."""
    told = unreviewed("wuding").judged("complex", "2024-08-26T09:00")
    at = told.performance.events[-1].occurred_at.replace(hour=11)
    extra = {"judgement": "complex", "answer": False}
    step = Step(act="answer_judgement", at=at, by="unit", extra=extra, facts={"judgement_reason": "演示"}, report=True)
    take(told.stage, told.performance, step)
    last = told.performance.events[-1]
    assert (last.kind, last.event.answer) == ("judgement.answered", False)
    assert "TS-4.2" in {breach["clause"] for breach in last.breaches}
    assert {"TS-4.1", "WD-18"} <= clauses(told.decide("2024-08-27T09:00"))
