"""The page of delegations (授权代行): who approves or reviews in whose place; whoever holds the post gives it, prints
its letter, and ends it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import delegating
from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.casework.registers import is_stream
from sanxiang.core.gates import BY_NAME
from sanxiang.core.values import legal_day
from sanxiang.store.errors import RecordRefused, VersionConflict

from .common import page, staff

ASKED = ("to", "post", "until", "delegation_letter", "delegation_reason")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def delegations(request: HttpRequest) -> HttpResponse:
    """What runs in the agency; for whoever holds such a post the form to give it, and the button that ends it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.posts <= {"adviser"}:
        raise PermissionDenied("受邀的顾问只看受邀的审核")
    data = request.POST
    typed: dict[str, Any] = {name: data.get(name, "").strip()[:300] for name in ASKED}
    typed["scope"] = tuple(one for one in data.getlist("scope") if one in library().categories)
    reasons: Any = ()
    if request.method == "POST":
        done, reasons = _entered(reader, data, typed)
        if done:
            messages.success(request, done)
            return redirect("casework:delegations")
    return page(request, "casework/delegations.html", _context(reader, typed, reasons), status=422 if reasons else 200)


@require_safe
@staff
def letter(request: HttpRequest, stream: UUID, nth: int) -> HttpResponse:
    """The letter of a delegation, to be printed, signed and kept (授权委托书)."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    today = legal_day(timezone.now())
    found = delegating.letter(connections["default"], library(), reader, str(stream), nth, today)
    if found is None or reader.posts <= {"adviser"}:
        raise Http404
    return page(
        request, "casework/delegation_letter.html", {"letter": found, "reviews": found.given.lent.post == BY_NAME}
    )


def _entered(reader: Reader, data: QueryDict, typed: dict[str, Any]) -> tuple[str, Any]:
    """What was done, or why it was not."""
    connection, book, now = connections["default"], library(), timezone.now()
    stream = data.get("end", "") or typed["to"]
    if not is_stream(stream) or (not data.get("end") and not typed["post"]):
        return "", [{"text": "选授权给谁、代行哪一个职务", "missing": (), "law": "填写要求"}]
    try:
        done = (
            delegating.end(connection, book, reader, stream, data.get("held", "")[:100], now)
            if data.get("end")
            else delegating.give(connection, book, reader, typed, now)
        )
    except (VersionConflict, RecordRefused) as problem:
        return "", [{"text": str(problem), "missing": (), "law": ""}]
    if not done.done:
        return "", done.verdict.reasons
    return ("已终止授权" if data.get("end") else "已授权，从现在起生效"), ()


def _context(reader: Reader, typed: dict[str, Any], reasons: Any) -> dict[str, Any]:
    connection, book, today = connections["default"], library(), legal_day(timezone.now())
    posts = delegating.own_posts(connection, book, reader, today)
    return {
        "given": delegating.given(connection, book, reader, today), "posts": posts,
        "people": delegating.colleagues_of(reader) if posts else [], "typed": typed, "reasons": reasons,
        "categories": tuple(book.categories), "today": today,
        "letter": book.dictionary["delegation_letter"], "why": book.dictionary["delegation_reason"],
    }  # fmt: skip
