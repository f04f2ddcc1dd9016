"""Pages of the standing list of objects of inspection (检查对象名录库): the list as of a day, one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import inspectees as standing
from sanxiang.casework import inspecting
from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page
from sanxiang.core.registers import fold_inspectee
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import queries
from .access import Visitor, for_staff
from .exporting import csv_file
from .history import told
from .importing.sheets import INSPECTEES
from .views import acts_for, address, asked

GONE = "gone"
HEAD = ("名称", "统一社会信用代码", "类型", "地址", "等级", "检查事项", "列入或者更改日期")


def among(agency: Any, asked: Mapping[str, str]) -> QuerySet[InspecteeRow]:
    """The objects of an agency that the choices name, as they stand; those that were taken off only where asked."""
    rows = InspecteeRow.objects.filter(agency=agency, latest=True, gone=asked["only"] == GONE)
    word = asked["q"][:60]
    if word:
        rows = rows.filter(Q(name__contains=word) | Q(code=word.upper()))
    if asked["level"]:
        rows = rows.filter(level="" if asked["level"] == "none" else asked["level"])
    return rows.filter(Q(items__contains=[asked["item"]]) | Q(items=[])) if asked["item"] else rows


@require_safe
@for_staff
def inspectees(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The list of an agency: the reader's own, or one that he may read."""
    choices, now = asked(request, "q", "level", "item", "only", "agency"), timezone.now()
    try:
        body = visitor.agency(UUID(choices["agency"] or visitor.reader.agency))
    except ValueError:
        raise Http404 from None
    rows = among(body.stream, choices)
    if request.GET.get("format") == "csv":
        return csv_file("检查对象名录库.csv", HEAD, (
            (row.name, row.code, row.kind, row.address, row.level, "；".join(row.items), row.since)
            for row in queries.every(rows, "name")
        ))  # fmt: skip
    agency = registers_for(connections["default"], str(body.stream), ()).agency(str(body.stream))
    context = {
        "visitor": visitor, "asked": choices, "found": queries.inspectees(rows, request.GET.get("after", "")[:200]),
        "levels": library().dictionary[inspecting.LEVEL].choices, "agency": body, "query": address(choices),
        "items": list(inspecting.items_on(agency, legal_day(now))), "can_write": visitor.may_write(body),
        "inspects": inspects(visitor, str(body.stream)),
        "agencies": queries.agencies(visitor.agencies()).rows if visitor.wide else (),
    }  # fmt: skip
    return page(request, "registry/inspectees.html", context)


def inspects(visitor: Visitor, agency: str) -> bool:
    """Whether the reader may begin an inspection of an object of this agency."""
    return agency == visitor.reader.agency and bool({"officer", "unit_head"} & set(visitor.reader.posts))


@require_safe
@for_staff
def inspectee(request: HttpRequest, visitor: Visitor, stream: UUID) -> HttpResponse:
    """One object: what is registered, how often it was inspected this year against its cap, its history."""
    row = standing.row_of(stream)
    if row is None:
        raise Http404
    body, today = visitor.agency(row.agency), legal_day(timezone.now())
    events = reading.load(connections["default"], str(stream))
    held, rules = fold_inspectee(events), library().on(body.jurisdiction, today)
    context = {
        "visitor": visitor, "row": row, "agency": body, "can_write": visitor.may_write(body),
        "facts": [(INSPECTEES.column(name).label, held.facts[name]) for name in INSPECTEES.facts if name in held.facts],
        "history": told(events, library(), {}),
        "acts": [act for act in acts_for("inspectee") if (act.id == "list_again") == row.gone],
        "visits": inspecting.of_enterprise(rules, str(body.stream), row.code, today),
        "inspects": inspects(visitor, str(body.stream)) and not row.gone,
    }  # fmt: skip
    return page(request, "registry/inspectee.html", context)
