"""Pages that are refused, not there, or broken: the head lines of the desk for whom works here, and no question to the
database where something broke."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.core.signals import got_request_exception
from django.db import connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from sanxiang.config import failures, shortage
from tests.apps.legal_review_people.people import client

NOWHERE = "00000000-0000-4000-8000-000000000000"
DESK, PUBLIC = "三项制度办案", "办案登录"


@pytest.mark.parametrize(
    "place",
    [f"/work/cases/{NOWHERE}/", f"/review/{NOWHERE}/", f"/registry/officers/{NOWHERE}/", "/review/no/such/page/"],
)
def test_who_works_here_stays_at_his_desk(theatre: Any, place: str) -> None:
    answer = client(theatre, "reviewer").get(place)
    text = answer.content.decode()
    assert answer.status_code == 404
    assert DESK in text
    assert PUBLIC not in text
    assert "周演示" in text
    assert "回到待办" in text


@pytest.mark.parametrize("place", ["/no/such/page/", "/catalogues/nowhere/", "/review/no/such/page/"])
def test_a_stranger_sees_the_public_site(theatre: Any, place: str) -> None:
    answer = Client().get(place)
    text = answer.content.decode()
    assert answer.status_code == 404
    assert PUBLIC in text
    assert DESK not in text


def test_at_the_public_site_everybody_is_the_public(theatre: Any) -> None:
    assert PUBLIC in client(theatre, "reviewer").get("/no/such/page/").content.decode()


@pytest.mark.parametrize(("place", "home"), [("/work/", "/work/"), ("/review/x/", "/work/"), ("/", "/")])
def test_a_fault_asks_nothing(theatre: Any, place: str, home: str) -> None:
    request = RequestFactory().get(place)
    with CaptureQueriesContext(connections["default"]) as asked:
        answer = failures.broken(request)
    assert (answer.status_code, len(asked)) == (500, 0)
    text = answer.content.decode()
    assert ("出错了" in text) == (home == "/work/")
    assert ("请把时间告诉管理员" in text) == (home == "/work/"), "the public cannot tell an administrator"
    assert f'class="btn" href="{home}"' in text


def test_a_fault_of_the_page_of_faults_is_plain_text(theatre: Any) -> None:
    with patch.object(shortage.loader, "get_template", side_effect=OSError):
        answer = failures.broken(RequestFactory().get("/work/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert answer.content.decode() == failures.BROKEN


def test_the_product_answers_with_it_when_the_database_is_gone(theatre: Any) -> None:
    there = client(theatre, "reviewer")
    there.raise_request_exception = False
    raised: list[Any] = []

    def heard(**told: Any) -> None:
        raised.append(told)

    got_request_exception.connect(heard)
    try:
        with patch("sanxiang.casework.views.common.reader_of", side_effect=RuntimeError("gone")):
            answers = [there.get(place) for place in ("/work/", f"/review/{NOWHERE}/", "/work/no/such/page/")]
    finally:
        got_request_exception.disconnect(heard)
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert all("回到待办" in answer.content.decode() for answer in answers)
    assert raised
