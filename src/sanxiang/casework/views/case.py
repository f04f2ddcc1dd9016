"""The page of one case: where it stands, what comes next and why not, its whole record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import (
    answering,
    bringing,
    correcting,
    desk,
    doubting,
    judging,
    lasting,
    levels,
    sealing,
    sources,
    stops,
    telling,
    weighing,
    whys,
)
from sanxiang.casework.access import REVIEWERS, Reader, find_case, reader_of
from sanxiang.casework.models import AccessNote, CaseRow, DutyRow
from sanxiang.casework.people import heads_ever
from sanxiang.casework.projections import library, reckoned
from sanxiang.casework.registers import registers_for
from sanxiang.casework.scoping import scope
from sanxiang.core.casefile import NOTED, CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import remedies_of, surcharge
from sanxiang.core.gates.weighing import EVIDENCE
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading

from .common import page, staff

LOOKS = 10
ELSEWHERE = NOTED | set(EVIDENCE)
"""Whose files the page shows in other places."""


@dataclass(slots=True)
class Opened:
    """A case that a reader may see, with its record and the rules of today."""

    row: CaseRow
    events: tuple[Recorded, ...]
    case: CaseFile
    rules: RuleSet


def opened(request: Any, stream: UUID) -> Opened:
    row = find_case(request.user, stream)
    if row is None:
        raise Http404
    events = levels.visible(reader_of(request.user), row, reading.load(connections["default"], str(stream)))
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    return Opened(row, events, fold(events), rules)


@require_safe
@staff
def case(request: Any, stream: UUID) -> HttpResponse:
    """One case, on one page."""
    found, now = opened(request, stream), timezone.now()
    rules, today = found.rules, legal_day(now)
    people = (
        request.reader.officer, *judging.people_of(found.case),
        *heads_ever(found.case.agency, found.case.department),
    )  # fmt: skip
    registers = registers_for(connections["default"], found.case.agency, people)
    mine, others = judging.options(rules, found.case, registers, request.reader.officer, now)
    rows = DutyRow.objects.filter(stream=stream).order_by("met_at", "due_on")
    procedure = rules.procedures[found.case.procedure].rule
    agency = registers.agency(found.case.agency)
    department = agency.departments.get(found.case.department) if agency else None
    entries = telling.timeline(found.events, rules, found.case.procedure)
    accountable = [one for one in entries if one.recorded.kind.startswith(answering.HIDDEN)]
    entries = [one for one in entries if one not in accountable]
    notes = AccessNote.objects.filter(stream=stream).exclude(officer__in=found.row.handlers)
    context = {
        "row": found.row, "case": found.case, "posts": rules.posts, "names": act_names(found),
        "next": [one for one in mine if one.waits], "more": [one for one in mine if not one.waits], "others": others,
        "questions": [
            (one, bool(request.reader.posts & set(one.by)), "、".join(rules.posts.get(post, post) for post in one.by))
            for one in judging.open_questions((*mine, *others))
        ],
        "stages": stages(found, procedure), "clocks": [desk.clock(row, today, rules.calendar) for row in rows],
        "entries": entries, "graded": GRADES,
        "attached": [one for one in entries if one.recorded.event.files and one.recorded.kind not in ELSEWHERE],
        "facts": telling.grouped(rules, found.case.facts), "state": desk.STATES[found.row.state],
        "papers": correcting.told(
            sealing.told(telling.papers(found.events), found.case, found.events), found.case
        ),
        "measures": telling.measures(found.events, found.case, rules),
        "scope": scope(library(), found.case, registers, now), "procedure": procedure, "department": department,
        "rulebook": rules.jurisdiction.name, "public_state": desk.PUBLIC[found.row.public_state],
        "review_state": desk.REVIEW[found.row.review_state],
        "reviews_here": bool(found.case.rounds) and reviews_here(request.reader, found.case),
        "answering": answering.parts(found.case, found.events, rules, registers),
        "accountable": accountable if answering.may_see_accountability(request.reader) else [],
        "evidence": bringing.listed(found.case),
        "told": weighing.shown(rules, found.case) if rules.act(found.case.procedure, "weigh_evidence") else None,
        "clues": doubting.clues(connections["default"], found.events, rules, found.case),
        "sources": sources.of_case(request.reader, stream),
        **afterwards(found, today, request.reader),
        "looked": notes.order_by("-at")[:LOOKS],
        "why_given": whys.given(request.reader, found.row), "last_why": whys.last(request.reader, stream),
        "photos": sum(kind_of(str(file["type"])) == "image" for one in found.events for file in one.event.files),
        "works": whys.works_on(request.reader, found.row),
    }  # fmt: skip
    return page(request, "casework/case.html", context)


def afterwards(found: Opened, today: date, reader: Reader) -> dict[str, Any]:
    """What follows a decision: review and suit against it, what is added to a fine that was not paid, and how far the
    archiving is that somebody asked for."""
    added = surcharge(found.case, reckoned(found.events).duties, found.rules, today)
    remedies = [(stops.remedy_named(one), stops.remedy_state(one)) for one in remedies_of(found.case.done)]
    going = lasting.told(reader, found.row) if found.row.state == "closed" else None
    return {"added": stops.added(added), "remedies": remedies, "lasting": going}


def reviews_here(reader: Reader, case: CaseFile) -> bool:
    """Whether the reader looks at the case from the desk of the legal review of its agency."""
    return reader.agency == case.agency and bool(reader.posts & REVIEWERS)


def act_names(found: Opened) -> dict[str, str]:
    return {one.id: one.name for one in found.rules.acts_of(found.case.procedure)}


def stages(found: Opened, procedure: Any) -> list[tuple[str, str]]:
    """Each stage of the procedure: done, where the case is now, or still to come."""
    names = [stage.name for stage in procedure.stages]
    reached = names.index(found.row.stage) if found.row.stage in names else -1
    over = found.row.state in ("archived", "closed") and reached == len(names) - 1
    return [(name, "done" if at < reached or over else "now" if at == reached else "") for at, name in enumerate(names)]
