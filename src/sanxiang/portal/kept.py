"""Pages kept as they were made (页面缓存) for as long as nothing public has changed.

A trigger counts every change of what these pages read, in the transaction that makes it. One small query tells whether
the count still stands, so that a page that was withdrawn is gone with the commit, and a kept one costs little more than
that query.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from .looks import chosen

PAGES_MAX = 512
PAGE_MAX = 128 << 10
"""So many pages of at most so many octets are kept by one process."""

View = Callable[..., HttpResponse]
Stands = tuple[str, int]
_pages: OrderedDict[tuple[str, str, str], tuple[Stands, int, dict[str, str], bytes]] = OrderedDict()
_lock = Lock()


def stands() -> Stands:
    """What a page depends on beside its address: the day, and how often something public has changed. It is asked first
    and so tells by itself whether the connection lives: one that died is opened again, once."""
    connection = connections["portal"]
    connection.health_check_done = True
    try:
        return localdate().isoformat(), _changes(connection)
    except (OperationalError, InterfaceError):
        connection.close()
        return localdate().isoformat(), _changes(connection)


def _changes(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM public_change")
        (count,) = cursor.fetchone()
    return int(count)


def kept(view: View) -> View:
    """Answer a page from what was kept while it stands."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = stands()
        key = (request.build_absolute_uri(), ".".join(chosen(request)), request.method or "")
        with _lock:
            found = _pages.get(key)
            if found is not None:
                _pages.move_to_end(key)
        if found is not None and found[0] == now:
            return HttpResponse(found[3], status=found[1], headers=found[2])
        response = view(request, *args, **kwargs)
        if response.status_code in (200, 410) and not response.streaming and len(response.content) <= PAGE_MAX:
            with _lock:
                _pages[key] = (now, response.status_code, dict(response.items()), response.content)
                _pages.move_to_end(key)
                while len(_pages) > PAGES_MAX:
                    _pages.popitem(last=False)
        return response

    return answer
