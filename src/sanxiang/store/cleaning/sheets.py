"""Spreadsheets (xlsx): the visible cells written into a new workbook, as values. Formulas, comments, names, properties,
filters, conditions, colours and everything else stays behind; what is hidden is refused, for only its author knows
whether it is to be shown or to go."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font
from openpyxl.utils import get_column_letter

from . import NotClean
from .package import opened, packed, tree

CELLS_MAX, SHEETS_MAX = 200_000, 50
NARROW = 0.6
AS_OF = datetime(1980, 1, 1)  # noqa: DTZ001 - the format knows no zone


def rewritten(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook made anew. Raises NotClean."""
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            tree(content)
    if any(name.startswith(("xl/drawings/", "xl/charts/", "xl/media/")) and not name.endswith((".vml", ".vml.rels"))
           for name in parts):  # fmt: skip
        raise NotClean("表格里有图片、图表或者文本框，改为 xlsx 公示会丢失；请另存为 PDF 再传")
    if any(name.startswith(("xl/revisions/", "xl/usernames")) for name in parts):
        raise NotClean("表格里有修订记录，请在“共享工作簿”里去掉修订以后再传")
    try:
        values = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), keep_links=False)
    except Exception as fault:  # whatever the reader stumbles over, the file is not taken
        raise NotClean("表格打不开或者已经损坏，请重新另存一份再传") from fault
    if len(values.sheetnames) > SHEETS_MAX:
        raise NotClean(f"表格超过 {SHEETS_MAX} 张，请拆开再传")
    made = Workbook()
    made.remove(made.active)
    for name in values.sheetnames:
        _sheet(values[name], formulas[name], made.create_sheet(name))
    made.properties.creator, made.properties.created, made.properties.modified = "", AS_OF, AS_OF
    out = io.BytesIO()
    made.save(out)
    return packed(opened(out.getvalue()))


def _sheet(old: Any, formulas: Any, new: Any) -> None:
    if old.sheet_state != "visible":
        raise NotClean(f"工作表“{old.title}”是隐藏的：要公示的请取消隐藏，不公示的请删去")
    _refuse_hidden(formulas)
    for cell in _cells(formulas):
        if cell.value is not None and old.cell(cell.row, cell.column).value is None:
            where = f"工作表“{old.title}”的 {cell.coordinate}"
            raise NotClean(f"{where} 是公式，没有算好的值；请用表格软件打开、存盘以后再传")
    for count, cell in enumerate(_cells(old), 1):
        if count > CELLS_MAX:
            raise NotClean(f"工作表“{old.title}”超过 {CELLS_MAX} 格，请拆开再传")
        made = new.cell(cell.row, cell.column)
        made.value = cell.value
        if isinstance(cell.value, str):
            made.data_type = "s"  # a text that begins with = stays a text
        _looks(cell, made)
    for area in old.merged_cells.ranges:
        new.merge_cells(str(area))
    for letter, column in old.column_dimensions.items():
        new.column_dimensions[letter].width = min(max(column.width or 10, 2), 120)


def _cells(sheet: Any) -> Iterator[Any]:
    return (cell for row in sheet.iter_rows() for cell in row if cell.value is not None or cell.has_style)


def _looks(old: Any, new: Any) -> None:
    """How a cell is read: weight, frame, place, the form of dates and numbers. No colour, no form that hides."""
    new.font = Font(bold=old.font.b, italic=old.font.i, size=max(float(old.font.sz or 11), 6.0))
    new.border = Border(**{side: copy(getattr(old.border, side)) for side in ("left", "right", "top", "bottom")})
    place = old.alignment
    new.alignment = Alignment(place.horizontal, place.vertical, wrap_text=place.wrap_text)
    if ";;" not in str(old.number_format) and '"' not in str(old.number_format):
        new.number_format = old.number_format


def _refuse_hidden(sheet: Any) -> None:
    """Rows and columns with something in them that nobody sees."""
    rows = {
        number
        for number, row in sheet.row_dimensions.items()
        if row.hidden or (row.height is not None and row.height < 1)
    }
    columns = set()
    for letter, column in sheet.column_dimensions.items():
        if column.hidden or (column.customWidth and column.width is not None and column.width < NARROW):
            first = column.min or _number(letter)
            columns |= set(range(first, min(column.max or first, first + 16_384) + 1))
    for cell in _cells(sheet) if rows or columns else ():
        if cell.value is not None and (cell.row in rows or cell.column in columns):
            where = f"第 {cell.row} 行" if cell.row in rows else f"{get_column_letter(cell.column)} 列"
            raise NotClean(f"工作表“{sheet.title}”的{where}是隐藏的：要公示的请取消隐藏，不公示的请删去")


def _number(letter: str) -> int:
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(letter))
