"""Yearly reports for the public (统计年报): which were published and which are overdue, one report as a page, as PDF,
as a sheet and as open data. What was issued stands as it was issued; a correction is a version of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import reporting
from sanxiang.three_systems.disclosure.models import PublishedReport
from sanxiang.three_systems.recording.documents import reports as paper

from .bulk import inert
from .fulltext import fonts

Versions = list[PublishedReport]
HEAD = ("表", "项目", "数", "单位", "编号")


@require_safe
@cache_control(public=True, max_age=60)
def reports(request: HttpRequest) -> HttpResponse:
    """Every yearly report that an agency owes the public: with its version, or by how many days it is late."""
    today = localdate()
    rows = [(one, (today - one.due).days if one.overdue(today) else 0) for one in reporting.dues(today)]
    return render(request, "portal/reports.html", {"rows": rows, "today": today})


def found(request: HttpRequest, agency: UUID, report: str, period: str) -> tuple[PublishedReport, Versions]:
    """The version that an address asks for, and all of them. Raises Http404."""
    held = reporting.versions(agency, report, period)
    wanted = request.GET.get("version", "")
    row = next((one for one in held if str(one.number) == wanted), None) if wanted else next(iter(held), None)
    if row is None:
        raise Http404
    return row, held


@require_safe
@cache_control(public=True, max_age=60)
def report(request: HttpRequest, agency: UUID, report: str, period: str) -> HttpResponse:
    """One report with its tables and texts; `?version=` opens one before."""
    row, held = found(request, agency, report, period)
    context = {"row": row, "versions": held, "sheets": sheets(row), "latest": held[0]}
    return render(request, "portal/report.html", context)


def sheets(row: PublishedReport) -> list[paper.Sheet]:
    """The tables as they are read."""
    return [
        paper.Sheet(
            table["title"],
            [(one["label"], amount(one["unit"], one["value"]), one["unit"]) for one in table["figures"]],
            not any(one["value"] for one in table["figures"]),
        )
        for table in row.tables
    ]


def amount(unit: str, value: int) -> str:
    """A value in its unit; money is kept in fen."""
    return f"{value // 100}.{value % 100:02d}" if unit == "元" else str(value)


def lines(row: PublishedReport) -> Iterator[tuple[str, ...]]:
    """Every figure as a line of a sheet."""
    for table in row.tables:
        for one in table["figures"]:
            yield table["title"], one["label"], amount(one["unit"], one["value"]), one["unit"], one["id"]


@require_safe
@cache_control(public=True, max_age=60)
def data(request: HttpRequest, agency: UUID, report: str, period: str, form: str) -> HttpResponse:
    """The report as a file."""
    row, _ = found(request, agency, report, period)
    if form not in FORMS:
        raise Http404
    made = FORMS[form](row)
    name = f"{row.agency_name}{row.period}年{'' if row.replaced_on is None else f'第{row.number}版'}.{form}"
    manner = "inline" if form in ("pdf", "json") else "attachment"
    made["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name)}"
    return made


def as_pdf(row: PublishedReport) -> HttpResponse:
    told = paper.Report(
        row.agency_name, title_of(row), row.since, row.until, row.number, row.issued_on, sheets(row),
        tuple(row.texts.items()), row.note, "演示" in row.agency_name,
    )  # fmt: skip
    return HttpResponse(paper.report(told, fonts=fonts()), content_type="application/pdf")


def title_of(row: PublishedReport) -> str:
    return f"{row.period}年度行政执法总体情况和数据"


def as_json(row: PublishedReport) -> HttpResponse:
    """Money in fen, as the record holds it."""
    whole: dict[str, Any] = {
        "agency": row.agency_name, "year": row.period, "version": row.number, "issued_on": row.issued_on,
        "since": row.since, "until": row.until, "note": row.note, "tables": row.tables, "texts": row.texts,
    }  # fmt: skip
    return JsonResponse(whole, json_dumps_params={"ensure_ascii": False})


def as_csv(row: PublishedReport) -> HttpResponse:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *([inert(cell) for cell in line] for line in lines(row))])
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")


def as_xlsx(row: PublishedReport) -> HttpResponse:
    from openpyxl import Workbook  # large: not before somebody asks

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{row.period}年"
    for line in (HEAD, *lines(row)):
        sheet.append([float(cell) if at == 2 and line is not HEAD else cell for at, cell in enumerate(line)])
    for column, width in zip("ABCDE", (28, 36, 16, 8, 24), strict=True):
        sheet.column_dimensions[column].width = width
    book.properties.creator = row.agency_name
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(out.getvalue(), content_type=kind)


FORMS: dict[str, Callable[[PublishedReport], HttpResponse]] = {
    "pdf": as_pdf, "json": as_json, "csv": as_csv, "xlsx": as_xlsx,
}  # fmt: skip
