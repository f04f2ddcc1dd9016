"""Pages that show the registers: lists by key, one page for each agency, officer and item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page
from sanxiang.core.registers import fold_agency, fold_item, fold_officer
from sanxiang.core.values import CHINA, chinese_date, legal_day
from sanxiang.store import reading

from . import queries
from .access import Visitor, for_staff
from .acts import ACTS
from .exporting import csv_file
from .history import EXAMS, told
from .importing.sheets import FUNCTIONS
from .models import AgencyRow, OfficerRow


def today() -> date:
    return legal_day(timezone.now())


def asked(request: HttpRequest, *names: str) -> dict[str, str]:
    """The choices that stand in the address."""
    return {name: request.GET.get(name, "").strip()[:100] for name in names}


def address(choices: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in choices.items() if value})


def acts_for(kind: str, *, opens: bool = False) -> list[Any]:
    return [act for act in ACTS.values() if act.kind == kind and act.opens == opens]


@require_safe
@for_staff
def home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The first page: the own agency, or all of them for whoever sees more than one."""
    if visitor.wide:
        return redirect("registry:agencies")
    return redirect("registry:agency", visitor.reader.agency)


@require_safe
@for_staff
def agencies(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    choices = asked(request, "q")
    rows = visitor.agencies()
    if request.GET.get("format") == "csv":
        head = ("机关名称", "简称", "代字", "性质", "统一社会信用代码", "地址", "电话", "登记日期", "撤销日期")
        return csv_file("执法主体.csv", head, (
            (r.name, r.short_name, r.mark, r.kind, r.credit_code, r.address, r.phone, r.since, r.ended_on)
            for r in queries.every(rows, "name")
        ))  # fmt: skip
    found = queries.agencies(rows, choices["q"], request.GET.get("after", "")[:200])
    context = {"visitor": visitor, "asked": choices, "found": found, "query": address(choices)}
    return page(request, "registry/agencies.html", {**context, "can_open": visitor.registrar and visitor.leads})


@require_safe
@for_staff
def agency(request: HttpRequest, visitor: Visitor, stream: UUID) -> HttpResponse:
    """One agency: what is registered of it, its departments, how many officers and items, its history."""
    row = visitor.agency(stream)
    events = reading.load(connections["default"], str(stream))
    body, now = fold_agency(events), today()
    labels = library().dictionary
    departments = [
        (part, [FUNCTIONS.get(function, function) for function in part.functions])
        for part in queries.departments(stream)
    ]
    officers, certified = queries.certificate_holders(stream, now)
    context = {
        "visitor": visitor,
        "row": row,
        "facts": [(fact.label, body.facts[name]) for name, fact in labels.items() if name in body.facts],
        "place": library().jurisdictions[row.jurisdiction].name if row.jurisdiction in library().jurisdictions else "",
        "departments": departments,
        "officers": officers,
        "certified": certified,
        "items": queries.items_among([stream]).count(),
        "history": told(events, library(), {part.id: part.name for part in body.departments.values()}),
        "can_write": visitor.may_write(row),
        "acts": acts_for("agency"),
        "openings": acts_for("officer", opens=True) + acts_for("item", opens=True),
    }
    return page(request, "registry/agency.html", context)


def _among(visitor: Visitor, chosen: str) -> Any:
    """The agencies that a list is about: the chosen one, or all that the visitor reads."""
    if not chosen:
        return visitor.agencies().values("stream")
    try:
        return [visitor.agency(UUID(chosen)).stream]
    except ValueError:
        raise Http404 from None


@require_safe
@for_staff
def officers(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    choices, now = asked(request, "q", "only", "agency"), today()
    rows = queries.officers_among(_among(visitor, choices["agency"]), choices["q"], choices["only"], now)
    if request.GET.get("format") == "csv":
        return _officers_csv(queries.every(rows, "name"), now)
    found = queries.officers(rows, request.GET.get("after", "")[:200])
    context = {
        "visitor": visitor,
        "asked": choices,
        "found": found,
        "lines": _lines(found.rows, now),
        "filters": queries.FILTERS,
        "query": address(choices),
        "agencies": queries.agencies(visitor.agencies()).rows if visitor.wide else (),
        "can_import": visitor.registrar,
    }
    return page(request, "registry/officers.html", context)


def _lines(rows: Iterable[OfficerRow], now: date) -> list[dict[str, Any]]:
    """Rows of the list of officers with their names looked up."""
    rows = list(rows)
    bodies = {str(row.agency) for row in rows}
    names, posts = queries.agency_names(bodies), library().posts
    departments = queries.department_names(bodies)
    return [
        {
            "row": row,
            "agency": names.get(str(row.agency), ""),
            "posts": [posts.get(post, post) for post in row.posts],
            "departments": [departments.get((str(row.agency), part), part) for part in row.departments],
            "state": certificate_state(row, now),
        }
        for row in rows
    ]


def certificate_state(row: OfficerRow, now: date) -> tuple[str, str]:
    """How the certificate of an officer stands today: a colour word and a text."""
    if row.left_on and row.left_on <= now:
        return "plain", f"{chinese_date(row.left_on)}离任"
    if not row.certificates:
        return "plain", "没有执法证"
    if row.suspended_on:
        return "bad", f"{chinese_date(row.suspended_on)}停用"
    if row.certified_from and row.certified_from > now:
        return "", f"{chinese_date(row.certified_from)}起有效"
    if row.certified_until is None or row.certified_until < now:
        return "bad", f"{chinese_date(row.certified_until)}到期" if row.certified_until else "已经到期"
    if row.certified_until <= now + queries.EXPIRING:
        return "warn", f"{chinese_date(row.certified_until)}到期，剩 {(row.certified_until - now).days} 天"
    return "ok", f"有效至{chinese_date(row.certified_until)}"


def _officers_csv(rows: Iterable[OfficerRow], now: date) -> HttpResponseBase:
    head = ("姓名", "机关", "内设机构", "岗位", "执法证号", "执法证状态", "考试合格日期", "登记日期", "离任日期")

    def lines() -> Any:
        some: list[OfficerRow] = []
        for row in rows:
            some.append(row)
            if len(some) == 500:
                yield from _lines(some, now)
                some.clear()
        yield from _lines(some, now)

    return csv_file("执法人员.csv", head, (
        (
            line["row"].name, line["agency"], "、".join(line["departments"]), "、".join(line["posts"]),
            line["row"].certificate_number, line["state"][1], line["row"].exam_on, line["row"].registered_on,
            line["row"].left_on,
        )
        for line in lines()
    ))  # fmt: skip


@require_safe
@for_staff
def officer(request: HttpRequest, visitor: Visitor, stream: UUID) -> HttpResponse:
    """One officer: what he may do on a day, as known at a time; the history as the record tells it."""
    row = queries.officer(stream)
    if row is None:
        raise Http404
    body = visitor.agency(row.agency)
    choices = asked(request, "on", "known")
    on, wrong_on = _day(choices["on"])
    known, wrong_known = _day(choices["known"])
    events = reading.load(connections["default"], str(stream))
    known_at = datetime.combine(known, datetime.max.time(), CHINA) if known else None
    person = fold_officer(events, known_at)
    day = on or today()
    departments = {part.department: part.name for part in queries.departments(body.stream)}
    card = person.certificate(day)
    can_write = visitor.may_write(body)
    context = {
        "visitor": visitor, "row": row, "agency": body, "person": person, "asked": choices, "day": day,
        "wrong": [text for text in (wrong_on, wrong_known) if text], "card": card,
        "serving": person.serving(day), "state": certificate_state(row, today()),
        "held": [
            f"{departments.get(post.department, post.department)}{library().posts.get(post.post, post.post)}"
            for post in person.posts_on(day)
        ],
        "exams": [(EXAMS.get(exam, exam), passed) for exam, passed in person.exams.items() if passed <= day],
        "identity": masked(str(person.facts.get("officer_id_number", ""))) if can_write else "",
        "phone": person.facts.get("officer_phone", "") if str(body.stream) == visitor.reader.agency else "",
        "history": told(events, library(), departments), "can_write": can_write, "acts": acts_for("officer"),
    }  # fmt: skip
    return page(request, "registry/officer.html", context)


def masked(number: str) -> str:
    """An identity number of which only the last four signs are seen."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else ""


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text), "") if text else (None, "")
    except ValueError:
        return None, f"“{text[:20]}”不是日期，应写成 2024-09-27 的样子"


@require_safe
@for_staff
def items(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    choices = asked(request, "q", "category", "agency")
    rows = queries.items_among(_among(visitor, choices["agency"]), choices["q"], choices["category"])
    if request.GET.get("format") == "csv":
        return csv_file("执法事项.csv", ("事项编码", "事项名称", "类别", "列入日期"), (
            (row.code, row.name, row.category, row.listed_on) for row in queries.every(rows, "code")
        ))  # fmt: skip
    found = queries.items(rows, request.GET.get("after", "")[:200])
    names = queries.agency_names({row.agency for row in found.rows})
    context = {
        "visitor": visitor,
        "asked": choices,
        "found": found,
        "lines": [(row, names.get(str(row.agency), "")) for row in found.rows],
        "categories": library().categories,
        "query": address(choices),
        "can_import": visitor.registrar,
    }
    return page(request, "registry/items.html", context)


@require_safe
@for_staff
def item(request: HttpRequest, visitor: Visitor, stream: UUID) -> HttpResponse:
    row = queries.item(stream)
    if row is None:
        raise Http404
    body: AgencyRow = visitor.agency(row.agency)
    events = reading.load(connections["default"], str(stream))
    labels, found = library().dictionary, fold_item(events)
    context = {
        "visitor": visitor,
        "row": row,
        "agency": body,
        "facts": [(fact.label, found.facts[name]) for name, fact in labels.items() if name in found.facts],
        "history": told(events, library(), {}),
        "can_write": visitor.may_write(body),
        "acts": acts_for("item"),
    }
    return page(request, "registry/item.html", context)
