"""A visit to an enterprise that is no inspection (入企登记): entered at the door by whoever comes, read there by the
enterprise under the same code until the day is over. 国办发〔2024〕54号 (条号须核定)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from sanxiang.casework import inspectees, inspecting, visiting
from sanxiang.casework.access import Reader
from sanxiang.casework.inspectee_models import NEWEST, VisitRow
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, Registered, register
from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.events.visit import VisitMade
from sanxiang.core.gates.disclosure import public_text
from sanxiang.core.values import legal_day
from sanxiang.store.runtime import current

from . import door

COMES = frozenset({"officer", "unit_head", "head"})
FORM = ("visit_enterprise", "visit_purpose", "visit_matter", "visit_checks", "visit_others")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody enters at the door: for which enterprise, of which department, who comes, what he states."""

    credit_code: str
    department: str
    officers: tuple[str, ...]
    facts: Mapping[str, Any]


def enter(connection: Any, reader: Reader, wanted: Wanted, *, at: datetime) -> Registered:
    """Put the visit on the record and what the enterprise reads at its door. Raises RecordRefused where the same visit
    was entered today."""
    event = VisitMade(
        jurisdiction=reader.jurisdiction, agency=reader.agency, department=wanted.department, officers=wanted.officers,
        facts={**wanted.facts, "party_credit_code": wanted.credit_code},
    )  # fmt: skip
    command = RegisterCommand(
        kind=visiting.KIND, agency=reader.agency, officer=reader.officer, entries=(Entry(event=event, occurred_at=at),)
    )
    with transaction.atomic(using=connection.alias):
        done = register(connection, library(), command, at=at)
        for one in done.events:
            door.put(wanted.credit_code, told(one), legal_day(at))
    return done


def told(one: Recorded) -> dict[str, Any]:
    """What the enterprise reads: who came, why, how often this year; with the masks of public text, since whoever
    stands at the door may read it."""
    event: Any = one.event
    facts, day = event.facts, legal_day(one.occurred_at)
    code = str(facts["party_credit_code"])
    registers = registers_for(connections["default"], event.agency, event.officers)
    rules, blank = library().on(event.jurisdiction, day), CaseFile(agency=event.agency, jurisdiction=event.jurisdiction)
    body = registers.agency(event.agency)
    part = body.departments.get(event.department) if body else None
    stated = body.facts if body else {}
    people = [(officer, officer.certificate(day)) for officer in map(registers.officer, event.officers) if officer]
    return {
        "case": door.apart(one.stream), "day": day.isoformat(), "since": one.occurred_at.isoformat(), "visit": True,
        "agency": body.name if body else "", "department": part.name if part else "",
        "purpose": str(facts["visit_purpose"]),
        **{name: public_text(rules, blank, registers, str(facts.get(f"visit_{name}") or ""))
           for name in ("matter", "others")},
        "officers": [{"name": officer.name, "number": card.number if card else ""} for officer, card in people],
        "phone": str(stated.get("agency_complaint_phone") or stated.get("agency_phone") or ""),
        "visits": visiting.count(code, day, agency=event.agency),
        "inspections": inspecting.visits(event.agency, code, day).count,
    }  # fmt: skip


def name_of(agency: str, credit_code: str) -> str:
    """How the agency knows an enterprise: from its list of objects, else from an inspection or visit of its own; empty
    where it does not."""
    held = inspectees.find(agency, credit_code)
    if held is not None:
        return held.name
    token = current().sealer.party_token(credit_code)
    case = CaseRow.objects.filter(agency=agency or None, party_token=token).order_by("-last_at", "stream").first()
    if case is not None:
        return case.party
    last = VisitRow.objects.filter(agency=agency or None, code=credit_code).order_by(*NEWEST).first()
    return last.name if last else ""
