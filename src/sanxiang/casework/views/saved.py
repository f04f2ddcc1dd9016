"""Saved views (常用查询): a filter of a register under a name, for oneself or for the unit. No part of the record."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.db import connections
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sanxiang.casework.access import Reader
from sanxiang.casework.models import SavedView
from sanxiang.casework.registers import registers_for
from sanxiang.core.rulebook.values import CONTROL

from .common import staff

PLACES = {"cases": "casework:cases", "register": "recording:register"}
LONGEST, QUERY_LONGEST, MOST = 30, 600, 30
NOT_KEPT = frozenset({"after", "as"})


def views_of(reader: Reader, place: str = "") -> list[SavedView]:
    """The reader's own views and those shared with a unit of his, by name; of one register alone with `place`."""
    mine = Q(officer=reader.officer or None)
    shared = Q(agency=reader.agency or None, department__in=sorted(reader.departments - {""}))
    rows = SavedView.objects.filter(mine | shared)
    if place:
        rows = rows.filter(place=place)
    return list(rows.order_by("name", "id")[:MOST])


def offered(reader: Reader, place: str) -> dict[str, Any]:
    """What the page of a register shows of saved views."""
    agency = registers_for(connections["default"], reader.agency, ()).agency(reader.agency)
    known = agency.departments if agency else {}
    units = [(one, known[one].name if one in known else one) for one in sorted(reader.departments - {""})]
    return {"saved_views": views_of(reader, place), "view_place": place, "units": units}


@require_POST
@staff
def save(request: Any) -> HttpResponse:
    """Keep a filter under a name; a name of one's own that is there already is given the new filter."""
    place, name = request.POST.get("place", ""), request.POST.get("name", "").strip()
    if place not in PLACES:
        raise Http404
    query = kept(request.POST.get("query", ""))
    problem = wrong(name, query)
    reader = request.reader
    own = SavedView.objects.filter(officer=reader.officer, place=place)
    if not problem and not own.filter(name=name).exists() and own.count() >= MOST:
        problem = f"最多保存 {MOST} 个查询，先删去不用的。"
    if problem:
        messages.error(request, problem)
    else:
        unit = request.POST.get("unit", "")
        told = {"query": query, "agency": reader.agency, "department": unit if unit in reader.departments else "",
                "officer_name": reader.name, "at": timezone.now()}  # fmt: skip
        SavedView.objects.update_or_create(officer=reader.officer, place=place, name=name, defaults=told)
        messages.success(request, f"已保存查询“{name}”，在待办页可以直接打开。")
    return redirect(f"{reverse(PLACES[place])}?{query}")


def kept(query: str) -> str:
    """The filter as an address states it, without the place in the list."""
    pairs = parse_qsl(query[:QUERY_LONGEST], keep_blank_values=False)
    return urlencode([(key, value) for key, value in pairs if key not in NOT_KEPT])


def wrong(name: str, query: str) -> str:
    if not name or len(name) > LONGEST or CONTROL.search(name):
        return f"查询的名称写 1 到 {LONGEST} 个字。"
    return "" if query else "先选好筛选条件再保存。"


@require_POST
@staff
def delete(request: Any, view: int) -> HttpResponse:
    """Delete a view; only whoever saved it."""
    row = SavedView.objects.filter(pk=view, officer=request.reader.officer).first()
    if row is None:
        raise Http404
    row.delete()
    messages.success(request, f"已删去查询“{row.name}”。")
    return redirect(PLACES[row.place])
