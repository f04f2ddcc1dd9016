"""许可 after the grant on the desk: opened from the case of the licence, so that nobody types its number twice; each gate
by the form of those who act."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from sanxiang.core.casefile import fold
from tests.apps.legal_review_people.people import paper_text
from tests.support.theatre import Theatre

COMPANY = {"party_name": "洛阳演示后续食品有限公司", "licence_number": "JY演示9201"}
FRAUD = "被许可人以欺骗、贿赂等不正当手段取得"


def client_of(theatre: Theatre, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def granted(theatre: Theatre) -> tuple[Any, Any]:
    told = theatre.played("licence", before="close_case", start="2026-08-03", fill=COMPANY)
    return told, fold(list(theatre.events(told)))


def form(client: Client, procedure: str, told: Any) -> tuple[str, str]:
    place = f"/work/cases/new/?procedure={procedure}&from={told.stream}"
    return place, html.unescape(client.get(place).content.decode())


def known(case: Any) -> dict[str, Any]:
    names = ("licence_item", "licence_kind", "licence_name", "licence_number", "party_kind", "party_name",
             "party_credit_code", "legal_representative", "party_address")  # fmt: skip
    said = {name: case.facts[name] for name in names if case.facts.get(name)}
    return {**said, "licence_decision": case.decision_number, "licence_ends_on": case.facts["licence_until"]}


def test_a_change_takes_number_holder_and_term_from_the_licence(theatre: Theatre) -> None:
    told, case = granted(theatre)
    client = client_of(theatre, "zhang")
    place, page = form(client, "licence_change", told)
    for said in (case.decision_number, COMPANY["party_name"], "JY演示9201", case.facts["licence_until"]):
        assert f'value="{said}"' in page, said
    sent = {**known(case), "procedure": "licence_change", "officers": [theatre.people["luoyang"]["zhang"]],
            "licence_request": "变更", "licence_change_content": "经营项目增加散装食品。", "department": "enforcement"}  # fmt: skip
    answer = client.post(place, sent)
    assert answer.status_code == 302, answer.content.decode()
    stream = answer["Location"].rstrip("/").rpartition("/")[2]
    opened = client.get(f"/work/cases/{stream}/").content.decode()
    assert "变更" in opened


def test_a_renewal_asked_for_late_says_on_what_ground(theatre: Theatre) -> None:
    told, case = granted(theatre)
    client = client_of(theatre, "zhang")
    place, _ = form(client, "licence_change", told)
    soon = (timezone.localdate() + timedelta(days=10)).isoformat()
    sent = {**known(case), "procedure": "licence_change", "officers": [theatre.people["luoyang"]["zhang"]],
            "licence_request": "延续", "licence_change_content": "延续五年。", "department": "enforcement"}  # fmt: skip
    refused = client.post(place, {**sent, "licence_ends_on": soon})
    assert refused.status_code == 422
    assert "有效期届满三十日前申请" in refused.content.decode()
    over = client.post(place, {**sent, "licence_ends_on": (timezone.localdate() - timedelta(days=1)).isoformat()})
    assert "有效期已经届满，不能延续" in over.content.decode()
    late = {**sent, "licence_ends_on": soon, "late_renewal_ground": "省级规定届满前仍可申请（演示）。"}
    assert client.post(place, late).status_code == 302


def test_a_licence_got_by_fraud_is_revoked_after_its_holder_was_heard(theatre: Theatre) -> None:
    told = theatre.played("licence_revoked", before="decide_ending", start="2026-09-07", fill=COMPANY)
    head = client_of(theatre, "head")
    keep = head.post(f"/work/cases/{told.stream}/do/decide_refusal/", {"refusal_ground": "经营困难。"})
    assert keep.status_code == 422
    assert "应当撤销" in keep.content.decode()
    assert head.post(f"/work/cases/{told.stream}/do/decide/", {}).status_code == 302
    text = paper_text(theatre, told, "licence_ended")
    assert FRAUD in text
    assert "《行政许可法》第六十九条" in text
    assert "五个工作日内陈述、申辩" in paper_text(theatre, told, "licence_ending_notice")


def test_without_telling_the_holder_nothing_is_revoked(theatre: Theatre) -> None:
    told = theatre.played("licence_revoked", before="tell_ending", start="2026-09-07", fill=COMPANY)
    refused = client_of(theatre, "head").post(f"/work/cases/{told.stream}/do/decide/", {})
    assert refused.status_code == 422
    assert "应当告知当事人并听取意见" in refused.content.decode()


def test_a_cancelled_licence_is_played_to_its_archive(theatre: Theatre) -> None:
    for story in ("licence_cancelled", "licence_renewed", "licence_changed"):
        told = theatre.played(story, start="2026-03-02", fill=COMPANY)
        assert fold(list(theatre.events(told))).archived is not None, story
