"""双公示: records of the credit exchange from cases and files, checked, sent once, answered."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from sanxiang.config import demo
from sanxiang.interchange.credit import keeping, sending
from sanxiang.interchange.credit.checking import problems_of
from sanxiang.interchange.credit.files import lines_of, written
from sanxiang.interchange.credit.formats import standard
from sanxiang.interchange.models import CreditBatch, CreditRecord
from sanxiang.one_platform.registry.importing.files import BadFile
from sanxiang.one_platform.registry.models import Staging
from tests.support.theatre import Theatre

GOLDEN = Path(__file__).parents[2] / "golden" / "credit"
TODAY = date(2026, 11, 21)
OURS = "11410300MB0YMYW01A"
COMPANY = {
    "CF_XDR_MC": "洛阳演示食品有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": "91410300MA7JH4BX0U",
    "CF_FRDB": "田演示", "CF_WSH": "洛市监演罚决字〔2026〕3号", "CF_WFXW": "经营超过保质期的食品",
    "CF_SY": "经查，当事人销售超过保质期的食品。", "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条第一款",
    "CF_CFLB": "罚款;没收违法所得", "CF_NR": "罚款2000.05元；没收违法所得100元", "CF_NR_FK": "0.200005",
    "CF_NR_WFFF": "0.010000", "CF_JDRQ": "2026-03-02", "CF_YXQ": "2099-12-31", "CF_GSJZQ": "2026-09-02",
    "CF_CFJG": "洛阳市市场监督管理局（演示）", "CF_CFJGDM": OURS, "CF_SJLY": "洛阳市市场监督管理局（演示）",
    "CF_SJLYDM": OURS,
}  # fmt: skip
PERSON = {
    **{key: COMPANY[key] for key in COMPANY if key not in ("CF_XDR_SHXYM", "CF_FRDB", "CF_NR_WFFF")},
    "CF_XDR_MC": "欧阳演示", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": "11010519491231002X",
    "CF_WSH": "洛市监演罚决字〔2026〕4号", "CF_CFLB": "罚款", "CF_NR": "罚款200元", "CF_NR_FK": "0.020000",
}  # fmt: skip
PERMIT = {
    "XK_XDR_MC": "洛阳演示食品有限公司", "XK_XDR_LB": "法人及非法人组织", "XK_XDR_SHXYM": "91410300MA7JH4BX0U",
    "XK_FRDB": "田演示", "XK_XKWS": "准予行政许可决定书", "XK_WSH": "洛市监演许字〔2026〕1号", "XK_XKLB": "普通",
    "XK_XKZS": "食品经营许可证", "XK_XKBH": "JY14103000000001", "XK_NR": "准予经营预包装食品", "XK_JDRQ": "2026-03-02",
    "XK_YXQZ": "2026-03-02", "XK_YXQZI": "2031-03-01", "XK_XKJG": "洛阳市市场监督管理局（演示）", "XK_XKJGDM": OURS,
    "XK_ZT": "1", "XK_LYDW": "洛阳市市场监督管理局（演示）", "XK_LYDWDM": OURS,
}  # fmt: skip
RECORDS = {"penalty": [COMPANY, PERSON], "permit": [PERMIT]}


# ── formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.journeys("credit.export")
@pytest.mark.parametrize("kind", ["penalty", "permit"])
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_files_are_those_that_were_agreed_and_are_read_back_the_same(kind: str, form: str) -> None:
    """Golden files: a change of the exchange format is seen here first. A workbook is compared cell by cell."""
    sheet = standard()[kind]
    made = written(standard(), sheet, RECORDS[kind], form)
    golden = GOLDEN / f"{kind}.{'csv' if form == 'xlsx' else form}"
    if form == "xlsx":
        rows = list(load_workbook(io.BytesIO(made)).active.iter_rows(values_only=True))
        wanted = [list(one.record.values()) for one in lines_of(sheet, "x.csv", golden.read_bytes())]
        assert [field.name for field in sheet.fields] == list(rows[0])
        told = [[plain(cell) for cell in row if cell is not None] for row in rows[1:]]
        assert told == wanted
    else:
        assert made == golden.read_bytes()
    assert [dict(one.record) for one in lines_of(sheet, f"x.{form}", made)] == RECORDS[kind]


def plain(cell: Any) -> str:
    return cell if isinstance(cell, str) else f"{cell:.6f}"


def test_the_sound_records_have_no_fault() -> None:
    for kind, records in RECORDS.items():
        for record in records:
            assert problems_of(standard(), standard()[kind], record, TODAY) == ()


@pytest.mark.clauses("WD-08")
@pytest.mark.journeys("credit.export")
@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("CF_XDR_MC", "", "必填"),
        ("CF_XDR_MC", "洛阳 演示公司", "空格"),
        ("CF_XDR_MC", "洛阳(演示)公司", "全角"),
        ("CF_XDR_MC", "长" * 201, "最长 200 字"),
        ("CF_XDR_LB", "企业", "码表"),
        ("CF_XDR_SHXYM", "", "必填"),
        ("CF_XDR_SHXYM", "91410300MA7JH4BX0A", "校验码"),
        ("CF_XDR_SHXYM", "92410300MA9YMYW02P", "个体工商户"),
        ("CF_FRDB", "", "必填"),
        ("CF_WSH", "洛市监演罚决字[2026]3号", "六角括号"),
        ("CF_SY", "当事人电话13900001234。", "不能公开"),
        ("CF_NR", "罚款，身份证11010519491231002X", "不能公开"),
        ("CF_CFLB", "罚钱", "码表"),
        ("CF_CFLB", "其他-", "码表"),
        ("CF_NR_FK", "", "必填"),
        ("CF_NR_FK", "2000元", "万元"),
        ("CF_NR_FK", "1,000", "万元"),
        ("CF_NR_FK", "0.0000001", "六位小数"),
        ("CF_NR_FK", "0.000000", "大于零"),
        ("CF_NR_FK", "20000.000000", "万元"),
        ("CF_NR_FK", "-1", "万元"),
        ("CF_NR_WFFF", "", "必填"),
        ("CF_JDRQ", "2026-11-22", "今天"),
        ("CF_JDRQ", "2026年3月2日", "日期"),
        ("CF_YXQ", "2026-03-01", "不能早于 2026-03-02"),
        ("CF_GSJZQ", "2025-01-01", "不能早于"),
        ("CF_CFJGDM", "91410300MA7JH4BX0U", "11 开头"),
        ("CF_UNHEARD", "x", "没有这个字段"),
    ],
)
def test_each_rule_names_its_field(field: str, value: str, rule: str) -> None:
    record = {key: text for key, text in (COMPANY | {field: value}).items() if text}
    found = problems_of(standard(), standard()["penalty"], record, TODAY)
    assert any(one.code == field and rule in one.rule for one in found), found


def test_a_person_has_a_document_and_no_credit_code() -> None:
    wrong = PERSON | {"CF_XDR_SHXYM": COMPANY["CF_XDR_SHXYM"], "CF_XDR_ZJHM": "110105194912310021"}
    found = {one.code: one.rule for one in problems_of(standard(), standard()["penalty"], wrong, TODAY)}
    assert "留空" in found["CF_XDR_SHXYM"]
    assert "校验码" in found["CF_XDR_ZJHM"]
    passport = PERSON | {"CF_XDR_ZJLX": "护照号", "CF_XDR_ZJHM": "E12345678"}
    assert problems_of(standard(), standard()["penalty"], passport, TODAY) == ()


def test_a_fine_in_yuan_and_an_amount_without_its_penalty_are_told() -> None:
    none = COMPANY | {"CF_CFLB": "警告"}
    found = {one.code: one.rule for one in problems_of(standard(), standard()["penalty"], none, TODAY)}
    assert "不应填写" in found["CF_NR_FK"]
    assert "不应填写" in found["CF_NR_WFFF"]


# ── from cases ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def told(opened_theatre: Any, django_db_blocker: Any) -> Iterator[demo.Told]:
    with django_db_blocker.unblock():
        yield opened_theatre.played("revoked", before="withdraw_publication", start="2025-06-02")
        connections.close_all()


def agency(theatre: Theatre) -> str:
    return theatre.people["luoyang"][""]


def browser(theatre: Theatre, role: str = "publisher") -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def row_of(told: demo.Told) -> CreditRecord:
    return CreditRecord.objects.get(stream=told.stream)


@pytest.mark.clauses("WD-08")
@pytest.mark.journeys("credit.export")
def test_a_published_penalty_goes_out_once_whole_and_is_followed(theatre: Theatre, told: demo.Told) -> None:
    """What the case does not hold is named, asked once, and then everything is there; sent, answered, withdrawn."""
    client, now = browser(theatre), timezone.now()
    assert client.post("/exchange/credit/").status_code == 302
    row = row_of(told)
    assert row.state == "faulty"
    assert sorted(row.problems) == ["处罚有效期：必填", "违法行为类型：必填"]
    shown = client.get(f"/exchange/credit/record/{row.id}/").content.decode()
    assert f"/work/cases/{told.stream}/do/complete_credit_record/" in shown
    assert "另行补充" in shown
    assert sending.make(theatre.connection, agency(theatre), theatre.who(told, "publisher"), "penalty", "json",
                        at=now) is None or row_of(told).batch is None  # fmt: skip
    facts = {"violation_kind": "经营超过保质期的食品", "penalty_valid_until": "2099-12-31"}
    place = f"/work/cases/{told.stream}/do/complete_credit_record/"
    assert client.post(place, facts).status_code == 302
    assert client.post("/exchange/credit/make/", {"kind": "penalty", "form": "json"}).status_code == 302
    row = row_of(told)
    assert (row.state, row.problems) == ("sent", [])
    batch = CreditBatch.objects.get(pk=row.batch)
    answer = client.get(f"/exchange/credit/batch/{batch.id}/file/")
    sent = {one["CF_WSH"]: one for one in json.loads(answer.content)["records"]}[row.number]
    assert sent["CF_XDR_LB"] == "法人及非法人组织"
    assert "罚款" in sent["CF_CFLB"].split(";")
    assert f'"CF_NR_FK": {sent["CF_NR_FK"]:.6f}' in answer.content.decode()
    assert sent["CF_WFXW"] == facts["violation_kind"]
    again = sending.make(theatre.connection, agency(theatre), str(batch.officer), "penalty", "json", at=now)
    assert again is None or row_of(told).batch == batch.id, "sent once"

    assert client.post(f"/exchange/credit/batch/{batch.id}/", {"receipt": ""}).status_code == 422
    wrong = {"receipt": "R1", "refused": "没有这个文号 格式不对"}
    assert client.post(f"/exchange/credit/batch/{batch.id}/", wrong).status_code == 422
    assert row_of(told).state == "sent"
    assert client.post(f"/exchange/credit/batch/{batch.id}/", {"receipt": "R-演示-1"}).status_code == 302
    assert (row_of(told).state, row_of(told).said) == ("accepted", "R-演示-1")

    theatre.go_on(told)
    keeping.refresh(theatre.connection, agency(theatre), at=now)
    assert row_of(told).state == "stop"
    client.post("/exchange/credit/make/", {"kind": "penalty", "form": "csv", "stops": "1"})
    stopping = row_of(told)
    assert stopping.state == "stopping"
    listed = client.get(f"/exchange/credit/batch/{stopping.batch}/file/").content.decode()
    assert row.number in listed
    assert "撤销" in listed
    client.post(f"/exchange/credit/batch/{stopping.batch}/", {"receipt": "R-演示-2"})
    assert row_of(told).state == "stopped"


def test_nothing_personal_stands_open_in_the_tables(theatre: Theatre, told: demo.Told) -> None:
    keeping.refresh(theatre.connection, agency(theatre), at=timezone.now())
    row = row_of(told)
    party = keeping.record_of(row)["CF_XDR_MC"]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '|') FROM credit_record t")
        (records,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(string_agg(t::text, '|'), '') FROM credit_batch t")
        (batches,) = cursor.fetchone()
    assert party.encode().hex() not in records + batches
    assert party not in records + batches


@pytest.mark.parametrize("role", ["a", "reviewer", "archivist"])
def test_only_publishers_see_it(theatre: Theatre, told: demo.Told, role: str) -> None:
    who = theatre.people["luoyang"].get(told.cast.get(role, role))
    if who is None:
        pytest.fail(f"no {role} in the story")
    client = browser(theatre, told.cast.get(role, role))
    for place in ("/exchange/credit/", "/exchange/credit/import/", f"/exchange/credit/record/{row_of(told).id}/"):
        assert client.get(place).status_code == 403
    assert client.post("/exchange/credit/make/", {"kind": "penalty"}).status_code == 403


def test_another_agency_finds_nothing(theatre: Theatre, told: demo.Told) -> None:
    client = Client()
    client.force_login(theatre.account("publisher", "wuding"))
    row = row_of(told)
    assert row.number not in client.get("/exchange/credit/").content.decode()
    assert client.get(f"/exchange/credit/record/{row.id}/").status_code == 404
    assert client.get(f"/exchange/credit/batch/{uuid.uuid4()}/").status_code == 404


@pytest.mark.clauses("WD-08")
@pytest.mark.journeys("credit.export")
def test_a_record_with_a_wrong_credit_code_is_refused_by_name_and_the_others_go(theatre: Theatre) -> None:
    """What was sound when it was kept is checked once more on the day on which it leaves."""
    now, sheet, mine = timezone.now(), standard()["penalty"], agency(theatre)
    numbers = [f"洛市监演罚决字〔2026〕9{n}1号" for n in (1, 2)]
    rows = [keeping.keep(mine, sheet, COMPANY | {"CF_WSH": one}, at=now, stream=None) for one in numbers]
    wrong = COMPANY | {"CF_WSH": numbers[0], "CF_XDR_SHXYM": "91410300MA7JH4BX0A"}
    CreditRecord.objects.filter(pk=rows[0].id).update(
        **dict(zip(("key", "content"), keeping.seal(rows[0].id, json.dumps(wrong).encode()), strict=True))
    )
    batch = sending.make(theatre.connection, mine, theatre.people["luoyang"]["publisher"], "penalty", "json", at=now)
    assert batch is not None
    sent = [one["CF_WSH"] for one in json.loads(sending.content_of(batch))["records"]]
    assert numbers[1] in sent
    assert numbers[0] not in sent
    pages = CreditRecord.objects.filter(agency=mine, state="faulty").count() // 50 + 1
    client = browser(theatre)
    page = "".join(client.get(f"/exchange/credit/?state=faulty&page={n}").content.decode() for n in range(1, pages + 1))
    assert numbers[0] in page
    assert "行政相对人代码_1(统一社会信用代码)：第18位校验码应为“U”，现为“A”" in page


# ── from files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def bring(client: Client, content: bytes, kind: str, name: str = "x.json") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/exchange/credit/import/", {"kind": kind, "file": file}, follow=True)


def seen(answer: Any) -> str:
    page = answer.content.decode()
    return page.split('name="seen" value="')[1].split('"')[0] if 'name="seen"' in page else ""


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_a_file_is_checked_confirmed_and_changes_nothing_the_second_time(theatre: Theatre, form: str) -> None:
    client = browser(theatre)
    mine = PERMIT | {"XK_WSH": f"洛市监演许字〔2026〕{len(form)}{form}1号"}
    bad = PERMIT | {"XK_WSH": f"洛市监演许字〔2026〕{form}2号", "XK_XDR_SHXYM": "91410300MA7JH4BX0A"}
    content = written(standard(), standard()["permit"], [mine, bad], form)
    before = CreditRecord.objects.count()
    answer = bring(client, content, "permit", f"x.{form}")
    page = answer.content.decode()
    assert "校验码" in page
    assert "行政相对人代码_1" in page
    assert CreditRecord.objects.count() == before, "nothing before it is confirmed"
    place = answer.redirect_chain[-1][0]
    stale = client.post(place, {"seen": "x"})
    assert "重新核对" in stale.content.decode()
    assert CreditRecord.objects.count() == before
    client.post(place, {"seen": seen(answer)})
    assert CreditRecord.objects.count() == before + 1
    row = CreditRecord.objects.get(number=mine["XK_WSH"])
    assert (row.state, keeping.record_of(row)) == ("ready", mine)
    assert client.post(place, {"seen": seen(answer)}).status_code == 200
    repeated = bring(client, content, "permit", f"x.{form}")
    assert seen(repeated) == ""
    assert "没有变化 1" in repeated.content.decode()
    assert CreditRecord.objects.count() == before + 1
    changed = written(standard(), standard()["permit"], [mine | {"XK_ZT": "2"}], form)
    answer = bring(client, changed, "permit", f"x.{form}")
    client.post(answer.redirect_chain[-1][0], {"seen": seen(answer)})
    assert keeping.record_of(CreditRecord.objects.get(number=mine["XK_WSH"]))["XK_ZT"] == "2"
    assert CreditRecord.objects.count() == before + 1


def test_rows_of_others_doubles_and_cases_of_ours_are_named(theatre: Theatre, told: demo.Told) -> None:
    keeping.refresh(theatre.connection, agency(theatre), at=timezone.now())
    own = keeping.record_of(row_of(told)) | {"CF_WFXW": "改写", "CF_YXQ": "2099-12-31"}
    foreign = COMPANY | {"CF_CFJGDM": "11532329MB0YMYW039"}
    content = written(standard(), standard()["penalty"], [own, foreign, COMPANY, COMPANY], "json")
    page = bring(browser(theatre), content, "penalty").content.decode()
    for text in ("由案卷带出", "不是本机关的代码", "与第 3 行是同一条记录"):
        assert text in page
    assert row_of(told).stream is not None


def test_an_imported_permit_is_sent_and_answered_like_any_other(theatre: Theatre) -> None:
    client = browser(theatre)
    mine = PERMIT | {"XK_WSH": "洛市监演许字〔2026〕88号"}
    answer = bring(client, written(standard(), standard()["permit"], [mine], "csv"), "permit", "x.csv")
    client.post(answer.redirect_chain[-1][0], {"seen": seen(answer)})
    client.post("/exchange/credit/make/", {"kind": "permit", "form": "xlsx"})
    row = CreditRecord.objects.get(number=mine["XK_WSH"])
    assert row.state == "sent"
    refused = {"receipt": "R-演示-3", "refused": f"{row.number} 许可编号不存在"}
    client.post(f"/exchange/credit/batch/{row.batch}/", refused)
    row.refresh_from_db()
    assert (row.state, row.said) == ("rejected", "许可编号不存在")
    client.post("/exchange/credit/make/", {"kind": "permit", "form": "xlsx", "again": "1"})
    row.refresh_from_db()
    assert row.state == "sent"


HOSTILE = {
    "empty": b"", "half": b'{"records": [{"XK_XDR_MC": "x"', "not a list": b'{"records": 5}', "deep": b"[" * 100_000,
    "numbers": b"[1, 2]", "no headings": "甲,乙\n1,2\n".encode(), "zip": b"PK\x03\x04" + b"\0" * 200,
    "utf-16": "许可".encode("utf-16"), "nul": b"a\x00b", "twice": "备注,备注\n1,2\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_file_that_is_none_is_refused_with_the_reason(theatre: Theatre, name: str) -> None:
    before = (CreditRecord.objects.count(), Staging.objects.count())
    answer = bring(browser(theatre), HOSTILE[name], "permit", "x.csv")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert (CreditRecord.objects.count(), Staging.objects.count()) == before


def test_odd_cells_are_named_and_never_entered() -> None:
    sheet = standard()["permit"]
    rows = json.dumps([{"XK_XDR_MC": {"a": 1}, "XK_NR": ["x"], "XK_JDRQ": None, "XK_ZT": True, "XK_WSH": 5}])
    (line,) = lines_of(sheet, "x.json", rows.encode())
    assert [name for name, _ in line.faults] == ["行政相对人名称", "许可内容"]
    assert line.record == {"XK_ZT": "True", "XK_WSH": "5"}
    with pytest.raises(BadFile):
        lines_of(sheet, "x.json", json.dumps([{}] * 5_001).encode())


def test_a_cell_that_a_spreadsheet_would_compute_is_text_and_comes_back() -> None:
    sheet, record = standard()["permit"], PERMIT | {"BZ": "=1+1"}
    made = written(standard(), sheet, [record], "csv")
    assert "'=1+1" in made.decode()
    assert lines_of(sheet, "x.csv", made)[0].record["BZ"] == "=1+1"
    book = load_workbook(io.BytesIO(written(standard(), sheet, [record], "xlsx")))
    assert [cell.data_type for cell in book.active[2] if cell.value == "=1+1"] == ["s"]
