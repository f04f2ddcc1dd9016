"""Handing out the bytes of files, in the file process: the original, the copy that browsers play, the small picture.
Every request is checked as the page is, and leaves its look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connections
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from sanxiang.casework.access import PurposeDue
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.store.film.asking import CannotSay
from sanxiang.store.objects import Away

from . import examining, lately, looking, serving, watermarks
from .origins import desk_origin, plain

GONE = "没有这份文件，或者您不能查看"
WHY = "请从案件页面打开：要先写明调阅事由"
TICKET_S, SALT = 60, "sanxiang.files.ticket"
ALONE = frozenset({"document", "iframe", "frame", "object", "embed"})
"""Where a browser shows a body without a page of ours around it (Fetch Metadata, Sec-Fetch-Dest)."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that somebody was let at: where it stands, how it is told, what changes with its content."""

    path: Path
    file: Mapping[str, Any]
    tag: str


@require_safe
def handed(request: Any, owner: UUID, event: UUID, index: int, what: str) -> HttpResponseBase:
    """`what`: original, play, view (a copy with a watermark) or small."""
    if what in ("view", "small"):
        return _marked(request, owner, event, index, small=what == "small")
    if "download" not in request.GET and _alone(request):
        return _to_the_page(request, owner, event, index)
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    key = (session, owner, event, index, what, "download" in request.GET)
    found = lately.find(key)
    if found is None:
        ground = None
        try:
            if settings.SANXIANG_FILES and request.user.is_authenticated:
                ground = lately.ground_of(session, request.user, owner)
            found = _let(request, owner, event, index, what)
        except Http404:
            return plain(404, GONE)
        except (looking.WhyDue, PurposeDue):
            return plain(403, WHY)
        except Away:
            return plain(503, serving.AWAY)
        if found is None:
            return plain(401, "请先登录")
        if settings.SANXIANG_FILES:
            lately.keep(key, found, ground)
    if settings.SANXIANG_FILES:
        connections.close_all()
    try:
        if what == "original":
            return serving.evidence(request, found.file)
        return serving.handed(request, found.path, found.file, tag=found.tag)
    except FileNotFoundError:
        return plain(404, GONE)


def _alone(request: Any) -> bool:
    """Whether the browser would show the bytes by themselves. Without HTTPS it does not say for what it asks; then only
    who wants to show a page accepts one."""
    told = request.headers.get("Sec-Fetch-Dest", "")
    return told in ALONE if told else "text/html" in request.headers.get("Accept", "")


def _to_the_page(request: Any, owner: UUID, event: UUID, index: int) -> HttpResponseBase:
    """Film and sound are played on their page alone, under the watermark and with a purpose; where this process does
    not know the desk, that is said."""
    desk = desk_origin(request)
    return plain(403, WHY) if desk is None else redirect(f"{desk}/recording/{owner}/look/{event}/{index}/")


def _let(request: Any, owner: UUID, event: UUID, index: int, what: str) -> Handed | None:
    """Let somebody at a file, leaving the look; None where nobody is logged in. Raises Http404, WhyDue, PurposeDue,
    Away."""
    if not request.user.is_authenticated:
        return None
    found = looking.seen(request.user, owner, event, index)
    if found is None:
        raise Http404
    fetched = "download" in request.GET
    if found.guest and fetched:
        raise Http404
    looking.looked(found, "download" if fetched else "view")
    sha256 = str(found.file["sha256"])
    if what == "original" and (fetched or found.runs):
        return Handed(shelf().here(sha256), found.file, sha256)
    known = examining.examined(sha256)
    if what != "play" or known is None or not known.copy:
        raise Http404
    recipe, media_type = known.copy["recipe"], known.copy["type"]
    path = examining.derived().place(sha256, recipe)
    if not path.exists():
        raise Http404
    return Handed(path, {**found.file, "type": media_type, "size": path.stat().st_size}, f"{sha256}.{recipe}")


def _marked(request: Any, owner: UUID, event: UUID, index: int, *, small: bool) -> HttpResponseBase:
    """A photo, a small picture or a PDF as it is shown: with who looks and when burnt in."""
    if not request.user.is_authenticated:
        return plain(401, "请先登录")
    try:
        found = looking.seen(request.user, owner, event, index)
        if found is None:
            return plain(404, GONE)
        looking.looked(found, "view")
        data, media_type = watermarks.shown(found.file, found.reader, small=small)
    except (looking.WhyDue, PurposeDue):
        return plain(403, WHY)
    except Away:
        return plain(503, serving.AWAY)
    except NotThere as problem:
        return plain(409, str(problem))
    except CannotSay as problem:
        return plain(422, str(problem))
    return serving.copied(data, media_type, str(found.file["name"]))


def ticket(account: Any, owner: UUID, event: UUID, index: int) -> str:
    """Where a program that was let at a file fetches its bytes from the file process: it is sent there, and most
    programs leave their key behind when they are sent on. Good for a minute, for this account and file alone."""
    told = signing.dumps([str(account.pk), str(owner), str(event), index], salt=SALT)
    return reverse("files:by-ticket", args=[told])


@require_safe
def by_ticket(request: Any, ticket: str) -> HttpResponseBase:
    """The original of a file for the account of the ticket, who is asked for everything again."""
    try:
        account, owner, event, index = signing.loads(ticket, salt=SALT, max_age=TICKET_S)
    except signing.BadSignature:
        return plain(403, "取用凭证不对，或者已经过了一分钟：请从接口重新取")
    user = get_user_model().objects.filter(pk=account, is_active=True).first()
    if user is None:
        return plain(403, GONE)
    try:
        found = looking.seen(user, UUID(owner), UUID(event), index)
        if found is None:
            return plain(404, GONE)
        looking.looked(found, "download")
    except (looking.WhyDue, PurposeDue):
        return plain(403, WHY)
    return serving.evidence(request, found.file)
