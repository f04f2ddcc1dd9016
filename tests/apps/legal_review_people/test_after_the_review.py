"""What follows a review that was disputed or refused: collective discussion where it is due, a measure to be lifted, an
accountability record that supervisors may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.casework.models import DutyRow
from tests.apps.legal_review_people.people import clauses_of, client, does, start
from tests.apps.legal_review_people.test_disagreement import PERSONS, THREE
from tests.law.test_measure_refused import SEAL

DISCUSSED = {
    "discussion_chair": "郑演示", "discussion_attendees": [{"name": "郑演示", "post": "局长"}],
    "discussion_views": [{"speaker": "郑演示", "view": "同意重新审核通过的意见"}],
    "discussion_conclusion": "一致同意。",
}  # fmt: skip


def meanwhile(theatre: Any, told: Any, act: str, role: str, *, extra: Any = None, **facts: Any) -> Answer:
    """An act an hour after the last of the story."""
    told.at += timedelta(hours=1)
    officer = theatre.people[told.agency][role]
    command = Command(act=act, officer=officer, stream=told.stream, facts=facts, extra=extra or {})
    return handle(theatre.connection, theatre.book, command, at=told.at)


@pytest.mark.clauses("LY-37", "PL-57")
def test_after_a_dispute_a_grave_case_is_discussed_and_still_has_to_pass(theatre: Any) -> None:
    told = theatre.played("disputed", before="coordinate_review", start=start(90))
    judged = {"judgement": "grave", "answer": True}
    said = meanwhile(theatre, told, "answer_judgement", "unit", extra=judged, judgement_reason="意见分歧大，情节复杂。")
    assert said.done, said.verdict
    theatre.step(told)
    discussed = {**DISCUSSED, "discussion_on": told.at.date().isoformat()}
    assert meanwhile(theatre, told, "discuss", "head", **discussed).done
    decided = theatre.tries(told, "decide", after=timedelta(minutes=30))
    assert "LY-37" in clauses_of(decided), "a discussion does not take the place of a pass"
    assert "PL-57" not in clauses_of(decided)
    theatre.go_on(told, before="decide")
    assert theatre.tries(told, "decide", after=timedelta(days=20)).done


@pytest.mark.clauses("PL-57")
def test_a_pass_after_a_dispute_does_not_take_the_place_of_the_discussion(theatre: Any) -> None:
    told = theatre.played("disputed", before="decide", start=start(90))
    judged = {"judgement": "grave", "answer": True}
    said = meanwhile(theatre, told, "answer_judgement", "unit", extra=judged, judgement_reason="意见分歧大，情节复杂。")
    assert said.done, said.verdict
    refused = theatre.tries(told, "decide", after=timedelta(days=20))
    assert clauses_of(refused) == {"PL-57"}
    shown = client(theatre, "head").get(f"/work/cases/{told.stream}/do/decide/").content.decode()
    assert "应当由机关负责人集体讨论决定" in shown
    assert f"/work/cases/{told.stream}/do/discuss/" in shown, "the page leads to what mends it"
    assert meanwhile(theatre, told, "discuss", "head", **DISCUSSED, discussion_on=told.at.date().isoformat()).done
    assert theatre.tries(told, "decide", after=timedelta(days=20)).done


@pytest.mark.clauses("LY-53", "CL-19")
def test_the_head_is_told_of_a_measure_whose_review_did_not_pass(theatre: Any) -> None:
    told = theatre.played("ordinary", before="conclude_investigation", start=start())
    today = timezone.now().date()
    facts = {**SEAL, "measure_until": (today + timedelta(days=20)).isoformat(), "recording_on": today.isoformat()}
    sealed = does(theatre, told, "seal", "zhang", named=("zhang", "li"), **facts)
    assert sealed.done, sealed.verdict
    measure = sealed.events[-1].id
    assert does(theatre, told, "submit_document", "zhang", link=measure, document_text="当场扣押三盒。").done
    refused = does(theatre, told, "refuse_document", "reviewer", link=measure, document_opinion="情况不紧急。")
    assert refused.done, refused.verdict
    duty = DutyRow.objects.get(stream=told.stream, duty="lift")
    assert (duty.owner, duty.met_at) == ("head", None)
    head = client(theatre, "head")
    assert "决定是否解除措施" in head.get("/work/").content.decode()
    shown = head.get(f"/work/cases/{told.stream}/").content.decode()
    assert "决定是否解除措施" in shown
    assert "行政强制法》第十九条" in shown
    assert f"/work/cases/{told.stream}/do/lift_seal/" in shown
    reasons = {"lift_outcome": "解除并退还", "lift_reason": "不应当采取扣押措施。"}
    assert does(theatre, told, "lift_seal", "head", link=measure, **reasons).done
    duty.refresh_from_db()
    assert duty.met_at is not None


@pytest.mark.clauses("LY-40")
@pytest.mark.journeys("review.accountability")
def test_a_supervisor_reads_the_accountability_record_with_a_purpose(theatre: Any) -> None:
    told = theatre.played("revoked", start="2025-02-03")
    opened = does(theatre, told, "open_accountability", "reviewer2", accountability_persons=PERSONS, **THREE)
    assert opened.done, opened.verdict
    place, supervisor = f"/work/cases/{told.stream}/", client(theatre, "supervisor")
    asked = supervisor.get(place)
    assert asked.status_code == 302
    assert "/purpose/" in asked["Location"], "not before he said what for"
    assert supervisor.post(asked["Location"], {"purpose": "案卷评查"}).status_code == 302
    shown = supervisor.get(place).content.decode()
    assert "企业停产两个月" in shown
    assert "没有核对主体" in shown
    assert "案卷评查" in client(theatre, "head").get(place).content.decode(), "his look is on the page"
    assert client(theatre, "supervisor", "wuding").get(place).status_code == 404
    refused = does(theatre, told, "hand_on_accountability", "supervisor", accountability_receiver="演示纪检监察组",
                   accountability_receipt="收文2号")  # fmt: skip
    assert not refused.done, "he reads it and writes none of it"
