"""Empty spreadsheets to fill in (导入模板): headings, lists to choose from, and a sheet that explains every column."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .sheets import FUNCTIONS, Column, Sheet

FILLED = 1_000
WIDTH = {"code": 24, "day": 14, "flag": 12}
HEAD = PatternFill("solid", fgColor="E8F1FB")


def template(sheet: Sheet, choices: Mapping[str, Sequence[str]]) -> bytes:
    """The .xlsx file of one kind. `choices` gives the words of each list that the columns name."""
    book = Workbook()
    page = book.active
    page.title = sheet.title
    notes = book.create_sheet("填写说明")
    notes.append(["列", "是否必填", "说明", "可以填写", "例"])
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        head = page.cell(1, number, column.label + ("*" if column.required else ""))
        head.font, head.fill = Font(bold=True), HEAD
        page.column_dimensions[letter].width = WIDTH.get(column.type, 18)
        for line in range(2, FILLED + 2) if column.type in ("code", "text") else ():
            page.cell(line, number).number_format = "@"
        allowed = allowed_in(column, choices)
        _choose(page, letter, column, allowed)
        required = "必填" if column.required else ""
        notes.append([column.label, required, column.help, "、".join(allowed), column.example])
    page.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (24, 10, 40, 60, 40), strict=True):
        notes.column_dimensions[letter].width = width
    for cell in notes[1]:
        cell.font = Font(bold=True)
    for row in notes.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def allowed_in(column: Column, choices: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if column.choices == "functions":
        return tuple(FUNCTIONS.values())
    return choices.get(column.choices, ("是", "否") if column.choices == "flag" else ())


def _choose(page: object, letter: str, column: Column, allowed: Iterable[str]) -> None:
    """A list to choose from where a cell holds just one of a few short words."""
    words = ",".join(allowed)
    if words and column.type in ("text", "flag") and column.choices != "functions" and len(words) <= 250:
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
        rule.add(f"{letter}2:{letter}{FILLED + 1}")
        page.add_data_validation(rule)  # type: ignore[attr-defined]
