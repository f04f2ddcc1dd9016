"""Pages and open data of 公示不缺号: where every decision of an agency and year stands, and that the counts add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.counting import FIELDS, STATES, series_of, standing, tally, told
from sanxiang.three_systems.disclosure.models import PublishedNumber

PAGE = 200
YEAR_MAX = 9999


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
        "days": published.numbered_days(agency, year),
    }
    return render(request, "portal/number_year.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def data(request: HttpRequest, agency: UUID, year: int, form: str) -> HttpResponse:
    """The same as a table (csv) or as JSON, all of it."""
    rows, today = found(agency, year), localdate()
    if form == "json":
        whole = {"agency": published.agency_name(agency), "year": year, "on": today, "counts": tally(rows, today)}
        whole["decisions"] = [told(row, today) for row in rows]
        return JsonResponse(whole, json_dumps_params={"ensure_ascii": False})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", *FIELDS])
    writer.writerows(told(row, today).values() for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="numbers-{agency}-{year}.csv"'
    return response


def found(agency: UUID, year: int) -> Sequence[PublishedNumber]:
    rows = published.numbers(agency, year) if year <= YEAR_MAX else []
    if not rows:
        raise Http404
    return rows


@require_safe
@cache_control(public=True, max_age=60)
def day(request: HttpRequest, agency: UUID, year: int, day: str, part: str) -> HttpResponse:
    """Of one day's count: the list (`list`, of the latest day), its event in the ledger (`event`), the receipt."""
    try:
        row = published.numbered_day(agency, year, date.fromisoformat(day)) if year <= YEAR_MAX else None
    except ValueError:
        row = None
    held = {"list": row.snapshot, "event": row.proof, "receipt": row.receipt}[part] if row else None
    if not held:
        raise Http404
    kind = "text/plain" if part == "receipt" else "application/json"
    return HttpResponse(bytes(held) if part == "list" else held, content_type=f"{kind}; charset=utf-8")
