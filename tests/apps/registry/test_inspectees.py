"""The standing list of objects of inspection: brought in, changed, taken off, shown, and an inspection begun from it."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections, transaction
from django.http import QueryDict
from django.test import Client

from sanxiang.casework import inspectees
from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.projections import library
from sanxiang.core.events.inspectee import InspecteeChanged, InspecteeListed, InspecteeRemoved
from sanxiang.core.events.registry import ItemListed
from sanxiang.one_platform.registry import fields
from sanxiang.one_platform.registry.importing.checking import Check
from sanxiang.one_platform.registry.importing.confirming import NotEntered
from sanxiang.one_platform.registry.importing.confirming import enter as take_in
from tests.apps.registry.world import (
    ITEM,
    Body,
    account,
    body,
    checked,
    credit_code,
    csv_of,
    enter,
    importer,
    iso,
    now,
    told,
    xlsx,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clauses("LY-17")]
HEAD = ("企业名称", "统一社会信用代码", "类型", "法定代表人", "地址", "电话", "风险等级", "检查事项", "列入日期")
FOOD, DRUGS = "食品销售检查（演示）", "药品经营检查（演示）"


def line(name: str, **other: Any) -> list[Any]:
    cells = {"name": name, "code": credit_code(), "kind": "", "legal": "申屠演", "address": "洛阳市演示路1号",
             "phone": "0379-60000000", "level": "一般风险", "items": "", "on": ""}  # fmt: skip
    assert set(other) <= set(cells)
    return list({**cells, **other}.values())


def look(agency: Body, rows: list[list[Any]]) -> Check:
    return checked(agency, xlsx(rows, HEAD), "名录.xlsx", "inspectees")


def put(agency: Body, found: Check) -> int:
    return take_in(connections["default"], library(), importer(agency), found, clock=now)


@pytest.fixture
def bureau(db: None) -> Body:
    made = body()
    made.add("张执法", "officer", "e1")
    for number, name in enumerate((FOOD, DRUGS)):
        facts = {**ITEM, "item_name": name}
        listed = ItemListed(item=f"JC{number}", agency=made.id, category="检查", facts=facts)
        enter("item", listed, agency=made.id)
    return made


def client(officer: str) -> Client:
    made = Client()
    made.force_login(account(officer))
    return made


def rows_of(agency: Body, **where: Any) -> dict[str, InspecteeRow]:
    return {row.name: row for row in InspecteeRow.objects.filter(agency=agency.id, latest=True, **where)}


def test_a_file_is_taken_in_and_the_same_file_again_changes_nothing(bureau: Body) -> None:
    rows = [line("甲店", items=f"{FOOD}；{DRUGS}"), line("乙公司", kind="个体工商户", level="", on=iso(-30))]
    found = look(bureau, rows)
    assert told(found) == []
    assert put(bureau, found) == 2
    held = rows_of(bureau)
    assert (held["甲店"].kind, held["甲店"].level, held["甲店"].items) == (
        "法人及非法人组织",
        "一般风险",
        [FOOD, DRUGS],
    )
    assert held["乙公司"].since.isoformat() == iso(-30)
    for again in (look(bureau, rows), checked(bureau, csv_of(rows, "gb18030", HEAD), "名录.csv", "inspectees")):
        assert (again.counts, again.good) == ({"new": 0, "changed": 0, "same": 2, "bad": 0}, ())
    rows[0][6] = "高风险"
    changed = look(bureau, rows)
    assert [one.plan.says for one in changed.good] == [("更新信息",)]
    put(bureau, changed)
    assert rows_of(bureau)["甲店"].level == "高风险"


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"code": "91310000MA1FL0XL2B"}, "统一社会信用代码", "校验码应为“6”"),
    ({"code": ""}, "统一社会信用代码", "必填"),
    ({"name": ""}, "名称", "必填"),
    ({"kind": "自然人"}, "类型", "应为法人及非法人组织、个体工商户"),
    ({"level": "很高"}, "等级", "高风险"),
    ({"phone": "无"}, "联系电话", "不像电话号码"),
    ({"items": "食品销售检查"}, "检查事项", f"是不是“{FOOD}”"),
    ({"on": "2999-01-01"}, "列入日期", "还没有到"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), BAD)
def test_a_bad_row_is_named_and_only_good_ones_are_taken_in(
    bureau: Body, cells: dict[str, Any], column: str, reason: str
) -> None:
    found = look(bureau, [line("好店"), line(**{"name": "坏店", **cells})])
    assert [(row, named) for row, named, _ in told(found)] == [(3, column)]
    assert reason in told(found)[0][2]
    assert put(bureau, found) == 1
    assert set(rows_of(bureau)) == {"好店"}


def test_a_code_twice_in_a_file_and_one_that_somebody_listed_meanwhile(bureau: Body) -> None:
    code = credit_code()
    faults = told(look(bureau, [line("甲", code=code), line("乙", code=code)]))
    assert [(row, column) for row, column, _ in faults] == [(3, "统一社会信用代码")]
    found = look(bureau, [line("丙"), line("丁", code=code)])
    facts = {"party_name": "丁", "party_kind": "个体工商户", "party_credit_code": code}
    enter("inspectee", InspecteeListed(agency=bureau.id, facts=facts), agency=bureau.id)
    with pytest.raises(NotEntered, match="每家只列一次"), transaction.atomic():
        put(bureau, found)
    assert set(rows_of(bureau)) == {"丁"}, "nothing half"
    assert not rows_of(body()), "another agency keeps a list of its own"


def test_the_list_of_a_day_as_it_was_known(bureau: Body) -> None:
    facts = {"party_name": "移走店", "party_kind": "个体工商户", "party_credit_code": credit_code(),
             "inspectee_items": FOOD, "inspectee_level": "低风险"}  # fmt: skip
    begun = now() - timedelta(days=100)
    stream = enter("inspectee", InspecteeListed(agency=bureau.id, facts=facts), agency=bureau.id, since=begun)
    enter("inspectee", InspecteeChanged(facts={"inspectee_level": "高风险"}), agency=bureau.id, stream=stream,
          since=begun + timedelta(days=40))  # fmt: skip
    before = now()
    enter("inspectee", InspecteeRemoved(facts={"inspectee_left": "注销"}), agency=bureau.id, stream=stream,
          since=begun + timedelta(days=70))  # fmt: skip

    def level(days: int, known: Any = None) -> list[str]:
        day = (begun + timedelta(days=days)).date()
        return [row.level for row in inspectees.of_day(bureau.id, day, known or now())]

    assert [level(-1), level(0), level(39), level(40), level(69), level(70)] == [
        [], ["低风险"], ["低风险"], ["高风险"], ["高风险"], [],
    ]  # fmt: skip
    assert level(70, before) == ["高风险"], "what was entered later was not known then"
    day = (begun + timedelta(days=50)).date()

    def drawn(item: str, *levels: str) -> int:
        return len(inspectees.drawn_for(bureau.id, day, now(), item, levels))

    assert [drawn(FOOD), drawn(DRUGS), drawn(FOOD, "低风险"), drawn(FOOD, "低风险", "高风险")] == [1, 0, 0, 1]


def test_pages_search_export_and_an_inspection_begun_without_typing(bureau: Body) -> None:
    put(bureau, look(bureau, [line("甲店", items=FOOD), line("乙公司", items=DRUGS), line("丙厂", level="")]))
    officer, keeper, held = client(bureau.people["张执法"]), client(bureau.people["登记员"]), rows_of(bureau)

    def shown(query: str = "") -> list[str]:
        return [row.name for row in officer.get(f"/registry/objects/?{query}").context["found"].rows]

    assert sorted(shown()) == ["丙厂", "乙公司", "甲店"]
    assert shown("q=甲") == ["甲店"]
    assert shown(f"q={held['乙公司'].code.lower()}") == ["乙公司"]
    assert shown("level=none") == ["丙厂"]
    assert sorted(shown(f"item={FOOD}")) == ["丙厂", "甲店"], "an object that names no item is for all"
    file = b"".join(officer.get("/registry/objects/?format=csv&q=甲").streaming_content).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(file))] == ["名称", "甲店"]
    place = f"/work/cases/new/?procedure=inspection&source=inspectee:{held['甲店'].stream}"
    bare = officer.get("/work/cases/new/?procedure=inspection").content.decode()
    assert "名录库里的企业不用重新填写" in bare
    form = html.unescape(officer.get(place).content.decode())
    assert "名录库里的企业不用重新填写" not in form
    for value in ("甲店", held["甲店"].code, "申屠演", "洛阳市演示路1号", "0379-60000000"):
        assert f'value="{value}"' in form, value
    assert f"<option selected>{FOOD}</option>" in form
    other = body()
    other.add("外人", "officer", "e1")
    stranger = client(other.people["外人"])
    assert stranger.get(f"/registry/objects/{held['甲店'].stream}/").status_code == 404
    assert "甲店" not in stranger.get(place).content.decode()
    assert "登记检查" not in keeper.get("/registry/objects/").content.decode()


def test_one_is_listed_changed_taken_off_and_listed_again(bureau: Body) -> None:
    keeper, code = client(bureau.people["登记员"]), credit_code()
    place = f"/registry/agencies/{bureau.id}/list_inspectee/"
    typed = {"party_kind": "个体工商户", "party_name": "丁店", "party_credit_code": code, "on": iso(0)}
    for wrong, said in (
        ({"inspectee_items": "没有的事项"}, "事项清单里没有"), ({"party_credit_code": code[:-1] + "I"}, "统一社会信用代码"),
        ({"party_kind": "自然人"}, "请从列出的选项中选择"),
    ):  # fmt: skip
        refused = keeper.post(place, {**typed, **wrong})
        assert (refused.status_code, said in html.unescape(refused.content.decode())) == (422, True), said
    assert keeper.post(place, {**typed, "inspectee_items": FOOD}).status_code == 302
    assert keeper.post(place, typed).status_code == 422
    own = f"/registry/objects/{rows_of(bureau)['丁店'].stream}/"
    assert keeper.post(f"{own}change_inspectee/", {**typed, "inspectee_level": "高风险"}).status_code == 302
    assert rows_of(bureau)["丁店"].level == "高风险"
    assert keeper.post(f"{own}list_again/", {"on": iso(0)}).status_code == 404
    assert keeper.post(f"{own}remove_inspectee/", {"on": iso(0)}).status_code == 422, "why is asked"
    assert keeper.post(f"{own}remove_inspectee/", {"on": iso(0), "inspectee_left": "注销"}).status_code == 302
    page = keeper.get(own).content.decode()
    assert "移出名录库：注销" in page
    assert "丁店" not in keeper.get("/registry/objects/").content.decode()
    assert "丁店" in keeper.get("/registry/objects/?only=gone").content.decode()
    officer = client(bureau.people["张执法"])
    assert officer.post(f"{own}list_again/", {"on": iso(0)}).status_code == 403
    assert keeper.post(f"{own}list_again/", {"on": iso(0)}).status_code == 302
    assert (rows_of(bureau)["丁店"].gone, rows_of(bureau)["丁店"].left) == (False, "")


@pytest.mark.parametrize(("sent", "kept"), [("是", True), ("否", False), ("", None), ("也许", None)])
def test_whether_an_agency_scans_first_is_chosen_in_words(sent: str, kept: bool | None) -> None:
    one = fields.fact_field(library().dictionary, "agency_door_scan", value=True)
    assert (one.type, one.value) == ("choice", "是")
    form = fields.typed([one], QueryDict(urlencode({one.id: sent})), library().dictionary)
    assert form.values.get(one.id) is kept
    assert form.ok is (sent != "也许")
