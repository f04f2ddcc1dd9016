"""The decision itself, where it is public in full (决定书全文): set from the published row alone, as lines and as
PDF/A. It goes with the row: what was withdrawn has none."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published
from sanxiang.three_systems.recording.documents import FontSet, Line, public_lines, public_pdf


def lines(row: Published) -> list[Line]:
    """The full text of a published decision line by line; empty where only its fields are public."""
    return public_lines(row.full, fonts=fonts()) if row.full else []


def address(request: HttpRequest, row: Published) -> str:
    """Where the full text stands as PDF; empty where there is none."""
    return request.build_absolute_uri(reverse("portal:decision-pdf", args=[row.stream])) if row.full else ""


@require_safe
@cache_control(public=True, max_age=60)
def pdf(request: HttpRequest, stream: UUID) -> HttpResponse:
    """The full text as PDF/A; its file bears the number of the decision. 410 with the notice where it was
    withdrawn."""
    row = published.find(stream)
    if row is None or not (row.full or row.withdrawn_on):
        raise Http404
    if row.withdrawn_on:
        return render(request, "portal/withdrawn.html", {"row": row}, status=410)
    page = request.build_absolute_uri(reverse("portal:decision", args=[stream]))
    answer = HttpResponse(public_pdf(row.full, address=page, fonts=fonts()), content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{row.number or stream}.pdf')}"
    return answer


def fonts() -> FontSet:
    """The fonts of this installation."""
    folder = getattr(settings, "SANXIANG_FONTS", "")
    return FontSet(Path(folder) if folder else None)
