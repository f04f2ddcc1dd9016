"""The public record as a whole (批量下载): a file for every month as CSV, JSON lines and Parquet, what was
withdrawn, and the description of each column.

Files are made when they are asked for and hold what is public at that moment: what was withdrawn is gone from them too.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published

from .opendata import MONTH
from .views import CATEGORIES, ORDER

BATCH = 1_000
GROUP = 10_000
"""Rows written at once, and rows of one group of a Parquet file."""

COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("string", "公示信息的编号，不会改变；网页地址是 /d/编号/"),
    "number": ("string", "决定文号；没有文号的为空"),
    "category": ("string", "执法类别：" + "、".join(CATEGORIES)),
    "agency": ("string", "作出决定的机关的名称"),
    "decided_on": ("date", "决定日期"),
    "published_on": ("date", "公示日期"),
    "until": ("date", "公示截止日期；长期公示的为空"),
    "corrected_on": ("date", "最近一次更正的日期；没有更正过的为空"),
    **dict.fromkeys(ORDER, ("string", "公示的内容，与网页上同名的一栏相同")),
    "full_text": ("string", "决定书全文（PDF）在本网站的地址；只公示基本要素的为空"),
    "others": ("string", "网页上的其余各栏，JSON 对象，键为栏目名称"),
}
"""Every column: its type in the words of Table Schema, and what it means."""

WITHDRAWN: dict[str, tuple[str, str]] = {
    "id": ("string", "公示信息的编号；手中有旧文件的，请删去这一条"),
    "number": ("string", "决定文号"),
    "withdrawn_on": ("date", "撤下日期"),
    "withdrawn_cause": ("string", "撤下原因"),
}


@require_safe
@cache_control(public=True, max_age=60)
def page(request: HttpRequest) -> HttpResponse:
    """Which files there are, what their columns mean, how to follow what changes."""
    months = [(month, month.strftime(MONTH), count) for month, count in published.months_counted()]
    context = {"months": months[::-1], "columns": COLUMNS.items(), "withdrawn": WITHDRAWN.items()}
    return render(request, "portal/data.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def month(request: HttpRequest, month: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """All decisions published in one month that are public now."""
    try:
        first = datetime.strptime(month, MONTH).replace(tzinfo=UTC).date()
        rows = published.whole_month(first)
    except (ValueError, OverflowError):
        raise Http404 from None
    start = next(rows, None)
    if start is None:
        raise Http404
    made = FORMS[form](_chain(start, rows))
    made["Content-Disposition"] = f'attachment; filename="decisions-{first:%Y-%m}.{form}"'
    return made


def _chain(first: Published, rest: Iterator[Published]) -> Iterator[dict[str, Any]]:
    yield told(first)
    for row in rest:
        yield told(row)


def told(row: Published) -> dict[str, Any]:
    """A row of a file, by the names of its columns."""
    public = {name: str(value) for name, value in row.public.items()}
    others = {name: value for name, value in sorted(public.items()) if name not in ORDER}
    return {
        "id": str(row.stream), "number": row.number, "category": row.category, "agency": row.agency_name,
        "decided_on": row.decided_on, "published_on": row.published_on, "until": row.until,
        "corrected_on": row.corrected_on, **{name: public.get(name, "") for name in ORDER},
        "full_text": reverse("portal:decision-pdf", args=[row.stream]) if row.full else "",
        "others": json.dumps(others, ensure_ascii=False) if others else "",
    }  # fmt: skip


def as_csv(rows: Iterator[dict[str, Any]], columns: Any = COLUMNS) -> StreamingHttpResponse:
    """UTF-8 with the mark that spreadsheet programs look for; a cell that would be a formula is told as text."""

    def lines() -> Iterator[str]:
        out = io.StringIO()
        writer = csv.writer(out)
        out.write("\ufeff")
        writer.writerow(columns)
        for at, row in enumerate(rows, 1):
            writer.writerow([inert(value) for value in row.values()])
            if at % BATCH == 0:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
        yield out.getvalue()

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def as_lines(rows: Iterator[dict[str, Any]]) -> StreamingHttpResponse:
    """One JSON object a line."""
    lines = (json.dumps(row, ensure_ascii=False, default=date.isoformat) + "\n" for row in rows)
    return StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")


def as_parquet(rows: Iterator[dict[str, Any]]) -> FileResponse:
    """Apache Parquet, written group by group into a file that is gone when it was sent."""
    import pyarrow as arrow
    from pyarrow import parquet

    kinds = {"string": arrow.string(), "date": arrow.date32()}
    schema = arrow.schema(
        [arrow.field(name, kinds[kind], metadata={"description": means}) for name, (kind, means) in COLUMNS.items()]
    )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        group: list[dict[str, Any]] = []
        for row in rows:
            group.append(row)
            if len(group) == GROUP:
                writer.write_table(arrow.Table.from_pylist(group, schema))
                group = []
        if group:
            writer.write_table(arrow.Table.from_pylist(group, schema))
    file.seek(0)
    return FileResponse(file, content_type="application/vnd.apache.parquet")


FORMS: dict[str, Callable[[Iterator[dict[str, Any]]], Any]] = {
    "csv": as_csv, "jsonl": as_lines, "parquet": as_parquet,
}  # fmt: skip


@require_safe
@cache_control(public=True, max_age=60)
def withdrawn(request: HttpRequest) -> StreamingHttpResponse:
    """What was public and is no longer: whoever has an earlier file takes these out of it."""
    rows = ({name: getattr(row, "stream" if name == "id" else name) for name in WITHDRAWN} for row in published.gone())
    return as_csv(rows, WITHDRAWN)


@require_safe
@cache_control(public=True, max_age=60)
def package(request: HttpRequest) -> JsonResponse:
    """The files and their columns for programs (Data Package with Table Schema, Frictionless Data v1)."""
    schema = {"fields": [{"name": name, "type": kind, "description": what} for name, (kind, what) in COLUMNS.items()]}
    resources = [
        {
            "name": f"decisions-{month:%Y-%m}-{form}",
            "path": request.build_absolute_uri(reverse(f"portal:data-{form}", args=[month.strftime(MONTH)])),
            "format": form, "schema": schema,
        }
        for month, _ in published.months_counted()
        for form in FORMS
    ]  # fmt: skip
    whole = {"profile": "data-package", "name": "decisions", "title": "行政执法公示信息", "resources": resources}
    return JsonResponse(whole, json_dumps_params={"ensure_ascii": False})
