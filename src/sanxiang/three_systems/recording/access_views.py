"""Consulting a file under a granted request: what it allows, and each piece, with a trace of every look."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import connections, transaction
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import consulted
from sanxiang.casework.consulted import Piece
from sanxiang.casework.models import CaseRow
from sanxiang.casework.noting import note_in_case
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import CaseFile, Request, fold
from sanxiang.core.events import Recorded
from sanxiang.core.events.archive import AccessUsed
from sanxiang.core.gates.archiving import is_recording
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict

from . import consulting, masking
from .documents import DocumentError
from .models import MaskedCopy
from .origins import handing
from .serving import ALONE
from .volumes import fonts_of

TRIES = 4
Found = tuple[CaseRow, tuple[Recorded, ...], CaseFile, Request]


def found(request: Any, stream: UUID, name: UUID) -> Found:
    """The case and the request, for somebody who may open it now. Http404; NotAllowed."""
    row = CaseRow.objects.filter(pk=stream).first()
    events = reading.load(connections["default"], str(stream)) if row else ()
    case = fold(events)
    asked = case.keeping.request(str(name))
    if row is None or asked is None:
        raise Http404
    consulting.may_open(asked, case, request.reader, request.user.get_username(), timezone.now())
    return row, events, case, asked


@require_safe
@staff
def listed(request: Any, stream: UUID, name: UUID) -> HttpResponse:
    """What the request allows."""
    try:
        row, _, case, asked = found(request, stream, name)
    except consulting.NotAllowed as why:
        return page(request, "recording/consult.html", {"why": str(why)}, status=403)
    mask = asked.facts.get("access_form") == consulting.MASKED
    pieces = [(one, refused(one, mask, asked)) for one in consulted.allowed(case, asked)]
    context = {"row": row, "asked": asked, "pieces": pieces, "why": "", "mask": mask}
    return page(request, "recording/consult.html", context)


def refused(piece: Piece, mask: bool, asked: Request) -> str:
    """Why a piece cannot be given in this form; empty where it can."""
    if not mask or piece.file is None:
        return ""
    if said := masking.why_not(piece):
        return said
    copy = masking.passed(asked, piece)
    return "" if copy else "这份材料的脱敏副本还没有做好并复核，请承办机构在案卷的调阅栏办理"


@require_safe
@handing
def piece(request: Any, stream: UUID, name: UUID, n: int) -> HttpResponseBase:
    """One piece, as it was allowed, with a trace of the look."""
    try:
        _, events, case, asked = found(request, stream, name)
        pieces = consulted.allowed(case, asked)
        mask = asked.facts.get("access_form") == consulting.MASKED
        if n >= len(pieces) or refused(pieces[n], mask, asked):
            raise Http404
        answer = given(events, asked, pieces[n], request.reader.name, mask=mask)
    except consulting.NotAllowed as why:
        return HttpResponse(str(why), status=403, content_type="text/plain; charset=utf-8")
    except DocumentError as why:
        return HttpResponse(str(why), status=409, content_type="text/plain; charset=utf-8")
    noted(events, AccessUsed(about=asked.id, seen=seen(pieces[n]), viewer=request.reader.name), case.agency)
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def seen(one: Piece) -> str:
    """What was opened, without anything that was typed: papers and files have names of their own."""
    span = "" if one.start is None and one.end is None else f"（{one.start or 0}–{one.end or '末'}秒）"
    return f"{one.event}/{one.index}{span}"


def given(events: tuple[Recorded, ...], asked: Request, one: Piece, viewer: str, *, mask: bool) -> HttpResponseBase:
    """The piece as it leaves the house."""
    now, fonts = timezone.now(), fonts_of()
    copy = masking.passed(asked, one) if mask else None
    if copy is not None and copy.media_type in ("video/mp4", "audio/mp4"):
        return _streamed(_masked(one, copy), copy.media_type)
    if one.file is not None and is_recording(one.file):
        told = consulting.line_of(asked, viewer, now)
        path, kind, ours = consulting.excerpt(one, consulting.film_mark(told, fonts))
        answer = _streamed(path, kind)
        if ours:
            path.unlink()  # the open file lives until it is sent
        return answer
    if one.file is None and copy is None:
        pdf = consulting.set_anew(connections["default"], events, one, mask=mask)
    else:
        path, kind = _masked(one, copy), copy.media_type if copy else str((one.file or {})["type"])
        try:
            pdf = path.read_bytes() if kind == "application/pdf" else consulting.picture_pdf(path)
        except OSError:
            raise consulting.NotAllowed("这份文件不能在线显示，请由档案员在查阅室出示原件") from None
    told = consulting.line_of(asked, viewer, now)
    made = consulting.marked(pdf, f"{told}{'　脱敏副本' if mask else ''}", fonts, legal_day(now).isoformat())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(one.name)}.pdf"
    return response


def _streamed(path: Path, kind: str) -> HttpResponseBase:
    answer: HttpResponseBase = FileResponse(path.open("rb"), content_type=kind)
    answer["Content-Disposition"] = "inline"
    return answer


def _masked(one: Piece, copy: MaskedCopy | None) -> Path:
    """The masked copy that was passed, else the file itself. Raises NotAllowed where it is gone."""
    return consulting.file_of(Piece(one.name, one.event, one.index, {"sha256": copy.made}) if copy else one)


def noted(events: tuple[Recorded, ...], used: AccessUsed, agency: str) -> None:
    """Note the look in the case, after whatever it holds by now."""
    connection = connections["default"]
    for attempt in range(TRIES):
        now = reading.load(connection, events[0].stream)
        try:
            with transaction.atomic(using=connection.alias):
                note_in_case(connection, now, used, agency=agency, at=timezone.now())
            return
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
