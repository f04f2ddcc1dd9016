"""Files of the credit exchange: records written as XLSX, CSV and JSON, and the same read back.

A table has the Chinese names of the fields in its first row, JSON their codes. Both are read with either.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sanxiang.one_platform.registry.exporting import ACTIVE, inert
from sanxiang.one_platform.registry.importing import files
from sanxiang.one_platform.registry.importing.files import BadFile, Broken, Formula

from .formats import Field, Format, Standard

FORMS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
MADE = datetime(2018, 1, 1)  # noqa: DTZ001  the same records give the same workbook


@dataclass(frozen=True, slots=True)
class Line:
    """A record of a file with the row it stands in, and what could not be read of it: (name of the field, why)."""

    row: int
    record: Mapping[str, str]
    faults: tuple[tuple[str, str], ...] = ()


def written(standard: Standard, form: Format, records: Sequence[Mapping[str, str]], kind: str) -> bytes:
    """The file of one kind."""
    return {"xlsx": _xlsx, "csv": _csv, "json": _json}[kind](standard, form, records)


def _json(standard: Standard, form: Format, records: Sequence[Mapping[str, str]]) -> bytes:
    """Amounts are numbers with their six decimals; an empty field is an empty text."""
    lines = ",\n".join(
        "  {" + ", ".join(f"{json.dumps(field.code)}: {_value(field, one)}" for field in form.fields) + "}"
        for one in records
    )
    head = f'"standard": {json.dumps(standard.version)}, "kind": {json.dumps(form.id)}'
    return (f'{{{head}, "records": [\n{lines}\n]}}\n').encode()


def _value(field: Field, record: Mapping[str, str]) -> str:
    text = record.get(field.code, "")
    return text if field.kind == "amount" and text else json.dumps(text, ensure_ascii=False)


def _csv(standard: Standard, form: Format, records: Sequence[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in form.fields])
    writer.writerows([[inert(one.get(code, "")) for code in form.codes] for one in records])
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(standard: Standard, form: Format, records: Sequence[Mapping[str, str]]) -> bytes:
    """Everything is text, so that no spreadsheet shortens a number of eighteen digits; amounts are numbers."""
    from openpyxl import Workbook  # large: not before somebody exports

    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.active
    sheet.title = form.title
    sheet.append([field.name for field in form.fields])
    for row, one in enumerate(records, 2):
        for column, field in enumerate(form.fields, 1):
            if text := one.get(field.code, ""):
                cell = sheet.cell(row, column)
                if field.kind == "amount":
                    cell.value, cell.number_format = Decimal(text), "0.000000"
                else:
                    cell.value, cell.data_type, cell.number_format = text, "s", "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def lines_of(form: Format, name: str, content: bytes) -> list[Line]:
    """The records of a file. Raises BadFile where the file as a whole cannot be taken."""
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        return _from_json(form, content)
    found = files.read(name, content)
    if not found.rows:
        raise BadFile("文件里没有内容")
    (_, head), *rows = found.rows
    codes = [_code(form, cell) for cell in head]
    if not any(codes):
        raise BadFile(f"第一行没有{form.title}数据的字段名，如“{form.fields[0].name}”或者“{form.fields[0].code}”")
    twice = {code for code in codes if code and codes.count(code) > 1}
    if twice:
        raise BadFile(f"“{form[min(twice)].name}”这一列有两列")
    return [_line(form, number, dict(zip(codes, row, strict=False)), found.epoch) for number, row in rows]


def _code(form: Format, cell: Any) -> str:
    """The field that a heading names, by name or code; empty for a column that the standard does not know."""
    text = "".join(str(cell or "").split()).removesuffix("*").replace("(", "（").replace(")", "）")
    for field in form.fields:
        if text in (field.code, field.name.replace("(", "（").replace(")", "）")):
            return field.code
    return ""


def _from_json(form: Format, content: bytes) -> list[Line]:
    if len(content) > files.SIZE_MAX:
        raise BadFile(f"文件最大 {files.SIZE_MAX >> 20} MB；请分成几个文件")
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as fault:
        raise BadFile("文件不是完整的 JSON；可能没有传完") from fault
    rows = told.get("records") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise BadFile("JSON 应当是一组记录，或者在 records 里放一组记录")
    if len(rows) > files.ROWS_MAX:
        raise BadFile(f"超过 {files.ROWS_MAX} 条，请分成几个文件")
    return [
        _line(form, number, {_code(form, key) or str(key)[:40]: value for key, value in one.items()}, None)
        for number, one in enumerate(rows, 1)
    ]


def _line(form: Format, number: int, cells: Mapping[str, Any], epoch: datetime | None) -> Line:
    record, faults = {}, []
    for code, cell in cells.items():
        if not code:
            continue
        name = form[code].name if code in form.codes else code
        if isinstance(cell, Formula | Broken):
            faults.append((name, "是公式或者错误值，请改成文字"))
        elif isinstance(cell, dict | list):
            faults.append((name, "应当是文字或者数字"))
        elif text := _text(form, code, cell, epoch):
            record[code] = text
    return Line(number, record, tuple(faults))


def _text(form: Format, code: str, cell: Any, epoch: datetime | None) -> str:
    """A cell as it stands on the wire: days and amounts in their form, a text that was made inert without its mark."""
    kind = form[code].kind if code in form.codes else "text"
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, int | float | Decimal):
        if kind == "day" and epoch is not None and 0 < cell < 100_000:
            return (epoch + timedelta(days=int(cell))).date().isoformat()
        return amount(f"{Decimal(str(cell)):f}") if kind == "amount" else f"{Decimal(str(cell)):f}".removesuffix(".0")
    text = str(cell).strip()
    if text.startswith("'") and text[1:].startswith(ACTIVE):
        text = text[1:]
    if kind == "day":
        text = text.replace("/", "-")[:10] if len(text) in (10, 19) else text
    return amount(text) if kind == "amount" else text


def amount(text: str) -> str:
    """An amount with its six decimals; what is none is left as it is, for the check to name."""
    whole, _, rest = text.partition(".")
    if whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit())):
        rest = rest.rstrip("0") if len(rest) > 6 else rest
        return f"{whole}.{rest.ljust(6, '0')}"
    return text
