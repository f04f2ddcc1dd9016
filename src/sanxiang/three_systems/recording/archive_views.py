"""The archivist's home, and the file of one case: what it holds and lacks, how long it is kept, who consulted it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.access import find_case
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.backdating import Doubt, doubts
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import keeping, register
from .file_models import NO_DAY, FileRow, RegisterRow
from .gathering import is_demonstration, registers_of
from .papers import papers_of
from .recordings import recordings


@require_safe
@staff
def home(request: Any) -> HttpResponse:
    """Files to archive by the days left, with what they lack; requests, periods that end, named archivists."""
    if not request.reader.posts & keeping.LOOKS:
        raise PermissionDenied("档案页由档案员、承办机构负责人、机关负责人和监督人员使用")
    found = keeping.home(connections["default"], request.reader, legal_day(timezone.now()))
    return page(request, "recording/archive.html", {"home": found, "keeps": "archivist" in request.reader.posts})


@require_safe
@staff
def file(request: Any, stream: UUID) -> HttpResponse:
    """The file of one case."""
    row = find_case(request.user, stream)
    if row is None:
        raise Http404
    connection = connections["default"]
    events = reading.load(connection, str(stream))
    case = fold(events)
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    registers = registers_of(connection, events)
    line = FileRow.objects.filter(pk=stream).first()
    context = {
        "row": row, "file": line, "case": case, "papers": papers_of(events), "no_day": NO_DAY,
        "recordings": recordings(events, rules, case.procedure, registers),
        "requests": case.keeping.requests, "steps": RegisterRow.objects.filter(stream=stream).order_by("seq"),
        "clues": clues_of(events, rules, case, str(stream)),
        "keeps": "archivist" in request.reader.posts and case.department in request.reader.departments,
    }  # fmt: skip
    return page(request, "recording/file.html", context)


def clues_of(events: Sequence[Recorded], rules: RuleSet, case: CaseFile, stream: str) -> list[Doubt]:
    """Dates that do not fit: inside the case, among the numbers of the agency, against the ledger. The clock of a
    demonstration moves, so that there the ledger's time says nothing."""
    connection = connections["default"]
    found = doubts(events, rules, case.procedure)
    found += [doubt for doubt, row in register.number_clues(case.agency) if str(row.stream) == stream]
    if not is_demonstration(connection):
        found += register.ledger_clues(stream, {one.id: one.recorded_at for one in events})
    return found
