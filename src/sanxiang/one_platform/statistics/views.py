"""Desk pages of the reports: what is owed until when, one report with its figures and moves, the cases of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.access import OWN_DEPARTMENT, WHOLE_AGENCY, visible
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, Registered, register
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import Event
from sanxiang.core.events.report import ReportCompiled, ReportIssued, ReportReceived, ReportRequested
from sanxiang.core.gates import Reason
from sanxiang.core.gates.reporting import owed, owes
from sanxiang.core.registers import Agency, figures_of
from sanxiang.core.registers.reports import TEXTS
from sanxiang.one_platform.registry import queries as registry
from sanxiang.store.errors import RecordRefused, VersionConflict

from . import counting
from .access import agency_of, whose
from .moves import MOVES, REQUEST, Move, open_moves
from .standing import Standing, standing, standings
from .tables import tables

PAGE = 50


@require_safe
@staff
def overview(request: Any, agency: UUID | None = None) -> HttpResponse:
    """Every report that an agency owes: what is overdue first, then by last day. A supervisor sees the others too."""
    body = agency_of(request, agency or request.reader.agency)
    today = timezone.localdate()
    rules = library().on(body.jurisdiction, today)
    rows = standings(body, rules, today, first_year(body, today))
    others = registry.agency_names(registry.agencies_in(body.jurisdiction)) if request.reader.everywhere else {}
    once = [one for one in owed(rules).values() if not one.due]
    context = {
        "sees_uses": bool(request.reader.everywhere or request.reader.posts & (WHOLE_AGENCY | OWN_DEPARTMENT)),
        "agency": body, "rows": rows, "overdue": sum(one.overdue for one in rows),
        "others": sorted((name, stream) for stream, name in others.items() if stream != body.id),
        "may_request": bool(once) and body.id == request.reader.agency and bool(request.reader.posts & set(REQUEST.by)),
    }  # fmt: skip
    return page(request, "statistics/reports.html", context)


def first_year(body: Agency, today: date) -> int:
    """The first year about which an agency has to report."""
    since = registry.since(body.id)
    return since.year if since else today.year


def found(request: Any, agency: UUID, report: str, key: str) -> tuple[Agency, Standing]:
    """A report that the reader may see. Raises Http404."""
    body, today = agency_of(request, agency), timezone.localdate()
    one = standing(body, library().on(body.jurisdiction, today), today, report, key)
    if one is None:
        raise Http404
    return body, one


def span(one: Standing, today: date) -> tuple[date, date]:
    """The days that a report counts: its year, or the year so far for one that was asked for once."""
    if one.owed.due:
        return date(int(one.filed.period), 1, 1), date(int(one.filed.period), 12, 31)
    return date(today.year, 1, 1), today


@require_safe
@staff
def report(request: Any, agency: UUID, report: str, key: str) -> HttpResponse:
    """One report: where it stands, its tables as compiled and as the record counts now, texts, moves, receipts."""
    body, one = found(request, agency, report, key)
    section = one.filed.section
    version = section.working or section.public
    since, until = span(one, one.today)
    now = counting.counted(whose(body, one.owed, one.filed.department), since, until)
    content: Any = version.content if version else {}
    before = figures_of(section.public) if section.working and section.public else {}
    own = body.id == request.reader.agency
    context = {
        "agency": body, "one": one, "version": version, "tables": shown(now, figures_of(version), before),
        "texts": [(library().dictionary[name].label, content[name]) for name in TEXTS if content.get(name)],
        "since": since, "until": until, "asked_for": one.filed.asked_for,
        "moves": open_moves(request.reader.posts, one.filed.state) if own else [],
        "drifted": bool(version) and figures_of(version) != values(now),
        "versions": [held for held in reversed(section.versions) if held.issued_at],
    }  # fmt: skip
    return page(request, "statistics/report.html", context)


def values(told: Any) -> dict[str, int]:
    return {one["id"]: one["value"] for table in told for one in table["figures"]}


def shown(now: Any, compiled: Mapping[str, int], before: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tables as a page shows them: the value of the version where there is one, and what the record counts now
    where that differs; `empty` where nothing counts."""
    found = []
    for table in now:
        rows = []
        for one in table["figures"]:
            value = compiled.get(one["id"], one["value"])
            was = before.get(one["id"], value)
            rows.append({
                **one, "text": amount(one["unit"], value), "was": amount(one["unit"], was) if was != value else "",
                "now": amount(one["unit"], one["value"]) if one["value"] != value else "",
            })  # fmt: skip
        empty = not any(compiled.get(one["id"], one["value"]) for one in table["figures"])
        found.append({"title": table["title"], "rows": rows, "empty": empty})
    return found


def amount(unit: str, value: int) -> str:
    """A value in its unit; money is kept in fen."""
    return f"{value // 100:,}.{value % 100:02d}" if unit == "元" else str(value)


