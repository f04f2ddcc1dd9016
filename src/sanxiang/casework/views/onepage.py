"""A case on one sheet of paper (案件一页纸): what a head wants before him, of every case one page A4, however long."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import answering, bringing, desk, judging, telling
from sanxiang.casework.models import DutyRow
from sanxiang.casework.people import heads_ever
from sanxiang.casework.registers import registers_for
from sanxiang.core.values import legal_day

from .case import opened, stages
from .common import page, staff

T = TypeVar("T")
PARTY = ("party_name", "party_credit_code", "legal_representative", "party_address")
"""Of the party what tells who it is; numbers of persons and telephones stay off paper that lies about."""
TOLD = ("violation_facts", "suspected_violation", "found_facts", "benefit_ground", "source_summary")
BASES = ("legal_basis", "suspected_basis")
TEXT, BASIS = 420, 160
FIRST, LAST, PAPERS, PARTS, CLOCKS = 4, 18, 14, 6, 6


@require_safe
@staff
def sheet(request: Any, stream: UUID) -> HttpResponse:
    """The sheet; what does not fit is counted, and stands on the page of the case."""
    found, now = opened(request, stream), timezone.now()
    case, rules, today = found.case, found.rules, legal_day(now)
    people = (request.reader.officer, *judging.people_of(case), *heads_ever(case.agency, case.department))
    registers = registers_for(connections["default"], case.agency, people)
    agency = registers.agency(case.agency)
    department = agency.departments.get(case.department) if agency else None
    procedure = rules.procedures[case.procedure].rule
    clocks = [
        desk.clock(row, today, rules.calendar) for row in DutyRow.objects.filter(stream=stream).order_by("due_on")
    ]
    entries = telling.timeline(found.events, rules, case.procedure)
    entries = [one for one in entries[::-1] if not one.recorded.kind.startswith(answering.HIDDEN)]
    kinds = Counter(str(one.get("evidence_kind") or "其他") for one in bringing.listed(case))
    law = next((name for name in BASES if case.facts.get(name)), BASES[0])
    basis = telling.plain(rules, law, case.facts.get(law) or [])
    sanctions = telling.plain(rules, "sanctions", case.facts.get("sanctions") or [])
    context = {
        "row": found.row, "state": desk.STATES[found.row.state], "review": desk.REVIEW[found.row.review_state],
        "public": desk.PUBLIC[found.row.public_state], "procedure": procedure, "department": department,
        "agency": agency, "stages": stages(found, procedure), "case": case,
        "party": telling.told(rules, {name: case.facts[name] for name in PARTY if case.facts.get(name)}),
        "happened": cut(next((str(case.facts[name]) for name in TOLD if case.facts.get(name)), ""), TEXT),
        "basis": cut(basis.replace("\n", "；"), BASIS),
        "sanctions": cut(sanctions.replace("\n", "；"), BASIS),
        "clocks": [one for one in clocks if not one.row.met_at and not one.row.excused][:CLOCKS],
        "parts": answering.parts(case, found.events, rules, registers)[:PARTS],
        "done": middle_left_out(entries), "left_out": max(len(entries) - FIRST - LAST, 0), "acts": len(entries),
        "kinds": dict(kinds), "papers": telling.papers(found.events), "most": PAPERS, "now": now,
    }  # fmt: skip
    return page(request, "casework/sheet.html", context)


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def middle_left_out(entries: list[T]) -> list[T | None]:
    """The first entries and the last, with None for what was left out between."""
    if len(entries) <= FIRST + LAST:
        return list(entries)
    return [*entries[:FIRST], None, *entries[-LAST:]]
