"""强制执行 on the desk: an agreement and its breach, a demolition after its announcement, each by the forms of those who
act, with the papers that come of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.core.casefile import fold
from tests.apps.legal_review_people.people import paper_text
from tests.support.theatre import Theatre


def client_of(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def place(told: Any, act: str) -> str:
    return f"/work/cases/{told.stream}/do/{act}/"


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_an_agreement_lowers_only_what_was_added_and_its_breach_resumes_enforcement(theatre: Theatre) -> None:
    told = theatre.played("enforcement_agreed", before="agree_performance", start="2026-08-03")
    head, officer = client_of(theatre, "head"), client_of(theatre, "zhang")
    form = head.get(place(told, "agree_performance")).content.decode()
    assert "协议不损害公共利益和他人合法权益" in form
    typed = {"agreement_terms": "分两次自行拆除。", "agreement_until": day(30)}
    refused = head.post(place(told, "agree_performance"), typed)
    assert refused.status_code == 422
    assert "不得损害公共利益" in refused.content.decode()
    lowered = {**typed, "agreement_harmless": "on", "waived_amount": "3000"}
    refused = head.post(place(told, "agree_performance"), lowered)
    assert refused.status_code == 422
    assert "不能减免原来的罚款" in refused.content.decode()
    answer = head.post(place(told, "agree_performance"), {**typed, "agreement_harmless": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert "分两次自行拆除。" in paper_text(theatre, told, "enforcement_agreement")
    page = officer.get(place(told, "enforce")).content.decode()
    assert "先恢复强制执行" in page, "what is agreed is not enforced"
    answer = head.post(place(told, "break_agreement"), {"resumption_reason": "第一次到期没有拆除。"})
    assert answer.status_code == 302, answer.content.decode()
    assert "第一次到期没有拆除。" in paper_text(theatre, told, "enforcement_resumption")
    assert "先恢复强制执行" not in officer.get(place(told, "enforce")).content.decode()


def test_a_demolition_waits_for_its_announcement_and_for_review_and_suit(theatre: Theatre) -> None:
    told = theatre.played("enforcement_demolished", before="announce_demolition", start="2026-06-01")
    officer = client_of(theatre, "zhang")
    assert officer.post(place(told, "enforce"), {}).status_code == 422, "it is demolished by an act of its own"
    assert "应当公告，限期当事人自行拆除" in officer.get(place(told, "demolish")).content.decode()
    theatre.go_on(told, "carry_out")
    text = paper_text(theatre, told, "demolition_announcement")
    assert "院内东侧彩钢仓库" in text
    assert "又不拆除的，本机关将依法强制拆除" in text
    case = fold(list(theatre.events(told)))
    assert case.facts["demolition"] is True
    theatre.go_on(told)
    assert fold(list(theatre.events(told))).archived is not None


def test_asking_the_court_ends_the_window_in_the_case_of_the_decision(theatre: Theatre) -> None:
    base = theatre.played("levy", before="prepare_publication", start="2025-11-03")
    number = next(one.event.number for one in theatre.events(base) if one.kind == "decision.made")
    seen = len(theatre.events(base))
    told = theatre.begin("enforcement_court", start="2026-08-03")
    told.steps = deepcopy(told.steps)
    told.steps[0]["facts"]["base_decision"] = number
    theatre.go_on(told, "apply_court")
    window = DutyRow.objects.get(stream=base.stream, duty="court")
    assert window.met_at is None
    theatre.step(told)
    (noted,) = theatre.events(base)[seen:]
    asked = theatre.events(told)[-1]
    assert (noted.kind, noted.event.about, noted.actor.name) == ("court.noted", told.stream, "系统")
    assert noted.event.number == asked.event.documents[0]["number"] != ""
    window.refresh_from_db()
    assert window.met_at == asked.occurred_at
    page = client_of(theatre, "zhang").get(f"/work/cases/{base.stream}/").content.decode()
    assert "已经申请人民法院强制执行" in page
    assert noted.event.number in page
    assert CaseRow.objects.get(stream=base.stream).last_act == theatre.events(base)[-2].event.act, "nobody acted here"
