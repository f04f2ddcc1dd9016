"""Reports that an agency owes: counted from the record, signed off by others, public or sent on, with their receipts."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import connections
from django.test import Client

from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.core.registers import fold_agency
from sanxiang.one_platform.statistics import counting
from sanxiang.one_platform.statistics.tables import tables
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import PublishedReport
from tests.support.theatre import Theatre

OVERALL = "全年共办理行政处罚案件若干，程序合法。"


def desk(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def place(theatre: Theatre, report: str, key: str, agency: str = "luoyang") -> str:
    return f"/statistics/{theatre.people[agency]['']}/{report}/{key}/"


def does(theatre: Theatre, role: str, where: str, move: str, agency: str = "luoyang", **typed: str) -> Any:
    return desk(theatre, role, agency).post(f"{where}do/{move}/", typed)


def signed_off(theatre: Theatre, where: str, hands: tuple[str, str, str], agency: str = "luoyang", **more: str) -> None:
    for role, move in zip(hands, ("compile", "approve", "issue"), strict=True):
        typed = {"report_overall": OVERALL, **more} if move == "compile" else {}
        answer = does(theatre, role, where, move, agency, **typed)
        assert answer.status_code == 302, answer.content.decode()


def values(theatre: Theatre, year: int, agency: str = "luoyang", department: str = "") -> dict[str, int]:
    whose = counting.Whose((theatre.people[agency][""],), department)
    told = counting.counted(whose, date(year, 1, 1), date(year, 12, 31))
    return {one["id"]: one["value"] for table in told for one in table["figures"]}


@pytest.fixture(scope="module")
def cases(opened_theatre: Theatre, django_db_blocker: Any) -> list[str]:
    """Two penalties decided in 2025, one of them with two kinds of sanction."""
    both = [{"kind": "罚款", "amount": 300000, "text": "罚款三千元"}, {"kind": "警告"}]
    with django_db_blocker.unblock():
        told = [
            opened_theatre.played(start="2025-03-03", fill={"party_name": "年报演示甲商行"}),
            opened_theatre.played(
                start="2025-06-09", fill={"party_name": "年报演示乙商行"},
                facts={"conclude_investigation": {"sanctions": both}},
            ),
        ]  # fmt: skip
        connections.close_all()
    return [one.stream for one in told]


@pytest.mark.clauses("LY-16")
@pytest.mark.journeys("statistics.annual-report")
def test_a_report_is_counted_signed_off_published_and_received(theatre: Theatre, cases: list[str]) -> None:
    where, counted = place(theatre, "annual-public", "2025"), values(theatre, 2025)
    assert counted["penalty.fine"] >= 2
    assert counted["penalty.warning"] == 0, "the heaviest kind counts, once"
    assert counted["penalty.amount"] >= 300000
    signed_off(theatre, where, ("publisher", "head", "checker"), report_problems="个别案卷归档偏晚。")
    agency = theatre.people["luoyang"][""]
    page = Client().get(f"/reports/{agency}/annual-public/2025/").content.decode()
    assert OVERALL in page
    assert re.search(rf'<th scope="row">罚款</th><td>{counted["penalty.fine"]}</td>', page)
    assert "本期没有这一类案件，各项为 0" in page
    files = {
        form: Client().get(f"/reports/{agency}/annual-public/2025.{form}") for form in ("pdf", "xlsx", "csv", "json")
    }
    told = json.loads(files["json"].content)
    assert {one["id"]: one["value"] for table in told["tables"] for one in table["figures"]} == counted
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    assert sheet is not None
    rows = {row[4]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["penalty.fine"] == counted["penalty.fine"]
    assert rows["penalty.amount"] == counted["penalty.amount"] / 100
    assert f"罚款,{counted['penalty.fine']},宗,penalty.fine" in files["csv"].content.decode("utf-8-sig")
    text = "".join(pypdf.PdfReader(io.BytesIO(files["pdf"].content)).pages[0].extract_text().split())
    assert "2025年度行政执法总体情况和数据" in text
    shown = desk(theatre, "publisher").get(where).content.decode()
    assert "等待本级人民政府的回执" in shown
    for name, number in (("本级人民政府", "市政府办收〔2026〕8号"), ("上级主管部门", "省局收〔2026〕15号")):
        typed = {"receiver": name, "report_receipt_number": number, "report_receipt_on": "2026-02-02"}
        assert does(theatre, "publisher", where, "receive", **typed).status_code == 302
    shown = desk(theatre, "publisher").get(where).content.decode()
    assert "等待" not in shown
    assert "省局收〔2026〕15号" in shown
    kinds = [one.kind for one in reading.load(theatre.connection, agency) if one.kind.startswith("report.")]
    assert kinds == ["report.compiled", "report.approved", "report.issued", "report.received", "report.received"]


@pytest.mark.clauses("LY-16", "DXH-25")
@pytest.mark.journeys("statistics.annual-report")
def test_every_figure_leads_to_its_cases_and_to_none_that_the_reader_may_not_see(
    theatre: Theatre, cases: list[str]
) -> None:
    where, counted = place(theatre, "annual-public", "2025"), values(theatre, 2025)
    page = desk(theatre, "head").get(where).content.decode()
    for table in tables():
        for figure in table.figures:
            assert f"{where}figures/{figure.id}/" in page
    for name in ("penalty.fine", "penalty.total"):
        told = desk(theatre, "head").get(f"{where}figures/{name}/").content.decode()
        assert f"共 {counted[name]} 条" in told
        assert all(f"/work/cases/{stream}/" in told for stream in cases)
    elsewhere = desk(theatre, "archivist2").get(f"{where}figures/penalty.fine/").content.decode()
    assert not [stream for stream in cases if stream in elsewhere]
    assert "没有查看那些案件的权限" in elsewhere
    assert desk(theatre, "head").get(f"{where}figures/nothing/").status_code == 404
    assert desk(theatre, "publisher", "luoyang").get(place(theatre, "annual-public", "2099")).status_code == 404
    theatre.everywhere()
    assert desk(theatre, "head", "dongxihu").get(where).status_code == 404, "another jurisdiction"


@pytest.mark.clauses("LY-16")
@pytest.mark.journeys("statistics.annual-report")
def test_who_compiled_does_not_check_and_what_is_refused_names_the_clause(theatre: Theatre, cases: list[str]) -> None:
    where = place(theatre, "annual-public", "2024")
    empty = does(theatre, "unit", where, "compile")
    assert empty.status_code == 422
    assert "2018" in empty.content.decode()
    number = does(theatre, "unit", where, "compile", report_overall="当事人电话13900001234。")
    assert "删去“执法总体情况”里的个人号码" in number.content.decode()
    assert does(theatre, "unit", where, "compile", report_overall=OVERALL).status_code == 302
    for role, move in (("unit", "approve"), ("publisher", "issue"), ("wang", "approve")):
        assert does(theatre, role, where, move).status_code == 422, (role, move)
    assert does(theatre, "publisher", where, "receive", receiver="社会公众").status_code == 422
    returned = does(theatre, "head", where, "return", report_return_reason="总体情况太简单")
    assert returned.status_code == 302
    assert "总体情况太简单" in desk(theatre, "unit").get(where).content.decode()
    current = place(theatre, "annual-public", str(demo.now().year))
    assert desk(theatre, "unit").get(current).status_code == 404, "a year is counted when it is over"
    for strange in ("20２5", "0", "1", "2025@enforcement", "x" * 200):
        assert desk(theatre, "unit").get(place(theatre, "annual-public", strange)).status_code == 404


@pytest.mark.clauses("LY-16")
@pytest.mark.journeys("statistics.annual-report")
def test_a_correction_is_a_version_that_says_what_changed_and_the_one_before_stays(theatre: Theatre) -> None:
    where, agency = place(theatre, "annual-public", "2023"), theatre.people["luoyang"][""]
    signed_off(theatre, where, ("unit", "reviewer2", "publisher"))
    again = does(theatre, "unit", where, "compile", report_overall="更正后的总体情况。")
    assert "更正的说明" in again.content.decode()
    signed_off(theatre, where, ("unit", "reviewer2", "publisher"), report_note="总体情况漏写一段")
    page = Client().get(f"/reports/{agency}/annual-public/2023/").content.decode()
    assert "总体情况漏写一段" in page
    before = Client().get(f"/reports/{agency}/annual-public/2023/?version=1").content.decode()
    assert "看现在的第 2 版" in before
    assert Client().get(f"/reports/{agency}/annual-public/2023/?version=9").status_code == 404
    assert PublishedReport.objects.filter(stream=agency, period="2023").count() == 2


@pytest.mark.clauses("LY-16")
@pytest.mark.journeys("statistics.annual-report")
def test_what_is_late_says_so_to_the_agency_and_to_the_public(theatre: Theatre) -> None:
    theatre.everywhere()
    page = desk(theatre, "head", "urumqi").get("/statistics/").content.decode()
    assert "已超期" in page
    public = Client().get("/reports/").content.decode()
    row = next(one for one in public.split("<tr>") if "乌鲁木齐" in one and "2025年" in one)
    assert "还没有公布，已超期" in row
    assert Client().get(f"/reports/{theatre.people['urumqi']['']}/annual-public/2025/").status_code == 404


@pytest.mark.clauses("DXH-25")
@pytest.mark.journeys("statistics.annual-report")
def test_departments_report_to_their_bureau_and_the_bureau_to_the_city(theatre: Theatre) -> None:
    theatre.everywhere()
    agency = theatre.people["dongxihu"][""]
    told = desk(theatre, "head", "dongxihu").get("/statistics/").content.decode()
    for part in ("公共法律服务管理科", "基层工作科"):
        assert f"2025年，{part}" in told
    assert "2026年1月10日" in told
    assert "2026年1月15日" in told
    unit = place(theatre, "annual-unit", "2025@public_legal", "dongxihu")
    signed_off(theatre, unit, ("unit", "head", "publisher"), "dongxihu")
    wrong = place(theatre, "annual-unit", "2025@grassroots", "dongxihu")
    assert does(theatre, "unit", wrong, "compile", "dongxihu", report_overall=OVERALL).status_code == 422
    bureau = place(theatre, "annual-bureau", "2025", "dongxihu")
    signed_off(theatre, bureau, ("reviewer", "head", "publisher"), "dongxihu")
    for where, receiver in ((unit, "依法行政科"), (bureau, "市司法局")):
        typed = {"receiver": receiver, "report_receipt_number": "收1号", "report_receipt_on": "2026-01-09"}
        assert does(theatre, "publisher", where, "receive", "dongxihu", **typed).status_code == 302
        assert (
            does(theatre, "publisher", where, "receive", "dongxihu", **{**typed, "receiver": "别的单位"}).status_code
            == 422
        )
    assert not PublishedReport.objects.filter(stream=agency).exists(), "these are not for the public"
    part, whole = (values(theatre, 2025, "dongxihu", one) for one in ("public_legal", ""))
    held = fold_agency(reading.load(theatre.connection, agency)).reports
    assert held["annual-unit/2025@public_legal"].section.public is not None
    assert all(part[name] <= whole[name] for name in whole)


@pytest.mark.clauses("DXH-25")
@pytest.mark.journeys("statistics.annual-report")
def test_a_report_asked_for_once_has_its_own_day(theatre: Theatre) -> None:
    theatre.everywhere()
    wanted = {"report": "ad-hoc@grassroots", "due": "2027-03-05", "report_asked_for": "专项检查情况"}
    assert desk(theatre, "unit", "dongxihu").post("/statistics/request/", wanted).status_code == 422
    assert desk(theatre, "head", "dongxihu").post("/statistics/request/", wanted | {"due": "no"}).status_code == 422
    assert desk(theatre, "head", "dongxihu").post("/statistics/request/", wanted).status_code == 302
    page = desk(theatre, "head", "dongxihu").get("/statistics/").content.decode()
    assert "2027年3月5日" in page
    shown = desk(theatre, "head", "dongxihu").get(place(theatre, "ad-hoc", "2027-03-05@grassroots", "dongxihu"))
    assert "专项检查情况" in shown.content.decode()
    assert desk(theatre, "head", "urumqi").get("/statistics/request/").status_code == 404, "no rule there asks"


@pytest.mark.clauses("CN-07")
@pytest.mark.journeys("statistics.annual-report")
def test_what_towns_did_goes_into_the_report_of_the_district(theatre: Theatre) -> None:
    theatre.everywhere()
    told = demo.read("world.yaml")
    like = next(one for one in told["agencies"] if one["id"] == "changning")
    town = {
        **like, "id": "town", "catalogues": [],
        "facts": {**like["facts"], "agency_name": "长宁区演示街道办事处", "agency_mark": "长街演", "agency_reported_jointly": True},
        "departments": [{**part, "functions": [one for one in part["functions"] if one != "supervision"]}
                        for part in like["departments"]],
    }  # fmt: skip
    for person in town["officers"]:
        person.pop("login", None)
        if "certificate" in person:
            person["certificate"] = person["certificate"].replace("演示0", "演示街0")
    people = demo.enter_world(theatre.connection, theatre.book, {**told, "agencies": [town]})
    theatre.people["town"] = people["town"]
    before = values(theatre, 2025, "changning")
    played = Theatre({"changning": people["town"]})
    played.played(agency="changning", start="2025-05-05", fill={"party_name": "年报演示街道商行"})
    own = desk(theatre, "head", "town").get("/statistics/").content.decode()
    assert "上年度行政执法总体情况有关数据（2025年）" in own, "the public report stays its own"
    assert "annual-unit" not in own, "its figures go through the district"
    where = place(theatre, "annual-district", "2025", "changning")
    signed_off(theatre, where, ("reviewer", "head", "publisher"), "changning")
    version = (
        fold_agency(reading.load(theatre.connection, theatre.people["changning"][""]))
        .reports["annual-district/2025"]
        .section.public
    )
    assert version is not None
    content: Any = version.content
    counted = {one["id"]: one["value"] for table in content["tables"] for one in table["figures"]}
    assert counted == values(theatre, 2025, "town")
    assert counted["penalty.fine"] == 1
    assert values(theatre, 2025, "changning") == before
    assert desk(theatre, "head", "town").get(where).status_code == 404


def test_what_counts_is_rebuilt_from_the_record(theatre: Theatre, cases: list[str]) -> None:
    assert counting.cases(
        counting.Whose((theatre.people["luoyang"][""],)), "penalty.total", date(2025, 1, 1), date(2025, 12, 31)
    )
    figures = [one.id for table in tables() for one in table.figures]
    assert len(figures) == len(set(figures))
    known = {fact for table in tables() for one in table.figures for fact in (*one.where, *one.unless)}
    assert known <= set(library().dictionary)
    assert all(part in figures for table in tables() for one in table.figures for part in one.sum)


@pytest.mark.clauses("LY-17")
def test_inspections_are_counted_by_kind_and_those_that_were_drawn(theatre: Theatre) -> None:
    """国办发〔2024〕54号: how often enterprises were inspected goes into the yearly report, kind by kind."""
    before = values(theatre, 2024)
    for kind, source in (("日常检查", "双随机抽取"), ("日常检查", "检查计划"), ("专项检查", "上级部署")):
        theatre.played(
            "inspection", start="2024-04-08", before="conclude_investigation", fill={"party_name": f"{kind}{source}店"},
            facts={"register_source": {"inspection_kind": kind, "inspection_source": source}},
        )  # fmt: skip
    after = values(theatre, 2024)
    more = {name: after[name] - before[name] for name in after if name.startswith("inspection.")}
    assert more == {"inspection.times": 3, "inspection.daily": 2, "inspection.single": 0, "inspection.special": 1,
                    "inspection.drawn": 1}  # fmt: skip
