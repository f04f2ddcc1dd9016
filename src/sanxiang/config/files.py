"""Where addresses stand in the process that takes in and hands out large files alone (文件服务): no pages."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from sanxiang.config.shortage import answered, shortage_of
from sanxiang.config.urls import health


def plain(status: int, text: str) -> Any:
    """A failure in words; there are no pages here."""

    def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")

    return answer


FAULT = plain(500, "文件服务出错，没有办成；请稍后再试，仍不行请联系系统管理员")
handler403 = plain(403, "没有权限")
handler404 = plain(404, "这里没有您要的文件，或者您不能查看")


def handler500(request: HttpRequest) -> HttpResponse:
    """A fault, or no room before a view is reached."""
    short = shortage_of(sys.exc_info()[1])
    return answered(request, short) if short else FAULT(request)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("files/", include("sanxiang.three_systems.recording.file_urls")),
]
