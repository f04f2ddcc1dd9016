"""The archivist's home, and the file of one case: what it holds and lacks, how long it is kept, who consulted it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import doubting, lasting, levels
from sanxiang.casework.access import Reader, find_case
from sanxiang.casework.correcting import corrected_by
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import unentered
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import CaseFile, fold, fold_recording
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Proposal, Situation
from sanxiang.core.gates.archiving import lacking
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import Away, shelf
from sanxiang.store.seals import seals

from . import keeping, looking, masking, quality
from .documents.rendering import typeset
from .file_models import NO_DAY, FileRow, RegisterRow
from .gathering import is_demonstration, registers_of
from .models import UNENTERED, RecordingRow
from .papers import papers_of
from .recordings import ELSEWHERE, recordings
from .supplements import about_of, supplements
from .volumes import fonts_of

LATE_MOST = 50


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
    events = levels.visible(request.reader, row, reading.load(connection, str(stream)))
    case = fold(events)
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    registers = registers_of(connection, events)
    owners = dict.fromkeys((stream, *map(UUID, case.recordings)), row)
    unseen = {sha256 for _, sha256 in levels.gone(request.reader, owners)}
    line = FileRow.objects.filter(pk=stream).first()
    context = {
        "row": row, "file": line, "case": case,
        "lasting": lasting.told(request.reader, row) if line is not None and line.state != "destroyed" else None,
        "papers": [(one, corrected_by(case, one.event, one.index)) for one in papers_of(events)], "no_day": NO_DAY,
        "recordings": recordings(events, rules, case.procedure, registers, unseen),
        "requests": case.keeping.requests, "steps": RegisterRow.objects.filter(stream=stream).order_by("seq"),
        "unentered": unentered(rules, case) if line is not None and line.state == "due" else [],
        "elsewhere": elsewhere(case, rules), "supplements": list(supplements(events, rules)),
        "late": late_of(request.reader, row, events, rules), "asked_at": asked_at(events),
        "clues": doubting.clues(connection, events, rules, case),
        "masks": masking.works_on(request.reader, case),
        "keeps": case.department in request.reader.keeps,
    }  # fmt: skip
    return page(request, "recording/file.html", context)


def asked_at(events: Sequence[Recorded]) -> datetime | None:
    """When the archiving was asked for, where the volume took its time."""
    done: Any = next((one.event for one in reversed(events) if one.kind == "case.archived"), None)
    return datetime.fromisoformat(done.asked_at) if done is not None and done.asked_at else None


def elsewhere(case: CaseFile, rules: RuleSet) -> list[dict[str, Any]]:
    """The acts whose film was said to be elsewhere (录音录像没有入库的说明) and has not come in since."""
    return [
        {"act": act.name, "at": done.occurred_at, "why": done.facts[ELSEWHERE]}
        for done in case.done
        if done.facts.get(ELSEWHERE) and not done.recordings and (act := rules.act(case.procedure, done.act))
    ]


def late_of(reader: Reader, row: CaseRow, events: Sequence[Recorded], rules: RuleSet) -> list[dict[str, Any]]:
    """The recordings that were linked to the archived file and wait to be taken in, each with the act it records."""
    case = fold(events)
    if case.archived is None:
        return []
    rows = RecordingRow.objects.filter(UNENTERED, case=row.stream).order_by("began", "stream")[:LATE_MOST]
    known = looking.knowable(reader, rows)
    told = reading.load_many(connections["default"], [str(one.stream) for one in known]) if known else {}
    states = {one.stream: fold_recording(told[str(one.stream)]) for one in known}
    return [{"row": one, "event": states[one.stream].about, "about": about_of(rules, case, states[one.stream].about),
             "unexplained": len(states[one.stream].unexplained)} for one in known]  # fmt: skip


@require_safe
@staff
def examined(request: Any, stream: UUID) -> HttpResponse:
    """The test of the four properties of an archived file, as a page and as a PDF."""
    row = find_case(request.user, stream)
    if row is None:
        raise Http404
    connection, now = connections["default"], timezone.now()
    events = reading.load(connection, str(stream))
    case = fold(events)
    if case.archived is None or case.keeping.destroyed:
        text = "内容已经销毁，不再检测" if case.keeping.destroyed else "案件还没有归档，归档以后检测"
        return page(request, "recording/quality.html", {"row": row, "why": text}, status=404)
    rules = library().on(row.jurisdiction, legal_day(case.archived.occurred_at))
    actor = events[-1].actor
    s = Situation(rules, case, Registers(), Proposal(act="", actor=actor, at=case.archived.occurred_at))
    owners = (stream, *map(UUID, case.recordings))
    unseen = {sha256 for _, sha256 in levels.gone(request.reader, dict.fromkeys(owners, row))}
    try:
        checks = quality.examine(connection, events, shelf(), seals(), [gap.said for gap in lacking(s)], unseen)
    except Away:
        return page(request, "recording/quality.html", {"row": row, "why": Away.TEXT}, status=503)
    verdict = quality.verdict(checks)
    if request.GET.get("as") == "pdf":
        data = {
            "title": row.title, "number": row.case_number, "on": f"{timezone.localtime(now):%Y年%-m月%-d日 %H:%M}",
            "verdict": verdict, "demo": is_demonstration(connection),
            "checks": [
                {"property": one.nature, "name": one.name, "looked": one.looked, "result": one.result}
                for one in checks
            ],
        }  # fmt: skip
        pdf = typeset("_quality", data, {"document": {"date": legal_day(now).isoformat()}}, fonts_of(), "a-2b")
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = "inline; filename*=UTF-8''" + quote("四性检测报告.pdf")
        return response
    groups = [(name, [one for one in checks if one.nature == name]) for name in quality.PROPERTIES]
    return page(request, "recording/quality.html", {"row": row, "groups": groups, "verdict": verdict, "why": ""})
