"""Pages of visits that are no inspections (入企登记): the form at the door, the list with its figures and its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import inspectees, visiting
from sanxiang.casework.forms import Field, typed_facts
from sanxiang.casework.inspectee_models import NEWEST, VisitRow
from sanxiang.casework.models import Colleague
from sanxiang.casework.people import colleagues
from sanxiang.casework.projections import library
from sanxiang.casework.registers import is_stream, registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.core.gates import Reason
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.rulebook.values import DAY_FIRST, DAY_LAST
from sanxiang.core.values import CHINA, legal_day
from sanxiang.one_platform.registry.exporting import csv_file
from sanxiang.one_platform.registry.models import AgencyRow
from sanxiang.one_platform.registry.queries import department_names
from sanxiang.store.errors import RecordRefused

from . import door, visits

PAGE, WORD, MOST, CHUNK, OFTEN = 50, 60, 20, 500, 10
PURPOSE, CHECKS, NO_CHECK = "visit_purpose", "visit_checks", "不检查"
HEAD = ("时间", "企业", "统一社会信用代码", "来访机关", "内设机构", "目的", "来做什么", "来访人员", "同行的其他人")
ENTERED = "已经登记，{at:%H:%M}。企业扫门口的码就能看到。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff
def visit(request: Any, code: str) -> HttpResponse:
    """Enter a visit at the door; one that in truth checks is refused, with the way to an inspection."""
    credit_code, reader = door.enterprise_of(code), request.reader
    if not credit_code or not reader.posts & visits.COMES:
        raise Http404
    now = timezone.now()
    rules = library().on(reader.jurisdiction, legal_day(now))
    own = sorted(reader.within(visits.COMES))
    wanted = wanted_of(request, rules, credit_code, own)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        reasons = entered(request, wanted, now)
        if not reasons:
            return HttpResponseRedirect(reverse("counter:enter", args=[code]))
    agency = registers_for(connections["default"], reader.agency, ()).agency(reader.agency)
    parts = agency.departments if agency else {}
    wants = frozenset(visits.FORM) - {"visit_others"}
    context = {
        "code": code, "credit_code": credit_code, "reasons": reasons, "department": wanted.department,
        "fields": [Field(rules.dictionary[name], wanted.facts.get(name, ""), name in wants) for name in visits.FORM],
        "departments": {one: parts[one].name for one in own if one in parts},
        "people": colleagues(reader.agency, wanted.officers),
        "checks": wanted.facts.get(CHECKS, NO_CHECK) not in ("", NO_CHECK),
        "source": inspection_of(reader.agency, credit_code), "may_open": "officer" in reader.posts,
    }  # fmt: skip
    return page(request, "counter/visit_new.html", context, status=422 if reasons else 200)


def entered(request: Any, wanted: visits.Wanted, now: datetime) -> tuple[Reason, ...]:
    """Enter it; why not, where it is refused."""
    try:
        done = visits.enter(connections["default"], request.reader, wanted, at=now)
    except RecordRefused as refused:
        return (Reason(code="visit/twice", clause="", law="入企登记", text=str(refused)),)
    if done.done:
        messages.success(request, ENTERED.format(at=now.astimezone(CHINA)))
    return done.verdict.reasons


def wanted_of(request: Any, rules: RuleSet, credit_code: str, own: list[str]) -> visits.Wanted:
    """What the form says; a fresh one what is known: the name of the enterprise, whoever stands there."""
    reader, post = request.reader, request.POST
    if request.method != "POST":
        name = visits.name_of(reader.agency, credit_code)
        return visits.Wanted(credit_code, own[0] if own else "", (reader.officer,), {"visit_enterprise": name})
    facts = typed_facts(post, [rules.dictionary[name] for name in visits.FORM])
    people = tuple(dict.fromkeys((reader.officer, *post.getlist("officers"))))[:MOST]
    return visits.Wanted(credit_code, post.get("department", "") or next(iter(own), ""), people, facts)


def inspection_of(agency: str, credit_code: str) -> str:
    """From where an inspection takes over the enterprise; empty where it does not stand on the agency's list."""
    row = inspectees.InspecteeRow.objects.filter(agency=agency or None, code=credit_code, latest=True, gone=False)
    found = row.first()
    return f"inspectee:{found.stream}" if found else ""


