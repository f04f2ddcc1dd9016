"""Rules of use: for each kind of device, prepared by one, checked element by element and issued by another, shown where
the device goes out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .conftest import Store

FOUR = ("执法记录仪", "信息采集站", "同步录音录像询问室", "手持执法终端")
ELEMENTS = ("使用规范", "记录要素", "用语指引", "存储应用", "监督管理")


def texts(but: int | None = None) -> dict[str, str]:
    return {f"text.{at}": f"演示：{name}的内容" for at, name in enumerate(ELEMENTS) if at != but}


def place(kind: str, step: str = "") -> str:
    return f"/devices/rules/{quote(kind)}/{step}"


@pytest.mark.clauses("LY-22", "CN-11")
@pytest.mark.journeys("devices.rules")
@pytest.mark.parametrize("kind", FOUR)
@pytest.mark.parametrize("agency", ["luoyang", "changning"])
def test_a_kind_has_rules_with_date_and_version_that_are_shown_where_it_is_used(
    stock: Store, kind: str, agency: str
) -> None:
    keeper, head = stock.client("keeper", agency), stock.client("head", agency)
    assert keeper.post(place(kind, "prepare/"), texts()).status_code == 302
    own_hand = keeper.post(place(kind, "approve/"), {"usage_checked": ELEMENTS, "effective": "2026-01-05"})
    assert own_hand.status_code == 422
    partly = head.post(place(kind, "approve/"), {"usage_checked": ELEMENTS[:4], "effective": "2026-01-05"})
    assert partly.status_code == 422
    assert "逐项核对“监督管理”" in partly.content.decode()
    assert head.post(place(kind, "approve/"), {"usage_checked": ELEMENTS, "effective": "2026-01-05"}).status_code == 302
    assert "2026年1月5日起施行" in keeper.get(place(kind)).content.decode()
    department = {"luoyang": "综合执法一科", "changning": "执法科"}[agency]
    device = stock.enter(kind, agency, department)
    shown = keeper.post("/devices/scan/", {"scan": device.code}).content.decode()
    assert f"{kind}使用规定" in shown
    assert "演示：用语指引的内容" in shown
    assert "演示：用语指引的内容" in keeper.get(f"/devices/{device.id}/").content.decode()
    again = texts() | {"text.0": "第二版的内容"}
    assert keeper.post(place(kind, "prepare/"), again).status_code == 302
    assert "第二版的内容" not in keeper.post("/devices/scan/", {"scan": device.code}).content.decode()
    assert head.post(place(kind, "approve/"), {"usage_checked": ELEMENTS, "effective": "2026-02-02"}).status_code == 302
    assert "第二版的内容" in keeper.post("/devices/scan/", {"scan": device.code}).content.decode()
    assert "第 2 版" in keeper.get("/devices/rules/").content.decode()


@pytest.mark.clauses("LY-22", "CN-11")
@pytest.mark.journeys("devices.rules")
@pytest.mark.parametrize("agency", ["luoyang", "changning"])
def test_the_phone_shows_the_rules_of_the_day_where_recording_starts(stock: Store, agency: str) -> None:
    keeper, head = stock.client("keeper", agency), stock.client("head", agency)
    assert keeper.post(place("手持执法终端", "prepare/"), texts()).status_code == 302
    issued = {"usage_checked": ELEMENTS, "effective": "2026-03-03"}
    assert head.post(place("手持执法终端", "approve/"), issued).status_code == 302
    officer = stock.client({"luoyang": "zhang", "changning": "officer"}[agency], agency)
    told = officer.get("/recording/capture/package").json()["body"]["usage"]
    assert (told["kind"], told["effective"]) == ("手持执法终端", "2026-03-03")
    assert tuple(row["element"] for row in told["rows"]) == ELEMENTS
    later = {"usage_checked": ELEMENTS, "effective": "2199-01-01"}
    assert keeper.post(place("手持执法终端", "prepare/"), texts() | {"text.0": "以后才施行"}).status_code == 302
    assert head.post(place("手持执法终端", "approve/"), later).status_code == 302
    assert officer.get("/recording/capture/package").json()["body"]["usage"] == told


@pytest.mark.clauses("CN-11")
@pytest.mark.parametrize("lacking", range(5))
def test_an_element_that_the_regulation_asks_for_is_not_left_out(stock: Store, lacking: int) -> None:
    answer = stock.client("keeper", "changning").post(place("照相机", "prepare/"), texts(but=lacking))
    assert answer.status_code == 422
    assert ELEMENTS[lacking] in answer.content.decode()


@pytest.mark.clauses("LY-22")
def test_the_four_kinds_of_the_regulation_are_asked_for(stock: Store) -> None:
    from tests.support.theatre import open_theatre

    empty = Store(open_theatre(again=True))
    shown = empty.client().get("/devices/rules/").content.decode()
    assert shown.count("应当制定") == 4


@pytest.mark.parametrize("sent", [{}, {"effective": "2026-13-01"}, {"effective": "明天"}])
def test_rules_without_a_day_are_not_issued(stock: Store, sent: Any) -> None:
    assert stock.client("unit").post(place("照相机", "prepare/"), texts()).status_code == 302
    answer = stock.client("head").post(place("照相机", "approve/"), {"usage_checked": ELEMENTS, **sent})
    assert answer.status_code == 409
    assert "从哪一天起施行" in answer.content.decode()


def test_a_returned_text_is_prepared_again(stock: Store) -> None:
    unit, head = stock.client("unit", "wuding"), stock.client("head", "wuding")
    assert unit.post(place("照相机", "prepare/"), texts()).status_code == 302
    assert head.post(place("照相机", "return/"), {"equipment_return_reason": "写细一点"}).status_code == 302
    assert "写细一点" in unit.get(place("照相机")).content.decode()
    assert (
        head.post(place("照相机", "approve/"), {"usage_checked": ELEMENTS, "effective": "2026-01-05"}).status_code
        == 422
    )
    assert unit.post(place("照相机", "prepare/"), texts()).status_code == 302
    assert stock.client("keeper", "wuding").get(place("飞碟")).status_code == 404
