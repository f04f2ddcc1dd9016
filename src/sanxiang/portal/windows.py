"""Post notice boards of service windows (岗位信息公示牌): the same published rows as a page, a screen and a print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import public_pages
from sanxiang.three_systems.disclosure.models import PublishedSection
from sanxiang.three_systems.recording.documents.boards import SIZES, Board, Post, board
from sanxiang.three_systems.recording.documents.rendering import qr_drawing
from sanxiang.three_systems.recording.marks import absolute, public

from .agencies import found
from .fulltext import fonts

SCREEN_S = 300
"""A screen asks again so often, without any script."""


@require_safe
@cache_control(public=True, max_age=60)
def window(request: HttpRequest, agency: UUID, number: int, screen: bool = False) -> HttpResponse:
    """The board of one window; on a screen large and renewed by itself."""
    body = found(agency)
    row, name, posts = wanted(agency, number)
    context = {
        "agency": body, "window": name, "number": number, "row": row, "screen": screen,
        "posts": [(place, fields, bool(photo)) for place, (fields, photo) in enumerate(posts)],
    }  # fmt: skip
    answer = render(request, "portal/window_screen.html" if screen else "portal/window.html", context)
    if screen:
        answer["Refresh"] = str(SCREEN_S)
    return answer


@require_safe
@cache_control(public=True, max_age=60)
def code(request: HttpRequest, agency: UUID, number: int) -> HttpResponse:
    """The code that opens the page of a window, as SVG."""
    wanted(agency, number)
    return drawn(absolute(request, reverse("portal:window", args=[agency, number])))


@require_safe
@cache_control(public=True, max_age=60)
def photo(request: HttpRequest, agency: UUID, number: int, place: int) -> HttpResponse:
    """The photo on one post of a board."""
    posts = wanted(agency, number)[2]
    if place >= len(posts) or not posts[place][1]:
        raise Http404
    return HttpResponse(posts[place][1], content_type="image/jpeg")


@require_safe
@cache_control(public=True, max_age=60)
def printed(request: HttpRequest, agency: UUID, number: int, paper: str) -> HttpResponse:
    """The board on A4 or A3, as PDF."""
    size = next((one for one in SIZES if one == paper), None)
    if size is None:
        raise Http404
    body = found(agency)
    row, name, posts = wanted(agency, number)
    told = Board(
        agency=body.name, window=name, posts=[Post(fields, photo) for fields, photo in posts],
        address=public(reverse("portal:window", args=[agency, number])),
        number=row.number, day=row.issued_on, demo="演示" in body.name,
    )  # fmt: skip
    return HttpResponse(board(told, size, fonts=fonts()), content_type="application/pdf")


def drawn(address: str) -> HttpResponse:
    """A code as a picture of its own."""
    svg = qr_drawing(address)
    return HttpResponse(f'<?xml version="1.0" encoding="utf-8"?>\n{svg}', content_type="image/svg+xml; charset=utf-8")


def wanted(agency: UUID, number: int) -> tuple[PublishedSection, str, list[tuple[list[tuple[str, str]], bytes]]]:
    """The published boards, the name of the window, its posts as fields and photo."""
    row = public_pages.version(agency, "boards")
    windows: list[tuple[str, list[Any]]] = public_pages.windows(row) if row else []
    if row is None or not 1 <= number <= len(windows):
        raise Http404
    name, posts = windows[number - 1]
    return row, name, posts