@require_safe
@staff
def listed(request: Any) -> HttpResponseBase:
    """The visits that one may see, narrowed, those of this year where no day is asked; how many for which purpose."""
    reader, today = request.reader, legal_day(timezone.now())
    asked = {key: request.GET.get(key, "").strip()[:WORD] for key in ASKED}
    mine, begun = visiting.visible(reader), date(today.year, 1, 1).isoformat()
    if not visiting.scopes(reader):
        raise Http404
    rows = among(mine, {**asked, "since": asked["since"] or begun})
    if request.GET.get("format") == "csv":
        return csv_file("入企登记.csv", HEAD, lines(rows))
    begin = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    found = list(rows.order_by(*NEWEST)[begin : begin + PAGE + 1])
    context = {
        "rows": told(found[:PAGE]), "asked": {**asked, "since": asked["since"] or begun},
        "sums": list(rows.values("purpose").annotate(times=Count("stream")).order_by("-times", "purpose")),
        "often": frequent(rows), "purposes": library().dictionary[PURPOSE].choices, "narrowed": any(asked.values()),
        "agencies": AgencyRow.objects.filter(jurisdiction=reader.jurisdiction) if reader.everywhere else (),
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "next": begin + PAGE if len(found) > PAGE else 0,
    }  # fmt: skip
    return page(request, "counter/visits.html", context)


ASKED = ("q", "purpose", "since", "until", "agency")


def among(rows: QuerySet[VisitRow], asked: dict[str, str]) -> QuerySet[VisitRow]:
    """The visits that the choices name; what is no day narrows nothing, what is no agency leaves none."""
    if word := asked["q"]:
        rows = rows.filter(Q(name__contains=word) | Q(code=word.upper()))
    if asked["purpose"]:
        rows = rows.filter(purpose=asked["purpose"])
    if (first := day_of(asked["since"])) is not None:
        rows = rows.filter(at__gte=datetime.combine(first, time(), CHINA))
    if (last := day_of(asked["until"])) is not None:
        rows = rows.filter(at__lt=datetime.combine(last, time(), CHINA) + timedelta(days=1))
    if asked["agency"]:
        rows = rows.filter(agency=asked["agency"]) if is_stream(asked["agency"]) else rows.none()
    return rows


def day_of(text: str) -> date | None:
    """A day between 1900 and 2199, or none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if DAY_FIRST <= day <= DAY_LAST else None


def frequent(rows: QuerySet[VisitRow]) -> list[dict[str, Any]]:
    """The enterprises to which more than one of these visits went, most first; by how many agencies."""
    grouped = rows.values("code").annotate(
        times=Count("stream"), agencies=Count("agency", distinct=True), named=Max("name")
    )
    return list(grouped.filter(times__gt=1).order_by("-times", "code")[:OFTEN])


def told(rows: list[VisitRow]) -> list[dict[str, Any]]:
    """Lines with the names of who came and from where."""
    agencies = {row.agency for row in rows}
    bodies = dict(AgencyRow.objects.filter(stream__in=agencies).values_list("stream", "name"))
    parts = department_names(agencies)
    people = dict(
        Colleague.objects.filter(stream__in={one for row in rows for one in row.officers}).values_list("stream", "name")
    )
    return [
        {
            "row": row, "agency": bodies.get(row.agency, ""),
            "department": parts.get((str(row.agency), row.department), ""),
            "people": [people[UUID(one)] for one in row.officers if UUID(one) in people],
        }
        for row in rows
    ]  # fmt: skip


def lines(rows: QuerySet[VisitRow]) -> Iterator[tuple[Any, ...]]:
    """The lines of the file, read piece by piece."""
    for piece in batched(rows.order_by(*NEWEST).iterator(chunk_size=CHUNK)):
        for one in told(piece):
            row, at = one["row"], one["row"].at.astimezone(CHINA)
            yield (
                f"{at:%Y-%m-%d %H:%M}", row.name, row.code, one["agency"], one["department"], row.purpose, row.matter,
                "、".join(one["people"]), row.others,
            )  # fmt: skip


def batched(rows: Iterator[VisitRow]) -> Iterator[list[VisitRow]]:
    while piece := list(islice(rows, CHUNK)):
        yield piece
