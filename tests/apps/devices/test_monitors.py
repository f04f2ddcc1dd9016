"""Monitoring equipment: registered, reviewed by two others, published; only then is its record of use, and a party that
was told of it can state its case. The whole of a penalty by electronic monitoring, on the pages of those who do it."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from sanxiang.config import demo
from sanxiang.core.casefile import fold
from sanxiang.core.events import monitor, page
from sanxiang.core.values import CHINA
from tests.support.theatre import Theatre

from .conftest import Store

PLACE = "演示北路与西街交叉口南侧（演示）"
NEW = {"monitor_place": PLACE, "monitor_behaviour": "运输车辆遗撒", "monitor_basis": "《演示条例》第一条"}
LEGAL = {
    "monitor_points": ["有法律或者行政法规依据", "设置合理"],
    "monitor_outcome": "通过",
    "monitor_opinion": "有依据。",
}
TECHNICAL = {"monitor_points": ["标准合格", "标志明显"], "monitor_outcome": "通过", "monitor_opinion": "检定合格。"}
_codes = itertools.count(1)


def fresh() -> str:
    return f"JK-T{next(_codes):03d}"


def entered(stock: Store, role: str, event: Any, at: datetime) -> None:
    """A fact of the agency of Urumqi, entered by one of its people at an instant."""
    people = stock.theatre.people["urumqi"]
    command = demo.RegisterCommand(
        kind="agency", stream=people[""], agency=people[""], officer=people[role],
        entries=(demo.Entry(event=event, occurred_at=at),),
    )  # fmt: skip
    demo.enter(stock.theatre.connection, stock.theatre.book, command, at)


def published(stock: Store, code: str, at: datetime) -> None:
    """The place made public, by whoever does each step."""
    rows = [{"code": code, "place": PLACE, "behaviour": "运输车辆遗撒"}]
    collected = page.PageCollected(section="monitors", department="squad", facts={"page_monitors": rows})
    entered(stock, "officer", collected, at)
    entered(stock, "unit", page.PageForwarded(section="monitors"), at)
    entered(stock, "checker", page.PageApproved(section="monitors"), at)
    entered(stock, "checker", page.PageIssued(section="monitors", place="演示"), at)


@pytest.mark.clauses("PL-41")
def test_equipment_is_entered_and_reviewed_by_three_people_on_the_pages(stock: Store) -> None:
    code = fresh()
    keeper, reviewer, unit = (stock.client(role, "urumqi") for role in ("keeper", "reviewer", "unit"))
    assert keeper.post("/devices/monitors/register/", {"code": code}).status_code == 422
    assert keeper.post("/devices/monitors/register/", {"code": code, **NEW}).status_code == 302
    again = keeper.post("/devices/monitors/register/", {"code": code, **NEW})
    assert again.status_code == 409
    assert "已经登记" in again.content.decode()
    own = keeper.post(f"/devices/monitors/{code}/technical/", TECHNICAL)
    assert own.status_code == 422
    assert "由不同的人办理" in own.content.decode()
    partly = reviewer.post(f"/devices/monitors/{code}/legal/", {**LEGAL, "monitor_points": ["设置合理"]})
    assert partly.status_code == 422
    assert "有法律或者行政法规依据" in partly.content.decode()
    assert reviewer.post(f"/devices/monitors/{code}/legal/", LEGAL).status_code == 302
    assert "等待技术审核" in keeper.get("/devices/monitors/").content.decode()
    assert unit.post(f"/devices/monitors/{code}/technical/", TECHNICAL).status_code == 302
    listed = keeper.get("/devices/monitors/").content.decode()
    assert "没有公布" in listed
    published(stock, code, demo.now())
    assert "可以使用" in keeper.get("/devices/monitors/").content.decode()
    assert keeper.post(f"/devices/monitors/{code}/move/", {**NEW, "monitor_place": "别处"}).status_code == 302
    assert "等待法制审核" in keeper.get("/devices/monitors/").content.decode()
    assert keeper.post(f"/devices/monitors/{code}/end/", {"monitor_end_reason": "拆除"}).status_code == 302


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("reviewer", "register/"),
        ("officer", "{code}/end/"),
        ("officer", "{code}/legal/"),
        ("archivist", "{code}/move/"),
    ],
)
def test_who_does_not_keep_it_is_refused(stock: Store, role: str, place: str) -> None:
    code = fresh()
    stock.client("keeper", "urumqi").post("/devices/monitors/register/", {"code": code, **NEW})
    sent = {"code": fresh(), **NEW, **LEGAL, "monitor_end_reason": "拆除"}
    answer = stock.client(role, "urumqi").post("/devices/monitors/" + place.format(code=code), sent)
    assert answer.status_code == 422
    assert "办理" in answer.content.decode()


@pytest.mark.parametrize("place", ["nothing/legal/", "{code}/nothing/", "%3Cscript%3E/legal/"])
def test_what_is_not_there_is_not_found(stock: Store, place: str) -> None:
    code = fresh()
    keeper = stock.client("keeper", "urumqi")
    keeper.post("/devices/monitors/register/", {"code": code, **NEW})
    assert keeper.get("/devices/monitors/" + place.format(code=quote(code))).status_code == 404


def test_another_agency_sees_nothing_of_it(stock: Store) -> None:
    code = fresh()
    stock.client("keeper", "urumqi").post("/devices/monitors/register/", {"code": code, **NEW})
    other = stock.client("keeper", "changning")
    assert code not in other.get("/devices/monitors/").content.decode()
    assert other.get(f"/devices/monitors/{code}/end/").status_code == 404


@pytest.mark.clauses("PL-41", "GP-20")
def test_the_story_of_a_penalty_by_monitoring_plays_to_the_archive(stock: Store, theatre: Theatre) -> None:
    code, at = fresh(), datetime(2026, 1, 5, 9, tzinfo=CHINA)
    entered(stock, "keeper", monitor.MonitorRegistered(monitor=code, facts=NEW), at)
    told = theatre.begin("monitored", agency="urumqi", start="2026-03-02", fill={"monitor": code})
    theatre.step(told)
    refused = theatre.tries(told, "take_monitor_record")
    assert {reason.clause for reason in refused.verdict.reasons} == {"PL-41"}
    form = stock.client("officer", "urumqi").get(f"/work/cases/{told.stream}/do/take_monitor_record/").content.decode()
    assert f"<option>{code}</option>" in form
    legal, technical = (
        {"monitor_review": name, **said} for name, said in (("法制审核", LEGAL), ("技术审核", TECHNICAL))
    )
    entered(stock, "reviewer", monitor.MonitorReviewed(monitor=code, facts=legal), at)
    entered(stock, "unit", monitor.MonitorReviewed(monitor=code, facts=technical), at)
    published(stock, code, at)
    theatre.go_on(told)
    case = fold(theatre.events(told))
    assert case.archived
    titles = [paper["title"] for paper in case.papers]
    wanted = ("电子技术监控记录登记表", "电子技术监控记录审核表", "电子技术监控违法事实告知书", "行政处罚决定书")
    assert [title for title in titles if title in wanted] == list(wanted)


@pytest.mark.clauses("PL-41")
def test_the_public_reads_where_the_equipment_stands(stock: Store) -> None:
    code = fresh()
    entered(stock, "keeper", monitor.MonitorRegistered(monitor=code, facts=NEW), demo.now())
    place = f"/agencies/{stock.theatre.people['urumqi']['']}/monitors/"
    assert code not in Client().get(place).content.decode()
    for name, role, said in (("法制审核", "reviewer", LEGAL), ("技术审核", "unit", TECHNICAL)):
        facts = {"monitor_review": name, **said}
        entered(stock, role, monitor.MonitorReviewed(monitor=code, facts=facts), demo.now())
    published(stock, code, demo.now())
    shown = Client().get(place).content.decode()
    assert code in shown
    assert PLACE in shown
