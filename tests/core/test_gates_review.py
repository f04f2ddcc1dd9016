"""The pass of a review is bound to facts, evidence, basis and sanction (行政处罚法第五十八条)."""

from __future__ import annotations

import pytest

from sanxiang.core.events import case as acts
from sanxiang.core.events import hearing, review
from sanxiang.core.gates import bound_of, consider, event_of
from sanxiang.core.rulebook import Clause, Condition, Gate, Outcome, Review, Scope
from tests.core.world import FACTS, case_of, opened, proposing, registers, rules

DRAFT = {"violation_facts": "占道经营", "evidence_list": "照片", "legal_basis": "条例第一条", "sanctions": "罚款"}


def clause(id: str, **bindings):
    return Clause(id=id, at="一", kind="gate", text="…", **bindings)


RULES = rules(
    clause(
        "T-1",
        gates=(
            Gate(
                emits=("decision.made",), when=Condition("review_due", True), needs=(Condition("review", "passed"),),
                say="未经法制审核，不得作出决定", fix="submit",
            ),
        ),
    ),
    clause("T-2", scopes=(Scope(when=Condition("procedure", ("ordinary",)), say="普通程序处罚"),)),
    clause(
        "T-3",
        review=Review(
            outcomes=(Outcome(id="agree", name="同意", passes=True, leads_to="decide"),
                      Outcome(id="mend", name="纠正", passes=False, leads_to="change")),
        ),
    ),
    clause("T-4", gates=(Gate(emits=("review.concluded",), needs=(Condition("actor_not", ("handler",)),), say="办审分离"),)),
)  # fmt: skip


def bound(facts):
    from sanxiang.core.rulebook import Dictionary

    return bound_of(Dictionary(FACTS), facts)


def drafted(**more):
    concluded = acts.InvestigationConcluded(act="conclude", facts=DRAFT, bound=bound(DRAFT), review_due=True)
    return [opened(), concluded, *more.values()]


def reviewed(passes=True, facts=DRAFT):
    return review.ReviewConcluded(act="review", outcome="同意" if passes else "纠正", passes=passes, bound=bound(facts))


def reasons(case, **more):
    return consider(proposing(RULES, case, "decide", by="head", **more)).reasons


def test_no_decision_without_a_review_and_the_refusal_names_clause_and_mend():
    (reason,) = reasons(case_of(*drafted()))
    assert (reason.clause, reason.fix, reason.law) == ("T-1", "submit", "测〔2024〕1号 一")
    assert "尚未送审" in reason.missing[0]


def test_no_decision_while_the_review_runs():
    case = case_of(*drafted(), review.ReviewSubmitted(act="submit", bound=bound(DRAFT)))
    assert "还没有结束" in reasons(case)[0].missing[0]


def test_no_decision_after_an_adverse_opinion():
    assert "纠正" in reasons(case_of(*drafted(), reviewed(passes=False)))[0].missing[0]


def test_a_passed_review_opens_the_door():
    assert reasons(case_of(*drafted(), reviewed())) == ()


@pytest.mark.parametrize(
    ("fact", "name"),
    [("violation_facts", "事实"), ("evidence_list", "证据"), ("legal_basis", "依据"), ("sanctions", "处理")],
)
def test_a_change_of_any_of_the_four_voids_the_pass_and_says_which(fact, name):
    changed = acts.DraftChanged(
        act="change", facts={fact: "另一回事"}, bound=bound({**DRAFT, fact: "另一回事"}), review_due=True
    )
    (reason,) = reasons(case_of(*drafted(), reviewed(), changed))
    assert name in reason.missing[0]


def test_a_change_with_the_decision_itself_voids_it_too():
    case = case_of(*drafted(), reviewed())
    (reason,) = reasons(case, facts={"sanctions": "更重的罚款"})
    assert "处理" in reason.missing[0]


def test_what_is_not_bound_may_differ():
    assert reasons(case_of(*drafted(), reviewed()), facts={"party_phone": "13800000000"}) == ()


def test_after_defence_the_reviewer_confirms():
    heard = hearing.DefenceHeard(act="defend")
    case = case_of(*drafted(), reviewed(), heard)
    assert "确认" in reasons(case)[0].missing[0]
    confirmed = review.ReviewConfirmed(act="confirm", review=case.opinion.event, bound=bound(DRAFT))
    assert reasons(case_of(*drafted(), reviewed(), heard, confirmed)) == ()


def test_a_new_submission_takes_the_old_pass_away():
    case = case_of(*drafted(), reviewed(), review.ReviewSubmitted(act="submit", bound=bound(DRAFT)))
    assert reasons(case)


def test_who_handled_never_reviews():
    s = proposing(RULES, case_of(*drafted(), review.ReviewSubmitted(act="submit")), "review", by="zhang")
    assert any(reason.clause == "T-4" and "zhang" in reason.missing[0] for reason in consider(s).reasons)


def test_the_event_carries_the_review_it_rests_on_and_what_it_is_bound_to():
    case = case_of(*drafted(), reviewed())
    s = proposing(RULES, case, "decide", by="head", extra={"number": "测罚〔2024〕1号"})
    assert consider(s).allowed
    event = event_of(s)
    assert (event.review, event.bound, event.review_due, event.number) == (
        case.opinion.event, bound(DRAFT), True, "测罚〔2024〕1号",
    )  # fmt: skip


def test_outcome_and_pass_come_from_the_regulation_not_from_the_form():
    case = case_of(*drafted(), review.ReviewSubmitted(act="submit"))
    s = proposing(RULES, case, "review", by="rev", facts={"review_outcome": "纠正"}, extra={"passes": True})
    assert consider(s).allowed
    assert (event_of(s).outcome, event_of(s).passes) == ("纠正", False)


def test_nobody_without_the_post_and_nobody_unknown():
    case = case_of(*drafted(), reviewed())
    assert any(r.code == "decide/post" for r in consider(proposing(RULES, case, "decide", by="zhang")).reasons)
    assert any(r.code == "decide/post" for r in consider(proposing(RULES, case, "decide", by="ghost")).reasons)
    left = registers()
    left.officers["head"].left_on = case.opened_at.date()
    assert consider(proposing(RULES, case, "decide", by="head", registers=left)).reasons
