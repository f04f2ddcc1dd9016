"""An inspection begins with an item of the published list: chosen, not typed, and looked up as of that day."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import inspecting
from sanxiang.casework.commands import Answer, handle
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import Event
from sanxiang.core.events.registry import ItemListed, ItemRemoved
from sanxiang.core.values import CHINA
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-17"), pytest.mark.journeys("inspection.items")]
_numbers = count(1)


def entered(theatre: Theatre, event: Event, day: date, stream: str = "") -> str:
    people = theatre.people["luoyang"]
    at = datetime(day.year, day.month, day.day, 8, tzinfo=CHINA)
    command = RegisterCommand(
        kind="item", stream=stream, agency=people[""], officer=people["registrar"],
        entries=(Entry(event=event, occurred_at=at),),
    )  # fmt: skip
    done = register(connections["default"], library(), command, at=timezone.now())
    assert done.done, [reason.text for reason in done.verdict.reasons]
    return done.stream


@pytest.fixture
def item(theatre: Theatre) -> str:
    """An item that was on the list from 2 March until 6 April 2026 only."""
    number = next(_numbers)
    name, code = f"限期事项{number}监督检查", f"LY-JC-9{number:02d}"
    facts = {
        "item_name": name, "item_basis": "某条例（演示）", "item_accepting": "一科", "item_approving": "本机关", "item_conditions": "计划",
        "item_term": "当日", "item_fee": "不收费",
    }  # fmt: skip
    listed = ItemListed(item=code, agency=theatre.people["luoyang"][""], category="检查", facts=facts)
    stream = entered(theatre, listed, date(2026, 3, 2))
    entered(theatre, ItemRemoved(item=code), date(2026, 4, 6), stream)
    return name


def registering(theatre: Theatre, item: str, day: str, **facts: Any) -> tuple[Any, Answer]:
    told = theatre.begin("inspection", start=day, fill={"inspection_item": item, "party_name": "清单演示有限公司"})
    command = theatre.command(told, "register_source")
    command = replace(command, facts={**command.facts, **facts})
    answer = handle(connections["default"], library(), command, at=theatre.moment(told))
    return told, answer


def test_an_item_is_looked_up_as_of_that_day_whatever_is_ticked(theatre: Theatre, item: str) -> None:
    _, allowed = registering(theatre, item, "2026-03-16", inspection_published=False, item_code="另一个编码")
    assert allowed.done, allowed.verdict.reasons
    facts = allowed.case.facts
    assert facts["inspection_published"] is True
    assert str(facts["item_code"]).startswith("LY-JC-9"), "the code is the register's"
    for day in ("2026-02-23", "2026-04-13"):
        _, refused = registering(theatre, item, day, inspection_published=True)
        assert [one.clause for one in refused.verdict.reasons] == ["IO-2"], day
        assert refused.verdict.reasons[0].helper == "登记管理员"
    _, unknown = registering(theatre, "没有公布的事项", "2026-03-16", inspection_published=True)
    assert [one.clause for one in unknown.verdict.reasons] == ["IO-2"]


def test_what_lapsed_meanwhile_is_not_approved(theatre: Theatre, item: str) -> None:
    told, allowed = registering(theatre, item, "2026-03-30")
    assert allowed.done
    told.stream = allowed.stream
    command = theatre.command(told, "approve_inspection")
    late = datetime(2026, 4, 7, 9, tzinfo=CHINA)
    refused = handle(connections["default"], library(), command, at=late)
    assert [one.clause for one in refused.verdict.reasons] == ["IO-2"]
    assert refused.verdict.reasons[0].fix == "refuse_inspection"
    assert handle(connections["default"], library(), command, at=late - timedelta(days=2)).done


def test_an_item_of_another_category_or_agency_is_none(theatre: Theatre, item: str) -> None:
    theatre.everywhere()
    day = date(2026, 3, 16)
    registers = registers_for(connections["default"], theatre.people["wuding"][""], ())
    assert item not in inspecting.items_on(registers.agency(theatre.people["wuding"][""]), day)
    listed = inspecting.LISTS[0]
    assert item in listed(theatre.people["luoyang"][""], "检查", day)
    assert item not in listed(theatre.people["luoyang"][""], "处罚", day)


def test_the_form_lets_choose_from_the_list_and_says_where_to_fill_an_empty_one(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(theatre.account("zhang"))
    place = "/work/cases/new/?procedure=inspection"
    page = html.unescape(client.get(place).content.decode())
    assert '<select class="form-select" id="f-inspection_item"' in page
    assert "<option>食品销售监督检查</option>" in page
    assert 'name="inspection_published"' not in page, "nobody ticks what the register knows"
    assert "现在没有检查事项" not in page
    monkeypatch.setattr(inspecting, "LISTS", [])
    monkeypatch.setattr(inspecting, "ITEMS", "nothing")
    empty = html.unescape(client.get(place).content.decode())
    assert "现在没有检查事项，不能登记检查" in empty
    assert 'href="/registry/items/?category=检查"' in empty
