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
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views import home
from sanxiang.core.casefile import fold
from sanxiang.core.events.inspectee import InspecteeListed
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import Library
from sanxiang.core.rulebook.values import check_facts
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
    monkeypatch.setattr(inspecting, "cap_of", lambda *asked: 2)
    assert "临近上限，还可以查 1 次" in client.get(place).content.decode()
    monkeypatch.setattr(inspecting, "cap_of", lambda *asked: 3)
    assert "还可以查 2 次" in client.get(place).content.decode()


@pytest.mark.clauses("LY-17")
def test_the_home_page_names_whom_we_inspect_about_as_often_as_may_be(
    theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    year, code = date.today().year, code_of(31)
    title = "临近上限演示公司"
    own = {"party_name": title, "party_credit_code": code}
    theatre.played("inspection", start=f"{year}-01-12", before="notify_inspection", fill=own)
    rules, agency = library().on("luoyang", date(year, 12, 1)), registers_of(theatre)

    def near(cap: int) -> list[inspecting.Near]:
        rules = capped(library(), cap).on("luoyang", date(year, 12, 1))
        return [one for one in inspecting.nearing(rules, agency, date(year, 12, 1)) if title in one.row.title]

    assert near(1) == [], "one inspection alone is what the cap allows"
    waiting = theatre.played("inspection", start=f"{year}-02-09", before="approve_inspection", fill=own)
    assert [(one.visits.count, one.visits.left) for one in near(2)] == [(1, 1)]
    assert near(1)[0].visits.reached
    assert near(3) == []
    assert str(near(2)[0].row.stream) == waiting.stream
    assert inspecting.nearing(rules, agency, date(year, 12, 1)) == [], "no cap is published: nothing is compared"
    assert (
        inspecting.nearing(capped(library(), 2).on("luoyang", date(year + 1, 1, 5)), agency, date(year + 1, 1, 5)) == []
    )

    monkeypatch.setattr(home, "library", lambda: capped(library(), 2))
    monkeypatch.setattr(home, "NEAR", 10_000)  # enterprises of other tests are near their cap too
    for role, told in (("head", True), ("zhang", True), ("archivist", False)):
        client = Client()
        client.force_login(theatre.account(role))
        page = client.get("/work/").content.decode()
        assert ("本年度已检查 1 次，公布的上限 2 次" in page) is told, role


def registers_of(theatre: Theatre) -> Agency | None:
    agency = theatre.people["luoyang"][""]
    return registers_for(connections["default"], agency, ()).agency(agency)


def test_the_record_holds_the_cap_and_the_prohibitions_of_that_day(theatre: Theatre) -> None:
    """Nobody types them, and what somebody sends in their place is left out."""
    told = theatre.begin(
        "inspection", start="2026-04-13", fill={"party_name": "频次演示公司", "party_credit_code": code_of(32)}
    )
    command = theatre.command(told, "register_source")
    wrong = {"inspection_cap": 99, "inspection_bans": "可以收礼"}
    answer = handle(connections["default"], capped(library(), 2), replace(command, facts={**command.facts, **wrong}),
                    at=theatre.moment(told))  # fmt: skip
    assert answer.done, answer.verdict.reasons
    facts = answer.case.facts
    assert facts["inspection_cap"] == 2
    assert len(facts["inspection_bans"].splitlines()) == 5
    assert "收礼" not in facts["inspection_bans"]


def test_the_list_of_what_is_looked_at_stands_in_the_record_form(theatre: Theatre) -> None:
    """What was meant to be inspected is not typed again; the party's own words have a place."""
    facts = {"register_source": {"inspection_scope": "进货查验记录；贮存条件\n标签。"}}
    told = begun(theatre, code_of(33), "2026-03-02", before="inspect", facts=facts)
    client = Client()
    client.force_login(theatre.account("zhang"))
    page = client.get(f"/work/cases/{told.stream}/do/inspect/").content.decode()
    for point in ("进货查验记录", "贮存条件", "标签"):
        assert f'value="{point}"' in page, point
    assert 'name="party_words"' in page


@pytest.mark.parametrize(("lines", "wrong"), [
    ("高风险：4\n其他：1", ""), ("", ""), ("高风险4", "应写成"), ("特高：1", "没有“特高”这种等级"), ("其他：1\n其他：2", "写了两次"),
])  # fmt: skip
def test_what_an_agency_publishes_as_its_caps_is_checked(lines: str, wrong: str) -> None:
    clean, problems = check_facts(library().dictionary, {"agency_inspection_caps": lines})
    assert wrong in problems.get("agency_inspection_caps", "")
    assert bool(problems) is bool(wrong)
    assert clean.get("agency_inspection_caps", "") == ("" if wrong else lines)


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
