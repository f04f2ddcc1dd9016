"""The yearly cap at the door: whoever approves does it there with a reason, and the enterprise reads both."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework import commands, inspecting, projections
from sanxiang.core.casefile import fold
from sanxiang.core.values import problems_of_credit_code
from sanxiang.counter import door, door_views
from sanxiang.counter.models import Showing
from tests.apps.counter.test_door import code_of, fresh, officer_of, text_of
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17"), pytest.mark.journeys("inspection.door")]
REASON = "上次检查后又发现同批次不合格产品；联系人电话13800138000。"
_numbers = count(1)


def credit_code() -> str:
    """A valid unified social credit code that nobody else uses."""
    stem = f"91410300MADR{next(_numbers):05d}"
    return next(stem + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if not problems_of_credit_code(stem + last))


@pytest.fixture
def cap(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> int:
    """Luoyang publishes a cap of one inspection a year."""
    book = projections.library()
    place = book.jurisdictions["luoyang"]
    settings = {**place.settings, "inspection_yearly_cap": 1}
    capped = replace(book, jurisdictions={**book.jurisdictions, "luoyang": replace(place, settings=settings)})
    for module in (door, door_views):
        monkeypatch.setattr(module, "library", lambda: capped)
    Showing.objects.all().delete()
    return 1


def second(theatre: Theatre) -> tuple[Any, str]:
    """The second inspection of the same enterprise in the year, still to be approved; and the code at its door."""
    own = {"party_name": "上限演示有限公司", "party_credit_code": credit_code()}
    fresh(theatre, "notify_inspection", fill=own)
    told = fresh(theatre, "approve_inspection", fill=own)
    return told, code_of(theatre, told)


def test_the_head_approves_at_the_door_only_with_a_reason(theatre: Theatre, cap: int) -> None:
    told, code = second(theatre)
    place = f"/counter/enter/{code}/"
    head = officer_of(theatre, "head")
    assert head.get(f"/counter/e/{code}/")["Location"] == place, "the head scans the same code"
    page = text_of(head.get(place))
    assert "已到上限" in page
    assert "批准要写明理由" in page
    assert "国办发〔2024〕54号" in page
    approve = {"case": told.stream, "do": "approve"}
    refused = head.post(place, approve)
    assert refused.status_code == 422
    assert "本年度对这家的检查已经达到公布的频次上限" in text_of(refused)
    assert theatre.events(told)[-1].event.act == "register_source"
    done = head.post(place, {**approve, "reason": REASON})
    assert (done.status_code, done["Location"]) == (302, place)
    last = theatre.events(told)[-1]
    assert (last.event.act, last.actor.post) == ("approve_inspection", "head")
    assert last.event.facts["inspection_over_reason"] == REASON
    after = text_of(head.get(place))
    assert 'value="approve"' not in after
    assert "入企由执法人员扫同一个码" in after


def test_whoever_only_goes_there_is_told_who_may_approve(theatre: Theatre, cap: int) -> None:
    told, code = second(theatre)
    officer = officer_of(theatre)
    page = text_of(officer.get(f"/counter/enter/{code}/"))
    assert "请负责人扫同一个码" in page
    assert 'value="approve"' not in page
    forged = officer.post(f"/counter/enter/{code}/", {"case": told.stream, "do": "approve", "reason": REASON})
    assert forged.status_code == 422
    assert "由机关负责人办理" in text_of(forged)
    assert theatre.events(told)[-1].event.act == "register_source"
    assert officer_of(theatre, "archivist").get(f"/counter/enter/{code}/").status_code == 404


def test_the_enterprise_reads_the_count_the_cap_and_the_reason_masked(theatre: Theatre, cap: int) -> None:
    told, code = second(theatre)
    officer_of(theatre, "head").post(
        f"/counter/enter/{code}/", {"case": told.stream, "do": "approve", "reason": REASON}
    )
    urgent = door.command(told.stream, theatre.who(told, "a"), (theatre.who(told, "a"), theatre.who(told, "b")), "")
    facts = {
        "entered_code": door.enterprise_of(code), "inspection_urgent": True, "inspection_urgent_reason": "有人举报中毒。",
    }  # fmt: skip
    done = commands.handle(theatre.connection, theatre.book, replace(urgent, facts=facts), at=timezone.now())
    assert done.done, done.verdict.reasons
    page = text_of(Client().get(f"/counter/e/{code}/"))
    assert "已经检查 1 次，公布的上限是 1 次" in page
    assert "又发现同批次不合格产品" in page
    assert "13800138000" not in page, "personal data of a free text stays hidden at a door where anybody scans"
    assert "有人举报" not in page, "why it was urgent may betray who reported it"
    assert "检查已经批准" in page


def test_an_urgent_entry_says_so_until_the_approval_follows(theatre: Theatre, cap: int) -> None:
    told, code = second(theatre)
    people = (theatre.who(told, "a"), theatre.who(told, "b"))
    facts = {
        "entered_code": door.enterprise_of(code), "inspection_urgent": True, "inspection_urgent_reason": "接报食物中毒。",
    }  # fmt: skip
    wanted = replace(door.command(told.stream, people[0], people, ""), facts=facts)
    assert commands.handle(theatre.connection, theatre.book, wanted, at=timezone.now() - timedelta(seconds=1)).done
    page = text_of(Client().get(f"/counter/e/{code}/"))
    assert "批准随后补办" in page
    assert "检查已经批准" not in page
    officer_of(theatre, "head").post(
        f"/counter/enter/{code}/", {"case": told.stream, "do": "approve", "reason": REASON}
    )
    after = text_of(Client().get(f"/counter/e/{code}/"))
    assert "检查已经批准" in after
    assert after.count("<h2>") == page.count("<h2>"), "the same visit, told once"


def test_another_agency_that_comes_to_the_door_is_told_who_else_means_to_go(theatre: Theatre) -> None:
    own = {"party_name": "联合演示有限公司", "party_credit_code": credit_code()}
    told = fresh(theatre, "inspect", fill=own)
    code, facts = own["party_credit_code"], fold(theatre.events(told)).facts
    meant = date.fromisoformat(str(facts["inspection_on"]))
    rules = theatre.book.on("luoyang", meant)
    another = str(uuid4())
    near = inspecting.of_enterprise(rules, another, code, meant).near
    assert [(str(one.row.stream), one.agency, one.department) for one in near] == [
        (told.stream, "洛阳市市场监督管理局（演示）", "综合执法一科")
    ]
    assert not inspecting.of_enterprise(rules, another, code, meant + timedelta(days=60)).near
    assert not inspecting.of_enterprise(rules, str(near[0].row.agency), code, meant).near, (
        "one's own visit is no joint one"
    )
