"""The head returns a draft that waits for his signature (退回承办); the handling unit presents it again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.law.playing import Played, clauses

REASON = {"draft_return_reason": "裁量理由不充分，补充后再报。"}
ANSWER = {"draft_answer": "已补充。"}
PLACES = ["luoyang", "urumqi"]  # every ordinary penalty there is reviewed
BY = {"by": "zhang", "officers": ("zhang", "li")}


def ready(place: str = "luoyang") -> Played:
    """Reviewed, the party told and heard: the decision waits for the head."""
    return Played(place, "waive_defence")


def returned(place: str = "luoyang") -> Played:
    return ready(place).do("return_draft", "2024-08-26T09:00", by="head", **REASON)


@pytest.mark.parametrize("place", PLACES)
def test_what_was_returned_is_decided_only_when_it_was_presented_again(place: str) -> None:
    told = returned(place)
    passed = told.performance.case.opinion
    for act, facts in (("decide", {"decision_reasons": "事实清楚"}),
                       ("decide_no_penalty", {"no_penalty_ground": "违法事实不能成立", "decision_reasons": "不成立"})):  # fmt: skip
        refused = told.ask(act, "2024-08-26T10:00", by="head", **facts)
        (reason,) = [one for one in refused.reasons if one.clause == "GP-6"]
        assert "重新呈批" in reason.text
        assert reason.fix == "present_draft"
    told.do("present_draft", "2024-08-27T09:00", by="zhang", **ANSWER)
    assert told.performance.case.opinion == passed, "nothing changed, the pass stays"
    assert told.decide("2024-08-27T10:00").allowed


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("change", "void"),
    [
        ({"violation_facts": "另一事实（演示）"}, True),
        ({"evidence_list": [{"name": "另一证据"}]}, True),
        ({"legal_basis": [{"law": "行政处罚法", "article": "第九条"}]}, True),
        ({"sanctions": [{"kind": "警告"}]}, True),
        ({"case_name": "另一名称（演示）"}, False),
    ],
)
def test_a_change_of_one_of_the_four_parts_voids_the_pass_another_does_not(
    place: str, change: dict[str, Any], void: bool
) -> None:
    told = returned(place)
    told.do("change_draft", "2024-08-26T11:00", **BY, draft_change_reason="按负责人意见", **change)
    told.do("present_draft", "2024-08-26T12:00", by="zhang", **ANSWER)
    refused = told.decide("2024-08-27T10:00")
    assert refused.allowed != void
    if void:
        assert {"TS-4.1", "PL-58"} <= clauses(refused)
        assert "GP-6" not in clauses(refused)
        told.submitted("2024-08-27T11:00").concluded("2024-08-28T09:00")
        assert not {"TS-4.1", "PL-58", "GP-6"} & clauses(told.decide("2024-08-28T10:00"))


def test_the_change_and_the_review_alone_do_not_present_it() -> None:
    told = returned()
    told.do("change_draft", "2024-08-26T11:00", **BY, draft_change_reason="改", violation_facts="另一事实（演示）")
    told.submitted("2024-08-27T11:00").concluded("2024-08-28T09:00")
    assert clauses(told.decide("2024-08-28T10:00")) == {"GP-6"}


def test_reasons_are_needed_and_only_the_head_returns() -> None:
    told = ready()
    assert not told.ask("return_draft", "2024-08-26T09:00", by="head").allowed
    for who in ("unit", "zhang", "chair", "reviewer"):
        assert not told.ask("return_draft", "2024-08-26T09:00", by=who, **REASON).allowed, who
    assert not told.ask("present_draft", "2024-08-26T09:00", by="zhang", **ANSWER).allowed, "nothing was returned"
    returned_kinds = [one.kind for one in told.performance.events if one.kind.startswith("draft.")]
    assert returned_kinds == []


def test_it_goes_back_once_at_a_time_and_may_go_back_again() -> None:
    told = returned()
    assert "GP-6" in clauses(told.ask("return_draft", "2024-08-26T10:00", by="head", **REASON))
    told.do("present_draft", "2024-08-27T09:00", by="zhang", **ANSWER)
    assert "GP-6" in clauses(told.ask("present_draft", "2024-08-27T10:00", by="zhang", **ANSWER))
    told.do("return_draft", "2024-08-27T11:00", by="head", **REASON)
    assert clauses(told.decide("2024-08-27T12:00")) == {"GP-6"}
    told.do("present_draft", "2024-08-27T13:00", by="unit", **ANSWER)
    assert told.decide("2024-08-27T14:00").allowed
    assert not told.ask("return_draft", "2024-08-27T15:00", by="head", **REASON).allowed, "it is decided"


def test_what_is_being_reviewed_is_not_returned() -> None:
    told = Played("luoyang", "conclude_investigation").submitted("2024-08-13T09:00")
    assert "GP-6" in clauses(told.ask("return_draft", "2024-08-13T10:00", by="head", **REASON))


def test_the_period_for_the_decision_runs_on_and_the_record_holds_both_steps() -> None:
    told = ready()
    before = [one.binding.due_on for one in told.duties("decide")]
    told.do("return_draft", "2024-08-26T09:00", by="head", **REASON)
    told.do("present_draft", "2024-08-27T09:00", by="zhang", **ANSWER)
    assert [one.binding.due_on for one in told.duties("decide")] == before != []
    back, again = told.performance.events[-2:]
    assert (back.kind, back.actor.post, back.event.facts) == ("draft.returned", "head", REASON)
    assert (again.kind, again.event.facts) == ("draft.presented", ANSWER)
    assert "zhang" in told.performance.case.handlers
