"""Draws of inspections: the lists are fixed first, the ledger gives the seed, anybody draws again, tasks follow."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import CaseRow
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.casefile import fold
from sanxiang.core.events.draw import DrawCommitted
from sanxiang.core.events.inspectee import InspecteeChanged, InspecteeRemoved
from sanxiang.core.registers import fold_draw
from sanxiang.core.values.drawing import pool_digest
from sanxiang.one_platform.draws.models import DrawRow
from sanxiang.one_platform.draws.pool import officer_rows
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import PublishedDraw
from tests.apps.archive.packed import number_all
from tests.apps.registry.world import credit_code
from tests.support.draws import ITEM, TYPED, fixed, on_list, put_on_list, put_on_standing_list
from tests.support.theatre import Theatre

SCRIPT = re.compile(r"```python\n(.*?)```", re.DOTALL)


def desk(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


@pytest.fixture
def listed(theatre: Theatre) -> None:
    put_on_list(theatre.people["luoyang"])


def draw_of(stream: str) -> Any:
    return fold_draw(reading.load(connections["default"], stream))


def test_a_draw_from_the_lists_to_the_tasks_and_the_public(
    theatre: Theatre, listed: None, tmp_path: Path, settings: Any
) -> None:
    stream = fixed(desk(theatre, "unit"))
    base, unit, publisher = f"/draws/{stream}/", desk(theatre, "unit"), desk(theatre, "checker")
    early = unit.post(f"{base}do/draw/")
    assert (early.status_code, draw_of(stream).state) == (409, "committed")
    assert "还没有签发" in early.content.decode()
    number_all(tmp_path, settings)
    assert unit.post(f"{base}do/draw/").status_code == 302
    held = draw_of(stream)
    assert held.entry < held.size
    assert [len(one.officers) for one in held.result] == [2, 2, 2]
    assert unit.post(f"{base}do/draw/").status_code == 422, "drawn once and not again"
    one = held.result[0]
    why = {"code": one.code, "draw_left_kind": "回避", "draw_left_reason": "亲属"}
    assert unit.post(f"{base}do/replace/", {**why, "number": one.officers[0]}).status_code == 302
    assert unit.post(f"{base}do/replace/", {**why, "number": "", "draw_left_reason": ""}).status_code == 422
    assert unit.post(f"{base}do/replace/", {**why, "code": held.result[1].code, "number": ""}).status_code == 302
    again = draw_of(stream)
    assert one.officers[0] not in again.result[0].officers
    assert publisher.post(f"{base}do/publish/").status_code == 422, "not before all became tasks"
    assert unit.post(f"{base}do/assign/").status_code == 302
    tasks = draw_of(stream).result
    for task in tasks:
        events = reading.load(connections["default"], task.case)
        case = fold(events)
        assert case.facts["party_name"] == held.objects[task.code]["name"]
        assert case.facts["inspection_source"] == "双随机抽取"
        assert case.facts["legal_basis"] == [{"law": "食品安全法", "article": "第一百一十条"}]
        assert set(events[0].event.officers) == {held.people[name]["officer"] for name in task.officers}
    assert unit.post(f"{base}do/assign/").status_code == 302
    assert CaseRow.objects.filter(stream__in=[task.case for task in tasks]).count() == 3
    assert not PublishedDraw.objects.filter(stream=stream).exists()
    assert publisher.post(f"{base}do/publish/").status_code == 302
    assert DrawRow.objects.get(stream=stream).published_at is not None
    anybody = Client(REMOTE_ADDR="10.77.0.1")
    shown = anybody.get(f"/spot-checks/{stream}/").content.decode()
    assert all(held.objects[task.code]["name"] in shown for task in tasks)
    assert "申屠演" not in shown
    assert "演示抽查" in anybody.get("/spot-checks/").content.decode()
    told = anybody.get(f"/spot-checks/{stream}.json").json()
    assert redrawn(told, tmp_path).returncode == 0
    for forged in ({"seed": "0" * 64}, {"objects": told["objects"][1:]}, {"result": told["first"]}):
        assert redrawn({**told, **forged}, tmp_path).returncode != 0, forged
    table = unit.get(f"{base}result.csv")
    assert held.objects[tasks[0].code]["name"] in b"".join(table.streaming_content).decode()


def redrawn(told: Any, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """The program of the documentation, as a stranger runs it."""
    text = (Path(__file__).parents[3] / "docs/reference/draws.md").read_text("utf-8")
    (script := folder / "redraw.py").write_text(SCRIPT.findall(text)[0], "utf-8")
    (file := folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return subprocess.run([sys.executable, "-I", str(script), str(file)], capture_output=True, timeout=60, check=False)


def test_bad_lists_are_told_by_row_and_nothing_is_fixed(theatre: Theatre, listed: None) -> None:
    client, before = desk(theatre, "unit"), DrawRow.objects.count()
    bad = "代码,名称,类型\nDEMO-1,甲,公司\nDEMO-1,乙,\n,丙,\n"
    answer = client.post("/draws/new/", {**TYPED, "fix": "1", "file": SimpleUploadedFile("a.csv", bad.encode())})
    text = answer.content.decode()
    assert answer.status_code == 422
    for said in ("第 2 行，类型", "第 3 行，代码：与第 2 行重复", "第 4 行，代码：必填"):
        assert said in text
    for broken in (b"", b"\xff\xfe\x00\x00", "别的,列\n1,2\n".encode()):
        refused = client.post("/draws/new/", {**TYPED, "fix": "1", "file": SimpleUploadedFile("a.csv", broken)})
        assert refused.status_code == 422
    forged = client.post("/draws/new/", {**TYPED, "fix": "1", "pool": "W10:1abc:xyz"})
    assert forged.status_code == 422
    assert DrawRow.objects.count() == before


def looked(client: Client, **typed: Any) -> tuple[int, str, dict[str, Any]]:
    """The page with the standing list of the class 高风险, and what a second step would send."""
    told = {**TYPED, "draw_on": timezone.localdate().isoformat(), "source": "list", "levels": "高风险", **typed}
    answer = client.post("/draws/new/", told)
    seen = re.search(r'name="seen" value="([^"]+)"', answer.content.decode())
    return answer.status_code, html.unescape(answer.content.decode()), {**told, "seen": seen[1] if seen else ""}


def test_a_draw_takes_its_objects_from_the_standing_list(
    theatre: Theatre, listed: None, tmp_path: Path, settings: Any
) -> None:
    people, unit = theatre.people["luoyang"], desk(theatre, "unit")
    codes = [credit_code() for _ in range(4)]
    assert "没有适用这个事项和等级" in looked(unit, levels="高风险")[1]
    streams = put_on_standing_list(people, "高风险", *codes[:3]) | put_on_standing_list(people, "低风险", codes[3])
    status, text, told = looked(unit)
    assert (status, "：3 家</strong>" in text, codes[3] in text) == (200, True, False)
    assert looked(unit, listed_on="2999-01-01")[0] == 422
    on_list(people, InspecteeChanged(facts={"inspectee_level": "低风险"}), streams[codes[2]])
    moved = unit.post("/draws/new/", {**told, "fix": "1"})
    assert (moved.status_code, "请按新的名录再核对一次" in moved.content.decode()) == (422, True)
    _, _, told = looked(unit, wanted="2")
    answer = unit.post("/draws/new/", {**told, "fix": "1"})
    assert answer.status_code == 302, answer.content.decode()
    stream = answer.headers["Location"].strip("/").split("/")[-1]
    held = draw_of(stream)
    assert (set(held.objects), held.listed_on, held.levels) == (set(codes[:2]), timezone.localdate(), ("高风险",))
    number_all(tmp_path, settings)
    assert unit.post(f"/draws/{stream}/do/draw/").status_code == 302
    on_list(people, InspecteeRemoved(facts={"inspectee_left": "注销"}), streams[codes[0]])
    put_on_standing_list(people, "高风险", credit_code())
    page = unit.get(f"/draws/{stream}/").content.decode()
    assert "与记录重新核对，一致" in page, "as it was known when the draw was fixed"
    assert page.count("抽取以后移出了名录库") == 1
    assert unit.post(f"/draws/{stream}/do/assign/").status_code == 302
    tasks = {one.code: fold(reading.load(connections["default"], one.case)).facts for one in draw_of(stream).result}
    assert tasks[codes[1]]["party_phone"] == "0379-60000001", "taken from the list, not typed"
    assert tasks[codes[1]]["inspectee_level"] == "高风险"
    assert tasks[codes[1]]["legal_representative"] == "申屠演"
    assert desk(theatre, "checker").post(f"/draws/{stream}/do/publish/").status_code == 302
    file = Client(REMOTE_ADDR="10.77.0.3").get(f"/spot-checks/{stream}.json").json()
    assert (file["listed_on"], file["levels"]) == (timezone.localdate().isoformat(), ["高风险"])
    assert redrawn(file, tmp_path).returncode == 0


def test_a_list_that_is_not_the_registers_is_refused_behind_the_page(theatre: Theatre, listed: None) -> None:
    people, code = theatre.people["luoyang"], credit_code()
    put_on_standing_list(people, "较高风险", code)
    drawers = officer_rows([one for one in colleagues(people[""]) if one["valid"]])[:2]
    for objects, problem in (
        ([{"code": credit_code(), "name": "熟人的店"}], "与"), ([{"code": code, "name": "店"}], "")
    ):  # fmt: skip
        digest = pool_digest([one["code"] for one in objects], [one["number"] for one in drawers], 1, 2)
        event = DrawCommitted(
            agency=people[""], department="enforcement", objects_wanted=1, officers_wanted=2, digest=digest,
            listed_on=timezone.localdate().isoformat(), levels=("较高风险",),
            officers=tuple(one["officer"] for one in drawers),
            facts={"draw_title": "演示", "draw_item": ITEM, "draw_kind": "日常检查", "draw_scope": "看", "draw_on": "2026-12-01",
                   "draw_objects": objects, "draw_officers": drawers},
        )  # fmt: skip
        now = timezone.now()
        command = RegisterCommand(
            kind="draw", agency=people[""], officer=people["unit"], entries=(Entry(event=event, occurred_at=now),)
        )
        done = register(connections["default"], library(), command, at=now)
        assert [reason.clause for reason in done.verdict.reasons] == (["RI-2"] if problem else [])


def test_who_does_not_draw_and_who_does_not_see(theatre: Theatre, listed: None) -> None:
    stream = fixed(desk(theatre, "unit"))
    assert desk(theatre, "archivist").get("/draws/new/").status_code == 404
    refused = desk(theatre, "checker").post(f"/draws/{stream}/do/replace/", {"code": "x"})
    assert refused.status_code == 422
    theatre.everywhere()
    assert desk(theatre, "head", "wuding").get(f"/draws/{stream}/").status_code == 404
    assert Client(REMOTE_ADDR="10.77.0.2").get(f"/spot-checks/{stream}/").status_code == 404
