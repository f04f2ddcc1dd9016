"""Making and reviewing masked copies of photos for a request (制作、复核脱敏副本)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import consulted
from sanxiang.casework.access import find_case
from sanxiang.casework.consulted import Piece
from sanxiang.casework.views.common import page, staff
from sanxiang.core.casefile import CaseFile, Request, fold
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.errors import VersionConflict
from sanxiang.store.film.asking import CannotSay
from sanxiang.store.objects import Away

from . import consulting, looking, masking, serving, watermarks
from .models import MaskedCopy

OPEN = ("granted", "given")
"""States of a request in which its copies are made."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A photo of a request, and its copies for it."""

    row: Any
    case: CaseFile
    asked: Request
    piece: Piece
    seen: looking.Seen
    n: int

    @property
    def copies(self) -> list[MaskedCopy]:
        assert self.piece.file is not None
        return masking.copies(self.asked, str(self.piece.file["sha256"]))


def requested(request: Any, stream: UUID, name: UUID) -> tuple[Any, CaseFile, Request, list[Piece]]:
    """The case and a request for masked copies, for somebody who makes them. Http404."""
    row = find_case(request.user, stream)
    case = fold(reading.load(connections["default"], str(stream))) if row is not None else None
    asked = case.keeping.request(str(name)) if case is not None else None
    if row is None or case is None or asked is None or not masking.works_on(request.reader, case):
        raise Http404
    if asked.facts.get("access_form") != consulting.MASKED or asked.state not in OPEN:
        raise Http404
    return row, case, asked, consulted.allowed(case, asked)


def desk(request: Any, stream: UUID, name: UUID, n: int) -> Desk:
    row, case, asked, pieces = requested(request, stream, name)
    if n >= len(pieces) or not masking.can_be_masked(pieces[n]):
        raise Http404
    piece = pieces[n]
    owner = UUID(case.id) if any(one["event"] == piece.event for one in case.files) else _recording(case, piece)
    found = looking.seen(request.user, owner, UUID(piece.event), piece.index)
    if found is None:
        raise Http404
    looking.looked(found, "view")
    return Desk(row, case, asked, piece, found, n)


def _recording(case: CaseFile, piece: Piece) -> UUID:
    streams = reading.load_many(connections["default"], list(case.recordings))
    found = next((name for name, events in streams.items() if any(one.id == piece.event for one in events)), None)
    if found is None:
        raise Http404
    return UUID(found)


@require_safe
@staff
def listed(request: Any, stream: UUID, name: UUID) -> HttpResponse:
    """The photos of a request with what became of their copies."""
    row, _, asked, pieces = requested(request, stream, name)
    photos = [
        (n, one, next(iter(masking.copies(asked, str(one.file["sha256"]))), None))
        for n, one in enumerate(pieces)
        if masking.can_be_masked(one) and one.file is not None
    ]
    films = [one for one in pieces if one.file is not None and not masking.can_be_masked(one)]
    return page(request, "recording/masks.html", {"row": row, "asked": asked, "photos": photos, "films": films})


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def photo(request: Any, stream: UUID, name: UUID, n: int) -> HttpResponse:
    """One photo: draw what is to be covered, and make the copy; or review the one that was made."""
    found, problem = desk(request, stream, name, n), ""
    if request.method == "POST":
        try:
            _does(request, found)
            return redirect(reverse("recording:mask", args=[stream, name, n]))
        except (masking.NotMade, CannotSay) as refused:
            problem = str(refused)
        except NotThere:
            problem = "这张照片在存放处缺失，请联系系统管理员从备份恢复"
        except Away:
            problem = serving.AWAY
        except VersionConflict:
            problem = "别人刚刚也在办理，请再看一遍后重新提交"
    copies = found.copies
    context = {
        "row": found.row, "asked": found.asked, "piece": found.piece, "n": n, "copies": copies, "problem": problem,
        "newest": copies[0] if copies else None,
        "mine": bool(copies) and str(copies[0].maker) == request.reader.officer,
        "typed": request.POST.get("shapes", ""), "why": request.POST.get("why", ""),
        "picture": _place(found), "most": masking.MOST,
    }  # fmt: skip
    return page(request, "recording/mask.html", context, status=422 if problem else 200)


def _does(request: Any, found: Desk) -> None:
    why, now = request.POST.get("why", "").strip(), timezone.now()
    if request.POST.get("do") == "make":
        shapes = masking.shapes_of(request.POST.get("shapes", ""))
        masking.make(request.reader, found.case, found.asked, found.piece, shapes, why, now)
        return
    copy = next((one for one in found.copies if str(one.pk) == request.POST.get("copy")), None)
    if copy is None:
        raise masking.NotMade("没有这份脱敏副本")
    passes = request.POST.get("do") == "pass"
    masking.review(request.reader, found.case, copy, passed=passes, why=why, at=now)


def _place(found: Desk) -> str:
    return reverse("files:bytes", args=[found.seen.owner, found.seen.event, found.seen.index, "view"])


@require_safe
@staff
def copy(request: Any, stream: UUID, name: UUID, n: int, made: UUID) -> HttpResponse:
    """A masked copy for whoever makes or reviews it, with who looks and when."""
    found = desk(request, stream, name, n)
    one = next((one for one in found.copies if one.pk == made), None)
    if one is None:
        raise Http404
    try:
        data = watermarks.picture(shelf().here(one.made), request.reader)
    except (NotThere, FileNotFoundError):
        raise Http404 from None
    return serving.copied(data, "image/jpeg", one.name)
