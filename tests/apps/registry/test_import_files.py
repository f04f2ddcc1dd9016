"""Files as they come: damaged, hostile, huge, in other encodings, with other headings."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook

from sanxiang.casework.projections import library
from sanxiang.one_platform.registry.importing import files, headings, sheets, templates
from sanxiang.one_platform.registry.importing.files import BadFile, Formula, read
from tests.apps.registry.world import OFFICER_HEAD, csv_of, officer_line, xlsx

LINE = officer_line("张三")


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same workbook with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in parts.items():
            target.writestr(name, body)
    return out.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(BadFile) as bad:
        read(name, content)
    return str(bad.value)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("xl/vbaProject.bin", "宏"),
        ("xl/externalLinks/externalLink1.xml", "外部链接"),
        ("xl/embeddings/oleObject1.bin", "嵌入对象"),
        ("xl/activeX/activeX1.xml", "控件"),
        ("xl/connections.xml", "数据连接"),
    ],
)
def test_a_workbook_that_carries_more_than_cells_is_refused(part: str, says: str) -> None:
    assert says in refused("a.xlsx", repacked(xlsx([LINE]), lambda parts: parts.update({part: b"<x/>"})))


@pytest.mark.parametrize("name", ["a.xlsm", "a.XLSM", "a.xltm", "a.xlsb", "a.xlam"])
def test_a_file_that_may_hold_macros_is_refused_by_its_name(name: str) -> None:
    assert "宏" in refused(name, xlsx([LINE]))


def test_an_old_or_encrypted_workbook_is_refused() -> None:
    assert ".xls" in refused("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_half_sent_workbook_is_refused(kept: float) -> None:
    content = xlsx([LINE])
    assert "不完整" in refused("a.xlsx", content[: int(len(content) * kept)])


def test_what_is_no_spreadsheet_is_refused() -> None:
    assert refused("a.xlsx", b"hello") == "文件不完整或者不是表格，请重新保存后再传"
    assert refused("a.csv", b"") == "文件是空的"
    assert refused("a.csv", b"\x00\x01\x02\x03" * 20)
    assert refused("a.csv", bytes(range(128, 256)) * 3)
    assert "不是 .xlsx" in refused("a.xlsx", repacked(xlsx([LINE]), lambda parts: parts.pop("[Content_Types].xml")))


def test_damaged_parts_are_refused_and_never_raise_anything_else() -> None:
    content = xlsx([LINE])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    for name in names:
        for body in (b"", b"<", b"<a></b>", b"\xff\xfe\x00", b"<worksheet/>", None):

            def damage(parts: dict[str, bytes], name: str = name, body: bytes | None = body) -> None:
                if body is None:
                    parts.pop(name)
                else:
                    parts[name] = body

            with contextlib.suppress(BadFile):
                read("a.xlsx", repacked(content, damage))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    zeros = b"<a>" + b" " * (90 << 20)
    bomb = repacked(xlsx([LINE]), lambda parts: parts.update({"xl/worksheets/sheet1.xml": zeros}))
    assert len(bomb) < 1 << 20
    assert "展开后太大" in refused("a.xlsx", bomb)
    many = repacked(xlsx([LINE]), lambda parts: parts.update({f"xl/x{n}.bin": b"" for n in range(600)}))
    assert "展开后太大" in refused("a.xlsx", many)


def test_a_bomb_that_lies_about_its_size_is_refused_too() -> None:
    bomb = bytearray(repacked(xlsx([LINE]), lambda parts: parts.update({"xl/big.xml": b"<a>" + b" " * (90 << 20)})))
    real, lie = (3 + (90 << 20)).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert bytes(bomb).count(real) == 2
    assert refused("a.xlsx", bytes(bomb).replace(real, lie))


def test_xml_entities_are_refused() -> None:
    laugh = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>'
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"):
        assert "XML 声明" in refused("a.xlsx", repacked(xlsx([LINE]), lambda p, part=part: p.update({part: laugh})))
    utf16 = laugh.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16")
    assert "XML 声明" in refused("a.xlsx", repacked(xlsx([LINE]), lambda p: p.update({"xl/workbook.xml": utf16})))


def test_more_cells_than_a_table_has_are_refused() -> None:
    cells = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
        + (b"<c/>" * files.TAGS_MAX)
        + b"</row></sheetData></worksheet>"
    )
    bomb = repacked(xlsx([LINE]), lambda parts: parts.update({"xl/worksheets/sheet1.xml": cells}))
    assert "格子太多" in refused("a.xlsx", bomb)


def test_a_million_empty_rows_are_passed_over_and_said() -> None:
    def blow(parts: dict[str, bytes]) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        empty = "".join(f'<row r="{n}"/>' for n in range(3, 1_000_003))
        last = '<row r="1000003"><c r="A1000003" t="inlineStr"><is><t>尾</t></is></c></row>'
        parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", empty + last + "</sheetData>").encode()

    found = read("a.xlsx", repacked(xlsx([LINE]), blow))
    assert [number for number, _ in found.rows] == [1, 2]
    assert found.notes == ("第 2 行以后连续 1000 行是空行，后面的内容没有读取",)


def test_a_sheet_that_understates_its_size_is_read_whole() -> None:
    def lie(parts: dict[str, bytes]) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]
        assert b"<dimension " in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:I4"', b'ref="A1:B2"')

    assert len(read("a.xlsx", repacked(xlsx([LINE, LINE, LINE]), lie)).rows) == 4


def test_too_many_rows_and_too_large_a_file_are_refused() -> None:
    assert "超过 5000 行" in refused("a.csv", b"a,b\n" + b"1,2\n" * 6000)
    assert "最大 8 MB" in refused("a.csv", b"x" * (9 << 20))


def test_rows_keep_the_numbers_that_the_sheet_shows() -> None:
    book = Workbook()
    page = book.active
    page["A3"], page["A7"], page["B7"] = "表头", "值", "=1+1"
    out = io.BytesIO()
    book.save(out)
    found = read("a.xlsx", out.getvalue())
    assert [number for number, _ in found.rows] == [3, 7]
    assert found.rows[1][1][1] == Formula("=1+1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_the_encoding_of_a_csv_file_is_found(encoding: str) -> None:
    assert read("a.csv", csv_of([LINE], encoding)).rows[1][1][0] == "张三"


def test_an_encoding_that_is_neither_is_refused() -> None:
    assert "UTF-16" in refused("a.csv", csv_of([LINE], "utf-16"))
    assert "UTF-8" in refused("a.csv", b"\xef\xbb\xbf" + "姓名".encode("gbk") + b"\xff")
    assert "GBK" in refused("a.csv", "姓名,\n".encode("gbk") + b"\xff\xff\n")


def test_csv_in_other_dialects() -> None:
    for delimiter in ("\t", ";"):
        text = delimiter.join(OFFICER_HEAD) + "\n" + delimiter.join(map(str, LINE)) + "\n"
        assert len(read("a.csv", text.encode()).rows[1][1]) == len(LINE)
    quoted = ",".join(f'"{cell}"' for cell in OFFICER_HEAD) + '\n"张\n三","1,2"\n'
    assert read("a.csv", quoted.encode()).rows[1][1][:2] == ("张\n三", "1,2")
    assert "引号" in refused("a.csv", b'a,b\n"x,y\n')


def table(head: list[str], title: str = "") -> headings.Table:
    rows = [[title]] if title else []
    book = [tuple(row) for row in [*rows, head, ["x"] * len(head)]]
    return headings.located(sheets.OFFICERS, files.Rows(tuple(enumerate(book, 1))))


def test_headings_are_known_by_other_names_in_any_order_below_a_title() -> None:
    found = table(["岗 位", "公民身份号码（必填）", "所在部门＊", "执法人员姓名", "备注"], "洛阳市执法人员登记表")
    assert found.heading_row == 2
    assert dict(found.places) == {"posts": 0, "officer_id_number": 1, "department": 2, "officer_name": 3}
    assert found.strange == ("备注",)


def test_headings_that_lack_are_named_with_the_nearest() -> None:
    with pytest.raises(BadFile) as bad:
        table(["姓名", "身份号", "单位", "岗位"])
    assert str(bad.value).startswith("第 1 行的表头缺少：“身份证号码”（最接近的是“身份号”）、“所属内设机构”。")
    with pytest.raises(BadFile, match="两列都是“姓名”"):
        table(["姓名", "姓名", "身份证号", "科室", "岗位"])


@pytest.mark.parametrize("sheet", sheets.SHEETS.values(), ids=lambda sheet: sheet.kind)
def test_a_template_is_read_back_by_its_own_headings(sheet: sheets.Sheet) -> None:
    content = templates.template(sheet, {"posts": ("执法人员",), "categories": ("处罚", "许可")})
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [sheet.title, "填写说明"]
    notes = [row[0].value for row in book["填写说明"].iter_rows(min_row=2)]
    assert notes == [column.label for column in sheet.columns]
    found = read("a.xlsx", content)
    assert set(headings.located(sheet, found).places) == {column.id for column in sheet.columns}


def test_no_two_columns_of_a_sheet_share_a_heading() -> None:
    for sheet in sheets.SHEETS.values():
        words = [headings.plain(word) for column in sheet.columns for word in (column.label, *column.also)]
        assert len(words) == len(set(words)), sheet.kind


def test_every_column_that_is_a_fact_stands_in_the_dictionary() -> None:
    known = library().dictionary
    assert [name for sheet in sheets.SHEETS.values() for name in sheet.facts if name not in known] == []
