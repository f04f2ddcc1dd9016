"""Where files are sent to and played from (文件服务的地址), and whose pages may ask there.

The file process listens at a port of its own (SANXIANG_FILES_PORT, set by `sanxiang run`), or behind a proxy under an
origin that is said (SANXIANG_FILES_ORIGIN). Where neither is said the desk's own process answers. Templates write
`{{ files_origin }}/files/…`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


def files_origin(request: Any) -> str:
    """The origin of the file process as a browser that asks for this page reaches it; empty for the page's own."""
    if settings.SANXIANG_FILES_ORIGIN:
        return str(settings.SANXIANG_FILES_ORIGIN)
    if not settings.SANXIANG_FILES_PORT or settings.HTTPS:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return f"{request.scheme}://{f'[{host}]' if ':' in host else host}:{settings.SANXIANG_FILES_PORT}"


def desk_origin(request: Any) -> str | None:
    """The origin of the desk as a browser that asks the file process reaches it: empty in the desk's own process, None
    where it is not known."""
    if not settings.SANXIANG_FILES:
        return ""
    if settings.SANXIANG_FILES_ORIGIN or not settings.SANXIANG_DESK_PORT:
        return next(iter(settings.CSRF_TRUSTED_ORIGINS), None)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return f"{request.scheme}://{f'[{host}]' if ':' in host else host}:{settings.SANXIANG_DESK_PORT}"


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
