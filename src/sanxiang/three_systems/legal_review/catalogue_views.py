"""Pages of the lists of major decisions: what is in force, what is on its way, and the steps."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import forms
from sanxiang.casework.comparing import cell, changes
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.casework.views.common import page, staff
from sanxiang.core.gates import Reason
from sanxiang.core.registers import Agency, Catalogue, Edition
from sanxiang.core.rulebook import Fact
from sanxiang.core.values import legal_day
from sanxiang.store.errors import RecordRefused, VersionConflict

from .catalogues import STATES, STEPS, Step
from .models import CatalogueRow

FRESH_S = 5.0


@require_safe
@staff
def overview(request: Any) -> HttpResponse:
    """The lists of the own agency, department by department; for a supervisor those of the whole jurisdiction."""
    reader, today = request.reader, legal_day(timezone.now())
    rows = {row.department: row for row in CatalogueRow.objects.filter(stream=reader.agency)}
    agency = agency_of(request, reader.agency)
    own = [
        (part, rows.get(part.id), STATES.get(rows[part.id].state, "") if part.id in rows else "")
        for part in agency.departments.values()
        if part.exists(today) and ("handling" in part.functions or part.id in rows)
    ]
    others = CatalogueRow.objects.filter(jurisdiction=reader.jurisdiction).exclude(stream=reader.agency)
    context = {
        "agency": agency, "own": own, "mine": reader.departments, "everywhere": reader.everywhere,
        "others": [(row, STATES.get(row.state, "")) for row in others.order_by("agency_name", "department")[:200]]
        if reader.everywhere else [],
    }  # fmt: skip
    return page(request, "legal_review/catalogues.html", context)


@require_safe
@staff
def one(request: Any, agency: UUID, department: str) -> HttpResponse:
    """One list: the edition in force, the one on its way and how it differs, all editions before."""
    body = agency_of(request, str(agency))
    catalogue = catalogue_of(body, department)
    today = legal_day(timezone.now())
    held, working = catalogue.in_force(today), catalogue.working
    fact = entries_fact()
    context = {
        "agency": body, "department": body.departments[department], "held": held, "working": working,
        "held_rows": table(held, fact), "working_rows": table(working, fact), "columns": fact.columns,
        "state": STATES.get(working.state, "") if working else "",
        "changes": changes(held.entries, working.entries, fact.columns) if held and working else [],
        "editions": list(reversed([edition for edition in catalogue.editions if edition.published_on])),
        "steps": open_steps(request, body, department, working),
    }  # fmt: skip
    return page(request, "legal_review/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def step(request: Any, agency: UUID, department: str, step: str) -> HttpResponse:
    """A step of a list, or why it cannot be done."""
    body, chosen = agency_of(request, str(agency)), STEPS.get(step)
    if chosen is None or department not in body.departments:
        raise Http404
    catalogue = body.catalogues.get(department, Catalogue(department))
    facts = [asked(name) for name in chosen.facts]
    if request.method != "POST":
        return form(request, body, catalogue, chosen, facts, started(catalogue, chosen))
    typed = forms.typed_facts(request.POST, facts)
    if "add" in request.POST:
        return form(request, body, catalogue, chosen, facts, typed)
    now = timezone.now()
    command = RegisterCommand(
        kind="agency",
        stream=body.id,
        agency=body.id,
        officer=request.reader.officer,
        entries=(Entry(event=chosen.event(department=department, facts=typed), occurred_at=now),),  # type: ignore[call-arg]
    )
    try:
        done = register(connections["default"], library(), command, at=now)
    except (VersionConflict, RecordRefused) as refused:
        return form(request, body, catalogue, chosen, facts, typed, problem=str(refused), status=409)
    if not done.done:
        return form(request, body, catalogue, chosen, facts, typed, reasons=done.verdict.reasons, status=422)
    messages.success(request, f"已办理：{chosen.name}")
    return redirect("legal_review:catalogue", agency, department)


@require_safe
@staff
def export(request: Any, agency: UUID, department: str, number: int) -> HttpResponse:
    """One edition as a table for a spreadsheet."""
    body = agency_of(request, str(agency))
    edition = next((one for one in catalogue_of(body, department).editions if one.number == number), None)
    if edition is None:
        raise Http404
    fact = entries_fact()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.label for column in fact.columns])
    writer.writerows([[guarded(text) for text in row] for row in table(edition, fact)])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{body.name}{body.departments[department].name}重大执法决定目录第{number}版.csv"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def agency_of(request: Any, stream: str) -> Agency:
    """An agency whose lists the reader may see: his own, for a supervisor those of his jurisdiction."""
    reader = request.reader
    found = registers_for(connections["default"], stream, (), age_s=FRESH_S).agency(stream)
    if found is None or not (
        found.id == reader.agency or (reader.everywhere and found.jurisdiction == reader.jurisdiction)
    ):
        raise Http404
    return found


def catalogue_of(agency: Agency, department: str) -> Catalogue:
    if department not in agency.departments:
        raise Http404
    return agency.catalogues.get(department, Catalogue(department))


def open_steps(request: Any, agency: Agency, department: str, working: Edition | None) -> list[Step]:
    """The steps that stand next and that the reader's posts may do."""
    reader, state = request.reader, working.state if working else ""
    mine = [step for step in STEPS.values() if reader.posts & set(step.by) and step.fits(state)]
    own = reader.agency == agency.id
    return [
        step for step in mine
        if (step.id == "compile" and own and department in reader.departments)
        or (step.id in ("file", "return") and (own or reader.everywhere))
        or (step.id == "publish" and own)
    ]  # fmt: skip


def started(catalogue: Catalogue, chosen: Step) -> dict[str, Any]:
    """What a form begins with: an adjustment starts from the edition that stands."""
    last = catalogue.editions[-1] if catalogue.editions else None
    return {"catalogue_entries": list(last.entries)} if chosen.id == "compile" and last else {}


def entries_fact() -> Fact:
    """The entries with the categories and the kinds of penalty to choose from."""
    book = library()
    fact = book.dictionary["catalogue_entries"]
    kinds = next(column.choices for column in book.dictionary["sanctions"].columns if column.id == "kind")
    chosen = {"category": tuple(book.categories), "sanction": kinds}
    columns = tuple(replace(column, choices=chosen.get(column.id, column.choices)) for column in fact.columns)
    return replace(fact, columns=columns)


def asked(name: str) -> Fact:
    return entries_fact() if name == "catalogue_entries" else library().dictionary[name]


def table(edition: Edition | None, fact: Fact) -> list[list[str]]:
    return (
        [[cell(column, entry.get(column.id)) for column in fact.columns] for entry in edition.entries]
        if edition
        else []
    )


def form(
    request: Any, agency: Agency, catalogue: Catalogue, chosen: Step, facts: list[Fact], typed: dict[str, Any], *,
    problem: str = "", reasons: tuple[Reason, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    required = {"catalogue_entries", "catalogue_receipt", "catalogue_return_reason"}
    context = {
        "agency": agency, "department": agency.departments[catalogue.department], "step": chosen, "problem": problem,
        "reasons": reasons, "working": catalogue.working, "columns": entries_fact().columns,
        "rows": table(catalogue.working, entries_fact()) if chosen.id != "compile" else [],
        "fields": [
            forms.Field(fact, forms.shown(fact, typed.get(fact.id)), fact.id in required, "",
                        forms.rows_of(fact, typed.get(fact.id)))
            for fact in facts
        ],
    }  # fmt: skip
    return page(request, "legal_review/catalogue_step.html", context, status=status)
