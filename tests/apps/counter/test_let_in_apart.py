"""Strangers with hundreds of networks try at a code for a day: they learn next to nothing, and the party, which comes for
the first time, is let in by what only it has: the pass that its agency tells it, the phone that it held at the door."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client, RequestFactory
from django.utils import timezone

from sanxiang.casework.codes import case_code, entry_pass
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.counter import party_views
from sanxiang.counter.showing import Wanted, hold_out
from sanxiang.counter.tries import may_try
from tests.support.theatre import Theatre

from .test_party import FACTOR, tries

pytestmark = pytest.mark.clauses("LY-11")
HOME, OFFICE = "203.0.117.5", "203.0.118.5"


@pytest.fixture
def noticed(theatre: Theatre) -> Any:
    """A case whose party was told of the intended penalty, by a paper that was served."""
    return theatre.played("ordinary", "decide", start="2026-10-05")


@pytest.fixture
def besieged(noticed: Any) -> tuple[str, int]:
    """Ten thousand guesses from two hundred networks within twenty hours of this day: the code, how many were let
    through. What is refused adds nothing, so that of those beyond the twelfth of a network every tenth is asked."""
    code, begun, ask, through = case_code(noticed.stream), timezone.now() - timedelta(hours=21), RequestFactory(), 0
    for n in range(10_000):
        network, nth = n % 200, n // 200
        if nth < 13 or n % 10 == 0:
            request = ask.post("/counter/", REMOTE_ADDR=f"198.18.{network}.{nth}")
            through += may_try(request, code, begun + n * timedelta(hours=20) / 10_000)
    return code, through


def with_pass(code: str, entry: str, known: str = FACTOR, address: str = HOME) -> int:
    typed = {"code": code, "factor": known, "entry": entry}
    return Client().post("/counter/", typed, REMOTE_ADDR=address).status_code


def test_guesses_stay_bounded_and_the_party_gets_in_by_the_pass_of_its_agency(besieged: tuple[str, int]) -> None:
    code, through = besieged
    assert through <= 400, "of ten thousand signs"
    today = legal_day(timezone.now())
    assert tries(code, HOME, FACTOR) == 429, "nothing tells the party from a stranger"
    assert with_pass(code, "") == 429
    assert with_pass(code, "0000-0000") == 429
    assert with_pass(code, entry_pass("0000-0000-0000-0000", today)) == 429, "the pass to another page"
    assert with_pass(code, entry_pass(code, today - timedelta(days=2))) == 429, "an old one"
    assert with_pass(code, entry_pass(code, today), "0000") == 422, "a pass opens nothing by itself"
    assert with_pass(code, entry_pass(code, today).lower().replace("-", " ")) == 302
    assert with_pass(code, entry_pass(code, today - timedelta(days=1)), address=OFFICE) == 302, "told last night"


def test_a_pass_is_no_way_to_guess(noticed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    code, begun, asked = case_code(noticed.stream), timezone.now(), []
    entry = entry_pass(code, legal_day(begun))
    for minute in range(0, 23 * 60, 20):
        monkeypatch.setattr(party_views.timezone, "now", lambda minute=minute: begun + timedelta(minutes=minute))
        asked.append(with_pass(code, entry, "0000", f"198.19.{minute % 250}.1"))
    assert asked.count(422) <= 12, "one pass, however many networks"
    assert 429 in asked


def test_the_phone_that_was_held_at_the_door_gets_in(noticed: Any, theatre: Theatre) -> None:
    case, now, people = fold(theatre.events(noticed)), timezone.now(), theatre.people["luoyang"]
    wanted = Wanted((people["zhang"], people["li"]), ("检查",), "看标签", "演示法第一条")
    registers = registers_for(connections["default"], case.agency, wanted.officers)
    rules = theatre.book.on(case.jurisdiction, now.date())
    held = hold_out(connections["default"], case, rules, registers, wanted, by=people["zhang"], at=now)
    phone, another = Client(), Client()
    for one in (phone, another):
        assert one.get(f"/counter/s/{held.code}/").status_code == 200
        assert "sanxiang-party-known" not in one.cookies, "to look is not to confirm"
        assert one.post(f"/counter/s/{held.code}/", REMOTE_ADDR=HOME).status_code == 200
    code, asked = case_code(noticed.stream), RequestFactory()
    for n in range(400):
        may_try(asked.post("/counter/", REMOTE_ADDR=f"198.18.{n % 200}.1"), code, now)
    assert tries(code, HOME, FACTOR) == 429
    assert [tries(code, HOME, "0000", another) for _ in range(4)] == [422] * 4
    assert tries(code, HOME, FACTOR, phone) == 302
    assert tries(code, HOME, "0000", another) == 429, "one showing is one number, however many confirm it"
    assert tries(code, HOME, FACTOR, phone) == 429
    assert code not in phone.cookies["sanxiang-party-known"].value


def test_the_desk_tells_the_pass_to_those_who_handle_the_case(noticed: Any, theatre: Theatre) -> None:
    entry = entry_pass(case_code(noticed.stream), legal_day(timezone.now()))
    seen = {}
    for role in ("zhang", "publisher"):
        client = Client()
        client.force_login(get_user_model().objects.get(pk=theatre.account(role).pk))
        answer = client.get(f"/counter/show/{noticed.stream}/")
        seen[role] = (answer.status_code, entry in answer.content.decode())
    assert seen == {"zhang": (200, True), "publisher": (404, False)}


def test_who_is_slowed_down_is_told_what_to_do(noticed: Any) -> None:
    code = case_code(noticed.stream)
    assert 'name="entry"' not in Client().get("/counter/").content.decode()
    for _ in range(6):
        answer = Client().post("/counter/", {"code": code, "factor": "0000"}, REMOTE_ADDR="203.0.119.9")
    said = answer.content.decode()
    assert answer.status_code == 429
    assert "要今天的进入码" in said
    assert re.search(r'name="entry" value=""', said)