@require_safe
@staff
def figure(request: Any, agency: UUID, report: str, key: str, figure: str) -> HttpResponse:
    """The cases behind a figure, as the record counts now; those that the reader may not see are only counted."""
    body, one = found(request, agency, report, key)
    told = tables().figure(figure)
    if told is None:
        raise Http404
    since, until = span(one, one.today)
    rows = counting.cases(whose(body, one.owed, one.filed.department), figure, since, until)
    pages = Paginator(rows, PAGE)
    held = pages.get_page(request.GET.get("page", "")[:6])
    seen = visible(request.reader).in_bulk([row.stream for row in held])
    lines = [(row, seen.get(row.stream), amount("元", row.fen) if told.unit == "元" else "") for row in held]
    context = {
        "agency": body, "one": one, "figure": told, "lines": [line for line in lines if line[1]], "pages": held,
        "hidden": sum(case is None for _, case, _ in lines), "total": pages.count, "since": since, "until": until,
    }  # fmt: skip
    return page(request, "statistics/figure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def move(request: Any, agency: UUID, report: str, key: str, move: str) -> HttpResponse:
    """A move of a report, or why it cannot be made."""
    body, one = found(request, agency, report, key)
    chosen = MOVES.get(move)
    if chosen is None or body.id != request.reader.agency:
        raise Http404
    if request.method != "POST":
        public: Any = one.filed.section.versions[-1].content if one.filed.section.versions else {}
        typed = {name: public[name] for name in TEXTS if public.get(name)} if chosen.id == "compile" else {}
        return form(request, body, one, chosen, typed)
    facts = [library().dictionary[name] for name in chosen.facts]
    typed = forms.typed_facts(request.POST, facts)
    try:
        done = enter(request, body, event_of(request, body, one, chosen, typed))
    except (VersionConflict, RecordRefused) as refused:
        return form(request, body, one, chosen, typed, problem=str(refused), status=409)
    if not done.done:
        return form(request, body, one, chosen, typed, reasons=done.verdict.reasons, status=422)
    messages.success(request, f"已办理：{one.name}，{chosen.name}")
    return redirect("statistics:report", agency, report, key)


def event_of(request: Any, body: Agency, one: Standing, chosen: Move, typed: Mapping[str, Any]) -> Event:
    """The event of a move; the figures of a report are counted here and never typed."""
    about: dict[str, Any] = {
        "report": one.filed.report, "period": one.filed.period, "department": one.filed.department, "facts": typed,
    }  # fmt: skip
    if chosen.event is ReportCompiled:
        since, until = span(one, one.today)
        told = counting.counted(whose(body, one.owed, one.filed.department), since, until)
        return ReportCompiled(**about, since=since.isoformat(), until=until.isoformat(), tables=told)
    if chosen.event is ReportIssued:
        rules = library().on(body.jurisdiction, one.today)
        place = rules.jurisdiction.platform if one.owed.public else ""
        return ReportIssued(**about, place=place, receivers=one.owed.receivers)
    if chosen.event is ReportReceived:
        public = one.filed.section.public
        return ReportReceived(
            **about, receiver=request.POST.get("receiver", "")[:100], version=public.number if public else 0
        )
    return chosen.event(**about)


def form(
    request: Any, body: Agency, one: Standing, chosen: Move, typed: Mapping[str, Any], *, problem: str = "",
    reasons: tuple[Reason, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    book = library().dictionary
    again = chosen.id == "compile" and one.filed.section.public is not None
    names = [name for name in chosen.facts if name != "report_note" or again]
    since, until = span(one, one.today)
    context = {
        "agency": body, "one": one, "move": chosen, "problem": problem, "reasons": reasons, "since": since,
        "until": until, "receivers": one.owed.answering if chosen.event is ReportReceived else (),
        "receiver": request.POST.get("receiver", ""),
        "fields": [
            forms.Field(book[name], forms.shown(book[name], typed.get(name)), name in (*chosen.required, "report_note"))
            for name in names
        ],
    }  # fmt: skip
    return page(request, "statistics/move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def requested(request: Any) -> HttpResponse:
    """Ask for a report outside the yearly ones: what, from whom, until when."""
    body, today = agency_of(request, request.reader.agency), timezone.localdate()
    once = {one.id: one for one in owed(library().on(body.jurisdiction, today)).values() if not one.due}
    if not once:
        raise Http404
    choices = [
        (f"{one.id}@{part}", f"{one.label}{f'，{body.departments[part].name}' if part else ''}")
        for one in once.values()
        for part in owes(one, body, today)
    ]
    fact = library().dictionary["report_asked_for"]
    typed, reasons, problem, status = forms.typed_facts(request.POST, [fact]), (), "", 200
    if request.method == "POST":
        wanted, _, part = request.POST.get("report", "").partition("@")
        event = ReportRequested(
            report=wanted[:60], period=request.POST.get("due", "")[:10], department=part[:60], facts=typed
        )
        try:
            done = enter(request, body, event)
        except (VersionConflict, RecordRefused) as refused:
            problem, status = str(refused), 409
        else:
            if done.done:
                messages.success(request, "已提出报送要求，列在报告台账里")
                return redirect("statistics:home")
            reasons, status = done.verdict.reasons, 422  # type: ignore[assignment]
    context = {
        "agency": body, "choices": choices, "move": REQUEST, "reasons": reasons, "problem": problem,
        "chosen": request.POST.get("report", ""), "due": request.POST.get("due", "")[:10],
        "fields": [forms.Field(fact, forms.shown(fact, typed.get(fact.id)), True)],
    }  # fmt: skip
    return page(request, "statistics/request.html", context, status=status)


def enter(request: Any, body: Agency, event: Event) -> Registered:
    now = timezone.now()
    command = RegisterCommand(
        kind="agency", stream=body.id, agency=body.id, officer=request.reader.officer,
        entries=(Entry(event=event, occurred_at=now),),
    )  # fmt: skip
    return register(connections["default"], library(), command, at=now)
