"""A table as a file that a spreadsheet opens (导出表格)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from .lists import Echo, harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(cells: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    writer: Any = csv.writer(Echo())
    told = "\ufeff" + "".join(writer.writerow([harmless(cell) for cell in line]) for line in cells)
    return sent(told.encode(), "text/csv; charset=utf-8", f"{name}.csv")


def as_xlsx(cells: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    from openpyxl import Workbook  # large: not before somebody exports

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for line in cells:
        sheet.append([cell if isinstance(cell, int | float) else harmless(cell) for cell in line])
    out = io.BytesIO()
    book.save(out)
    return sent(out.getvalue(), XLSX, f"{name}.xlsx")


def sent(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
