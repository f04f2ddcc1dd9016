"""Disagreement, crime and documents of mid-procedure from act to act: through forms, interface and lists, each at an agency
whose regulation asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.casework.models import DutyRow
from sanxiang.core.values import legal_day
from tests.apps.legal_review_people.people import (
    asks,
    clauses_of,
    client,
    does,
    page_of,
    paper_text,
    points,
    sends,
    start,
    waits,
)

COMPLEX = {"judge5": {"extra": {"judgement": "complex", "answer": True}}}
CRIME = "是否涉嫌犯罪需要移送"
REQUIRED = {"review_required_by": "本单位目录第三项（演示）"}
DECIDES = {"decision_reasons": "事实清楚，证据确凿。"}
PACKAGE = {"review_materials": [{"name": "调查终结报告", "pages": 4}], "review_promise": True}


def events_of(theatre: Any, told: Any, kind: str) -> list[Any]:
    return [one for one in theatre.events(told) if one.kind == kind]


# ── 意见不一致的协调 ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("review.coordination")
@pytest.mark.parametrize(
    ("place", "clause", "problem"),
    [
        pytest.param("wuding", "WD-22", "法律适用准确与裁量适当", marks=pytest.mark.clauses("WD-18", "WD-22")),
        pytest.param("changning", "CN-21", "裁量", marks=pytest.mark.clauses("CN-19", "CN-21")),
    ],
)
def test_what_unit_and_reviewer_see_differently_is_coordinated_and_still_has_to_pass(
    theatre: Any, place: str, clause: str, problem: str
) -> None:
    told = theatre.played(
        "ordinary", agency=place, before="submit_review", start=start(30), changes=COMPLEX,
        facts={"conclude_investigation": REQUIRED},
    )  # fmt: skip
    term = {"review_due_on": (legal_day(timezone.now()) + timedelta(days=7)).isoformat()}
    # what is not complete does not go, and what is missing is named
    empty = does(theatre, told, "submit_review", "unit", review_materials=[], review_promise=True, **term)
    assert clause in clauses_of(empty)
    assert any("送审材料" in text for reason in empty.verdict.reasons for text in reason.missing)
    # manner and time limit: set with the submission, on the list of duties from then on
    assert does(theatre, told, "submit_review", "unit", **PACKAGE, **term).done
    (duty,) = DutyRow.objects.filter(stream=told.stream, duty="review", met_at=None)
    assert duty.due_on.isoformat() == term["review_due_on"]
    # incomplete material comes back with its list, and is sent again
    reviewer = client(theatre, "reviewer", place)
    back = {"do": "return_review", "review_return_reason": "缺少进货单据原件核对说明"}
    assert reviewer.post(f"/review/{told.stream}/", back).status_code == 302
    assert (
        "缺少进货单据原件核对说明" in client(theatre, "unit", place).get(f"/work/cases/{told.stream}/").content.decode()
    )
    assert does(theatre, told, "submit_review", "unit", **PACKAGE, **term).done
    found = {
        "review_points": points(place, problem=problem),
        "review_outcome": "存在问题",
        "review_opinion": "裁量偏轻。",
    }
    assert does(theatre, told, "conclude_review", "reviewer", **found).done
    disagreed(theatre, told, problem)
    # its outcome goes back to review, which still has to pass
    status, refused = asks(theatre, told, "head", "decide", **DECIDES)
    assert status == 409
    assert refused >= {"TS-4.1", "PL-58", "WD-18" if place == "wuding" else "CN-19"}
    assert does(theatre, told, "submit_review", "unit", **PACKAGE, **term).done
    solved = points(place, problem=problem, earlier="已解决")
    passed = does(
        theatre,
        told,
        "conclude_review",
        "reviewer",
        review_points=solved,
        review_outcome="同意",
        review_opinion="同意。",
    )
    assert passed.done, passed.verdict
    assert passed.case.opinion.passes
    assert does(theatre, told, "give_notice", "officer", named=("officer", "officer2"), notice_term_days=5).done


def disagreed(theatre: Any, told: Any, problem: str) -> None:
    """The unit objects to a point, the head coordinates; both by their forms. What both said is kept and shown."""
    objection = {"review_disputed_points.0.point": problem, "review_disputed_points.0.ground": "货值小，已经改正。"}
    status, page = sends(theatre, told, "unit", "dispute_review", **objection, review_disagreement="认为裁量适当。")
    assert status == 302, page
    early = does(theatre, told, "submit_review", "unit", **PACKAGE, review_due_on=legal_day(timezone.now()).isoformat())
    assert any("协调之后再送审" in reason.text for reason in early.verdict.reasons)
    assert ("coordinate_review", "head") in waits(told)
    held = {
        "coordination_on": legal_day(timezone.now()).isoformat(), "coordination_participants.0.name": "演示甲",
        "coordination_participants.0.unit": "承办机构", "coordination_participants.1.name": "演示乙",
        "coordination_participants.1.unit": "审核机构", "coordination_minutes": "逐项听取双方意见。",
        "review_coordination": "按审核意见提高一档，重新送审。",
    }  # fmt: skip
    status, page = sends(theatre, told, "unit", "coordinate_review", **held)
    assert status == 422, "only the head coordinates"
    status, page = sends(theatre, told, "head", "coordinate_review", **held)
    assert status == 302, page
    shown = client(theatre, "unit", told.agency).get(f"/review/{told.stream}/disagreement/").content.decode()
    for part in (
        "货值小，已经改正。",
        "认为裁量适当。",
        "裁量偏轻",
        "演示甲",
        "演示乙",
        "逐项听取双方意见。",
        "提高一档",
    ):
        assert part in shown, part


# ── 涉嫌犯罪的移送 ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("review.crime-transfer")
@pytest.mark.parametrize(
    ("place", "point", "outcome"),
    [
        pytest.param("luoyang", "案件事实", "移送司法机关", marks=pytest.mark.clauses("LY-37", "CT-3", "CT-5")),
        pytest.param("wuding", CRIME, "存在问题", marks=pytest.mark.clauses("WD-21", "CT-3", "CT-5")),
        pytest.param("urumqi", CRIME, "存在问题", marks=pytest.mark.clauses("UR-18", "CT-3", "CT-5")),
        pytest.param("changning", "移送", "存在问题", marks=pytest.mark.clauses("CN-19", "CT-3", "CT-5")),
    ],
)
def test_a_finding_of_crime_opens_a_transfer_with_its_days_and_hours(
    theatre: Any, place: str, point: str, outcome: str
) -> None:
    found = {
        "review_points": points(place, problem=point, note="数额达到追诉标准"),
        "review_outcome": outcome, "review_opinion": "涉嫌犯罪，应当移送。",
    }  # fmt: skip
    officer = "zhang" if place == "luoyang" else "officer"
    told = theatre.played("ordinary", agency=place, before="conclude_review", start=start(20), changes=COMPLEX)
    assert does(theatre, told, "conclude_review", "reviewer", **found).done
    today = legal_day(timezone.now())
    assert ("report_crime", "officer") in waits(told)
    (days,) = DutyRow.objects.filter(stream=told.stream, duty="transfer_decision")
    assert (days.due_on, days.owner) == (today + timedelta(days=3), "head")
    assert f"/work/cases/{told.stream}/do/report_crime/" in page_of_case(theatre, told, officer)
    for act in ("decide", "decide_no_penalty"):
        refused = does(theatre, told, act, "head", no_penalty_ground="违法事实不能成立", **DECIDES)
        assert "CT-3" in clauses_of(refused), act
    early = does(theatre, told, "transfer_crime", officer, transfer_receiver="演示公安局")
    assert not early.done, "not before the head approved it"

    status, page = sends(theatre, told, officer, "report_crime", crime_suspicion="销售金额达到追诉标准（演示）。")
    assert status == 302, page
    assert ("decide_transfer", "head") in waits(told)
    status, page = sends(theatre, told, "head", "decide_transfer", crime_decision="不批准移送")
    assert status == 422, "who does not approve says why"
    status, page = sends(theatre, told, "head", "decide_transfer", crime_decision="批准移送")
    assert status == 302, page
    assert not DutyRow.objects.filter(stream=told.stream, duty="transfer_decision", met_at=None).exists()
    approved = theatre.events(told)[-1].occurred_at
    (hours,) = DutyRow.objects.filter(stream=told.stream, duty="transfer")
    assert hours.due_at == approved + timedelta(hours=24)
    assert "CT-3" in clauses_of(does(theatre, told, "decide", "head", **DECIDES)), "no fine in place of punishment"
    status, page = sends(theatre, told, officer, "transfer_crime", transfer_receiver="演示公安局")
    assert status == 302, page
    ended = theatre.events(told)[-1]
    assert (ended.kind, ended.event.act) == ("case.terminated", "transfer_crime")
    number = ended.event.documents[0]["number"]
    text = paper_text(theatre, told, "crime_transfer")
    assert number
    assert number in text
    assert "演示公安局" in text
    (met,) = DutyRow.objects.filter(stream=told.stream, duty="transfer")
    assert met.met_at is not None
    assert not met.late


def page_of_case(theatre: Any, told: Any, role: str) -> str:
    return str(client(theatre, role, told.agency).get(f"/work/cases/{told.stream}/").content.decode())


# ── 过程文书的审核 ───────────────────────────────────────────────────────────────────────────────────────────────────


def seal(theatre: Any, told: Any, **more: Any) -> Any:
    """Try the sealing of the story as it stands, a little after the last act."""
    command = theatre.command(told, "seal")
    return theatre.tries(told, "seal", after=timedelta(minutes=45), facts={**command.facts, **more})


@pytest.mark.clauses("LY-53")
@pytest.mark.journeys("review.midway")
def test_at_luoyang_an_unreviewed_sealing_is_refused_by_page_interface_and_command(theatre: Any) -> None:
    told = theatre.played("sealed", before="submit_document", start=start(20))
    before = theatre.events(told)[-1].id
    assert "LY-53" in clauses_of(seal(theatre, told))
    shown = page_of(theatre, told, "zhang", "seal")
    assert "重大案件作出前要经法制审核" in shown
    assert "洛政办〔2019〕37号" in shown
    assert f"/work/cases/{told.stream}/do/submit_document/" in shown, "the way out stands beside"
    facts = theatre.command(told, "seal").facts
    plain = {name: "true" if value is True else str(value) for name, value in facts.items() if name != "measure_items"}
    items = {f"measure_items.0.{name}": str(value) for name, value in facts["measure_items"][0].items()}
    status, page = sends(theatre, told, "zhang", "seal", **plain, **items)
    assert status == 422
    assert "洛政办〔2019〕37号" in page
    status, refused = asks(theatre, told, "zhang", "seal", **facts)
    assert status == 409
    assert "LY-53" in refused
    assert theatre.events(told)[-1].id == before, "nothing was written"


@pytest.mark.clauses("LY-53")
@pytest.mark.journeys("review.midway")
def test_a_pass_is_for_one_document_and_a_refused_one_is_not_issued(theatre: Any) -> None:
    told = theatre.played("sealed", before="pass_document", start=start(20))
    assert ("pass_document", "reviewer") in waits(told)
    assert "LY-53" in clauses_of(seal(theatre, told)), "sent, but not read"
    for who in ("zhang", "unit", "head"):
        refused = theatre.tries(
            told, "pass_document", after=timedelta(minutes=10), officer=theatre.people["luoyang"][who]
        )
        assert not refused.done, who
    no = theatre.tries(
        told, "pass_document", after=timedelta(minutes=20), act="refuse_document",
        facts={"document_opinion": "没有必要扣押。"},
    )  # fmt: skip
    assert no.done, no.verdict
    assert "LY-53" in clauses_of(seal(theatre, told)), "read, and refused"
    again = theatre.tries(told, "submit_document", after=timedelta(minutes=25))
    assert again.done, again.verdict
    told.at += timedelta(minutes=25)
    theatre.go_on(told, "serve_seal")
    (passed,) = [one for one in events_of(theatre, told, "review.document_concluded") if one.event.passes]
    (taken,) = events_of(theatre, told, "measure.taken")
    assert passed.seq < taken.seq
    assert taken.event.documents[0]["title"] == "查封（扣押）决定书"
    assert "LY-53" in clauses_of(seal(theatre, told)), "one pass, one document"


@pytest.mark.clauses("LY-53")
@pytest.mark.journeys("review.midway")
def test_an_urgent_measure_goes_first_and_its_document_is_sent_within_a_day(theatre: Any) -> None:
    told = theatre.played("sealed", before="submit_document", start=start(20))
    done = seal(theatre, told, measure_urgent=True)
    assert done.done, done.verdict
    (duty,) = DutyRow.objects.filter(stream=told.stream, duty="document_review")
    taken = theatre.events(told)[-1]
    assert duty.due_at == taken.occurred_at + timedelta(hours=24)
    assert duty.met_at is None
    sent = theatre.tries(
        told, "submit_document", after=timedelta(hours=3), link=taken.event.measure or taken.id,
        facts={"document_text": "当场扣押十二件，情况紧急。"},
    )  # fmt: skip
    assert sent.done, sent.verdict
    (duty,) = DutyRow.objects.filter(stream=told.stream, duty="document_review")
    assert duty.met_at is not None
    assert not duty.late


@pytest.mark.clauses("LY-53", "LY-30")
@pytest.mark.journeys("review.midway")
def test_the_notice_too_waits_for_the_review(theatre: Any) -> None:
    told = theatre.played("ordinary", before="conclude_review", start=start(20))
    refused = theatre.tries(told, "give_notice")
    assert "LY-53" in clauses_of(refused)
    status, clauses = asks(theatre, told, "zhang", "give_notice", notice_term_days=5)
    assert (status, "LY-53" in clauses) == (409, True)
    assert events_of(theatre, told, "notice.given") == []
