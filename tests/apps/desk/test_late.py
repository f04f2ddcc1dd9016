"""Late entry (事后补录): what happened in spite of a gate stands in the record with what it broke, for all to see."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from sanxiang.casework.models import CaseRow
from sanxiang.core.casefile import fold
from sanxiang.core.values import CHINA
from sanxiang.interchange.keys import give
from tests.support.theatre import Theatre


def client(theatre: Theatre, role: str) -> Client:
    found = Client()
    found.force_login(get_user_model().objects.get(pk=theatre.account(role).pk))
    return found


@pytest.fixture
def unreviewed(theatre: Theatre) -> Any:
    return theatre.played(before="submit_review", start="2026-08-03")


@pytest.mark.clauses("LY-30", "LY-37")
def test_a_decision_made_without_review_is_entered_with_its_breaches_and_seen_by_supervision(
    theatre: Theatre, unreviewed: Any
) -> None:
    case, head = f"/work/cases/{unreviewed.stream}/", client(theatre, "head")
    refused = head.get(f"{case}do/decide/").content.decode()
    assert "没有经过法制审核，不得作出决定" in refused
    assert 'href="?report=1"' in refused, "where an act is refused, the way to enter what happened is shown"

    happened = (unreviewed.at + timedelta(days=2)).astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")
    typed = {
        "report": "1", "occurred_at": happened, "decision_reasons": "事实清楚。", "late_entry_reason": "当时系统停用。",
        "payment_bank": "演示银行",
    }  # fmt: skip
    asked = head.post(f"{case}do/decide/", typed)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "没有经过法制审核，不得作出决定" in page
    assert "洛政办〔2019〕37号 三(三)" in page
    assert "不使它合法" in page
    assert "没有本系统的文号" in page
    assert CaseRow.objects.get(pk=unreviewed.stream).decided_on is None

    done = head.post(f"{case}do/decide/", typed | {"confirmed": asked.context["late"].seen}, follow=True)
    assert done.redirect_chain
    (event,) = [one for one in theatre.events(unreviewed) if one.kind == "decision.made"]
    assert event.late
    assert event.breaches
    assert (event.event.documents, getattr(event.event, "number", "")) == ((), "")
    page = done.content.decode()
    assert "才录入。补录不使它合法" in page
    assert "当时系统停用。" in page

    row = CaseRow.objects.get(pk=unreviewed.stream)
    assert (row.late_entries, row.breaches > 0, row.decision_number) == (1, True, "")
    supervisor = client(theatre, "supervisor")
    for mark in ("entered", "breach"):
        listed = {
            str(one.stream)
            for one, _ in supervisor.get(f"/work/cases/?mark={mark}&q={row.case_number}").context["rows"]
        }
        assert unreviewed.stream in listed
    revoked = supervisor.get("/work/cases/?mark=revoked").context["rows"]
    assert unreviewed.stream not in {str(one.stream) for one, _ in revoked}


@pytest.mark.clauses("UR-11", "WD-10", "LY-23", "DXH-11")
@pytest.mark.journeys("cases.documents")
def test_the_paper_of_what_was_entered_afterwards_says_so_and_the_others_do_not(theatre: Theatre) -> None:
    case = theatre.played(before="inspect", start="2026-08-03")
    happened = case.at + timedelta(days=1)
    done = theatre.tries(case, "inspect", after=timedelta(days=9), report=True, occurred_at=happened)
    assert done.done
    zhang, events = client(theatre, "zhang"), theatre.events(case)
    papers = {}
    for recorded in events:
        for index, paper in enumerate(recorded.event.documents):
            answer = zhang.get(f"/recording/{case.stream}/paper/{recorded.id}/{index}.pdf")
            pages = PdfReader(io.BytesIO(b"".join(answer))).pages
            papers[recorded.event.act, paper["template"]] = ["".join(page.extract_text().split()) for page in pages]
            assert all((round(page.mediabox.width), round(page.mediabox.height)) == (595, 842) for page in pages), "A4"
    late = papers.pop(("inspect", "onsite_record"))
    entered = events[-1].recorded_at.astimezone(CHINA)
    assert events[-1].late
    assert all(f"补录{entered.year}年{entered.month}月{entered.day}日" in page for page in late), "on every page"
    text = "".join(late)
    for typed in (events[-1].event.facts["inspection_findings"], fold(events).facts["party_name"]):
        assert "".join(typed.split()) in text, "typed once, printed here"
    assert papers
    assert not any("补录" in page for pages in papers.values() for page in pages)


def test_the_entry_lists_the_acts_of_ones_own_posts(theatre: Theatre, unreviewed: Any) -> None:
    place = f"/work/cases/{unreviewed.stream}/late/"
    listed = {
        role: {one.act.id for _, options in client(theatre, role).get(place).context["groups"] for one in options}
        for role in ("zhang", "head", "checker")
    }
    assert "inspect" in listed["zhang"]
    assert "decide" in listed["head"] - listed["zhang"]
    assert "register_source" not in listed["zhang"], "a case is opened once"
    assert not any(name == "answer_judgement" for acts in listed.values() for name in acts)
    assert client(theatre, "wang").get(place).status_code == 404, "a case of another department"
    page = client(theatre, "zhang").get(f"/work/cases/{unreviewed.stream}/").content.decode()
    assert place in page


def test_the_interface_takes_no_late_entry_for_another_post_nor_without_its_reason(
    theatre: Theatre, unreviewed: Any
) -> None:
    def sent(role: str, **facts: str) -> Any:
        key = give(theatre.account(role), "演示", days=1, at=timezone.now())
        body = {"report": True, "facts": {"decision_reasons": "事实清楚。"} | facts}
        place = f"/api/v1/cases/{unreviewed.stream}/acts/decide"
        return Client().post(place, body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {key}")

    other, silent = sent("zhang", late_entry_reason="系统停用"), sent("head")
    assert other.status_code == 409
    assert "decide/post" in {reason["code"] for reason in other.json()["reasons"]}
    assert silent.status_code == 422
    assert silent.json()["problems"] == {"late_entry_reason": "补录要写明当时没有录入的原因"}
    assert not any(one.kind == "decision.made" for one in theatre.events(unreviewed))
