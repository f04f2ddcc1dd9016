"""The registrar's forms: one page for every act, through the one write path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework import inspectees
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.casework.views.common import page
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Reason
from sanxiang.core.registers import fold_agency, fold_inspectee, fold_item, fold_officer
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict

from . import queries
from .access import Visitor, for_staff
from .acts import ACTS, Act, Subject
from .fields import Typed, typed
from .importing.rows import moment
from .models import AgencyRow

BOTH = ("GET", "HEAD", "POST")
RETURNS = {
    "agency": "registry:agency", "officer": "registry:officer", "item": "registry:item",
    "inspectee": "registry:inspectee",
}  # fmt: skip


def _act(name: str, *kinds: str) -> Act:
    act = ACTS.get(name.replace("-", "_"))
    if act is None or act.kind not in kinds:
        raise Http404
    return act


@require_http_methods(BOTH)
@for_staff
def of_agency(request: HttpRequest, visitor: Visitor, stream: UUID, act: str) -> HttpResponse:
    """An act on an agency, or one that opens an officer, an item, an object of inspection or another agency beside
    it."""
    chosen = _act(act, "agency", "officer", "item", "inspectee")
    if chosen.kind != "agency" and not chosen.opens:
        raise Http404
    body = visitor.agency(stream)
    return _answered(request, visitor, body, chosen, "" if chosen.opens else str(stream), ())


@require_http_methods(BOTH)
@for_staff
def of_officer(request: HttpRequest, visitor: Visitor, stream: UUID, act: str) -> HttpResponse:
    row = queries.officer(stream)
    chosen = _act(act, "officer")
    if row is None or chosen.opens:
        raise Http404
    events = reading.load(connections["default"], str(stream))
    return _answered(request, visitor, visitor.agency(row.agency), chosen, str(stream), events)


@require_http_methods(BOTH)
@for_staff
def of_item(request: HttpRequest, visitor: Visitor, stream: UUID, act: str) -> HttpResponse:
    row = queries.item(stream)
    chosen = _act(act, "item")
    if row is None or chosen.opens:
        raise Http404
    events = reading.load(connections["default"], str(stream))
    return _answered(request, visitor, visitor.agency(row.agency), chosen, str(stream), events, row.code)


@require_http_methods(BOTH)
@for_staff
def of_inspectee(request: HttpRequest, visitor: Visitor, stream: UUID, act: str) -> HttpResponse:
    """An act on an object of inspection; what is off the list can only be listed again."""
    row, chosen = inspectees.row_of(stream), _act(act, "inspectee")
    if row is None or chosen.opens or row.gone != (chosen.id == "list_again"):
        raise Http404
    events = reading.load(connections["default"], str(stream))
    return _answered(request, visitor, visitor.agency(row.agency), chosen, str(stream), events)


def _answered(
    request: HttpRequest, visitor: Visitor, body: AgencyRow, act: Act, stream: str, events: Sequence[Recorded],
    code: str = "",
) -> HttpResponse:  # fmt: skip
    """The form, or what became of it."""
    visitor.require_write(body)
    connection = connections["default"]
    agency_events = reading.load(connection, str(body.stream))
    subject = Subject(
        library=library(),
        today=legal_day(timezone.now()),
        agency=fold_agency(agency_events),
        officer=fold_officer(events) if act.kind == "officer" and events else None,
        item=fold_item(events) if act.kind == "item" and events else None,
        inspectee=fold_inspectee(events) if act.kind == "inspectee" and events else None,
        code=code,
    )
    version = len(agency_events if act.kind == "agency" else events)
    if request.method != "POST":
        return _page(request, body, act, subject, Typed(tuple(act.form(subject))), version)
    form = typed(act.form(subject), request.POST, subject.library.dictionary)
    form = form.blamed(act.problems(subject, form.values))
    if not form.ok:
        return _page(request, body, act, subject, form, version, status=422)
    expected = request.POST.get("version", "")
    seen = int(expected) if expected.isascii() and expected.isdigit() and len(expected) < 9 else version
    return _entered(request, visitor, body, act, subject, form, stream, seen)


def _entered(
    request: HttpRequest, visitor: Visitor, body: AgencyRow, act: Act, subject: Subject, form: Typed, stream: str,
    seen: int,
) -> HttpResponse:  # fmt: skip
    at = timezone.now()
    happened = moment(date.fromisoformat(form.values.get("on", subject.today.isoformat())), at)
    command = RegisterCommand(
        kind=act.kind,
        entries=(Entry(event=act.event(subject, form), occurred_at=happened),),
        agency=str(body.stream),
        stream=stream,
        officer=visitor.reader.officer,
        expected=seen if stream else None,
    )
    try:
        done = register(connections["default"], subject.library, command, at=at)
    except VersionConflict:
        text = "这条登记刚刚被他人更新，没有保存；请核对后再提交"
        version = len(reading.load(connections["default"], stream)) if stream else 0
        return _page(request, body, act, subject, form, version, problem=text, status=409)
    except RecordRefused as refused:
        return _page(request, body, act, subject, form, seen, problem=str(refused), status=409)
    if not done.done:
        return _page(request, body, act, subject, form, seen, reasons=done.verdict.reasons, status=422)
    messages.success(request, f"已{act.name}")
    return redirect(RETURNS[act.kind], done.stream)


def _page(
    request: HttpRequest, body: AgencyRow, act: Act, subject: Subject, form: Typed, version: int, *,
    problem: str = "", reasons: Sequence[Reason] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    back: Any = (RETURNS[act.kind], subject.stream) if subject.stream else ("registry:agency", body.stream)
    context = {
        "agency": body,
        "act": act,
        "fields": form.fields,
        "faulty": [one for one in form.fields if one.problem],
        "version": version,
        "problem": problem,
        "reasons": reasons,
        "about": _name_of(subject),
        "back": back,
    }
    return page(request, "registry/act.html", context, status=status)


def _name_of(subject: Subject) -> str:
    if subject.officer:
        return subject.officer.name
    if subject.inspectee:
        return subject.inspectee.name
    return str(subject.item.facts.get("item_name", "")) if subject.item else subject.agency.name
