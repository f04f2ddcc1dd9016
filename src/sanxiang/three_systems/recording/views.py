"""Papers, evidence files, receipts and packages of a case, for those who may see it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import connections
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import levels, sealing, whys
from sanxiang.casework.access import find_case, is_guest, reader_of
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.fulltext import full_text
from sanxiang.store import reading
from sanxiang.store.blobs import CHUNK, NotThere
from sanxiang.store.ledger import receipts
from sanxiang.store.objects import Away
from sanxiang.store.seals import seals

from . import brought, issued, looking, origins, packages, player_views, proofs, serving, watermarks
from .documents import DocumentError, public_pdf
from .gathering import registers_of
from .papers import Paper, papers_of
from .volumes import fonts_of

NOT_WHOLE = "案卷里有您没有权限查看的文件，不能整卷下载；请由有权限的人员办理，或者按调阅程序申请"


def seen(request: HttpRequest, stream: UUID) -> Any:
    row = find_case(request.user, stream)
    if row is None:
        raise Http404
    return row


def seen_with(request: HttpRequest, stream: UUID, event: UUID) -> tuple[Any, tuple[Recorded, ...]]:
    """The case and its record, for one paper of an event; a guest of its review gets what was submitted, and nobody
    the paper of evidence whose files he may not see."""
    row = find_case(request.user, stream, guests=True)
    if row is None:
        raise Http404
    events = reading.load(connections["default"], str(stream))
    if is_guest(reader_of(request.user), row):
        rounds = fold(events).rounds
        if not any(one.id == str(event) and one.seq <= rounds[-1].seq for one in events):
            raise Http404
    if str(event) in levels.withheld(reader_of(request.user), row, events):
        raise Http404
    return row, events


@require_safe
@staff
def paper(request: Any, stream: UUID, event: UUID, index: int) -> HttpResponseBase:
    """One paper of a case as PDF/A: the signed file where it bears a seal, else made from the record. Whose own open
    case it is gets it as it is, to serve and to sign it; everybody else says why, and reads a copy with a watermark."""
    row, events = seen_with(request, stream, event)
    works, fetched = whys.works_on(request.reader, row), "download" in request.GET
    if fetched and is_guest(request.reader, row):
        raise Http404
    if not works and not whys.given(request.reader, row):
        raise whys.WhyDue(stream)
    connection = connections["default"]
    there = next((one for one in brought.originals(connection, events, str(event)) if one.paper.index == index), None)
    if there is not None:
        events = there.events
    found = there.paper if there is not None else paper_at(events, event, index)
    sealed = sealing.sealing_of(fold(events), sealing.by_id(events), found.event, index)
    signed = sealed.file if sealed is not None and sealed.state == "sealed" else None
    if signed is not None and works:
        return serving.evidence(request, signed)
    place = fold(events).jurisdiction if there is not None else row.jurisdiction
    try:
        made = issued.made(connection, events, found, place) if signed is None else serving.there(signed).read_bytes()
    except (DocumentError, NotThere) as problem:
        return HttpResponse(str(problem), status=409, content_type="text/plain; charset=utf-8")
    except Away:
        return HttpResponse(serving.AWAY, status=503, content_type="text/plain; charset=utf-8")
    if not works:
        _read(request.reader, row, events, found, made, fetched=fetched)
    if works or fetched:
        return download(made, "application/pdf", found.file_name, inline=not fetched)
    return serving.copied(watermarks.paper(made, request.reader), "application/pdf", found.file_name)


def _read(reader: Any, row: Any, events: tuple[Recorded, ...], paper: Paper, made: bytes, *, fetched: bool) -> None:
    """Leave the event of a look at a paper that the system set; a second on the same day leaves none."""
    file = {"sha256": hashlib.sha256(made).hexdigest(), "name": paper.file_name, "type": "application/pdf"}
    seen = looking.Seen(
        reader, row.stream, paper.event, paper.index, file, events, str(row.agency), row.title, row
    )  # fmt: skip
    looking.looked(seen, "paper-download" if fetched else "paper")


def paper_at(events: tuple[Recorded, ...], event: UUID, index: int) -> Paper:
    """The paper of an event at its place. Http404."""
    found = next((one for one in papers_of(events) if one.event == str(event) and one.index == index), None)
    if found is None:
        raise Http404
    return found


@require_safe
@staff
def seal(request: HttpRequest, stream: UUID, event: UUID, index: int) -> HttpResponse:
    """Who put which seal on a paper and whether it holds; or that there is none, and what to do about it."""
    row, events = seen_with(request, stream, event)
    case = fold(events)
    found = sealing.sealing_of(case, sealing.by_id(events), str(event), index)
    context = {
        "row": row, "paper": paper_at(events, event, index), "act": events[paper_at(events, event, index).seq - 1],
        "seal": found, "place": seals().place(case.agency), "roots": seals().folder / "roots",
        "issued": f"{event}/{index}" in case.issued,
    }  # fmt: skip
    if found is not None and found.state == "sealed":
        context["signature"] = sealing.examined(found)
    return page(request, "recording/seal.html", context)


@require_safe
@staff
def public_text(request: HttpRequest, stream: UUID) -> HttpResponse:
    """The decision as the public will read it in full, with the masks as they stand now. For those who see the case."""
    row = seen(request, stream)
    events = reading.load(connections["default"], str(stream))
    case, rules = fold(events), library().on(row.jurisdiction, timezone.localdate())
    full, _ = full_text(rules, case, registers_of(connections["default"], events))
    if not full:
        raise Http404
    try:
        made = public_pdf(full, address="", fonts=fonts_of())
    except DocumentError as problem:
        return HttpResponse(str(problem), status=409, content_type="text/plain; charset=utf-8")
    return download(made, "application/pdf", f"{case.decision_number}公示文本.pdf", inline=True)


@login_required
@require_safe
def receipt(request: HttpRequest, stream: UUID, event: UUID) -> HttpResponse:
    """The receipt of the ledger for one event of a case."""
    seen(request, stream)
    connection = connections["default"]
    if not any(recorded.id == str(event) for recorded in reading.load(connection, str(stream))):
        raise Http404
    try:
        text = receipts.receipt(connection, str(event))
    except receipts.NotYet as wait:
        return HttpResponse(str(wait), status=409, content_type="text/plain; charset=utf-8")
    return download(text.encode(), "text/plain; charset=utf-8", f"{event}.tlog-proof")


@login_required
@require_safe
def proof(request: HttpRequest, stream: UUID, event: UUID, index: int) -> HttpResponse:
    """The receipt of one paper that went out, to be handed on with its file."""
    _, events = seen_with(request, stream, event)
    found = paper_at(events, event, index)
    note = proofs.notes(events).get(f"{found.event}/{index}")
    if not note:
        raise Http404
    try:
        told = proofs.proof_of(connections["default"], str(stream), note)
    except receipts.NotYet as wait:
        return HttpResponse(str(wait), status=409, content_type="text/plain; charset=utf-8")
    return download(told, "application/json", found.file_name.removesuffix(".pdf") + ".paper-proof")


@require_safe
@staff
def file(request: HttpRequest, stream: UUID, event: UUID, index: int) -> HttpResponseBase:
    """One file of a case or recording, handed out by the file process where there is one. Whoever opens sound or film
    as a page comes to the player."""
    found = looking.seen(request.user, stream, event, index)
    if found is None:
        raise Http404
    here = [str(stream), str(event), index]
    part = "Range" in request.headers or request.headers.get("Sec-Fetch-Dest", "document") != "document"
    fetched = "download" in request.GET
    if not part and not fetched:
        return redirect("recording:look", *here)
    if fetched and found.guest:
        raise Http404
    looking.looked(found, "download" if fetched else "view")
    origin = origins.files_origin(request)
    if fetched and not origin:
        return serving.evidence(request, found.file)
    what = "original" if fetched else player_views.bytes_of(found, None)
    return redirect(f"{origin}{reverse('files:bytes', args=[*here, what])}{'?download' if fetched else ''}")


@require_safe
@origins.handing
def package(request: Any, stream: UUID) -> HttpResponseBase:
    """The archive package of a case, with every original: a look at all of it, said why and noted as one."""
    row = seen(request, stream)
    if not whys.given(request.reader, row):
        raise whys.WhyDue(stream)
    events = reading.load(connections["default"], str(stream))
    recordings = fold(events).recordings
    if levels.gone(reader_of(request.user), dict.fromkeys((stream, *map(UUID, recordings)), row)):
        return HttpResponse(NOT_WHOLE, status=403, content_type="text/plain; charset=utf-8")
    try:
        data = packages.package(connections["default"], str(stream))
    except packages.NotArchived as problem:
        return HttpResponse(str(problem), status=404, content_type="text/plain; charset=utf-8")
    except (packages.Damaged, receipts.NotYet) as problem:
        return HttpResponse(str(problem), status=409, content_type="text/plain; charset=utf-8")
    archived = next(one for one in reversed(events) if one.kind == "case.archived")
    listing = {"sha256": archived.event.package_sha256, "name": "案卷包", "type": "application/zip"}  # type: ignore[attr-defined]
    looking.looked(
        looking.Seen(request.reader, stream, archived.id, 0, listing, events, str(row.agency), row.title, row),
        "package",
    )
    answer = FileResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{row.case_number or stream}.zip')}"
    answer["Cache-Control"] = "private, no-store"
    answer.block_size = CHUNK
    return answer


def download(data: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    manner = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
