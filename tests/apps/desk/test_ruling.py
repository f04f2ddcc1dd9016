"""A ruling binds two parties: each has its own service, its receipt names it, and the case waits for both."""

from __future__ import annotations

import html
import io
from typing import Any

from django.test import Client
from pypdf import PdfReader

from tests.support.theatre import Theatre


def text_of(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).replace("\n", "")


def test_a_ruling_waits_until_both_have_it_and_each_receipt_names_its_party(theatre: Theatre) -> None:
    told = theatre.played("ruling", before="serve_respondent", start="2026-03-02")
    client = Client()
    client.force_login(theatre.account("head"))
    close = f"/work/cases/{told.stream}/do/close_case/"
    page = html.unescape(client.get(close).content.decode())
    assert "向被申请人送达" in page
    assert not theatre.tries(told, "close_case").done
    form = html.unescape(client.get(f"/work/cases/{told.stream}/do/serve/").content.decode())
    assert "向哪一方送达" in form
    theatre.go_on(told)
    served = [one for one in theatre.events(told) if one.event.act == "serve"]
    client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    names = [text_of(client.get(f"/recording/{told.stream}/paper/{one.id}/0.pdf")) for one in served[-2:]]
    party, respondent = "洛阳演示商贸有限公司", "洛阳对照五金有限公司"
    assert party in names[0]
    assert respondent not in names[0]
    assert respondent in names[1]
    assert party not in names[1]


def test_a_mediation_paper_goes_to_both_before_the_case_is_closed(theatre: Theatre) -> None:
    told = theatre.played("ruling_mediated", before="serve_mediation_too", start="2026-03-02")
    refused = theatre.tries(told, "close_mediated")
    assert not refused.done
    assert any("向被申请人送达" in text for reason in refused.verdict.reasons for text in reason.missing)
    theatre.go_on(told)
    assert theatre.events(told)[-1].event.act == "archive"


def test_nobody_is_asked_which_party_where_there_is_one(theatre: Theatre) -> None:
    told = theatre.played("ordinary", before="serve_decision", start="2026-03-02")
    client = Client()
    client.force_login(theatre.account("zhang"))
    assert "向哪一方送达" not in client.get(f"/work/cases/{told.stream}/do/serve/").content.decode()
