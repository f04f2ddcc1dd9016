"""Desk pages of the disclosure before enforcement (事前公示): what is missing, what is stale, and the moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, Registered, register
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import Event
from sanxiang.core.events.page import LawChanged, PageCollected, PageIssued
from sanxiang.core.gates import Reason
from sanxiang.core.gates.paging import gaps, row_fields
from sanxiang.core.registers import SECTIONS, Agency, Kind, Section, Version
from sanxiang.core.rulebook import Fact
from sanxiang.core.values import legal_day
from sanxiang.store.cleaning import NotClean
from sanxiang.store.errors import RecordRefused, VersionConflict

from . import attachments
from .deriving import DERIVED
from .models import FeedReport, PublicAgency
from .moves import MOVES, STATES, Move, columns_of, compared, content_of, open_moves, table, text_of
from .photographs import NoPhoto, drawn_anew
from .standing import Desk

FRESH_S = 5.0
LEGAL = frozenset({"reviewer", "legal_head"})
LAW = ("law_name", "law_change", "law_effective", "law_note")
KEPT = "kept:"


@require_safe
@staff
def overview(request: Any, agency: UUID | None = None) -> HttpResponse:
    """Every section that the rules ask for or that stands: missing first, then what is stale, then the rest."""
    body = agency_of(request, str(agency or request.reader.agency))
    desk = Desk(connections["default"], body, timezone.now())
    standings = desk.standings
    others = PublicAgency.objects.filter(jurisdiction=request.reader.jurisdiction).exclude(stream=body.id)
    context = {
        "agency": body, "own": body.id == request.reader.agency, "laws": list(reversed(body.changed_laws))[:50],
        "missing": [one for one in standings if one.missing],
        "stale": [one for one in standings if one.stale],
        "rows": [(one, STATES[one.section.working.state] if one.section.working else "") for one in standings],
        "feeds": FeedReport.objects.filter(agency=body.id).order_by("address"),
        "legal": bool(request.reader.posts & LEGAL) and body.id == request.reader.agency,
        "may_collect": body.id == request.reader.agency and bool(request.reader.posts & set(MOVES["collect"].by)),
        "others": others.order_by("name")[:200] if request.reader.everywhere else [],
    }  # fmt: skip
    return page(request, "disclosure/pages.html", context)


@require_safe
@staff
def one(request: Any, agency: UUID, section: str) -> HttpResponse:
    """One section: what is public, what is on its way and how it differs, the clauses, the moves, all versions."""
    body, kind = agency_of(request, str(agency)), kind_of(section)
    desk = Desk(connections["default"], body, timezone.now())
    standing = desk.standing(kind)
    held = body.sections.get(kind.id, Section())
    working, public = held.working, held.public
    fresh = desk.derived(kind) if standing is not None and standing.moved else None
    context = {
        "agency": body, "kind": kind, "standing": standing, "working": working, "public": public,
        "state": STATES[working.state if working else ""], "derived": kind.id in DERIVED,
        "public_rows": table(kind, content_of(public)), "working_rows": table(kind, content_of(working)),
        "public_text": text_of(public), "working_text": text_of(working),
        "change": compared(kind, content_of(public), working.content) if working and public else None,
        "drift": compared(kind, content_of(public), fresh) if fresh is not None else None,
        "moves": moves_of(request, body, working), "asked": row_fields(desk.rules, kind),
        "versions": list(reversed([version for version in held.versions if version.issued_at])),
        "hands": names_of(working), "files": attachments.lines(body, kind, public),
        "working_files": attachments.lines(body, kind, working),
    }  # fmt: skip
    return page(request, "disclosure/section.html", context)


def moves_of(request: Any, body: Agency, working: Version | None) -> list[Move]:
    """What the reader's posts may do now; the gate says the rest."""
    if request.reader.agency != body.id:
        return []
    return open_moves(request.reader.posts, working.state if working else "")


