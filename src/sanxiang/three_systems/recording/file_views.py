"""Handing out the bytes of files, in the file process: the original, the copy that browsers play, the small picture.
Every request is checked as the page is, and leaves its look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from sanxiang.casework.access import PurposeDue
from sanxiang.store.blobs import NotThere

from . import examining, looking, serving

GONE = "没有这份文件，或者您不能查看"
WHY = "请从案件页面打开：要先写明调阅事由"


@require_safe
def handed(request: Any, owner: UUID, event: UUID, index: int, what: str) -> HttpResponseBase:
    """`what`: original, play or small."""
    if not request.user.is_authenticated:
        return _said(401, "请先登录")
    try:
        found = looking.seen(request.user, owner, event, index)
        if found is None:
            return _said(404, GONE)
        if what != "small":
            looking.looked(found, "download" if "download" in request.GET else "view")
        answer = _answer(request, found, what)
    except (looking.WhyDue, PurposeDue):
        return _said(403, WHY)
    except (NotThere, FileNotFoundError):
        return _said(404, GONE)
    if settings.SANXIANG_FILES:
        connections.close_all()
    return answer


def _answer(request: Any, found: looking.Seen, what: str) -> HttpResponseBase:
    sha256 = str(found.file["sha256"])
    if what == "original":
        return serving.evidence(request, found.file)
    known = examining.examined(sha256)
    recipe, media_type = (examining.SMALL, "image/jpeg") if what == "small" else ("", "")
    if what == "play" and known is not None and known.copy:
        recipe, media_type = known.copy["recipe"], known.copy["type"]
    if not recipe:
        raise NotThere(sha256)
    path = examining.derived().place(sha256, recipe)
    file = {**found.file, "type": media_type, "size": path.stat().st_size}
    return serving.handed(request, path, file, tag=f"{sha256}.{recipe}")


def _said(status: int, text: str) -> HttpResponse:
    return HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
