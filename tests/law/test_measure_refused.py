"""A measure taken on the spot whose review does not pass: the head answers the same day, lifts it or approves it anew."""

from __future__ import annotations

from typing import Any

import pytest

from tests.law.playing import Played

SEAL = {
    "party_called": True, "statement_heard": True, "present_person": "申屠演",
    "certificate_shown": True, "document_shown": True, "reason_told": True, "basis_told": True, "rights_told": True,
    "remedies_told": True, "measure_kind": "扣押", "measure_items": [{"name": "饼干", "quantity": "3", "unit": "盒"}],
    "measure_place": "洛阳市洛龙区演示路1号", "measure_until": "2024-09-06", "signature": "已签名",
    "started_on_site": "2024-08-07T09:00", "ended_on_site": "2024-08-07T09:30", "recording_mode": "全程录音录像", "recording_place": "执法记录仪平台（演示）", "recording_on": "2024-08-07",
    "recording_maker": "李演示", "recording_method": "执法记录仪随身录制", "recording_told": True, "measure_urgent": True,
}  # fmt: skip
HANDLERS = ("zhang", "li")


@pytest.fixture
def taken() -> Played:
    """Taken in an emergency, approved afterwards, sent to review and refused there on 7 August 2024."""
    told = Played("luoyang", "inspect")
    told.do("seal", "2024-08-07T11:00", by="zhang", officers=HANDLERS, link="seal-1", **SEAL)
    told.do("approve_measure", "2024-08-07T12:00", link="seal-1", measure_reason="当事人转移货物")
    told.do("submit_document", "2024-08-07T14:00", by="zhang", link="seal-1", document_text="当场扣押三盒。")
    return told.do("refuse_document", "2024-08-07T16:00", by="reviewer", link="seal-1", document_opinion="情况不紧急。")


def answered(told: Played) -> list[tuple[str, str, str, bool]]:
    return [
        (one.binding.clause, one.binding.owner, one.binding.due_on.isoformat(), one.met_at is not None)
        for one in told.duties("lift")
    ]


@pytest.mark.clauses("LY-53", "CL-19")
def test_the_head_owes_an_answer_the_same_day(taken: Played) -> None:
    assert answered(taken) == [("CL-19", "head", "2024-08-07", False)]


@pytest.mark.clauses("CL-19")
@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("lift_seal", {"lift_outcome": "解除并退还", "lift_reason": "不应当采取"}),
        ("approve_measure", {"measure_reason": "货物正在装车，仍应当采取"}),
    ],
)
def test_lifting_or_approving_anew_is_the_answer(taken: Played, act: str, facts: dict[str, Any]) -> None:
    taken.do(act, "2024-08-07T17:00", link="seal-1", **facts)
    assert answered(taken) == [("CL-19", "head", "2024-08-07", True)]


@pytest.mark.clauses("CL-19")
def test_a_document_refused_before_anything_was_taken_leaves_nothing_to_lift() -> None:
    told = Played("luoyang", "inspect")
    told.do("submit_document", "2024-08-07T10:00", by="zhang", link="seal", document_text="扣押三盒。")
    told.do("refuse_document", "2024-08-07T11:00", by="reviewer", link="seal", document_opinion="没有写明依据。")
    assert answered(told) == []


@pytest.mark.clauses("CL-19")
def test_what_passed_leaves_nothing_to_lift() -> None:
    told = Played("luoyang", "inspect")
    told.do("seal", "2024-08-07T11:00", by="zhang", officers=HANDLERS, link="seal-1", **SEAL)
    told.do("submit_document", "2024-08-07T14:00", by="zhang", link="seal-1", document_text="当场扣押三盒。")
    told.do("pass_document", "2024-08-07T16:00", by="reviewer", link="seal-1", document_opinion="情况紧急属实。")
    assert answered(told) == []
