"""The code at the door: the officer scans it and enters for the approved inspection of that enterprise or reads why not;
whoever stands there scans the same one and reads who came today, and nothing of another day or enterprise."""

from __future__ import annotations

import base64
import html
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import handle
from sanxiang.config import demo
from sanxiang.core.casefile import fold
from sanxiang.counter import door
from sanxiang.counter.models import Showing
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17"), pytest.mark.journeys("inspection.door")]


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def officer_of(theatre: Theatre, role: str = "zhang", agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def fresh(theatre: Theatre, before: str, **case: Any) -> demo.Told:
    """An inspection of an enterprise of its own that has come to a step on this very day."""
    start = (timezone.localdate() - timedelta(days=16)).isoformat()
    return theatre.played("inspection", before=before, start=start, **case)


def code_of(theatre: Theatre, told: demo.Told) -> str:
    return door.code_of(str(fold(theatre.events(told)).facts["party_credit_code"]))


@pytest.fixture(autouse=True)
def nobody_there(theatre: Theatre) -> None:
    """Every test begins with nobody at any door, and no tries counted."""
    Showing.objects.all().delete()
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM counter_attempt")


def test_the_officer_scans_enters_and_the_enterprise_reads_who_came(theatre: Theatre) -> None:
    told = fresh(theatre, "inspect")
    code = code_of(theatre, told)
    party = Client()
    before = text_of(party.get(f"/counter/e/{code}/"))
    assert "现在没有扫码进入的检查" in before
    assert "食品销售监督检查" not in before, "what is planned is nobody's business at the door"

    officer = officer_of(theatre)
    assert officer.get(f"/counter/e/{code}/")["Location"] == f"/counter/enter/{code}/"
    page = text_of(officer.get(f"/counter/enter/{code}/"))
    assert "记录进入" in page
    done = officer.post(f"/counter/enter/{code}/", {"case": told.stream})
    assert done.status_code == 302, text_of(done)[-2000:]
    event = theatre.events(told)[-1]
    assert (event.kind, event.event.act) == ("site.entered", "enter_site")
    assert len(event.event.officers) == 2
    assert (timezone.now() - event.occurred_at).total_seconds() < 60

    after = text_of(party.get(f"/counter/e/{code}/"))
    for told_there in ("食品销售监督检查", "张演示", "豫C演示0001", "检查通知书：", "投诉"):
        assert told_there in after, told_there
    assert told.stream not in after
    assert "已经进入" in text_of(officer.get(f"/counter/enter/{code}/"))


def test_the_door_says_why_nobody_may_enter(theatre: Theatre) -> None:
    told = fresh(theatre, "approve_inspection")
    code = code_of(theatre, told)
    officer = officer_of(theatre)
    page = text_of(officer.get(f"/counter/enter/{code}/"))
    assert "经负责人批准" in page
    refused = officer.post(f"/counter/enter/{code}/", {"case": told.stream})
    assert refused.status_code == 422
    assert theatre.events(told)[-1].event.act == "register_source"
    assert "现在没有扫码进入的检查" in text_of(Client().get(f"/counter/e/{code}/"))

    nobody = door.code_of("91410300MA0000000X")
    assert "没有对这家企业正在办理的检查" in text_of(officer.get(f"/counter/enter/{nobody}/"))
    assert officer.post(f"/counter/enter/{nobody}/", {"case": told.stream}).status_code == 404, "another enterprise"
    theatre.everywhere()
    stranger = officer_of(theatre, "officer", "dongxihu")
    assert told.stream not in text_of(stranger.get(f"/counter/enter/{code}/")), "another agency's inspection"


def test_the_code_of_another_enterprise_lets_nobody_in_and_an_expired_card_neither(theatre: Theatre) -> None:
    told = fresh(theatre, "inspect")
    zhang = theatre.who(told, "a")
    now = timezone.now()
    other = door.command(told.stream, zhang, (zhang, theatre.who(told, "b")), "91350100M000100Y43")
    wrong = handle(theatre.connection, theatre.book, other, at=now)
    assert [one.clause for one in wrong.verdict.reasons] == ["GP-8"]
    late = theatre.expiring(on=(now - timedelta(days=1)).date())
    credit_code = str(fold(theatre.events(told)).facts["party_credit_code"])
    card = handle(
        theatre.connection, theatre.book, door.command(told.stream, zhang, (zhang, late), credit_code), at=now
    )
    assert not card.done
    assert any(one.clause == "IO-1" for one in card.verdict.reasons)


def test_a_forged_or_cut_code_opens_nothing(theatre: Theatre) -> None:
    told = fresh(theatre, "inspect")
    code = code_of(theatre, told)
    assert door.enterprise_of(code)
    raw = bytearray(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    raw[3] ^= 1
    forged = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    for bad in (forged, code[:-1], code + "A", "A" * 400, "x", "91410300MA7JH4BX0U"):
        assert door.enterprise_of(bad) == "", bad
        assert Client().get(f"/counter/e/{bad}/").status_code == 404
        assert officer_of(theatre).get(f"/counter/enter/{bad}/").status_code == 404
    assert Client().get(f"/counter/enter/{code}/").status_code in (302, 404), "nobody without a login enters"


def test_it_ends_with_the_day_and_who_asks_too_often_waits(theatre: Theatre) -> None:
    told = fresh(theatre, "inspect")
    code = code_of(theatre, told)
    officer_of(theatre).post(f"/counter/enter/{code}/", {"case": told.stream})
    row = Showing.objects.get()
    local = timezone.localtime(row.until)
    assert (local.hour, local.minute) == (0, 0)
    assert 0 < (row.until - timezone.now()).total_seconds() <= 86_400
    assert door.here(code, at=row.until) == []
    assert len(door.here(code, at=timezone.now())) == 1
    assert b"\xe5\xbc\xa0" not in bytes(row.sealed), "whoever reads the table without a code learns nothing"
    party = Client()
    seen = [party.get(f"/counter/e/{code}/").status_code for _ in range(31)]
    assert seen[:30] == [200] * 30
    assert seen[30] == 429


def test_the_sheet_for_the_door_is_printed_by_who_handles_there(theatre: Theatre) -> None:
    told = fresh(theatre, "inspect")
    address = f"/counter/door/{told.stream}/"
    page = text_of(officer_of(theatre).get(address))
    assert f"/counter/e/{code_of(theatre, told)}/" in page
    assert "<svg" in page
    assert address in text_of(officer_of(theatre).get(f"/work/cases/{told.stream}/"))
    theatre.everywhere()
    assert officer_of(theatre, "officer", "dongxihu").get(address).status_code == 404


def test_the_officer_reads_how_often_the_enterprise_was_inspected_this_year(theatre: Theatre) -> None:
    own = {"party_name": "进门演示有限公司", "party_credit_code": "91410300MA9DR7PQ5D"}
    told = fresh(theatre, "inspect", fill=own)
    page = text_of(officer_of(theatre).get(f"/counter/enter/{code_of(theatre, told)}/"))
    assert "本年度对这家的检查" in page
    assert "1 次" in page, "the one that is approved counts"
