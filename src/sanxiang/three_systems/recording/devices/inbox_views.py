"""Footage that belongs to no activity yet (待认领的录音录像): what stations brought, with suggestions; a person links
it, or sets it aside with a reason. How far each station has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import access, levels
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter
from sanxiang.casework.registers import is_stream
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import fold_recording
from sanxiang.core.events.recording import RecordingLinked, RecordingSetAside
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.three_systems.recording import looking
from sanxiang.three_systems.recording.activities import Activity, activities_of
from sanxiang.three_systems.recording.capture import afterwards
from sanxiang.three_systems.recording.models import RecordingRow

from . import queries
from .ingest.taking import STATES
from .models import DeviceRow, StationFile, StationRun
from .views import BOTH

PAGE, SUGGESTED, NEAR = 50, 12, timedelta(days=1)


@require_safe
@staff
def inbox(request: Any) -> HttpResponse:
    """What waits to be claimed, the newest first, and how far the stations have come."""
    reader = request.reader
    before = request.GET.get("before", "")
    rows = queries.loose(reader).order_by("-began", "stream")
    if before:
        moment = _moment(before)
        rows = rows.filter(began__lt=moment) if moment else rows.none()
    shown = list(rows[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    devices = {str(row.stream): row for row in queries.of_agency(reader).filter(stream__in=_streams(shown))}
    called = queries.names(row.maker for row in shown if is_stream(row.maker))
    files = {row.recording: row for row in StationFile.objects.filter(recording__in=[row.stream for row in shown])}
    waiting, longer = queries.unentered(reader, timezone.now()) if not before else ([], False)
    context = {
        "unentered": waiting, "longer": longer,
        "rows": [(row, devices.get(row.device), called.get(row.maker, ""), files.get(row.stream)) for row in shown],
        "next": shown[-1].began.isoformat() if more else "", "runs": _runs(reader), "first": not before,
        "total": queries.loose(reader).count() if not before else 0, "bad": _bad(reader) if not before else (),
    }  # fmt: skip
    return page(request, "devices/inbox.html", context)


def _streams(rows: list[RecordingRow]) -> list[str]:
    return [row.device for row in rows if is_stream(row.device)]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _runs(reader: Any) -> list[dict[str, Any]]:
    """Every station with its last run and what became of its files."""
    runs = {run.station: run for run in StationRun.objects.filter(agency=reader.agency)}
    stations = DeviceRow.objects.filter(agency=reader.agency, stream__in=runs).order_by("code")
    counted: dict[Any, dict[str, int]] = {}
    rows = StationFile.objects.filter(agency=reader.agency).values_list("station", "state")
    for station, state, number in rows.annotate(number=Count("*")):
        counted.setdefault(station, {})[STATES.get(state, state)] = number
    return [{"row": row, "run": runs[row.stream], "counts": counted.get(row.stream, {}).items()} for row in stations]


def _bad(reader: Any) -> Any:
    """The last files that could not be taken for recordings, for somebody to look at."""
    return StationFile.objects.filter(agency=reader.agency, state__in=("broken", "other")).order_by("-id")[:20]


def recording_of(reader: Any, stream: UUID) -> Any:
    """A recording from a station that the reader may claim, and the event that names its file. Raises Http404, also
    where it is marked with a level that he has not."""
    events = reading.load(connections["default"], str(stream))
    found = fold_recording(events) if events and events[0].kind == "recording.received" else None
    if found is None or not queries.may_claim(reader, found):
        raise Http404
    case = CaseRow.objects.filter(stream=found.case).first() if found.case else None
    if levels.hidden(reader, case, stream):
        raise Http404
    return found, events[0].id


@require_http_methods(BOTH)
@staff
def claim(request: Any, stream: UUID) -> HttpResponse:
    """One recording: what is known of it, where it might belong; link it, or set it aside."""
    reader, (found, opened) = request.reader, recording_of(request.reader, stream)
    watches = looking.recording_of(request.user, reader, stream) is not None
    problem: tuple[str, ...] = ()
    if request.method == "POST":
        event, about, problem = _chosen(request)
        problem = problem or _said(request, found, event, about)
        if not problem:
            messages.success(request, "已关联" if isinstance(event, RecordingLinked) else "已定为不予使用")
            return redirect("devices:inbox")
    suggestions = suggested(reader, found)
    row = CaseRow.objects.filter(stream=found.case).first() if found.case else None
    device = queries.of_agency(reader).filter(stream=found.device).first() if is_stream(found.device) else None
    context = {
        "one": found, "stream": stream, "device": device, "case": row, "suggestions": suggestions,
        "maker": queries.names([found.maker]).get(found.maker, "") if is_stream(found.maker) else "",
        "problem": "；".join(problem), "reason": request.POST.get("set_aside_reason", ""),
        "decides": bool(reader.posts & {"device_keeper", "unit_head", "head"}), "path": found.facts.get("station_path"),
        "note": found.facts.get("station_note"), "offset": found.facts.get("station_offset_s"),
        "watch": reverse("recording:look", args=[stream, opened, 0]) if watches else "",
        "channels": len(queries.together(reader, found)) if device and watches else 0,
    }  # fmt: skip
    return page(request, "devices/claim.html", context, status=422 if problem else 200)


def _chosen(request: Any) -> tuple[Any, str, tuple[str, ...]]:
    """What the form asks for and about which act that is done, or what is wrong with it."""
    if request.POST.get("do") == "aside":
        facts = {"set_aside_reason": request.POST.get("set_aside_reason", "").strip()}
        return RecordingSetAside(facts={key: value for key, value in facts.items() if value}), "", ()
    case, _, named = request.POST.get("to", "").partition("/")
    act, _, about = named.partition("/")
    number = request.POST.get("case_number", "").strip()
    seen = access.visible(request.reader).filter(agency=request.reader.agency)
    row = seen.filter(stream=case).first() if is_stream(case) else None
    if row is None and number:
        row = seen.filter(case_number=number).order_by("stream").first()
        act = about = ""
    if row is None:
        return None, "", ("选一个案件，或者写明您可以查看的案件的案号",)
    rules = library().on(row.jurisdiction, legal_day(timezone.now()))
    known = rules.act(row.procedure, act) if act else None
    return RecordingLinked(case=str(row.stream), activity=known.id if known else ""), about, ()


def _said(request: Any, found: Any, event: Any, about: str) -> tuple[str, ...]:
    """Enter it; why it was refused."""
    connection, officer, now = connections["default"], request.reader.officer, timezone.now()
    command = RecordingCommand(stream=found.id, said=(Said(event=event, occurred_at=now),), officer=officer)
    try:
        if isinstance(event, RecordingLinked):
            done = afterwards.link(
                connection, found.id, event.case, event.activity, about=about, officer=officer, at=now
            )
        else:
            done = enter(connection, library(), command, at=now)
    except (VersionConflict, RecordRefused) as refused:
        return (str(refused),)
    return () if done.done else tuple(one.text for one in done.reasons)


def suggested(reader: Any, found: Any) -> list[tuple[CaseRow, Activity | None, str]]:
    """Cases that the recording may belong to, those whose activity ran at its time first: of its officer, then of its
    department."""
    if found.began is None:
        return []
    ended = found.ended or found.began
    near = access.visible(reader).filter(
        agency=reader.agency, opened_at__lte=ended + NEAR, last_at__gte=found.began - NEAR
    )
    mine = near.filter(handlers__contains=[found.maker]) if found.maker else near.none()
    rows = list(mine.order_by("-last_at", "stream")[:SUGGESTED])
    if found.department:
        others = near.filter(department=found.department).order_by("-last_at", "stream")[:SUGGESTED]
        rows += [row for row in others if row.stream not in {one.stream for one in rows}]
    loaded = reading.load_many(connections["default"], [str(row.stream) for row in rows])
    told: list[tuple[CaseRow, Activity | None, str]] = []
    for row in rows:
        fits = [
            one
            for one in activities_of(loaded.get(str(row.stream), ()))
            if one.overlap(found.began, ended) > timedelta(0)
        ]
        same = found.maker in row.handlers
        why = "领用人承办" if same else "同一科室"
        told += [(row, one, f"{why}，录制时{'正在' if one.stated else '前后办理了'}{one.name}") for one in fits] or [
            (row, None, why)
        ]
    return sorted(told, key=lambda one: (one[1] is None, found.maker not in one[0].handlers))[: SUGGESTED * 2]
