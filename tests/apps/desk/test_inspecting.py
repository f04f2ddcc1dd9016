"""The yearly cap of inspections of an enterprise is counted from the record, and others who mean to go are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sanxiang.casework import inspecting
from sanxiang.casework.commands import handle
from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events.inspectee import InspecteeListed
from sanxiang.core.rulebook import Library
from sanxiang.core.values import problems_of_credit_code
from sanxiang.store import reading
from tests.apps.registry.world import enter
from tests.support.theatre import Theatre


def code_of(number: int) -> str:
    """A valid unified social credit code that nobody else uses."""
    stem = f"91410300MAJC{number:05d}"
    return next(stem + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if not problems_of_credit_code(stem + last))


def begun(theatre: Theatre, code: str, start: str, before: str = "approve_inspection", **case: Any) -> Any:
    fill = {"party_name": "频次演示公司", "party_credit_code": code}
    return theatre.played("inspection", start=start, before=before, fill=fill, **case)


def capped(book: Library, cap: int | tuple[str, ...]) -> Library:
    place = book.jurisdictions["luoyang"]
    settings = {**place.settings, "inspection_yearly_cap": cap}
    return replace(book, jurisdictions={**book.jurisdictions, "luoyang": replace(place, settings=settings)})


def test_the_record_counts_and_what_is_typed_does_not(theatre: Theatre) -> None:
    code = code_of(1)
    first = begun(theatre, code, "2026-03-02", before="notify_inspection")
    waiting = begun(theatre, code, "2026-03-16")
    told = theatre.begin(
        "inspection", start="2026-04-06", fill={"party_name": "频次演示公司", "party_credit_code": code}
    )
    command = theatre.command(told, "register_source")
    command = replace(command, facts={**command.facts, "inspection_count": 99})
    answer = handle(connections["default"], library(), command, at=theatre.moment(told))
    assert answer.done, answer.verdict.reasons
    assert answer.case.facts["inspection_count"] == 1, "one is approved, the other is not yet"
    found = inspecting.visits(theatre.people["luoyang"][""], code, date(2026, 6, 1))
    assert [str(one.row.stream) for one in found.own] == [first.stream]
    assert waiting.stream != first.stream
    assert inspecting.visits(theatre.people["luoyang"][""], code, date(2027, 1, 1)).count == 0
    assert inspecting.visits(theatre.people["luoyang"][""], code_of(2), date(2026, 6, 1)).count == 0


@pytest.mark.parametrize(("source", "kind", "allowed"), [
    ("检查计划", "日常检查", False), ("双随机抽取", "日常检查", False), ("投诉举报", "个案检查", True),
    ("上级部署", "专项检查", True), ("上级部署", "日常检查", False),
])  # fmt: skip
def test_beyond_the_cap_only_with_the_reason_of_whoever_approves(
    theatre: Theatre, source: str, kind: str, allowed: bool
) -> None:
    code = code_of(10 + len(source + kind) * 7 + sum(map(ord, source + kind)) % 9000)
    begun(theatre, code, "2026-03-02", before="notify_inspection")
    facts = {"register_source": {"inspection_source": source, "inspection_kind": kind}}
    second = begun(theatre, code, "2026-03-16", facts=facts)
    book, at = capped(library(), 1), theatre.moment(second)
    command = theatre.command(second, "approve_inspection")
    refused = handle(connections["default"], book, replace(command, facts={"inspection_count": 0}), at=at)
    assert refused.done is allowed
    if allowed:
        return
    assert [reason.clause for reason in refused.verdict.reasons] == ["IO-3"]
    reasoned = replace(command, facts={"inspection_over_reason": "又接到新的线索，有照片。"})
    done = handle(connections["default"], book, reasoned, at=at)
    assert done.done
    last = reading.load(connections["default"], second.stream)[-1]
    assert last.actor.post == "head"
    assert fold(reading.load(connections["default"], second.stream)).facts["inspection_count"] == 1


@pytest.mark.clauses("LY-17")
@pytest.mark.parametrize(("number", "level", "allowed"), [(21, "高风险", True), (22, "低风险", False), (23, "", False)])
def test_the_cap_of_its_class_on_the_list_of_objects_binds(
    theatre: Theatre, number: int, level: str, allowed: bool
) -> None:
    """国办发〔2024〕54号: the class is looked up on the list of objects, whatever is typed."""
    code, agency = code_of(number), theatre.people["luoyang"][""]
    facts = {"party_name": "频次演示公司", "party_kind": "法人及非法人组织", "party_credit_code": code, "inspectee_items": "频次演示",
             **({"inspectee_level": level} if level else {})}  # fmt: skip
    enter("inspectee", InspecteeListed(agency=agency, facts=facts), agency=agency)
    begun(theatre, code, "2026-03-02", before="notify_inspection")
    second = begun(theatre, code, "2026-03-16")
    book = capped(library(), ("高风险：2", "其他：1"))
    command = replace(theatre.command(second, "approve_inspection"), facts={"inspectee_level": "高风险"})
    assert handle(connections["default"], book, command, at=theatre.moment(second)).done is allowed
    told = inspecting.of_enterprise(book.on("luoyang", date(2026, 3, 20)), agency, code, date(2026, 3, 20))
    assert (told.cap, told.level) == (2 if allowed else 1, level)
    assert told.count == (2 if allowed else 1)


def test_one_visit_before_the_cap_the_page_warns(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_of(24)
    begun(theatre, code, f"{date.today().year}-01-12", before="notify_inspection")
    waiting = begun(theatre, code, f"{date.today().year}-02-09")
    client = Client()
    client.force_login(theatre.account("head"))
    place = f"/work/cases/{waiting.stream}/do/approve_inspection/"
    assert "临近上限" not in client.get(place).content.decode()
    monkeypatch.setattr(inspecting, "cap_of", lambda rules, level="": 2)
    assert "临近上限，还可以查 1 次" in client.get(place).content.decode()
    monkeypatch.setattr(inspecting, "cap_of", lambda rules, level="": 3)
    assert "还可以查 2 次" in client.get(place).content.decode()


def test_the_page_shows_the_count_and_who_else_goes(theatre: Theatre) -> None:
    code = code_of(3)
    done = begun(theatre, code, "2026-03-02", before="notify_inspection")
    mine = begun(theatre, code, "2026-03-16")
    client = Client()
    client.force_login(theatre.account("head"))
    place = f"/work/cases/{mine.stream}/do/approve_inspection/"
    alone = client.get(place).content.decode()
    assert "可以联合检查" not in alone, "one's own earlier visit is no joint one"
    begun(theatre, code, "2026-03-18", cast="luoyang2")
    begun(theatre, code, "2026-05-18", cast="luoyang2")
    shown = client.get(place).content.decode()
    assert "可以联合检查" in shown
    assert shown.count("综合执法二科 3月21日也要去") == 1
    assert "也要去" not in shown.replace("综合执法二科 3月21日也要去", ""), "two months later is not within the window"
    year = date.today().year
    assert done.stream != mine.stream
    assert ("<strong>1 次</strong>" in shown) is (year == 2026)
