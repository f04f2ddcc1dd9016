"""One page of what falls due together; one act takes a batch out, each through its gates."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from sanxiang.core.casefile import fold
from tests.support.theatre import Theatre

PLACE = "/disclosure/by-period/"
HERE: Any = {
    "agency": "dongxihu", "changes": {"decide": {"by": "head"}}, "fill": {"inspection_item": "法律援助机构监督检查"},
}  # fmt: skip
"""At Dongxihu the head decides (三(三)), and what it inspects is its own."""


def desk(theatre: Theatre, role: str, agency: str = "dongxihu") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def shown(client: Client) -> str:
    answer = client.get(PLACE)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def state(theatre: Theatre, told: Any) -> str:
    return fold(theatre.events(told)).publication


@pytest.mark.clauses("DXH-07")
@pytest.mark.journeys("disclosure.inspection-batch")
def test_a_batch_stands_on_one_page_and_goes_out_in_one_act(theatre: Theatre) -> None:
    theatre.everywhere()
    told = [theatre.played("inspection", before="publish", start=f"2026-08-{day:02d}", **HERE) for day in (3, 4)]
    waiting = theatre.played("inspection", before="prepare_publication", start="2026-08-05", **HERE)
    checker, publisher = desk(theatre, "checker"), desk(theatre, "publisher")
    page = shown(checker)
    assert "2026年8月31日以前公布的一批" in page
    assert page.count('name="stream"') == 2, "the third is not prepared yet"
    assert str(waiting.stream) in page
    assert 'name="stream"' not in shown(publisher), "whoever prepared cannot publish"

    both = {"stream": [one.stream for one in told], "back": "by-period"}
    checker.post("/disclosure/batch/", both)
    assert {state(theatre, one) for one in told} == {"check"}, "not before the check for secrets"
    publisher.post("/disclosure/batch/", both | {"secrecy_checked": "true"})
    assert {state(theatre, one) for one in told} == {"check"}, "the same gates"
    answer = checker.post("/disclosure/batch/", both | {"secrecy_checked": "true"}, follow=True)
    assert answer.redirect_chain[-1][0] == PLACE
    assert "已发布 2 件" in answer.content.decode()
    assert {state(theatre, one) for one in told} == {"published"}
    assert state(theatre, waiting) == "draft"
    page = shown(checker)
    assert str(waiting.stream) in page
    assert all(str(one.stream) not in page for one in told)


def test_where_nothing_is_published_by_period_the_page_says_so(theatre: Theatre) -> None:
    theatre.played("inspection", before="publish", start="2026-08-10")
    assert "都按件公示" in shown(desk(theatre, "checker", "luoyang"))
    assert desk(theatre, "zhang", "luoyang").get(PLACE).status_code == 403