def names_of(working: Version | None) -> list[tuple[str, str]]:
    """Who made which move of the working version, by name."""
    if working is None:
        return []
    people = registers_for(connections["default"], "", working.hands.values(), age_s=FRESH_S)
    said = {move.event.KIND.partition(".")[2]: move.name for move in MOVES.values()}
    found = ((said.get(state, state), people.officer(officer)) for state, officer in working.hands.items())
    return [(name, officer.name if officer else "系统") for name, officer in found]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def move(request: Any, agency: UUID, section: str, move: str) -> HttpResponse:
    """A move of a section, or why it cannot be made."""
    body, kind, chosen = agency_of(request, str(agency)), kind_of(section), MOVES.get(move)
    if chosen is None or not kind.fact or request.reader.agency != body.id:
        raise Http404
    desk, held = Desk(connections["default"], body, timezone.now()), body.sections.get(kind.id, Section())
    facts = asked(kind, chosen)
    if request.method != "POST":
        return form(request, desk, kind, chosen, facts, begun(desk, kind, chosen, held))
    try:
        typed = sent(request, kind, chosen, facts, held)
    except NoPhoto as wrong:
        rest = forms.typed_facts(request.POST, facts)
        return form(request, desk, kind, chosen, facts, rest, problem=str(wrong), status=422)
    if "add" in request.POST:
        return form(request, desk, kind, chosen, facts, typed)
    if chosen.id == "collect" and kind.id in DERIVED:
        typed[kind.fact] = desk.derived(kind)
    try:
        files = attachments.sent(request, held) if chosen.id == "collect" else ()
    except NotClean as reason:
        return form(request, desk, kind, chosen, facts, typed, problem=str(reason), status=422)
    try:
        event = event_of(request, desk, kind, chosen, typed, files)
        if chosen.id == "issue" and held.working is not None:
            attachments.show(held.working.files)
        done = enter(request, body, event)
    except (VersionConflict, RecordRefused) as refused:
        return form(request, desk, kind, chosen, facts, typed, problem=str(refused), status=409)
    if not done.done:
        return form(request, desk, kind, chosen, facts, typed, reasons=done.verdict.reasons, status=422)
    messages.success(request, f"已办理：{kind.name}，{chosen.name}")
    return redirect("disclosure:section", agency, kind.id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def law(request: Any) -> HttpResponse:
    """The legal unit marks a law as amended or repealed; what cites it becomes stale."""
    body = agency_of(request, request.reader.agency)
    facts = [library().dictionary[name] for name in LAW]
    typed: dict[str, Any] = {}
    reasons: tuple[Reason, ...] = ()
    problem, status = "", 200
    if request.method == "POST":
        typed = forms.typed_facts(request.POST, facts)
        try:
            done = enter(request, body, LawChanged(facts=typed))
        except (VersionConflict, RecordRefused) as refused:
            problem, status = str(refused), 409
        else:
            if done.done:
                messages.success(request, "已标记。引用它的公示内容列在下面，要在期限内更新")
                return redirect("disclosure:pages")
            reasons, status = done.verdict.reasons, 422
    fields = [forms.Field(fact, forms.shown(fact, typed.get(fact.id)), fact.id != "law_note") for fact in facts]
    context = {"agency": body, "fields": fields, "problem": problem, "reasons": reasons}
    return page(request, "disclosure/law.html", context, status=status)


def enter(request: Any, body: Agency, event: Event) -> Registered:
    now = timezone.now()
    command = RegisterCommand(
        kind="agency",
        stream=body.id,
        agency=body.id,
        officer=request.reader.officer,
        entries=(Entry(event=event, occurred_at=now),),
    )
    return register(connections["default"], library(), command, at=now)


def event_of(
    request: Any, desk: Desk, kind: Kind, chosen: Move, typed: Mapping[str, Any], files: tuple[Mapping[str, Any], ...]
) -> Event:
    if chosen.event is PageCollected:
        department = department_of(request, desk.agency)
        return PageCollected(section=kind.id, department=department, facts=typed, files=files)
    if chosen.event is PageIssued:
        return PageIssued(section=kind.id, place=desk.rules.jurisdiction.platform)
    return chosen.event(section=kind.id, facts=typed)  # type: ignore[call-arg]


def department_of(request: Any, agency: Agency) -> str:
    """The department for which somebody collects: one of his, a handling one first."""
    mine = sorted(request.reader.departments)
    handling = [part for part in mine if part in agency.with_function("handling", legal_day(timezone.now()))]
    return next(iter([*handling, *mine]), "")


def asked(kind: Kind, chosen: Move) -> list[Fact]:
    """The facts of a form: the content itself only where people write it."""
    book = library().dictionary
    own = [book[kind.fact]] if chosen.id == "collect" and kind.id not in DERIVED else []
    return [*own, *(book[name] for name in chosen.facts)]


def begun(desk: Desk, kind: Kind, chosen: Move, held: Section) -> dict[str, Any]:
    """What a form begins with: the version that stands last."""
    last = held.versions[-1] if held.versions else None
    return {kind.fact: last.content} if chosen.id == "collect" and last else {}


def sent(request: Any, kind: Kind, chosen: Move, facts: Sequence[Fact], held: Section) -> dict[str, Any]:
    """What a browser sent, with its photos drawn anew and those kept from the last version. Raises NoPhoto."""
    typed = forms.typed_facts(request.POST, facts)
    photos = [column.id for column in columns_of(kind) if column.type == "photo"]
    if chosen.id != "collect" or not photos:
        return typed
    last = held.versions[-1].content if held.versions else ()
    rows: list[dict[str, str]] = []
    fact = kind.fact
    for number in range(forms.ROWS_MAX):
        row = {column.id: request.POST.get(f"{fact}.{number}.{column.id}", "") for column in columns_of(kind)}
        for name in photos:
            row[name] = photo_of(request, f"{fact}.{number}.{name}", last, name)
        rows.append({name: text for name, text in row.items() if text.strip()})
    typed[fact] = [row for row in rows if row]
    return typed


def photo_of(request: Any, name: str, last: Any, column: str) -> str:
    """The photo of one row: a new one, or the one that stood in a row of the last version."""
    upload, kept = request.FILES.get(f"{name}.file"), request.POST.get(name, "")
    if upload is not None:
        return drawn_anew(upload)
    number = kept.removeprefix(KEPT)
    if kept.startswith(KEPT) and number.isascii() and number.isdigit() and int(number[:4]) < len(last or ()):
        return str(last[int(number[:4])].get(column, ""))
    return kept if kept.startswith("data:") else ""


def form(
    request: Any, desk: Desk, kind: Kind, chosen: Move, facts: Sequence[Fact], typed: Mapping[str, Any], *,
    problem: str = "", reasons: tuple[Reason, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    held = desk.agency.sections.get(kind.id, Section())
    fresh = desk.derived(kind) if chosen.id == "collect" and kind.id in DERIVED else None
    shown = fresh if fresh is not None else content_of(held.working) if chosen.id != "collect" else None
    must = row_fields(desk.rules, kind)
    context = {
        "agency": desk.agency, "kind": kind, "move": chosen, "problem": problem, "reasons": reasons, "must": must,
        "rows": table(kind, shown), "text": shown if isinstance(shown, str) else "",
        "derived": fresh is not None, "lacking": gaps(desk.rules, kind, fresh) if fresh is not None else (),
        "change": compared(kind, content_of(held.public), shown) if held.public and shown is not None else None,
        "fields": [
            forms.Field(fact, forms.shown(fact, typed.get(fact.id)), fact.id in (kind.fact, "page_return_reason"), "",
                        forms.rows_of(fact, typed.get(fact.id)))
            for fact in facts
        ],
        "kept": KEPT, "attaches": chosen.id == "collect", "endings": attachments.ENDINGS,
        "files": attachments.lines(desk.agency, kind, held.versions[-1] if held.versions else None),
    }  # fmt: skip
    return page(request, "disclosure/move.html", context, status=status)


def kind_of(section: str) -> Kind:
    if section not in SECTIONS:
        raise Http404
    return SECTIONS[section]


def agency_of(request: Any, stream: str) -> Agency:
    """An agency whose page the reader may see: his own, or one of the jurisdiction that he supervises."""
    found = registers_for(connections["default"], stream, (), age_s=FRESH_S).agency(stream)
    reader = request.reader
    if found is None or not (
        found.id == reader.agency or (reader.everywhere and found.jurisdiction == reader.jurisdiction)
    ):
        raise Http404
    return found
