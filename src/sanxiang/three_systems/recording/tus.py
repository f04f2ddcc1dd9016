"""Large files over a bad net: tus 1.0.0 with creation, checksum (sha256), expiration and termination
(https://tus.io/protocols/resumable-upload). Written by ourselves on `store.arriving`: decision 26.

Creation tells in `Upload-Metadata` the file's `filename`, its `target` and what that asks for (`targets`). A file is
its sender's alone; every request asks again whether he may send it. Beside the protocol, GET tells as JSON how far a
file has come and what became of it. Refusals are JSON {"text": in Chinese}.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from sanxiang.casework import uploads
from sanxiang.casework.access import reader_of
from sanxiang.core.gates.attachments import MEGABYTE
from sanxiang.store.arriving import Arrivals, Gone, Superseded, WrongChecksum, WrongOffset
from sanxiang.store.blobs import Blob, NoRoom, shelf

from .models import Arriving
from .origins import ours
from .targets import TARGETS, Arrived

VERSION = "1.0.0"
KEPT = timedelta(days=3)
AT_ONCE, UNFINISHED = 6, 50
"""Transfers of one person at the same time, and files of his that are not whole yet."""
TEXT_MAX = 2000
EXTENSIONS = "creation,checksum,expiration,termination"
FULL = "存放文件的磁盘已满：已经传好的部分都在，请联系系统管理员腾出空间，之后会接着传"

_busy: Counter[str] = Counter()
_lock = Lock()


class Refused(Exception):
    """Answered with this status, text and headers."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


def arrivals() -> Arrivals:
    return Arrivals(shelf(), sm3=settings.SANXIANG_SM3)


def spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the protocol: for a serving officer, from our own pages, with refusals in words."""

    @wraps(view)
    def answered(request: Any, **names: Any) -> HttpResponse:
        try:
            _admit(request)
            response = view(request, **names)
        except Refused as refused:
            response = JsonResponse({"text": refused.text}, status=refused.status, headers=refused.headers)
        except (LookupError, Gone):
            response = JsonResponse({"text": "没有这份文件，可能已经过期，请重新选择"}, status=404)
        except uploads.NotTaken as refusal:
            response = JsonResponse({"text": str(refusal)}, status=refusal.status)
        except NoRoom:
            response = JsonResponse({"text": FULL}, status=507)
        response["Tus-Resumable"], response["Cache-Control"] = VERSION, "no-store"
        return response

    return csrf_exempt(answered)


def _admit(request: Any) -> None:
    if not ours(request):
        raise Refused(403, "只接收本系统网页发来的请求")
    if request.method == "OPTIONS":
        return
    if request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(412, "不认识的上传协议版本", **{"Tus-Version": VERSION})
    request.reader = reader_of(request.user)
    if not request.user.is_authenticated or not request.reader.posts:
        raise Refused(401, "登录已经过期：请重新登录，文件会从断开的地方接着传")


@spoken
def begin(request: Any) -> HttpResponse:
    """OPTIONS: what is spoken. POST: begin a file."""
    if request.method == "OPTIONS":
        told = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Checksum-Algorithm": "sha256"}
        return HttpResponse(status=204, headers={**told, "Tus-Max-Size": settings.SANXIANG_LARGE_MB * MEGABYTE})
    if request.method != "POST":
        raise Refused(405, "这里不能这样请求", Allow="OPTIONS, POST")
    size, told = _length(request, "Upload-Length"), _metadata(request.headers.get("Upload-Metadata", ""))
    target = TARGETS.get(told.get("target", "act"))
    if target is None:
        raise LookupError
    limit, name = target.largest(request.user, request.reader, told), uploads.clean_name(told.get("filename", ""))
    if size == 0:
        raise Refused(422, f"“{name}”是空的")
    if size > limit:
        raise Refused(413, f"“{name}”超过 {limit // MEGABYTE} MB，没有接收")
    now, officer = timezone.now(), request.reader.officer
    mine = list(Arriving.objects.filter(officer=officer, sha256="", until__gt=now).values_list("size", flat=True))
    if len(mine) >= UNFINISHED:
        raise Refused(422, f"您有 {len(mine)} 份文件还没有传完，请先传完或者取消")
    uploads.require_room(officer, 4 * settings.SANXIANG_LARGE_MB, len(mine), sum(mine) + size)
    row = Arriving(
        id=uuid.uuid4(),  # noqa: TID251  identifiers are made here, at the edge
        officer=officer, target=told.get("target", "act"), told=told, name=name, size=size, at=now, until=now + KEPT,
    )  # fmt: skip
    arrivals().open(str(row.id), size)
    row.save(force_insert=True)
    place = f"{request.path.rstrip('/')}/{row.id}"
    return HttpResponse(status=201, headers={"Location": place, "Upload-Expires": _until(row)})


@spoken
def one(request: Any, name: uuid.UUID) -> HttpResponse:
    """HEAD, GET: how far a file has come. PATCH: its next piece. DELETE: forget it."""
    answer = {"HEAD": head, "GET": told, "PATCH": patch, "DELETE": terminate}.get(request.method)
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if answer is None:
        raise Refused(405, "这里不能这样请求", Allow="OPTIONS, HEAD, GET, PATCH, DELETE")
    row = Arriving.objects.filter(pk=name, officer=request.reader.officer, until__gt=timezone.now()).first()
    if row is None:
        raise LookupError
    return answer(request, row)


def head(request: Any, row: Arriving) -> HttpResponse:
    offset = row.size if row.sha256 else arrivals().standing(str(row.id)).offset
    told = {"Upload-Offset": str(offset), "Upload-Length": str(row.size), "Upload-Expires": _until(row)}
    return HttpResponse(status=200, headers=told)


def told(request: Any, row: Arriving) -> HttpResponse:
    """{"offset", "size", "sha256", "sm3", "taken", "text"}; a file whose last piece came without its end being heard
    of is finished here."""
    offset = row.size if row.sha256 else arrivals().standing(str(row.id)).offset
    if offset == row.size and not row.sha256:
        row = finish(request, row)
    said = {"sha256": row.sha256, "sm3": row.sm3, "taken": row.taken, "text": row.text}
    return JsonResponse({"offset": offset, "size": row.size, **said})


def patch(request: Any, row: Arriving) -> HttpResponse:
    if request.content_type != "application/offset+octet-stream":
        raise Refused(415, "内容类型应为 application/offset+octet-stream")
    offset, length = _length(request, "Upload-Offset"), _length(request, "Content-Length")
    if row.sha256:
        return HttpResponse(status=409 if length else 204, headers={"Upload-Offset": str(row.size)})
    TARGETS[row.target].largest(request.user, request.reader, row.told)
    if offset + length > row.size:
        raise Refused(413, "传来的比文件还长，没有接收")
    Arriving.objects.filter(pk=row.pk).update(until=timezone.now() + KEPT)
    checksum = _checksum(request.headers.get("Upload-Checksum", ""))
    with _one_of_few(str(row.officer)), _nothing_held():
        try:
            offset = arrivals().receive(str(row.id), offset, uploads.streamed(request), checksum=checksum).offset
        except WrongOffset as wrong:
            raise Refused(409, "接续的位置不对", **{"Upload-Offset": str(wrong.offset)}) from None
        except Superseded:
            raise Refused(409, "同一份文件由另一个请求接着传") from None
        except WrongChecksum:
            raise Refused(460, "这一段在路上传坏了，请再传这一段") from None
    if offset == row.size:
        finish(request, row)
    return HttpResponse(status=204, headers={"Upload-Offset": str(offset), "Upload-Expires": _until(row)})


def finish(request: Any, row: Arriving) -> Arriving:
    """The file is whole: give it to its target, once. A target that refuses leaves nothing but the reason."""
    whole, problem = arrivals().finish(str(row.id)), None
    with transaction.atomic():
        row = Arriving.objects.select_for_update().get(pk=row.pk)
        if row.sha256:
            return row
        row.sha256, row.sm3 = whole.sha256, whole.sm3
        arrived = Arrived(row.id, row.told.get("filename", ""), Blob(whole.sha256, whole.size, whole.sm3), whole.sm3)
        try:
            with transaction.atomic():
                row.taken = TARGETS[row.target].take(request.user, request.reader, row.told, arrived, timezone.now())
        except (uploads.NotTaken, LookupError) as refused:
            problem = refused
            row.text = str(refused)
        row.save()
    arrivals().remove(str(row.id))
    if problem is not None:
        raise problem
    return row


def terminate(request: Any, row: Arriving) -> HttpResponse:
    arrivals().remove(str(row.id))
    row.delete()
    return HttpResponse(status=204)


def purge(at: Any) -> int:
    """Forget files that nothing came for within KEPT, whole ones too: their targets have them. Returns how many."""
    gone = Arriving.objects.filter(until__lte=at)
    for name in gone.values_list("pk", flat=True):
        arrivals().remove(str(name))
    arrivals().sweep(at - 2 * KEPT)
    return gone.delete()[0]


def _until(row: Arriving) -> str:
    return http_date(row.until.timestamp())


def _length(request: Any, header: str) -> int:
    said = request.headers.get(header, "")
    if not said.isdecimal() or not said.isascii() or len(said) > 18:
        raise Refused(411 if header == "Content-Length" else 400, f"没有写明 {header}")
    return int(said)


def _metadata(said: str) -> dict[str, str]:
    """The pairs that the sender told. Raises Refused for what is not written as the protocol asks."""
    found: dict[str, str] = {}
    if len(said) > 4 * TEXT_MAX:
        raise Refused(400, "文件的说明太长")
    for pair in filter(None, said.split(",")):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()[:TEXT_MAX].replace("\x00", "")
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(400, "文件的说明写法不对") from None
    return found


def _checksum(said: str) -> bytes:
    if not said:
        return b""
    algorithm, _, value = said.partition(" ")
    try:
        found = base64.b64decode(value, validate=True)
    except binascii.Error:
        found = b""
    if algorithm != "sha256" or len(found) != 32:
        raise Refused(400, "校验值写法不对，应为 sha256")
    return found


@contextmanager
def _one_of_few(officer: str) -> Iterator[None]:
    with _lock:
        if _busy[officer] >= AT_ONCE:
            raise Refused(429, f"同时传的文件不超过 {AT_ONCE} 份，其余的请稍候", **{"Retry-After": "5"})
        _busy[officer] += 1
    try:
        yield
    finally:
        with _lock:
            _busy[officer] -= 1


@contextmanager
def _nothing_held() -> Iterator[None]:
    """While bytes trickle in, no connection to the database is kept in the process of many threads."""
    if settings.SANXIANG_FILES:
        connections.close_all()
    yield
