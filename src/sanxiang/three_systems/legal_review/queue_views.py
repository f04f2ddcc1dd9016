"""The page of the queue: what waits for the legal review, and the same as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import address, page, staff
from sanxiang.casework.views.lists import Echo, harmless
from sanxiang.core.values import CHINA, legal_day

from . import queue

FRESH_S = 5.0
HEAD = ("案号", "案件名称", "承办机构", "为什么要审核", "收到日期", "剩余期限", "期限", "退回次数", "异议", "审核人员")


@require_safe
@staff
def waiting(request: Any) -> HttpResponse:
    """All reviews that wait for the reader's agency, the fewest days left first."""
    reader, today = request.reader, legal_day(timezone.now())
    if queue.seen(reader) is None:
        return page(request, "legal_review/not_here.html", {"queue": True}, status=403)
    view = request.GET.get("view", "")
    view = view if view in queue.VIEWS else ""
    agency = registers_for(connections["default"], reader.agency, (), age_s=FRESH_S).agency(reader.agency)
    calendar = library().on(reader.jurisdiction, today).calendar
    if request.GET.get("as") == "csv":
        rows = list(queue.reviews(reader, view, today, "", queue.EXPORT_MAX + 1))
        return exported(queue.lines(rows, agency, today, calendar))
    rows = list(queue.reviews(reader, view, today, request.GET.get("after", "")[:120], queue.PAGE + 1))
    context = {
        "lines": queue.lines(rows[: queue.PAGE], agency, today, calendar), "view": view, "views": queue.VIEWS,
        "next": queue.cursor(rows[queue.PAGE - 1]) if len(rows) > queue.PAGE else "",
        "first": not request.GET.get("after"), "problems": queue.last_problems(reader),
        "ratio_url": address("registry:reviewers"), "reviewing": queue.may_review(reader),
    }  # fmt: skip
    return page(request, "legal_review/queue.html", context)


def exported(found: Iterable[queue.Line]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(told(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = "attachment; filename=reviews.csv"
    return response


def told(found: Iterable[queue.Line]) -> Iterator[str]:
    writer: Any = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(HEAD)
    for number, line in enumerate(found):
        if number == queue.EXPORT_MAX:
            yield writer.writerow([f"只导出了前 {queue.EXPORT_MAX:,} 件，还有没有导出的：请换一个范围，分几次导出"])
            return
        row = line.row
        cells = (
            row.case_number, row.title, line.department, line.why, f"{row.received_at.astimezone(CHINA):%Y-%m-%d}",
            line.due, row.term, row.returned, "有" if row.disputed else "", line.whose,
        )  # fmt: skip
        yield writer.writerow([harmless(cell) for cell in cells])
