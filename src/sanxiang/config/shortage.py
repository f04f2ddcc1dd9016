"""What is answered where a disk is full, or the database or the object store is away: nothing was done by halves, who
mends it, and a status at which a program keeps what it has and comes again (507 RFC 4918, 503 RFC 9110).

One place for every address: a view that has more to say (what was typed stays in its form) says so itself.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template import loader

from sanxiang.config.apps import HOUSE
from sanxiang.store.blobs import FULL, Away, NoRoom

PUBLIC = {"", "counter/", "api/"}
DESK = tuple(f"/{place}" for place in HOUSE.values() if place is not None and place not in PUBLIC)
"""Where the pages of those stand who work here."""
FILES_OF_CASES = "/files/"
AGAIN_S = 30
PLAIN = "text/plain; charset=utf-8"
TALKS = ("X-Capture", "Tus-Resumable", "Authorization")
"""Who sends one of these is a program of ours or of a partner: it gets JSON."""
LOST = ("57P01", "57P02", "57P03", "53300")
"""PostgreSQL is shut down, crashed, starts, or takes no more connections; a connection that broke has no code."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is short: the status, a title and what to do, in Chinese, for whom works here; of the public, what came of
    what somebody sent."""

    status: int
    title: str
    text: str
    sent: str


NOT_TAKEN = "您刚才提交的没有收到，请过一会儿再提交一次。"
UNSURE = "您刚才提交的，没有看到查询码的请当作没有收到，过一会儿再提交一次。"
FILES = Shortage(507, "没有地方存放", str(NoRoom()), NOT_TAKEN)
DATABASE = Shortage(
    507, "没有地方存放", "数据库的磁盘已满，这次没有办成；已经保存的都在，请联系系统管理员腾出空间后再办", NOT_TAKEN
)
STORE = Shortage(503, "对象存储暂时连不上", f"{Away.TEXT}。这次没有办成，已经保存的都在", NOT_TAKEN)
AWAY = Shortage(
    503,
    "数据库暂时连不上",
    "数据库暂时连不上，请过一会儿再试；刚才提交的是否已经办成，以案卷里有没有这一项为准，请先刷新查看，不要重复办理",
    UNSURE,
)
SLOW = Shortage(408, "内容没有传完", "内容没有传完：网络停顿太久或者太慢，这次没有办成，请重新提交", NOT_TAKEN)
BROKEN = Shortage(
    500, "出错了", "刚才的操作没有完成，已经保存的内容不受影响。请稍后再试；再次出现时，请把时间告诉管理员。", UNSURE
)


def for_public(request: HttpRequest, short: Shortage) -> Shortage:
    """The same, told to somebody who cannot mend it: what came of what he sent, when to come again, whom to call."""
    phone = f"（本站电话：{settings.SITE['phone']}）" if settings.SITE["phone"] else ""
    sent = short.sent if request.method == "POST" else "请过一会儿再打开这一页。"
    urgent = f"着急办理的，请打办理您事项的执法机关的电话，或者到它的办事窗口{phone}。"
    return replace(short, title="网站暂时用不了", text=f"{sent}{urgent}")


def causes(problem: BaseException | None) -> Iterator[BaseException]:
    """The problem and what it was raised from."""
    while problem is not None:
        yield problem
        problem = problem.__cause__


def shortage_of(problem: BaseException | None) -> Shortage | None:
    """What is short where something failed; None where it failed for another reason."""
    for one in causes(problem):
        if isinstance(one, UnreadablePostError):
            return SLOW
        if isinstance(one, psycopg.errors.DiskFull):
            return DATABASE
        if isinstance(one, Away):
            return STORE
        if isinstance(one, OSError) and one.errno in FULL:
            return FILES
        if isinstance(one, psycopg.OperationalError | psycopg.InterfaceError):
            return AWAY if one.sqlstate is None or one.sqlstate in LOST else None
        if isinstance(one, OperationalError | InterfaceError) and one.__cause__ is None:
            return AWAY
    return None


def answered(request: HttpRequest, short: Shortage) -> HttpResponse:
    """The answer to a person or a program. Nothing is asked of the database, the session or the account. What of a form
    was on the disk already goes: Django leaves it there, and it is what makes the disk full."""
    for half in getattr(request, "_upload_handlers", ()):
        with contextlib.suppress(OSError, AttributeError):
            half.upload_interrupted()
    desk = request.path.startswith((*DESK, FILES_OF_CASES))
    if any(name in request.headers for name in TALKS) or request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"code": "room", "text": short.text}, status=short.status)
    else:
        short = short if desk else for_public(request, short)
        answer = HttpResponse(short.text, status=short.status, content_type=PLAIN)
        if "text/html" in request.headers.get("Accept", "text/html"):
            told = {"desk": desk, "short": short}
            answer = HttpResponse(loader.get_template("500.html").render(told), status=short.status)
    answer["Retry-After"], answer["Cache-Control"] = str(AGAIN_S), "no-store"
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours. Nothing is asked of the database, the session or the account."""
    desk = request.path.startswith(DESK)
    told = {"desk": desk, "short": BROKEN if desk else for_public(request, BROKEN)}
    return HttpResponse(loader.get_template("500.html").render(told), status=BROKEN.status)


class NoRoomAnswered:
    """Django middleware: what a view could not do for want of room or of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        short = shortage_of(problem)
        if short is None:
            return None
        log.error("%s %s：%s（%s）", request.method, request.path, short.title, problem)
        return answered(request, short)
