"""Whether a certificate is valid today: anybody may ask by its number or the holder's full name, and learns no more."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.three_systems.disclosure.models import PublicCertificate
from tests.support.theatre import Theatre

TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def played_cards(opened_theatre: Theatre, django_db_blocker: Any) -> dict[str, str]:
    """Certificates that end yesterday and today, by the officer."""
    today = timezone.localdate()  # not when the file was read: a run may go past midnight
    with django_db_blocker.unblock():
        found = {
            name: opened_theatre.expiring(on=day)
            for name, day in (("yesterday", today - timedelta(days=1)), ("today", today))
        }
        connections.close_all()
    return found


@pytest.fixture
def cards(played_cards: dict[str, str], theatre: Theatre) -> dict[str, PublicCertificate]:
    return {name: PublicCertificate.objects.using("portal").get(stream=who) for name, who in played_cards.items()}


def ask(asked: str) -> str:
    with CaptureQueriesContext(connections["portal"]) as public:
        answer = Client().get("/officers/", {"q": asked})
    assert answer.status_code == 200
    assert len(public) <= 2
    return answer.content.decode()


def told(page: str) -> list[tuple[str, str]]:
    """Number and verdict of every certificate on the page."""
    return re.findall(r'sx-chip (ok|bad)".*?<dt>执法证编号</dt><dd>(.+?)</dd>', page, re.S)


def test_the_last_day_is_valid_and_the_next_is_not(cards: dict[str, PublicCertificate]) -> None:
    assert told(ask(cards["today"].number)) == [("ok", cards["today"].number)]
    assert told(ask(cards["yesterday"].number)) == [("bad", cards["yesterday"].number)]


def test_width_case_and_spaces_do_not_count(cards: dict[str, PublicCertificate]) -> None:
    number = cards["today"].number
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in number)
    assert told(ask(f" {wide} ")) == told(ask(number)) == [("ok", number)]


def test_a_full_name_finds_every_certificate_of_that_name(cards: dict[str, PublicCertificate]) -> None:
    found = told(ask(cards["today"].name))
    assert {number for _, number in found} >= {one.number for one in cards.values()}


@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1), slice(0, 1)])
def test_a_part_finds_nothing(cards: dict[str, PublicCertificate], cut: slice) -> None:
    for text in (cards["today"].number, cards["today"].name):
        assert not any(number == cards["today"].number for _, number in told(ask(text[cut])))


@pytest.mark.parametrize("asked", ["%", "_", "' OR 1=1 --", "\u202e", "<script>alert(1)</script>", "长" * 9999])
def test_hostile_questions_find_nobody(cards: dict[str, PublicCertificate], asked: str) -> None:
    page = ask(asked)
    assert told(page) == []
    assert "<script>alert" not in page


def test_nothing_else_about_the_person_is_told(cards: dict[str, PublicCertificate]) -> None:
    row = cards["yesterday"]
    page = ask(row.number)
    for day in (row.valid_from, row.valid_until):
        assert day.isoformat() not in page
        assert f"{day.year}年{day.month}月{day.day}日" not in page
    assert str(row.stream) not in page
    assert "洛阳市市场监督管理局" in page
    names = {field.name for field in PublicCertificate._meta.fields}
    assert names == {
        "id", "stream", "agency", "name", "name_key", "number", "number_key", "valid_from", "valid_until",
        "suspended_on", "left_on",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "valid"),
    [
        ({}, True),
        ({"valid_from": TODAY + timedelta(days=7)}, False),
        ({"valid_until": TODAY - timedelta(days=1)}, False),
        ({"suspended_on": TODAY}, False),
        ({"suspended_on": TODAY + timedelta(days=1)}, True),
        ({"left_on": TODAY}, False),
        ({"left_on": TODAY + timedelta(days=1)}, True),
    ],
)
def test_suspension_and_leaving_end_it_on_their_day(changed: dict[str, date], valid: bool) -> None:
    card = {"valid_from": TODAY, "valid_until": TODAY, "suspended_on": None, "left_on": None} | changed
    assert PublicCertificate(**card).valid(TODAY) is valid


def test_the_search_box_leads_from_a_number_to_its_certificate(cards: dict[str, PublicCertificate]) -> None:
    number = cards["today"].number
    leads = "查这个执法证今天是否有效"
    assert leads in Client().get("/search/", {"q": number}).content.decode()
    assert leads not in Client().get("/search/", {"q": number[:-1]}).content.decode()
    assert leads not in Client().get("/search/", {"q": cards["today"].name}).content.decode(), "only by number"
