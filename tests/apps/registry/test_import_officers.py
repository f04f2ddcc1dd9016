"""Officers from spreadsheets: every bad row by row, column and reason; good rows all or none; twice is once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connections

from sanxiang.casework.projections import library
from sanxiang.core.events import registry
from sanxiang.one_platform.registry.importing.confirming import enter
from sanxiang.one_platform.registry.models import CertificateRow, OfficerRow, PostRow
from tests.apps.registry.world import (
    Body,
    body,
    certified,
    checked,
    csv_of,
    identity,
    importer,
    iso,
    now,
    officer_line,
    told,
    xlsx,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(db: None) -> Body:
    return body()


def put(agency: Body, content: bytes, name: str = "人员.xlsx") -> int:
    found = checked(agency, content, name)
    return enter(connections["default"], library(), importer(agency), found, clock=now)


@pytest.mark.clauses("LY-42")
def test_good_rows_are_registered_with_exam_certificate_and_post(bureau: Body) -> None:
    rows = [officer_line(f"人员{n}") for n in range(3)]
    found = checked(bureau, xlsx(rows))
    assert found.counts == {"new": 3, "changed": 0, "same": 0, "bad": 0}
    assert OfficerRow.objects.filter(agency=bureau.id).count() == 1, "a check writes nothing"
    assert put(bureau, xlsx(rows)) == 3
    officer = OfficerRow.objects.get(agency=bureau.id, name="人员1")
    assert (officer.posts, officer.departments) == (["officer"], ["e1"])
    assert officer.certificate_number == rows[1][5]
    assert officer.certified_until.isoformat() == rows[1][8]
    assert officer.exam_on.isoformat() == rows[1][4]


@pytest.mark.clauses("LY-42")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_same_file_twice_changes_nothing(bureau: Body, encoding: str) -> None:
    content = csv_of(
        [officer_line("张三"), officer_line("李四", number="", issuer="", until="", **{"from": ""})], encoding
    )
    assert put(bureau, content, "a.csv") == 2
    before = list(OfficerRow.objects.filter(agency=bureau.id).order_by("stream").values())
    again = checked(bureau, content, "a.csv")
    assert again.counts == {"new": 0, "changed": 0, "same": 2, "bad": 0}
    assert put(bureau, content, "a.csv") == 0
    assert list(OfficerRow.objects.filter(agency=bureau.id).order_by("stream").values()) == before


WRONG = identity()[:-1]
BAD = [
    ({"id": WRONG + ("1" if identity(0)[-1] != "1" else "2")}, "身份证号码", "校验码"),
    ({"id": "410311199002300013"}, "身份证号码", "不存在"),
    ({"id": "41031190030712"}, "身份证号码", "18位"),
    ({"id": 410311199003070018}, "身份证号码", "存成了数字"),
    ({"id": ""}, "身份证号码", "必填"),
    ({"name": ""}, "姓名", "必填"),
    ({"name": "王" * 51}, "姓名", "最多 50 个字"),
    ({"until": iso(-1)}, "有效期至", "到期"),
    ({"until": iso(-400)}, "有效期至", "早于发证日期"),
    ({"until": "2027-02-30"}, "有效期至", "不存在"),
    ({"until": "明年"}, "有效期至", "不是日期"),
    ({"until": ""}, "有效期至", "都要填"),
    ({"from": iso(3)}, "发证日期", "还没有到"),
    ({"exam": ""}, "执法资格考试合格日期", "没有执法资格考试合格记录"),
    ({"exam": iso(-100)}, "发证日期", "早于执法资格考试合格日期"),
    ({"exam": iso(5)}, "执法资格考试合格日期", "还没有到"),
    ({"department": "综合执法二科"}, "所属内设机构", "是不是“综合执法一科”"),
    ({"department": ""}, "所属内设机构", "必填"),
    ({"posts": "执法人"}, "岗位", "是不是“执法人员”"),
    ({"posts": "执法人员、管理员"}, "岗位", "没有“管理员”"),
]


@pytest.mark.clauses("LY-42")
@pytest.mark.parametrize(("cells", "column", "reason"), BAD)
def test_a_bad_row_is_named_by_row_column_and_reason(bureau: Body, cells: dict, column: str, reason: str) -> None:
    found = checked(bureau, xlsx([officer_line("好人"), officer_line("坏行", **cells)]))
    assert found.counts["new"] == 1
    assert found.counts["bad"] == 1
    faults = told(found)
    assert {row for row, _, _ in faults} == {3}
    assert any(named == column and reason in text for _, named, text in faults), faults


def test_every_fault_of_a_row_is_named_at_once(bureau: Body) -> None:
    faults = told(checked(bureau, xlsx([officer_line("", id="1", department="无", until="x", posts="y")])))
    assert [column for _, column, _ in faults] == ["姓名", "身份证号码", "有效期至", "所属内设机构", "岗位"]


def test_duplicates_inside_the_file_are_named_with_the_first_row(bureau: Body) -> None:
    number, card = identity(), "豫C-重复"
    rows = [officer_line("甲", id=number), officer_line("乙", id=number), officer_line("丙", number=card),
            officer_line("丁", number=card)]  # fmt: skip
    assert told(checked(bureau, xlsx(rows))) == [(3, "身份证号码", "与第 2 行重复"), (5, "执法证号", "与第 4 行重复")]


def test_duplicates_against_the_register_are_named(bureau: Body) -> None:
    other, number = body(), identity()
    put(other, xlsx([officer_line("在别处", id=number, number="豫C-别处")]))
    bureau.add("持证人", "officer", "e1", *certified("豫C-已有"))
    found = told(checked(bureau, xlsx([officer_line("在别处", id=number), officer_line("某人", number="豫C-别处"),
                                       officer_line("某某", number="豫C-已有", exam="")])))  # fmt: skip
    assert [(row, column) for row, column, _ in found] == [(2, "身份证号码"), (3, "执法证号"), (4, "姓名")]
    assert "其他机关" in found[0][2]
    assert "另一名人员" in found[1][2]
    assert "不一致" in found[2][2]


def test_a_person_who_left_another_agency_is_registered_here(bureau: Body) -> None:
    other, number = body(), identity()
    row = officer_line("调动", id=number)
    put(other, xlsx([row]))
    stream = str(OfficerRow.objects.get(agency=other.id, name="调动").stream)
    from tests.apps.registry.world import enter as entered

    entered("officer", registry.OfficerLeft(), agency=other.id, stream=stream, since=now() - timedelta(days=1))
    assert checked(bureau, xlsx([row])).counts["new"] == 1


def test_somebody_without_an_identity_number_is_known_by_his_certificate(bureau: Body) -> None:
    stream = bureau.add("老人员", "officer", "e1", *certified("豫C-老"))
    row = officer_line("老人员", number="豫C-老", exam="", **{"from": iso(-300)}, until=iso(700))
    found = checked(bureau, xlsx([row]))
    assert told(found) == []
    assert found.lines[0].plan.stream == stream
    assert found.lines[0].plan.says == ("更新信息",)
    put(bureau, xlsx([row]))
    assert checked(bureau, xlsx([row])).counts["same"] == 1


def test_a_renewed_certificate_and_a_second_post_are_added(bureau: Body) -> None:
    row = officer_line("续证")
    put(bureau, xlsx([row]))
    row[3], row[5], row[8] = "执法人员、承办机构负责人", "豫C-新证", iso(1500)
    assert put(bureau, xlsx([row])) == 1
    officer = OfficerRow.objects.get(agency=bureau.id, name="续证")
    assert officer.posts == ["officer", "unit_head"]
    assert officer.certificate_number == "豫C-新证"
    assert CertificateRow.objects.filter(stream=officer.stream).count() == 2
    assert PostRow.objects.filter(stream=officer.stream).count() == 2


def test_dates_are_read_however_they_are_written(bureau: Body) -> None:
    serial = (datetime.fromisoformat(iso(800)) - datetime(1899, 12, 30)).days
    exam = datetime.fromisoformat(iso(-300))
    rows = [
        officer_line("日期格", until=datetime.fromisoformat(iso(800)), exam=exam),
        officer_line("序号", until=serial),
        officer_line("斜线", until=iso(800).replace("-", "/")),
        officer_line("汉字", until="{}年{}月{}日".format(*iso(800).split("-"))),
        officer_line("连写", until=iso(800).replace("-", "")),
        officer_line("点", until=iso(800).replace("-", ".")),
        officer_line("全角", until="".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in iso(800))),
    ]
    found = checked(bureau, xlsx(rows))
    assert told(found) == []
    put(bureau, xlsx(rows))
    days = {row.certified_until.isoformat() for row in OfficerRow.objects.filter(agency=bureau.id, certificates=1)}
    assert days == {iso(800)}


HOSTILE = ["😀👮‍♀️🚓", "'; DROP TABLE officer_row; --", "<script>alert(1)</script>", "=1+1", "@SUM(A1)", "{{ 7*7 }}"]


def test_strange_text_is_text(bureau: Body) -> None:
    rows = [officer_line(name) for name in HOSTILE]
    content = csv_of(rows)
    assert checked(bureau, content, "a.csv").counts["new"] == len(rows)
    put(bureau, content, "a.csv")
    assert set(HOSTILE) <= set(OfficerRow.objects.filter(agency=bureau.id).values_list("name", flat=True))


def test_formulas_and_error_cells_are_refused_cell_by_cell(bureau: Body) -> None:
    faults = told(checked(bureau, xlsx([officer_line('=HYPERLINK("x")', id="#N/A")])))
    assert faults == [(2, "姓名", '是公式“=HYPERLINK("x")”，请改成数值'), (2, "身份证号码", "是错误值 #N/A")]


def test_control_characters_are_refused(bureau: Body) -> None:
    faults = told(checked(bureau, csv_of([officer_line("王\x07明")]), "a.csv"))
    assert faults == [(2, "姓名", "含有不能保存的控制字符，请删去后再填")]


@pytest.mark.clauses("WD-05")
def test_a_certificate_of_another_issuer_is_refused_by_the_gate() -> None:
    county = body("wuding")
    faults = told(
        checked(
            county,
            xlsx([officer_line("外省证", issuer="河南省人民政府"), officer_line("本省证", issuer="云南省人民政府")]),
        )
    )
    assert [(row, column) for row, column, _ in faults] == [(2, "登记规则")]
    assert "云南省人民政府" in faults[0][2]


def test_an_officer_of_another_department_function_is_asked_for_his_exam_only_where_he_enforces(bureau: Body) -> None:
    clerk = officer_line(
        "文员", posts="公示发布人员", department="政策法规科", exam="", number="", issuer="", until="", **{"from": ""}
    )
    assert checked(bureau, xlsx([clerk])).counts["new"] == 1
