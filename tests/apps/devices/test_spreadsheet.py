"""Devices from a spreadsheet and back into one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from .conftest import Store

HEAD = "设备编号,设备类型,配发单位,型号,序列号,购置金额\n"


def staged(stock: Store, text: str) -> tuple[Any, str]:
    keeper = stock.client()
    file = SimpleUploadedFile("设备.csv", (HEAD + text).encode("utf-8-sig"))
    answer = keeper.post("/registry/import/", {"kind": "devices", "file": file})
    return keeper, answer["Location"]


def confirmed(keeper: Any, place: str) -> None:
    shown = keeper.get(place).content.decode()
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    assert keeper.post(f"{place}confirm/", {"seen": seen, "good": "1"}).status_code == 302


def test_a_table_of_devices_is_checked_and_entered_and_a_second_time_changes_only_what_differs(stock: Store) -> None:
    keeper, place = staged(stock, "SHEET-1,执法记录仪,综合执法一科,甲,SN1,1500.50\nSHEET-2,照相机,,乙,,\n")
    confirmed(keeper, place)
    wall = keeper.get("/devices/").content.decode()
    assert "SHEET-1" in wall
    told = keeper.get("/devices/devices.csv").content.decode()
    assert "SHEET-1,执法记录仪,综合执法一科,甲,SN1" in told
    keeper, again = staged(stock, "SHEET-1,执法记录仪,综合执法一科,丙,SN1,1500.50\nSHEET-2,照相机,,乙,,\n")
    shown = keeper.get(again).content.decode()
    assert "更新信息" in shown
    confirmed(keeper, again)
    assert "SHEET-1,执法记录仪,综合执法一科,丙" in keeper.get("/devices/devices.csv").content.decode()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("X-1,飞碟,,,,", "没有“飞碟”"), ("X-2,执法记录仪,外星科,,,", "没有“外星科”"), ("X 3,执法记录仪,,,,", "设备编号"),
        ("X-4,执法记录仪,,,,一千", "购置金额"), (",执法记录仪,,,,", "必填"), ("X-5,照相机,,,,\nX-5,照相机,,,,", "重复"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_named(stock: Store, line: str, said: str) -> None:
    keeper, place = staged(stock, f"{line}\n")
    assert said in keeper.get(place).content.decode()


def test_each_keeper_brings_in_his_own_register(stock: Store) -> None:
    assert stock.client().get("/registry/import/?kind=officers").status_code == 403
    assert stock.client("registrar").get("/registry/import/?kind=devices").status_code == 403
    assert stock.client("registrar").get("/registry/import/").status_code == 200
    assert stock.client("zhang").get("/registry/import/").status_code == 403
