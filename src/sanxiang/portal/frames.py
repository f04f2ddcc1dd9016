"""The frame of a public page (页框): its head and foot, made by their templates once for each look and the same on
every page since, so that a page which nobody kept costs what it says itself."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_urlconf, reverse
from django.utils.html import escape

from .looks import context, rooms

NOBODY = UUID(int=0)
MARK = "\0"
"""Stands around the name of each gap of a frame; no text has one."""
Site = tuple[tuple[str, str], ...]


def framed(request: HttpRequest, title: str, content: str) -> HttpResponse:
    """A page of this title, which is escaped here, and this content, which is HTML already."""
    about = context(request)
    said = {"title": escape(title), "here": str(about["here"]), "content": content}
    parts = _frame(_addresses_of(), str(about["look"]), bool(about["desk"]), tuple(about["site"].items()))
    return HttpResponse("".join([said[part] if at % 2 else part for at, part in enumerate(parts)]))


@cache
def _frame(urlconf: str, look: str, desk: bool, site: Site) -> tuple[str, ...]:
    """What stands between the gaps, and every second time the name of a gap."""
    gaps = {name: f"{MARK}{name}{MARK}" for name in ("title", "here", "content")}
    said = {"look": look, "desk": desk, "site": dict(site), "rooms": rooms, **gaps}
    return tuple(render_to_string("portal/frame.html", said).split(MARK))


def address(name: str, stream: UUID | None = None) -> str:
    """Where a page stands, or that of one decision: as `reverse` tells it, which is asked once for each name."""
    pattern = _address(_addresses_of(), name, stream is not None)
    return pattern.replace(str(NOBODY), str(stream)) if stream else pattern


@cache
def _address(urlconf: str, name: str, one: bool) -> str:
    return reverse(name, args=[NOBODY] if one else [])


def _addresses_of() -> str:
    return get_urlconf() or settings.ROOT_URLCONF
