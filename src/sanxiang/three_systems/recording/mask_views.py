"""Making and reviewing masked copies of photos, films, sounds and papers for a request (制作、复核脱敏副本)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import consulted, whys
from sanxiang.casework.access import PurposeDue, find_case, reader_of
from sanxiang.casework.consulted import Piece
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import CaseFile, Request, fold
from sanxiang.core.events import Recorded
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.errors import VersionConflict
from sanxiang.store.film.asking import PICTURE, CannotSay, ask
from sanxiang.store.objects import Away

from . import consulting, examining, looking, mask_forms, mask_work, masking, origins, player_views, serving, watermarks
from .documents import DocumentError
from .models import MaskedCopy

OPEN = ("granted", "given")
"""States of a request in which its copies are made."""
PAGES = {"image": "recording/mask.html", "pdf": "recording/mask_pdf.html"}
FILM = "recording/mask_film.html"
MISSING = "原件在存放处缺失，请联系系统管理员从备份恢复"


@dataclass(frozen=True, slots=True)
class Desk:
    """A piece of a request, and its copies for it. `seen` is None of a paper that the system set."""

    row: Any
    case: CaseFile
    events: tuple[Recorded, ...]
    asked: Request
    piece: Piece
    seen: looking.Seen | None
    n: int

    @property
    def copies(self) -> list[MaskedCopy]:
        return masking.copies(self.asked, self.piece)


def requested(request: Any, stream: UUID, name: UUID) -> tuple[Any, CaseFile, tuple[Recorded, ...], Request]:
    """The case and a request for masked copies, for somebody who makes them. Http404."""
    row = find_case(request.user, stream)
    events = reading.load(connections["default"], str(stream)) if row is not None else ()
    case = fold(events) if row is not None else None
    asked = case.keeping.request(str(name)) if case is not None else None
    if row is None or case is None or asked is None or not masking.works_on(reader_of(request.user), case):
        raise Http404
    if asked.facts.get("access_form") != consulting.MASKED or asked.state not in OPEN:
        raise Http404
    return row, case, events, asked


def desk(request: Any, stream: UUID, name: UUID, n: int) -> Desk:
    """One piece, once it was said why. Http404, WhyDue."""
    row, case, events, asked = requested(request, stream, name)
    pieces = consulted.allowed(case, asked)
    if n >= len(pieces) or not masking.can_be_masked(pieces[n]):
        raise Http404
    piece = pieces[n]
    if piece.file is None:
        if not whys.given(reader_of(request.user), row):
            raise whys.WhyDue(stream)
        return Desk(row, case, events, asked, piece, None, n)
    owner = UUID(case.id) if any(one["event"] == piece.event for one in case.files) else _recording(case, piece)
    found = looking.seen(request.user, owner, UUID(piece.event), piece.index)
    if found is None:
        raise Http404
    looking.looked(found, "view")
    return Desk(row, case, events, asked, piece, found, n)


def _recording(case: CaseFile, piece: Piece) -> UUID:
    streams = reading.load_many(connections["default"], list(case.recordings))
    found = next((name for name, events in streams.items() if any(one.id == piece.event for one in events)), None)
    if found is None:
        raise Http404
    return UUID(found)


@require_safe
@staff
def listed(request: Any, stream: UUID, name: UUID) -> HttpResponse:
    """What a request was granted, with what became of its copies."""
    row, case, _, asked = requested(request, stream, name)
    rows, left = [], []
    for n, one in enumerate(consulted.allowed(case, asked)):
        if said := masking.why_not(one):
            left.append((one, said))
            continue
        newest = next(iter(masking.copies(asked, one)), None)
        rows.append((n, one, masking.kind(one), newest, mask_work.going(asked, one)))
    return page(request, "recording/masks.html", {"row": row, "asked": asked, "rows": rows, "left": left})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def photo(request: Any, stream: UUID, name: UUID, n: int) -> HttpResponse:
    """One piece: say what is to be covered, and have the copy made; or review the one that was made."""
    found, problem = desk(request, stream, name, n), ""
    if request.method == "POST":
        try:
            _does(request, found)
            return redirect(reverse("recording:mask", args=[stream, name, n]))
        except (masking.NotMade, CannotSay) as refused:
            problem = str(refused)
        except NotThere:
            problem = MISSING
        except Away:
            problem = serving.AWAY
        except VersionConflict:
            problem = "别人刚刚也在办理，请再看一遍后重新提交"
    kind, context = masking.kind(found.piece), _shown(request, found)
    try:
        context |= _pages(found) if kind == "pdf" else _played(request, found) if kind != "image" else {}
    except (CannotSay, DocumentError, consulting.NotAllowed) as fault:
        context["fault"] = str(fault)
    except (NotThere, Away) as gone:
        context["fault"] = MISSING if isinstance(gone, NotThere) else serving.AWAY
    context["problem"] = problem
    return page(request, PAGES.get(kind, FILM), context, status=422 if problem else 200)


def _shown(request: Any, found: Desk) -> dict[str, Any]:
    """What every one of the pages shows."""
    copies, kind, work = found.copies, masking.kind(found.piece), mask_work.going(found.asked, found.piece)
    newest = copies[0] if copies else None
    if request.method == "POST" and request.POST.get("do") == "make":
        typed = {name: request.POST.get(name, "") for name in ("shapes", "muted", "picture", "sound", "pages")}
    else:
        last = work.told if work else {"shapes": newest.shapes, **newest.manner} if newest else {"shapes": []}
        typed = mask_forms.written(kind, last["shapes"], last)
    return {
        "row": found.row, "asked": found.asked, "piece": found.piece, "n": found.n, "kind": kind, "copies": copies,
        "newest": newest, "mine": newest is not None and str(newest.maker) == request.reader.officer, "typed": typed,
        "why": request.POST.get("why", ""), "work": work,
        "copy_place": _copy_place(found, newest), "pictures": mask_forms.PICTURES, "sounds": mask_forms.SOUNDS,
        "picture": _place(found, "view"), "most": mask_forms.MOST if kind == "image" else mask_forms.MOST_TIMED,
    }  # fmt: skip


def _played(request: Any, found: Desk) -> dict[str, Any]:
    assert found.seen is not None
    known = examining.examined(str(found.seen.file["sha256"]))
    start, end = found.piece.start or 0, found.piece.end
    long = float((known.found if known else {}).get("duration", 0))
    return {
        "place": _place(found, player_views.bytes_of(found.seen, known)), "start": start,
        "end": end if end is not None else "", "long": long,
        "mark": watermarks.line(request.reader),
    }  # fmt: skip


def _pages(found: Desk) -> dict[str, Any]:
    with mask_work.source(connections["default"], found.events, found.piece) as path:
        many = ask("count", path, "application/pdf", PICTURE)["pages"]
    return {"pages": range(1, many + 1), "many": many}


def _does(request: Any, found: Desk) -> None:
    why, now, do = request.POST.get("why", "").strip(), timezone.now(), request.POST.get("do")
    if do == "stop":
        mask_work.stop(found.asked, found.piece)
        return
    if do == "make":
        kind = masking.kind(found.piece)
        make = masking.make if kind == "image" else mask_work.order
        make(request.reader, found.case, found.asked, found.piece, mask_forms.wanted(kind, request.POST), why, now)
        return
    copy = next((one for one in found.copies if str(one.pk) == request.POST.get("copy")), None)
    if copy is None:
        raise masking.NotMade("没有这份脱敏副本")
    masking.review(request.reader, found.case, copy, passed=do == "pass", why=why, at=now)


def _place(found: Desk, what: str) -> str:
    if found.seen is None:
        return ""
    return reverse("files:bytes", args=[found.seen.owner, found.seen.event, found.seen.index, what])


def _copy_place(found: Desk, copy: MaskedCopy | None) -> str:
    """Where the copy is shown."""
    if copy is None:
        return ""
    names = [found.row.stream, found.asked.id, found.n, copy.pk]
    if masking.ENDINGS[copy.media_type] in ("mp4", "m4a"):
        return reverse("files:masked", args=names)
    return reverse("files:masked-copy", args=[*names, masking.ENDINGS[copy.media_type]])


@require_safe
@origins.handing
def copy(request: Any, stream: UUID, name: UUID, n: int, made: UUID, ending: str) -> HttpResponse:
    """A masked photo or paper for whoever makes or reviews it, with who looks and when."""
    found = desk(request, stream, name, n)
    one = next((one for one in found.copies if one.pk == made), None)
    if one is None or masking.ENDINGS[one.media_type] != ending or ending not in ("jpg", "pdf"):
        raise Http404
    try:
        path = shelf().here(one.made)
        data = watermarks.paper(path.read_bytes(), request.reader) if ending == "pdf" else None
        return serving.copied(data or watermarks.picture(path, request.reader), one.media_type, one.name)
    except (NotThere, FileNotFoundError):
        raise Http404 from None


@require_safe
def film(request: Any, stream: UUID, name: UUID, n: int, made: UUID) -> HttpResponseBase:
    """A masked film or sound for whoever makes or reviews it, by the file process, in parts."""
    if not request.user.is_authenticated:
        return HttpResponse("请先登录", status=401, content_type="text/plain; charset=utf-8")
    try:
        found = desk(request, stream, name, n)
        one = next((one for one in found.copies if one.pk == made), None)
        if one is None or masking.ENDINGS[one.media_type] not in ("mp4", "m4a"):
            raise Http404
        told = {"name": f"{found.piece.name}（脱敏副本）", "type": one.media_type, "size": one.size}
        return serving.handed(request, shelf().here(one.made), told, tag=one.made)
    except (whys.WhyDue, PurposeDue):
        return HttpResponse("要先写明调阅事由", status=403, content_type="text/plain; charset=utf-8")
    except (NotThere, FileNotFoundError):
        raise Http404 from None


@require_safe
@origins.handing
def sheet(request: Any, stream: UUID, name: UUID, n: int, number: int) -> HttpResponse:
    """One page of a paper as a picture to draw on, with who looks and when."""
    found = desk(request, stream, name, n)
    if masking.kind(found.piece) != "pdf":
        raise Http404
    try:
        with mask_work.source(connections["default"], found.events, found.piece) as path, TemporaryDirectory() as here:
            drawn = Path(here) / "page.jpg"
            ask("page", path, "application/pdf", PICTURE, out=str(drawn), page=number)
            if found.seen is None:
                _read(request.reader, found, path)
            data = watermarks.picture(drawn, request.reader)
    except (CannotSay, DocumentError, consulting.NotAllowed, NotThere):
        raise Http404 from None
    return serving.copied(data, "image/jpeg", f"{number}.jpg")


def _read(reader: Any, found: Desk, path: Path) -> None:
    """Leave the event of a look at a paper that the system set; a second on the same day leaves none."""
    digest = hashlib.sha256(f"{found.piece.event}/{found.piece.index}".encode()).hexdigest()
    file = {"sha256": digest, "name": f"{found.piece.name}.pdf", "type": "application/pdf"}
    row, piece = found.row, found.piece
    looking.looked(
        looking.Seen(
            reader, row.stream, piece.event, piece.index, file, found.events, str(row.agency), row.title, row
        ), "paper",
    )  # fmt: skip
