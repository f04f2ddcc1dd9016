"""What every page of the desk needs: who looks, and the frame around the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from sanxiang.casework import visiting
from sanxiang.casework.access import PUBLISHERS, REVIEWERS, PurposeDue, Reader, reader_of
from sanxiang.casework.models import StoryLeft
from sanxiang.casework.projections import library
from sanxiang.casework.refusals import READERS
from sanxiang.casework.whys import WhyDue
from sanxiang.core.rulebook import Act

RECEIPTS = frozenset({*PUBLISHERS, "head", "supervisor"})
"""Who sees whether a withdrawn decision is gone everywhere."""
ARCHIVES = frozenset({"archivist", "unit_head", "legal_head", "head", "supervisor"})
"""The posts that look at the archive."""

HANDLES_DEVICES = frozenset({"device_keeper", "unit_head", "officer", "head", "supervisor"})
DRAWS = frozenset({"officer", "unit_head", "head", "publisher", "disclosure_checker", "supervisor"})
"""Who sees the draws of inspections of his agency."""
WATCHES = frozenset({"unit_head", "head", "legal_head", "supervisor"})
"""Who is told what stands out among inspections."""
View = Callable[..., HttpResponse]
_demo: dict[str, bool] = {}


def staff(view: View) -> View:
    """A page for people with a post: logged in, serving, with `request.reader`. Who has to say first why he looks is
    asked, and comes back."""

    @login_required
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        who_asks(request)
        if not request.reader.posts:
            return page(request, "casework/no_post.html", status=403)
        try:
            return view(request, *args, **kwargs)
        except PurposeDue as due:
            place = reverse("casework:purpose", args=[due.stream])
        except WhyDue as due:
            place = reverse("recording:why", args=[due.stream])
        return redirect(f"{place}?{urlencode({'next': request.get_full_path() if request.method != 'POST' else ''})}")

    return guarded


def who_asks(request: Any) -> None:
    """Sets `request.reader` and `request.post`, the post that he has put on ("" for all of his)."""
    request.reader = reader_of(request.user)
    put_on = request.session.get("post", "")
    request.post = put_on if put_on in request.reader.posts else ""


def page(request: Any, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A staff page with its head line."""
    reader: Reader = request.reader
    posts = library().posts
    frame = {
        "reader": reader,
        "post": request.post,
        "own_posts": [(post, posts.get(post, post)) for post in posts if post in reader.posts],
        "may_open": "officer" in reader.posts,
        "reviews": bool(reader.posts & (REVIEWERS | {"adviser"})),
        "publishes": bool(reader.posts & PUBLISHERS),
        "archives": bool(reader.posts & ARCHIVES),
        "registry_url": address("registry:home"),
        "statistics_url": address("statistics:home"),
        "watch_url": address("registry:watch") if reader.posts & WATCHES else "",
        "visits_url": address("counter:visits") if visiting.scopes(reader) else "",
        "draws_url": address("draws:home") if reader.posts & DRAWS else "",
        "exchanges": bool(reader.posts & {"publisher", "disclosure_checker"}) and bool(address("exchange:credit")),
        "receipts": bool(reader.posts & RECEIPTS) and address("exchange:withdrawals"),
        "devices_url": devices(reader),
        "sees_refusals": bool(reader.posts & READERS),
        "demo": demonstration(),
        "stories_left": stories_left(),
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def address(name: str) -> str:
    """The address of a page of another room, empty where that room has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def devices(reader: Reader) -> str:
    """Where a reader finds equipment: who reviews in law sees what monitors (电子技术监控设备)."""
    if reader.posts & HANDLES_DEVICES:
        return address("devices:wall")
    return address("devices:monitors") if reader.posts & REVIEWERS else ""


def demonstration() -> bool:
    """Whether this database is marked as a demonstration; asked once."""
    if "demo" not in _demo:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT demo FROM record.cluster")
            row = cursor.fetchone()
        if row is None:
            return False
        _demo["demo"] = bool(row[0])
    return _demo["demo"]


def stories_left() -> int:
    """How many cases of the demonstration are still being played; once none is, nobody asks again."""
    if not _demo.get("demo") or "filled" in _demo:
        return 0
    left = StoryLeft.objects.count()
    if not left:
        _demo["filled"] = True
    return left


def following(request: Any, otherwise: str) -> HttpResponse:
    """On to the page that a form names in `next`, if it is one of ours."""
    place = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return redirect(place if safe else otherwise)


def acting_post(request: Any, act: Act) -> str:
    """The post in which somebody does an act: the one he has put on where it may, else the first of his that may."""
    if request.post in act.by:
        return str(request.post)
    return next((post for post in act.by if post in request.reader.posts), "")
