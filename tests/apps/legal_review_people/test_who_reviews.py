"""Who may be given a review, who steps back, and what a guest gets to see: by page, interface and command."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import WaitRow
from sanxiang.interchange.keys import give
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import paper_data, papers_of
from tests.apps.legal_review_people.people import clauses_of, client, does, start


@pytest.fixture
def told(theatre: Any) -> Any:
    return theatre.played("ordinary", before="conclude_review", start=start())


def act_page(told: Any, act: str) -> str:
    return f"/work/cases/{told.stream}/do/{act}/"


@pytest.mark.clauses("LY-32", "CN-17", "WD-19")
def test_the_form_of_assigning_says_why_somebody_cannot_be_chosen(theatre: Any, told: Any) -> None:
    assert does(theatre, told, "recuse_review", "reviewer", recusal_reason="与当事人相识").done
    page = client(theatre, "reviewer2").get(act_page(told, "assign_review")).content.decode()
    first = theatre.people["luoyang"]["reviewer"]
    line = page[page.index(f'value="{first}"') :][:600]
    assert "disabled" in line.split(">")[0]
    assert "已经声明回避" in line
    second = theatre.people["luoyang"]["reviewer2"]
    assert "disabled" not in page[page.index(f'value="{second}"') :].split(">")[0]
    assert theatre.people["luoyang"]["zhang"] not in page.split('id="officers"')[1].split("</fieldset>")[0]


@pytest.mark.clauses("LY-32", "CN-17")
def test_a_handler_is_given_no_review(theatre: Any, told: Any) -> None:
    refused = does(theatre, told, "assign_review", "reviewer2", named=("zhang",))
    assert not refused.done
    assert {"TS-4.3", "LY-32"} <= clauses_of(refused)


@pytest.mark.clauses("LY-32")
def test_recusal_sends_the_review_back_and_the_head_of_the_unit_is_told(theatre: Any, told: Any) -> None:
    given = does(theatre, told, "assign_review", "reviewer2", named=("reviewer",))
    assert given.case.reviewer == theatre.people["luoyang"]["reviewer"]
    page = client(theatre, "reviewer").post(
        act_page(told, "recuse_review"), {"recusal_reason": "近亲属", "expected": str(given.case.version)}
    )
    assert page.status_code == 302
    waits = WaitRow.objects.filter(stream=told.stream, act="assign_review")
    assert [row.post for row in waits] == ["legal_head"], "it stands on his desk, which shows the first of many"
    shown = client(theatre, "reviewer2").get(f"/work/cases/{told.stream}/").content.decode()
    assert act_page(told, "assign_review") in shown.split('id="next"')[1].split("</section>")[0]
    for act, facts in (
        ("conclude_review", {"review_outcome": "同意"}), ("confirm_review", {}), ("return_review", {}),
        ("check_review", {"check_result": "审核质量合格"}),
    ):  # fmt: skip
        refused = does(theatre, told, act, "reviewer", **facts)
        assert not refused.done, act
        assert any("已经声明回避" in text for reason in refused.verdict.reasons for text in reason.missing), act
    key = give(theatre.account("reviewer"), "演示", days=1, at=timezone.now())
    answer = Client().post(
        f"/api/v1/cases/{told.stream}/acts/conclude_review", json.dumps({"facts": {"review_outcome": "同意"}}),
        content_type="application/json", headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert "已经声明回避" in str(answer.json()["reasons"])


@pytest.fixture
def invited(theatre: Any, told: Any) -> Any:
    assert does(theatre, told, "invite_adviser", "reviewer", named=("adviser",), adviser_question="能否从轻？").done
    return told


@pytest.mark.clauses("LY-33", "WD-19")
def test_an_adviser_sees_the_package_and_nothing_else(theatre: Any, invited: Any) -> None:
    guest = client(theatre, "adviser")
    shown = guest.get(f"/review/{invited.stream}/")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "能否从轻？" in text
    assert "调查终结报告" in text
    events = theatre.events(invited)
    sent = next(one for one in events if one.kind == "review.submitted")
    paper = next(one for one in events if one.event.documents)
    assert guest.get(f"/recording/{invited.stream}/paper/{paper.id}/0.pdf").status_code == 200
    file = next(one for one in events if one.event.files)
    place = f"/recording/{invited.stream}/file/{file.id}/0/"
    assert guest.get(place, HTTP_SEC_FETCH_DEST="iframe").status_code == 302, "on to a copy that bears his name"
    assert guest.get(f"/files/of/{invited.stream}/{file.id}/0/view").status_code in (200, 409, 422)
    assert guest.get(f"{place}?download").status_code == 404, "he is there to look"
    assert guest.get(f"/recording/{invited.stream}/paper/{paper.id}/0.pdf?download").status_code == 404
    for place in (
        f"/work/cases/{invited.stream}/", act_page(invited, "advise_review"), act_page(invited, "conclude_review"),
        f"/files/package/{invited.stream}.zip", f"/recording/{invited.stream}/receipt/{sent.id}.tlog-proof",
        f"/review/{invited.stream}/disagreement/", f"/work/cases/{invited.stream}/late/",
    ):  # fmt: skip
        assert guest.get(place).status_code == 404, place
    assert invited.stream not in guest.get("/work/cases/").content.decode()
    assert guest.get("/review/quality/").status_code == 403
    key = give(theatre.account("adviser"), "演示", days=1, at=timezone.now())
    head = {"Authorization": f"Bearer {key}"}
    assert Client().get(f"/api/v1/cases/{invited.stream}", headers=head).status_code == 404
    assert Client().get(f"/api/v1/cases/{invited.stream}/files", headers=head).status_code == 404
    act = f"/api/v1/cases/{invited.stream}/acts/advise_review"
    body = json.dumps({"facts": {"adviser_opinion": "x"}})
    assert Client().post(act, body, content_type="application/json", headers=head).status_code == 404


@pytest.mark.clauses("LY-33", "WD-19")
@pytest.mark.journeys("review.adviser")
def test_an_adviser_leaves_one_opinion_that_is_kept_and_shown(theatre: Any, invited: Any) -> None:
    guest, place = client(theatre, "adviser"), f"/review/{invited.stream}/"
    assert guest.post(place, {"adviser_opinion": ""}).status_code == 422
    assert guest.post(place, {"adviser_opinion": "初次违法，从轻的理由成立。"}).status_code == 302
    kept = theatre.events(invited)[-1]
    assert kept.kind == "review.advised"
    assert kept.event.facts["adviser_opinion"] == "初次违法，从轻的理由成立。"
    assert guest.post(place, {"adviser_opinion": "再说一次"}).status_code == 422
    assert theatre.events(invited)[-1].id == kept.id
    assert "从轻的理由成立" in client(theatre, "reviewer").get(place).content.decode()
    assert [paper["title"] for paper in kept.event.documents] == ["法律顾问、公职律师意见"]
    theatre.step(invited)
    assert guest.get(place).status_code == 404, "the review has ended"
    assert guest.get(f"/recording/{invited.stream}/paper/{kept.id}/0.pdf").status_code == 404


@pytest.mark.clauses("LY-33")
def test_the_opinion_of_the_demonstrations_adviser_stands_in_the_opinion_of_the_review(theatre: Any) -> None:
    told = theatre.played("advised", before="give_notice", start="2026-03-02")
    events = theatre.events(told)
    registers = registers_of(theatre.connection, events)
    paper = papers_of(events)[-1]
    rules = theatre.book.on("luoyang", events[-1].occurred_at.date())
    data = paper_data(paper, events, rules, registers, demo=True)
    assert paper.template == "review_opinion"
    assert [one["name"] for one in data["lists"]["advice"]] == ["顾演示"]
    assert "从轻处罚的理由成立" in data["lists"]["advice"][0]["text"]


@pytest.mark.clauses("LY-33")
def test_somebody_who_was_not_invited_finds_nothing(theatre: Any, told: Any) -> None:
    guest = client(theatre, "adviser")
    assert guest.get(f"/review/{told.stream}/").status_code == 404
    refused = does(theatre, told, "advise_review", "adviser", adviser_opinion="不请自来")
    assert "TS-4.3" in clauses_of(refused)
