"""A new case that is opened from another brings the party and the facts along: an inspection becomes a case, a decision
is enforced, and nothing is typed twice; from a case that the reader may not see nothing comes."""

from __future__ import annotations

import html
import re
from typing import Any

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.casework.models import DutyRow
from tests.support.theatre import Theatre


def new(theatre: Theatre, told: Any, procedure: str, role: str = "zhang", agency: str = "luoyang") -> str:
    client = Client()
    client.force_login(theatre.account(role, agency))
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = client.get(f"/work/cases/new/?procedure={procedure}&from={told.stream}")
    assert answer.status_code == 200
    assert len(asked) <= 25
    return html.unescape(answer.content.decode())


def test_an_inspection_becomes_a_case_without_typing_anything_twice(theatre: Theatre) -> None:
    theatre.everywhere()
    told = theatre.played("inspection_to_case", before="serve_decision", start="2026-08-03")
    form = new(theatre, told, "penalty.ordinary")
    for text in ("洛阳演示商贸有限公司", "91410300MA7JH4BX0U", "一台电梯超过检验有效期仍在使用", "监督检查"):
        assert text in form
    chosen = re.search(r"<option[^>]*selected[^>]*>\s*监督检查|checked[^>]*>\s*(?:<[^>]*>\s*)*监督检查", form)
    assert chosen, "how it came to be known is chosen already"
    assert "一台电梯" not in new(theatre, told, "penalty.ordinary", "officer", "dongxihu"), "another agency's"

    client = Client()
    client.force_login(theatre.account("zhang", "luoyang"))
    choices = client.get(f"/work/cases/new/?from={told.stream}").content.decode()
    assert f"?procedure=penalty.ordinary&amp;from={told.stream}" in choices
    assert client.get("/work/cases/new/?procedure=penalty.ordinary&from=nothing").status_code == 200
    assert f"?from={told.stream}" in client.get(f"/work/cases/{told.stream}/").content.decode()


def test_a_decision_is_enforced_with_its_number_and_days(theatre: Theatre) -> None:
    told = theatre.played("levy", before="prepare_publication", start="2026-08-10")
    form = new(theatre, told, "enforcement")
    events = theatre.events(told)
    number = next(one.event.number for one in events if one.kind == "decision.made")
    assert number in form
    assert "征收水土保持补偿费一万二千元" in form
    assert next(one.occurred_at for one in events if one.kind == "document.served").date().isoformat() in form
    window = DutyRow.objects.get(stream=told.stream, duty="court")
    assert f'name="court_until" value="{window.due_on.isoformat()}"' in " ".join(form.split()), "the last day is known"


def test_only_what_can_be_opened_here_is_offered(theatre: Theatre) -> None:
    theatre.everywhere()
    client = Client()
    client.force_login(theatre.account("officer", "dongxihu"))
    page = client.get("/work/cases/new/").content.decode()
    assert "procedure=benefit" in page
    assert "procedure=inspection" in page
    assert "procedure=penalty.ordinary" not in page
