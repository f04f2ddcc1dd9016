"""The page of what is to be noticed about inspections (检查预警)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.access import visible as cases_of
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page
from sanxiang.core.values import legal_day

from . import watching
from .access import Visitor, for_staff
from .models import AgencyRow


@require_safe
@for_staff
def watch(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What stands out this year, kind by kind, each with its inspection."""
    reader, today = visitor.reader, legal_day(timezone.now())
    watched = watching.visible(reader) if reader.officer else None
    if watched is None:
        raise Http404
    rules = library().on(reader.jurisdiction, today)
    often, together = watching.often(rules, watched, today), watching.together(rules, watched, today)
    lists = {
        "unscanned": watching.unscanned(watched, today), "another_day": watching.another_day(watched, today),
        "unpublished": watching.unpublished(watched, today),
    }  # fmt: skip
    rows = [one.row for one in often] + [row for pair in together for row in pair[:2]]
    rows += [row for some in lists.values() for row in some]
    cases = cases_of(reader).in_bulk({row.stream for row in rows})
    names = dict(AgencyRow.objects.filter(stream__in={row.agency for row in rows}).values_list("stream", "name"))

    def told(row: Any) -> dict[str, Any]:
        return {"row": row, "case": cases.get(row.stream), "agency": names.get(row.agency, "")}

    context = {
        "visitor": visitor, "often": [(one, told(one.row)) for one in often],
        "together": [(told(row), told(other), days) for row, other, days in together],
        **{name: [told(row) for row in some] for name, some in lists.items()}, "nothing": not rows, "year": today.year,
        "most": watching.MOST,
    }  # fmt: skip
    return page(request, "registry/watch.html", context)
