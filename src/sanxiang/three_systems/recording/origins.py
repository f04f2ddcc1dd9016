"""Where files are sent to and played from (文件服务的地址), and whose pages may ask there.

The file process listens at a port of its own (SANXIANG_FILES_PORT, set by `sanxiang run`), or behind a proxy under an
origin that is said (SANXIANG_FILES_ORIGIN). Where neither is said the desk's own process answers. Templates write
`{{ files_origin }}/files/…`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from sanxiang.casework.access import PurposeDue, reader_of
from sanxiang.casework.whys import WhyDue

Answers = Callable[..., HttpResponseBase]
ELSEWHERE = "这里要先登录、写明调阅事由：请从案件页面打开"


def files_origin(request: Any) -> str:
    """The origin of the file process as a browser that asks for this page reaches it; empty for the page's own."""
    if settings.SANXIANG_FILES_ORIGIN:
        return str(settings.SANXIANG_FILES_ORIGIN)
    if not settings.SANXIANG_FILES_PORT or settings.HTTPS:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return f"{request.scheme}://{f'[{host}]' if ':' in host else host}:{settings.SANXIANG_FILES_PORT}"


def elsewhere() -> bool:
    """Whether this is the desk beside a file process."""
    return not settings.SANXIANG_FILES and bool(settings.SANXIANG_FILES_ORIGIN or settings.SANXIANG_FILES_PORT)


def desk_origin(request: Any) -> str | None:
    """The origin of the desk as a browser that asks the file process reaches it: empty in the desk's own process, None
    where it is not known."""
    if not settings.SANXIANG_FILES:
        return ""
    if settings.SANXIANG_FILES_ORIGIN or not settings.SANXIANG_DESK_PORT:
        return next(iter(settings.CSRF_TRUSTED_ORIGINS), None)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return f"{request.scheme}://{f'[{host}]' if ':' in host else host}:{settings.SANXIANG_DESK_PORT}"


def apart(view: Answers) -> Answers:
    """An address of the file process: where there is one that browsers reach, the desk's own process sends them there
    and takes or hands out nothing itself."""

    @wraps(view)
    def answer(request: Any, **names: Any) -> HttpResponseBase:
        there = "" if settings.SANXIANG_FILES else files_origin(request)
        if there:
            return HttpResponse(status=307, headers={"Location": f"{there}{request.get_full_path()}"})
        return view(request, **names)

    return answer


def handing(view: Answers) -> Answers:
    """Bytes that a page links to, for people with a post, with `request.reader`, in a process that knows no pages: who
    is not logged in or has to say first why he looks comes to the desk's page, and from there back."""

    @wraps(view)
    def guarded(request: Any, **names: Any) -> HttpResponseBase:
        place = settings.LOGIN_URL
        if request.user.is_authenticated:
            request.reader = reader_of(request.user)
            if not request.reader.posts:
                return plain(403, "您现在没有岗位，不能取用案卷材料")
            try:
                return view(request, **names)
            except PurposeDue as due:
                place = f"/work/cases/{due.stream}/purpose/"
            except WhyDue as due:
                place = f"/recording/{due.stream}/why/"
        desk = desk_origin(request)
        if desk is None:
            return plain(403, ELSEWHERE)
        return redirect(f"{desk}{place}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def plain(status: int, text: str) -> HttpResponse:
    """A refusal in words, kept by nobody."""
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def desk_of(request: Any) -> str:
    """The origin of the page that asks the file process, where it is one of the desk's; else empty."""
    origin = str(request.headers.get("Origin", ""))
    if not origin:
        return ""
    if origin in settings.CSRF_TRUSTED_ORIGINS or origin == f"{request.scheme}://{request.get_host()}":
        return origin
    asked, called = urlsplit(origin), urlsplit(f"//{request.get_host()}")
    mine = f"{request.scheme}://{asked.netloc}" == origin and asked.hostname == called.hostname
    return origin if mine and origin.endswith(f":{settings.SANXIANG_DESK_PORT or '?'}") else ""


def ours(request: Any) -> bool:
    """Whether a request that changes something comes from a page of ours: browsers tell where it comes from, and only
    our own origins may send the headers of the protocol."""
    return not request.headers.get("Origin") or bool(desk_of(request))


def context(request: Any) -> dict[str, str]:
    """Django context processor."""
    return {"files_origin": files_origin(request)}
