"""Need, budget, report with its receipt, purchase and allocation; the list of what is recorded and its filing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import registry
from sanxiang.core.gates.equipping import Standard, Unit, needs
from sanxiang.three_systems.recording.devices.models import EquipmentRow
from sanxiang.three_systems.recording.devices.plan_views import by_county
from sanxiang.three_systems.recording.devices.queries import Body
from tests.support.theatre import Theatre, open_theatre

from .conftest import Store


@pytest.fixture(scope="module")
def apart(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """Agencies of these tests alone: a plan of a year stands once."""
    with django_db_blocker.unblock():
        return open_theatre(again=True)


@pytest.fixture
def office(apart: Theatre, theatre: Any) -> Store:
    return Store(apart)


def form(rows: int, **more: str) -> dict[str, str]:
    found = {f"price.{at}": "1500.50" for at in range(rows)}
    return found | more


def lines(page: str) -> list[tuple[str, str, str]]:
    """Need, holding and what is bought, row by row, from the form."""
    import re

    body = re.findall(
        r'data-label="需要">(\d+)</td>\s*<td data-label="现有">(\d+)</td>.*?name="buy\.\d+" value="(\d+)"', page, re.S
    )
    return list(body)


@pytest.mark.clauses("CN-10", "DXH-13", "LY-21")
@pytest.mark.journeys("devices.equipment")
@pytest.mark.parametrize("place", ["changning", "dongxihu", "luoyang"])
def test_need_becomes_a_budget_a_receipt_a_purchase_and_devices(office: Store, place: str) -> None:
    keeper, head = office.client("keeper", place), office.client("head", place)
    shown = keeper.get("/devices/need/").content.decode()
    assert "每 3 名执法人员配 1" in shown
    drawn = lines(keeper.get("/devices/need/2031/draw-up/").content.decode())
    assert drawn
    assert all(int(buy) == max(0, int(need) - int(held)) for need, held, buy in drawn)
    sent = form(len(drawn), **{f"buy.{at}": buy for at, (_, _, buy) in enumerate(drawn)})
    silently_more = keeper.post("/devices/need/2031/draw-up/", sent | {"buy.0": "99"})
    assert silently_more.status_code == 422
    assert "写明理由" in silently_more.content.decode()
    assert keeper.post("/devices/need/2031/draw-up/", sent | {"equipment_note": "演示"}).status_code == 302
    amount = sum(int(buy) for *_, buy in drawn) * 150_050
    sheet = load_workbook(io.BytesIO(keeper.get("/devices/need/2031/sheet.xlsx").content)).active
    assert round(sheet.cell(sheet.max_row, 7).value * 100) == amount
    early = keeper.post("/devices/need/2031/purchase/", bought(100))
    assert early.status_code == 422
    assert "回执" in early.content.decode()
    government = {"changning": "长宁区人民政府", "dongxihu": "东西湖区人民政府", "luoyang": "洛阳市人民政府"}[place]
    own_hand = keeper.post("/devices/need/2031/report/", {"equipment_receiver": government})
    assert own_hand.status_code == 422
    assert head.post("/devices/need/2031/report/", {"equipment_receiver": government}).status_code == 302
    assert keeper.post("/devices/need/2031/draw-up/", sent).status_code == 422
    answer = {"equipment_receipt": "演财〔2030〕7号", "equipment_granted": "3000"}
    assert keeper.post("/devices/need/2031/answer/", answer).status_code == 302
    assert keeper.post("/devices/need/2031/purchase/", bought(3001)).status_code == 422
    assert keeper.post("/devices/need/2031/purchase/", bought(1500)).status_code == 302
    told = keeper.get("/devices/need/2031/").content.decode()
    for word in (government, "演财〔2030〕7号", "核定 3,000.00 元", "1,500.00 / 3,000.00 元"):
        assert word in told
    department = {"changning": "执法科", "dongxihu": "公共法律服务管理科", "luoyang": "综合执法一科"}[place]
    camera = office.enter(agency=place, department=department, plan="2031")
    assert camera.plan == "2031"
    assert camera.code in keeper.get("/devices/need/2031/").content.decode()
    held = keeper.get("/devices/need/").content.decode()
    assert camera.code not in held
    assert lines(keeper.get("/devices/need/2032/draw-up/").content.decode()) != drawn


def bought(yuan: int) -> dict[str, str]:
    return {"equipment_contract": "演采-1", "equipment_supplier": "演示供应商", "equipment_amount": str(yuan)}


@pytest.mark.clauses("LY-21")
@pytest.mark.journeys("devices.equipment")
def test_the_list_is_filed_with_a_receipt_and_a_supervisor_sees_every_agency(office: Store) -> None:
    agency = office.theatre.people["luoyang"][""]
    place = f"/devices/list/{agency}/"
    keeper, supervisor = office.client(), office.client("supervisor")
    assert keeper.post(f"{place}submit/").status_code == 302
    assert keeper.post(f"{place}file/", {"recording_list_receipt": "备1"}).status_code == 422
    assert supervisor.post(f"{place}return/", {"equipment_return_reason": "缺送达"}).status_code == 302
    assert "缺送达" in keeper.get(place).content.decode()
    assert keeper.post(f"{place}submit/", {"equipment_note": "已补"}).status_code == 302
    assert supervisor.post(f"{place}file/").status_code == 422
    assert supervisor.post(f"{place}file/", {"recording_list_receipt": "洛司备〔2031〕3号"}).status_code == 302
    told = keeper.get(place).content.decode()
    assert "洛司备〔2031〕3号" in told
    assert "听证" in told
    overview = supervisor.get("/devices/need/").content.decode()
    assert "本地各机关" in overview
    assert "洛司备〔2031〕3号" in overview
    assert "需要 / 现有" in overview
    assert "本地各机关" not in keeper.get("/devices/need/").content.decode()
    assert office.client("keeper", "wuding").get(place).status_code == 404


@pytest.mark.parametrize(
    "sent", [{"buy.0": "-1"}, {"buy.0": "9" * 40}, {"price.0": "abc"}, {"buy.0": "1", "price.0": ""}, {"buy.0": "很多"}]
)
def test_numbers_that_are_none_change_nothing(office: Store, sent: dict[str, str]) -> None:
    keeper = office.client("keeper", "wuding")
    answer = keeper.post("/devices/need/2033/draw-up/", form(9, **sent))
    assert answer.status_code == 422
    assert keeper.get("/devices/need/2033/").status_code == 404


def test_who_has_no_part_in_it_is_refused(office: Store) -> None:
    assert office.client("zhang").get("/devices/need/2031/draw-up/").status_code == 403
    assert office.client("zhang").get("/devices/need/1/draw-up/").status_code == 403
    assert office.client().get("/devices/need/20x1/draw-up/").status_code == 404


def body(name: str, county: str, officers: int, held: int) -> Any:
    """An agency as the supervisor's list has it, with what it needs by the standard below."""
    row = EquipmentRow(name=name, county=county)
    unit = Unit(name, officers, 0, {"执法记录仪": held})
    return Body(row, unit), needs(STANDARD, unit), "", ""


