"""Agencies and items from spreadsheets."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, transaction

from sanxiang.casework.projections import library
from sanxiang.one_platform.registry.importing.checking import Check, Importer, check
from sanxiang.one_platform.registry.importing.confirming import NotEntered, enter
from sanxiang.one_platform.registry.models import AgencyRow, DepartmentRow, ItemRow
from tests.apps.registry.test_marks_once import taken
from tests.apps.registry.world import INSTALLER, Body, body, checked, credit_code, importer, iso, now, told, xlsx

pytestmark = pytest.mark.django_db
HEAD = ("机关名称", "统一社会信用代码", "主体性质", "机关代字", "电话", "内设机构")
ITEM_HEAD = ("事项编码", "事项名称", "类别", "实施依据", "列入日期", "受理机构", "审批机构", "受理条件", "办理时限")
REST = ("执法一科", "本机关", "无", "90 日")


def item_line(code: str, name: str = "名", category: str = "处罚", basis: str = "依据", on: str = "") -> list[str]:
    return [code, name, category, basis, on, *REST]


def agency_line(name: str, **other: Any) -> list[Any]:
    cells = {"name": name, "code": credit_code(), "kind": "行政机关", "mark": f"演{name[-6:]}", "phone": "0379-60000000",
             "parts": "执法科（承办）；法规科（法制审核、公示）"}  # fmt: skip
    assert set(other) <= set(cells)
    return list({**cells, **other}.values())


def look(agency: Body, rows: list[list[Any]], kind: str = "agencies", head: tuple[str, ...] = HEAD) -> Check:
    return checked(agency, xlsx(rows, head), "a.xlsx", kind)


def put(agency: Body, found: Check) -> int:
    return enter(connections["default"], library(), importer(agency), found, clock=now)


@pytest.fixture
def leader(db: None) -> Body:
    return body(leads=True)


@pytest.mark.clauses("LY-42")
def test_the_leading_agency_registers_others_with_their_departments(leader: Body) -> None:
    rows = [agency_line("甲局演示"), agency_line("乙局演示")]
    found = look(leader, rows)
    assert told(found) == []
    assert put(leader, found) == 2
    made = AgencyRow.objects.get(name="甲局演示")
    assert (made.jurisdiction, made.kind, made.credit_code) == ("luoyang", "行政机关", rows[0][1])
    parts = DepartmentRow.objects.filter(stream=made.stream).order_by("department")
    assert [(part.name, part.functions) for part in parts] == [
        ("执法科", ["handling"]),
        ("法规科", ["disclosure", "review"]),
    ]
    assert look(leader, rows).counts["same"] == 2
    rows[0][4], rows[0][5] = "0379-61111111", "执法科；财务科"
    again = look(leader, rows)
    assert again.lines[0].plan.says == ("更新信息", "登记内设机构“财务科”")
    put(leader, again)
    assert AgencyRow.objects.get(name="甲局演示").phone == "0379-61111111"
    assert DepartmentRow.objects.filter(stream=made.stream).count() == 3


def test_another_registrar_changes_his_own_agency_only(leader: Body) -> None:
    plain = body()
    own = agency_line(plain.name, code=plain.code, parts="")
    found = look(plain, [own, agency_line("新机关演示"), agency_line(leader.name, code=leader.code)])
    assert [line.state for line in found.lines] == ["changed", "bad", "bad"]
    assert {(row, column) for row, column, _ in told(found)} == {(3, "登记规则"), (4, "登记规则")}
    assert "只能登记本机关的信息" in told(found)[0][2]


def test_the_leader_of_one_jurisdiction_does_not_write_another(leader: Body) -> None:
    elsewhere = body("wuding")
    found = look(leader, [agency_line(elsewhere.name, code=elsewhere.code, parts="")])
    assert "只能登记本机关的信息" in told(found)[0][2]


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"code": "91310000MA1FL0XL2B"}, "统一社会信用代码", "校验码应为“6”"),
    ({"code": "12345"}, "统一社会信用代码", "18位"),
    ({"code": ""}, "统一社会信用代码", "必填"),
    ({"kind": "公司"}, "主体性质", "行政机关"),
    ({"phone": "无"}, "机关电话", "不像电话号码"),
    ({"parts": "执法科（侦查）"}, "内设机构", "没有“侦查”"),
    ({"parts": "执法科（承办）法规科）"}, "内设机构", "用分号隔开"),
    ({"parts": "执法科；执法科"}, "内设机构", "写了两次"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), BAD)
def test_a_bad_row_is_named(leader: Body, cells: dict[str, Any], column: str, reason: str) -> None:
    faults = told(look(leader, [agency_line("好局演示"), agency_line("坏局演示", **cells)]))
    assert [(row, named) for row, named, _ in faults] == [(3, column)]
    assert reason in faults[0][2]


def test_duplicates_of_code_name_and_mark_are_named(leader: Body) -> None:
    first = agency_line("一局演示", mark="演一字")
    put(leader, look(leader, [first]))
    faults = told(look(leader, [
        agency_line("二局演示", code=first[1], mark="演二"), agency_line("一局演示", mark="演三"),
        agency_line("四局演示", mark="演一字"), agency_line("五局演示", mark="演五"), agency_line("五局演示", mark="演五"),
    ]))  # fmt: skip
    assert [(row, column) for row, column, _ in faults] == [
        (2, "机关名称"), (3, "统一社会信用代码"), (4, "机关代字"), (6, "机关名称"), (6, "机关代字"),
    ]  # fmt: skip


def test_a_mark_that_somebody_took_since_the_check_is_not_entered_again(leader: Body) -> None:
    found = look(leader, [agency_line("迟局演示", mark="演迟"), agency_line("后局演示", mark="演后")])
    assert told(found) == []
    taken(body(), "演后")
    with pytest.raises(NotEntered, match="机关代字已由别的机关使用.*没有写入任何内容"), transaction.atomic():
        put(leader, found)
    assert not AgencyRow.objects.filter(name__in=("迟局演示", "后局演示")).exists()


def test_whoever_installs_registers_the_first_agency(leader: Body) -> None:
    first = Importer(installer=INSTALLER, jurisdiction="luoyang")
    content = xlsx([agency_line("首局演示")], HEAD)
    found = check(connections["default"], library(), first, "agencies", "a.xlsx", content, at=now())
    assert enter(connections["default"], library(), first, found, clock=now) == 1
    assert AgencyRow.objects.filter(name="首局演示", jurisdiction="luoyang").exists()


@pytest.mark.clauses("LY-42")
def test_items_are_listed_changed_and_left_alone(leader: Body) -> None:
    rows = [item_line("P001", "对无照经营的处罚", "行政处罚", on=iso(-30)), item_line("P002", "食品经营许可", "许可")]
    found = look(leader, rows, "items", ITEM_HEAD)
    assert told(found) == []
    assert put(leader, found) == 2
    listed = ItemRow.objects.get(agency=leader.id, code="P001")
    assert (listed.category, listed.listed_on.isoformat()) == ("处罚", iso(-30))
    assert look(leader, rows, "items", ITEM_HEAD).counts["same"] == 2
    rows[0][1] = "对无证经营的处罚"
    assert put(leader, look(leader, rows, "items", ITEM_HEAD)) == 1
    listed.refresh_from_db()
    assert (listed.name, listed.version) == ("对无证经营的处罚", 2)
    assert listed.listed_on.isoformat() == iso(-30), "a change is no new listing"


def test_bad_items_are_named(leader: Body) -> None:
    put(leader, look(leader, [item_line("P001")], "items", ITEM_HEAD))
    rows = [
        item_line("P001", category="许可"), item_line("P002", category="处分"), item_line("P003", "", basis="", on=iso(1)),
        item_line("P004", on="2024-13-01"), item_line("P005"), item_line("P005"),
    ]  # fmt: skip
    faults = told(look(leader, rows, "items", ITEM_HEAD))
    assert sorted((row, column) for row, column, _ in faults) == [
        (2, "类别"), (3, "类别"), (4, "事项依据"), (4, "事项名称"), (4, "列入日期"), (5, "列入日期"), (7, "事项编码"),
    ]  # fmt: skip


@pytest.mark.clauses("LY-06")
def test_what_the_rules_of_the_place_ask_of_an_item_is_named_by_column(leader: Body) -> None:
    faults = told(look(leader, [item_line("P001")[:5]], "items", ITEM_HEAD))
    assert [(row, column) for row, column, _ in faults] == [
        (2, "受理机构"), (2, "审批机构"), (2, "受理条件"), (2, "办理时限"),
    ]  # fmt: skip
    assert all("洛政办" in reason for _, _, reason in faults)
