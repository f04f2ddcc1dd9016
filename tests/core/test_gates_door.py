"""The door: structure and gates together, all reasons at once, and what it lets through."""

from __future__ import annotations

from datetime import timedelta

from sanxiang.core.events import case as acts
from sanxiang.core.gates import consider
from sanxiang.core.rulebook import Clause, Condition, Gate, Judgement, Record
from tests.core.world import START, case_of, opened, proposing, rules

GATES = rules(
    Clause(
        id="T-1", at="一", kind="gate", text="…",
        gates=(Gate(activities=("inspection",), needs=(Condition("stated", ("certificate_shown",)),), say="应当出示证件"),),
    ),
    Clause(
        id="T-2", at="二", kind="gate", text="…",
        gates=(
            Gate(activities=("inspection",), needs=(Condition("officers", {"at_least": 2}),), say="不得少于两人"),
            Gate(acts=("close",), when=Condition("judgement", "grave"), needs=(Condition("done", ("revoke",)),), say="须先撤销"),
        ),
        judgements=(Judgement(id="grave", question="是否情节严重？", by=("head",), record="理由"),),
    ),
    Clause(id="T-3", at="三", kind="gate", text="…", records=(Record(duty="full", activities=("inspection",)),)),
)  # fmt: skip


def test_all_reasons_come_at_once_each_with_clause_and_what_is_missing():
    verdict = consider(proposing(GATES, case_of(opened()), "inspect"))
    assert verdict.outcome == "refused"
    assert [reason.clause for reason in verdict.reasons] == ["T-1", "T-2", "T-3"]
    assert verdict.reasons[0].missing == ("出示执法证",)


def test_allowed_with_its_finding():
    facts = {"certificate_shown": True, "recording_mode": "全程录音录像", "recording_place": "服务器",
             "started_on_site": "2024-09-03T10:00:00+08:00", "ended_on_site": "2024-09-03T10:40:00+08:00"}  # fmt: skip
    verdict = consider(proposing(GATES, case_of(opened()), "inspect", facts=facts, officers=("zhang", "li")))
    assert verdict.allowed
    assert verdict.finding["clauses"] == ["T-1", "T-2", "T-3"]
    assert verdict.finding["rulebook"] == "test"
    assert "certificate_shown" in verdict.finding["facts"]


def test_a_gate_whose_case_is_open_to_judgement_asks():
    decided = case_of(opened(), acts.InvestigationConcluded(act="conclude"), acts.DecisionMade(act="decide"))
    verdict = consider(proposing(GATES, decided, "close"))
    assert verdict.outcome == "ask"
    assert verdict.questions[0].text == "是否情节严重？"


def test_order_repetition_and_end():
    fresh = case_of(opened())
    assert [r.code for r in consider(proposing(GATES, fresh, "submit")).reasons] == ["submit/order"]
    assert "open/once" in [r.code for r in consider(proposing(GATES, fresh, "open")).reasons]
    ended = case_of(opened(), acts.DecisionMade(act="decide"), acts.CaseClosed(act="close"))
    assert "conclude/ended" in [r.code for r in consider(proposing(GATES, ended, "conclude")).reasons]
    assert consider(proposing(GATES, ended, "revoke", by="head")).allowed


def test_what_must_be_stated_is_named_by_its_label():
    reasons = consider(proposing(GATES, case_of(opened()), "conclude")).reasons
    assert reasons[0].missing == ("违法事实",)
    assert consider(proposing(GATES, case_of(opened()), "conclude", facts={"violation_facts": "x"})).allowed


def test_an_act_that_is_not_there_and_a_time_before_the_case():
    assert consider(proposing(GATES, case_of(opened()), "fly")).reasons[0].code == "no-act"
    early = consider(proposing(GATES, case_of(opened()), "inspect", at=START - timedelta(days=1)))
    assert any(reason.code == "inspect/too-early" for reason in early.reasons)