STANDARD = (Standard("执法记录仪", 2, "执法人员"),)


@pytest.mark.clauses("LY-21")
@pytest.mark.journeys("devices.equipment")
def test_need_and_holdings_are_summed_by_county_and_for_the_whole() -> None:
    bodies = [
        body("甲局", "演示县", 4, 5),
        body("乙局", "演示县", 6, 1),
        body("丙局", "", 2, 0),
        body("丁局", "乙县", 2, 1),
    ]
    told = {name: [tuple(one) for one in row] for name, row in by_county(bodies, STANDARD)}
    assert told == {
        "乙县": [("执法记录仪", 1, 1, 0)],
        "演示县": [("执法记录仪", 5, 6, 2)],
        "没有登记县、区": [("执法记录仪", 1, 0, 1)],
        "合计": [("执法记录仪", 7, 7, 3)],
    }
    assert list(told)[-2:] == ["没有登记县、区", "合计"], "what one has too much covers nobody else's lack"


@pytest.mark.clauses("LY-21")
@pytest.mark.journeys("devices.equipment")
def test_a_supervisor_reads_the_counties_and_takes_them_along(apart: Theatre, office: Store) -> None:
    agency, at = apart.people["luoyang"][""], timezone.now()
    event = registry.AgencyChanged(facts={"agency_county": "演示县"})
    command = RegisterCommand(kind="agency", agency=agency, stream=agency, officer=apart.people["luoyang"]["registrar"],
                              entries=(Entry(event=event, occurred_at=at),))  # fmt: skip
    assert register(apart.connection, apart.book, command, at=at).done
    supervisor, keeper = office.client("supervisor"), office.client()
    page = supervisor.get("/devices/need/").content.decode()
    assert "各县、区合计" in page
    assert '<td data-label="县、区">演示县</td>' in page
    assert "各县、区合计" not in keeper.get("/devices/need/?as=xlsx").content.decode(), "of his own agency alone"
    sheet = load_workbook(io.BytesIO(supervisor.get("/devices/need/?as=xlsx").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("县、区", "设备类型", "需要", "现有", "缺")
    assert {row[0] for row in rows[1:]} >= {"演示县", "合计"}
    for kind in {row[1] for row in rows[1:]}:
        *parts, whole = [row[2:] for row in rows[1:] if row[1] == kind]
        assert whole == tuple(map(sum, zip(*parts, strict=True))), kind
    assert supervisor.get("/devices/need/?as=csv").content.decode("utf-8-sig").startswith("县、区,")
