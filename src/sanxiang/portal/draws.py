"""Draws of inspections for the public (双随机抽查): what was drawn, and a file with which anybody draws again."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import drawing
from sanxiang.three_systems.disclosure.models import PublicAgency, PublishedDraw


@require_safe
@cache_control(public=True, max_age=60)
def draws(request: HttpRequest) -> HttpResponse:
    """Every published draw, the newest first."""
    rows = drawing.published()
    names = PublicAgency.objects.using("portal").in_bulk({row.agency for row in rows})
    listed = [(row, names[row.agency].name if row.agency in names else "") for row in rows]
    return render(request, "portal/draws.html", {"rows": listed})


def found(stream: UUID) -> PublishedDraw:
    """A published draw. Raises Http404."""
    row = drawing.find(stream)
    if row is None:
        raise Http404
    return row


@require_safe
@cache_control(public=True, max_age=60)
def draw(request: HttpRequest, stream: UUID) -> HttpResponse:
    """One draw: objects and officers as they stand, replacements, how it was drawn."""
    row = found(stream)
    lines = [
        (one["code"], row.names[one["code"]], [(name, row.people[name]) for name in one["officers"]])
        for one in row.told["result"]
    ]
    body = PublicAgency.objects.using("portal").filter(pk=row.agency).first()
    context = {"row": row, "lines": lines, "agency": body.name if body else ""}
    return render(request, "portal/draw.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def data(request: HttpRequest, stream: UUID) -> HttpResponse:
    """What anybody needs to draw again, as a file."""
    row = found(stream)
    made = JsonResponse({"title": row.title, **row.told}, json_dumps_params={"ensure_ascii": False})
    made["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(row.title)}.json"
    return made
