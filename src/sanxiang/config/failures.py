"""What a browser gets when a page is refused, is not there, or broke (403, 404, 500): to whom works here, between his
own head lines; to everybody else, those of the public site."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.views.defaults import page_not_found, permission_denied

from sanxiang.casework.views.common import page, who_asks
from sanxiang.config.shortage import DESK, answered, failed, shortage_of

BROKEN = "出错了。刚才的操作没有完成，已经保存的内容不受影响。请稍后再试。"


def refused(request: Any, exception: Exception) -> HttpResponse:
    """What somebody may not do."""
    if not at_his_desk(request):
        return permission_denied(request, exception)
    return page(request, "403.html", {"exception": str(exception), "frame": "staff.html"}, status=403)


def missing(request: Any, exception: Exception) -> HttpResponse:
    """A page that is not there, or that he may not know of."""
    if not at_his_desk(request):
        return page_not_found(request, exception)
    return page(request, "404.html", {"frame": "staff.html"}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or of a disk that is full before a view is reached (a form being read, a session being kept).
    Nothing is asked of the database, the session or the account: any of them may be what broke."""
    try:
        if (short := shortage_of(sys.exc_info()[1])) is not None:
            return answered(request, short)
        return failed(request)
    except Exception:  # the page of a fault must not fail with a fault of its own
        return HttpResponseServerError(BROKEN, content_type="text/plain; charset=utf-8")


def at_his_desk(request: Any) -> bool:
    """Whether somebody who works here asked for a page of the desk; an address that no page has is looked up here."""
    if not request.path.startswith(DESK):
        return False
    if getattr(request, "reader", None) is None:
        who_asks(request)
    return bool(request.reader.posts)
