"""Who may sign a review and who approves what passed it: 依法行政科 and the head at Dongxihu, 法制室 at Urumqi. Each door
answers: the desk, the form, the interface, the command."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sanxiang.casework.registration import RegisterCommand
from sanxiang.config import demo
from sanxiang.core.values import CHINA
from tests.apps.legal_review_people.people import (
    asks,
    clauses_of,
    client,
    does,
    page_of,
    points,
    sends,
    start,
    waits,
)

DECIDES = {"decision_reasons": "符合补贴条件，准予发放。"}
SINCE = datetime(2023, 12, 1, 9, tzinfo=CHINA)


def enlisted(theatre: Any, agency: str, name: str, *posts: str, **more: Any) -> str:
    """Another officer of an agency in these posts; his short name."""
    if name not in theatre.people[agency]:
        told = {"name": name, "posts": list(posts), "exams": ["judicial"], "trainings": {"法制审核": 24}, **more}
        made = theatre.people[agency][""]
        entries = tuple(demo.officer_entries(told, made, SINCE))
        command = RegisterCommand(kind="officer", agency=made, entries=entries, installer=demo.INSTALLER)
        theatre.people[agency][name] = demo.enter(theatre.connection, theatre.book, command, SINCE)
    return name


def opinion(place: str, outcome: str = "同意", problem: str = "") -> dict[str, Any]:
    return {"review_points": points(place, problem=problem), "review_outcome": outcome, "review_opinion": "意见。"}


def refused_everywhere(theatre: Any, told: Any, who: str, clause: str, facts: dict[str, Any]) -> None:
    """Whoever this is cannot sign the review by any door, and nothing of it stays."""
    before = theatre.events(told)[-1].id
    assert clause in clauses_of(does(theatre, told, "conclude_review", who, **facts)), who
    status, clauses = asks(theatre, told, who, "conclude_review", **facts)
    assert (status, clause in clauses) == (409, True), (who, status, clauses)
    status, _ = sends(theatre, told, who, "conclude_review", review_outcome="同意", review_opinion="同意。")
    assert status == 422, who
    desk = client(theatre, who, told.agency).post(
        f"/review/{told.stream}/", {"do": "conclude_review", "review_outcome": "同意", "review_opinion": "同意。"}
    )
    assert desk.status_code in (403, 404, 422), who
    assert theatre.events(told)[-1].id == before, who


# ── 东西湖 ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sent(theatre: Any) -> Any:
    """A grant of major public interest, sent by the handling section."""
    return theatre.played("benefit_reviewed", agency="dongxihu", before="conclude_review", start=start(30))


@pytest.mark.clauses("DXH-27")
def test_only_the_section_of_legal_affairs_signs_a_review(theatre: Any, sent: Any) -> None:
    office = enlisted(theatre, "dongxihu", "办演示", "reviewer@office")
    inside = enlisted(theatre, "dongxihu", "科演示", "reviewer@public_legal")
    other = enlisted(theatre, "dongxihu", "基演示", "reviewer@grassroots")
    for who in ("officer", "unit", "checker", "head", office, inside, other):
        refused_everywhere(theatre, sent, who, "DXH-27", points_for(theatre))
    done = does(theatre, sent, "conclude_review", "reviewer", **points_for(theatre))
    assert done.done, done.verdict
    signed = theatre.events(sent)[-1]
    assert (signed.kind, signed.actor.department) == ("review.concluded", "legal")


def points_for(theatre: Any) -> dict[str, Any]:
    """The opinion of the demonstration for Dongxihu."""
    found = demo.read("stories.yaml")["local"]["dongxihu"]["fill"]["review_points"]
    return {"review_points": found, "review_outcome": "同意", "review_opinion": "主体、权限、程序合法。"}


@pytest.mark.clauses("DXH-27")
def test_the_handling_section_sends_its_draft_and_nobody_else(theatre: Any) -> None:
    told = theatre.played("benefit_reviewed", agency="dongxihu", before="submit_review", start=start(30))
    package = {"review_materials": [{"name": "拟给付意见", "pages": 3}], "review_promise": True}
    stranger = enlisted(theatre, "dongxihu", "邻演示", "officer@grassroots", certificate="鄂A演示0091")
    assert "DXH-27" in clauses_of(does(theatre, told, "submit_review", stranger, **package))
    assert does(theatre, told, "submit_review", "unit", **package).done
    assert ("conclude_review", "reviewer") in waits(told)


@pytest.mark.clauses("DXH-19", "DXH-23")
def test_what_passed_goes_to_the_head_and_nobody_else_decides(theatre: Any, sent: Any) -> None:
    head = client(theatre, "head", "dongxihu")
    place = f"/work/cases/{sent.stream}/do/decide/"
    assert ("decide", "head") not in waits(sent)
    assert place not in head.get("/work/").content.decode()
    assert "DXH-19" in clauses_of(does(theatre, sent, "decide", "head", **DECIDES)), "not before the review"
    assert does(theatre, sent, "conclude_review", "reviewer", **points_for(theatre)).done
    assert ("decide", "head") in waits(sent)
    assert place in head.get("/work/").content.decode(), "it stands on his list, to be approved"
    for who in ("officer", "unit", "reviewer", "checker"):
        assert "DXH-23" in clauses_of(does(theatre, sent, "decide", who, **DECIDES)), who
        status, clauses = asks(theatre, sent, who, "decide", **DECIDES)
        assert (status, "DXH-23" in clauses) == (409, True), who
        status, page = sends(theatre, sent, who, "decide", **DECIDES)
        assert status == 422, who
        assert "决定要报机关负责人审批，没有审批的不得作出" in page
    for act, who in (("prepare_publication", "publisher"), ("carry_out", "officer"), ("close_case", "head")):
        assert not does(theatre, sent, act, who, closing_result="给付决定执行完毕", carried_out_how="发放").done, act
    status, page = sends(theatre, sent, "head", "decide", **DECIDES)
    assert status == 302, page
    decided = theatre.events(sent)[-1]
    assert (decided.kind, decided.actor.post) == ("decision.made", "head")
    assert decided.event.review == next(one.id for one in theatre.events(sent) if one.kind == "review.concluded")


@pytest.mark.clauses("DXH-19", "DXH-23")
def test_what_did_not_pass_goes_back_and_is_not_approved(theatre: Any, sent: Any) -> None:
    found = [dict(row) for row in points_for(theatre)["review_points"]]
    found[2] |= {"finding": "存在问题", "note": "结案日期对不上"}
    facts = {"review_points": found, "review_outcome": "存在问题", "review_opinion": "请核对后重新送审。"}
    assert does(theatre, sent, "conclude_review", "reviewer", **facts).done
    assert ("decide", "head") not in waits(sent)
    assert "DXH-19" in clauses_of(does(theatre, sent, "decide", "head", **DECIDES))
    assert f"/work/cases/{sent.stream}/do/submit_review/" in page_of(theatre, sent, "head", "decide")


# ── 乌鲁木齐 ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("UR-16")
def test_at_urumqi_a_reviewer_outside_the_legal_office_is_refused(theatre: Any) -> None:
    told = theatre.played("ordinary", agency="urumqi", before="conclude_review", start=start(20))
    squad = enlisted(theatre, "urumqi", "队演示", "reviewer@squad", certificate="新A演示0091")
    office = enlisted(theatre, "urumqi", "厅演示", "reviewer@office", certificate="新A演示0092")
    for who in (squad, office):
        refused_everywhere(theatre, told, who, "UR-16", opinion("urumqi"))
        for act, facts in (("return_review", {"review_return_reason": "缺材料"}), ("confirm_review", {})):
            assert "UR-16" in clauses_of(does(theatre, told, act, who, **facts)), (who, act)
    chief = enlisted(theatre, "urumqi", "主演示", "legal_head@legal", "reviewer@legal", certificate="新A演示0093")
    for who in (squad, office):
        given = does(theatre, told, "assign_review", chief, named=(who,))
        assert not given.done, "nobody outside the office is given a review"
    done = does(theatre, told, "conclude_review", "reviewer", **opinion("urumqi"))
    assert done.done, done.verdict
    assert theatre.events(told)[-1].actor.department == "legal"
