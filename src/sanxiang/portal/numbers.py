"""Pages and open data of 公示不缺号: where every decision of an agency and year stands, and that the counts add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.counting import STATES, series_of, standing, tally
from sanxiang.three_systems.disclosure.models import PublishedNumber

PAGE = 200
YEAR_MAX = 9999
FIELDS = (
    *("number", "category", "decided_on", "state", "due_on", "published_on", "withheld_on", "withheld_ground"),
    *("withheld_by", "withdrawn_on", "withdrawn_cause", "revoked_on"),
)
"""What stands of a decision in the open data; the page of a published one is /d/<id>/."""


@require_safe
@cache_control(public=True, max_age=60)
def years(request: HttpRequest) -> HttpResponse:
    """Every agency and year in which something was decided."""
    return render(request, "portal/numbers.html", {"agencies": published.numbered()})


@require_safe
@cache_control(public=True, max_age=60)
def year(request: HttpRequest, agency: UUID, year: int) -> HttpResponse:
    """The count of one agency and year; `?state=` shows the decisions of one state."""
    rows, today = found(agency, year), localdate()
    counts = tally(rows, today)
    state = request.GET.get("state", "")
    chosen = [row for row in rows if standing(row, today) == state] if state in STATES else rows
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.state = standing(row, today)
        row.state_name = STATES[row.state]
        row.days_left = (row.due_on - today).days if row.due_on else None
    context = {
        "agency": agency,
        "name": published.agency_name(agency),
        "year": year,
        "today": today,
        "total": len(rows),
        "sum": [(one, STATES[one], count) for one, count in counts.items() if count or one == "overdue"],
        "series": series_of(rows),
        "unnumbered": sum(row.n is None for row in rows),
        "state": state if state in STATES else "",
        "state_name": STATES.get(state, ""),  # type: ignore[call-overload]
        "page": page,
    }
    return render(request, "portal/number_year.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def data(request: HttpRequest, agency: UUID, year: int, form: str) -> HttpResponse:
    """The same as a table (csv) or as JSON, all of it."""
    rows, today = found(agency, year), localdate()
    if form == "json":
        told = [{"id": str(row.stream), **fields(row, today)} for row in rows]
        whole = {"agency": published.agency_name(agency), "year": year, "on": today, "counts": tally(rows, today)}
        return JsonResponse({**whole, "decisions": told}, json_dumps_params={"ensure_ascii": False})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", *FIELDS])
    writer.writerows([str(row.stream), *fields(row, today).values()] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="numbers-{agency}-{year}.csv"'
    return response


def found(agency: UUID, year: int) -> Sequence[PublishedNumber]:
    rows = published.numbers(agency, year) if year <= YEAR_MAX else []
    if not rows:
        raise Http404
    return rows


def fields(row: PublishedNumber, today: date) -> dict[str, Any]:
    return {name: standing(row, today) if name == "state" else getattr(row, name) for name in FIELDS}
