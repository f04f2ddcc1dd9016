"""What a phone says to the server: contact, package, opening, pieces, seal, acts, explanations.

A request that changes something must carry `X-Capture`, which no other site can make a browser send, and comes from
somebody logged in or from a third party with its pass. Who sends is not who recorded: that is what the pass says.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanxiang.casework.access import NOBODY, Reader, reader_of
from sanxiang.casework.models import CaseRow
from sanxiang.core.ledger import closing
from sanxiang.core.ledger import segments as chain
from sanxiang.store.blobs import CHUNK, NoRoom

from . import (
    along,
    arriving,
    blanks,
    delivering,
    engaging,
    exempting,
    explaining,
    interrupting,
    packages,
    passes,
    takes,
    vouching,
)
from .takes import NotTaken

Answers = Callable[..., JsonResponse]


def sender_of(request: HttpRequest) -> tuple[Reader, passes.Pass | None]:
    """Who sends: an officer who is logged in, or a third party by its pass."""
    held = request.headers.get("X-Pass", "")
    if held:
        found = passes.read(held)
        return NOBODY, found if found.third_party and engaging.running(
            connections["default"], found, timezone.now()
        ) else None
    return reader_of(request.user), None


def sending(view: Answers) -> Answers:
    """A request that changes something: ours, and from somebody who may send for the agency."""

    @never_cache
    @csrf_exempt
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> JsonResponse:
        if request.headers.get("X-Capture") != "1":
            return said("请求不是从现场记录页面发出的", 403)
        try:
            request.reader, request.held = sender_of(request)
            if not request.reader.posts and request.held is None:
                return said("登录已经失效，录制不受影响；请重新登录后继续上传", 401)
            return view(request, *args, **kwargs)
        except passes.NoPass as refused:
            return said(str(refused), 403)
        except NotTaken as refused:
            return said(str(refused), refused.status, **refused.more)
        except NoRoom as full:
            return said(str(full), 507)

    return guarded


def said(text: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"text": text, **more}, status=status)


@never_cache
@require_GET
def contact(request: HttpRequest) -> JsonResponse:
    """The time of the server under its signature; whether somebody is logged in, and who: what was refused to another
    is sent again."""
    return JsonResponse(
        packages.time_now(timezone.now())
        | {"in": bool(request.user.is_authenticated), "who": str(request.user.pk or "")}
    )


@never_cache
@require_GET
def package(request: Any) -> JsonResponse:
    """The package of the day."""
    reader = reader_of(request.user)
    if "officer" not in reader.posts:
        return said("请以执法人员登录", 401 if not request.user.is_authenticated else 403)
    place = request.build_absolute_uri(reverse("portal:officers"))
    now = timezone.now()
    wanted = ids(request.GET.get("with", "").split(","))
    made = packages.package(connections["default"], reader, place, at=now, wanted=wanted)
    return JsonResponse(made | {"contact": packages.time_now(now)})


def ids(told: Any) -> list[UUID]:
    """The ids among what was sent; anything else is none."""
    found = []
    for one in told if isinstance(told, list) else ():
        with suppress(ValueError):
            found.append(UUID(str(one)))
    return found


@sending
@require_GET
def cases(request: Any) -> JsonResponse:
    """The officer's own cases, to choose those that he takes along: `q` narrows, `after` goes on."""
    by_officer(request)
    rows, more = along.found(request.reader, request.GET.get("q", "")[:60], request.GET.get("after", "")[:80])
    return JsonResponse({"cases": rows, "more": more})


@sending
@require_POST
def news(request: Any) -> JsonResponse:
    """What the desk answered since: of the `cases` and the `acts` that this phone waits for."""
    by_officer(request)
    try:
        said_of = dict(json.loads(body_of(request, 16_384)))
    except (ValueError, TypeError):
        raise NotTaken("送来的内容不能识别") from None
    body = along.news(request.reader, ids(said_of.get("cases")), ids(said_of.get("acts")))
    body["made"] = timezone.now().isoformat()
    return JsonResponse({"body": body, "signature": vouching.signed(body)})


@sending
@require_GET
def papers(request: Any, case: UUID, link: str) -> JsonResponse:
    """The papers of an act that are to be served, in words, to be shown where they are handed over."""
    by_officer(request)
    body = {"case": str(case), "link": link,
            "papers": delivering.texts(connections["default"], request.reader, str(case), link)}  # fmt: skip
    return JsonResponse({"body": body, "signature": vouching.signed(body)})


def by_officer(request: Any) -> None:
    """Whoever sends must be an officer who is logged in. Raises NotTaken."""
    if "officer" not in request.reader.posts:
        raise NotTaken("请以执法人员登录", 403)


@never_cache
@require_GET
def third(request: HttpRequest) -> JsonResponse:
    """What a third party gets: which activity it records, until when; nothing of the case."""
    try:
        _, held = sender_of(request)
    except passes.NoPass as refused:
        return said(str(refused), 403)
    if held is None:
        return said("第三方记录的委托已经终止、还没有开始，或者不存在", 403)
    now = timezone.now()
    body = engaging.package(connections["default"], held, request.headers["X-Pass"])
    return JsonResponse({"body": body, "signature": vouching.signed(body), "contact": packages.time_now(now)})


def of_agency(request: Any, take: UUID, held: passes.Pass | None = None) -> None:
    """Whoever sends must be of the agency of the recording. Raises NotTaken."""
    agency = held.agency if held else takes.agency_of(take)
    mine = request.held.agency if request.held else request.reader.agency
    third = request.held is not None and takes.maker_of(take, held) != request.held.maker
    if agency is not None and (agency != mine or third):
        raise NotTaken("这份录制不属于您的机关，请用录制人的账号登录后上传", 403)


@sending
@require_http_methods(["PUT"])
def opening(request: Any, take: UUID) -> JsonResponse:
    """Begin a recording; the body is its opening document."""
    raw = body_of(request, takes.OPENING_MAX)
    of_agency(request, take, takes.read_opening(str(take), raw).held)
    sender = request.reader.officer or (request.held.maker if request.held else "")
    takes.open_take(connections["default"], take, raw, sender=sender, at=timezone.now())
    return JsonResponse(packages.time_now(timezone.now()))


@sending
@require_http_methods(["PUT"])
def piece(request: Any, take: UUID, number: int) -> JsonResponse:
    """One piece: its bytes as the body, its header in `X-Header` (base64), its digest in `Content-Digest`."""
    of_agency(request, take)
    try:
        header = base64.b64decode(request.headers.get("X-Header", ""), validate=True)
    except binascii.Error:
        raise NotTaken("片段的说明不能识别") from None
    digest = request.headers.get("Content-Digest", "")
    kept, again = takes.take_piece(take, number, header, streamed(request), at=timezone.now())
    expected = base64.b64encode(bytes.fromhex(kept.sha256)).decode()
    if digest and digest != f"sha-256=:{expected}:":
        raise NotTaken("片段的内容和校验值不符，请再传一次")
    answer = packages.time_now(timezone.now()) | {"link": kept.link}
    if chain.read(header).gaps:
        answer["gaps"] = interrupting.told(connections["default"], kept.take, at=timezone.now())
    return JsonResponse(answer, status=200 if again else 201)


@sending
@require_http_methods(["GET", "POST"])
def take(request: Any, take: UUID) -> JsonResponse:
    """What has arrived of a recording; with POST seal it by its closing record."""
    of_agency(request, take)
    if request.method == "GET":
        return JsonResponse(dict(takes.standing(take)))
    try:
        end = closing.read_closing(body_of(request, chain.HEADER_MAX))
    except chain.BadHeader as bad:
        raise NotTaken(str(bad)) from None
    return JsonResponse(dict(takes.seal(connections["default"], take, end, at=timezone.now())))


@sending
@require_http_methods(["PUT"])
def act(request: Any, key: UUID) -> JsonResponse:
    """An act that was done on the phone, by the officer of its pass, whoever sends it."""
    if "officer" not in request.reader.posts:
        raise NotTaken("办理要由执法人员登录后送达", 403)
    arrived = arriving.arrive(
        connections["default"], key, body_of(request, arriving.ACT_MAX), sender=request.reader.officer,
        agency=request.reader.agency, at=timezone.now(),
    )  # fmt: skip
    row = CaseRow.objects.filter(pk=arrived.case).first() if arrived.case else None
    told = {"state": arrived.state, "reasons": arrived.reasons, "event": arrived.event}
    return JsonResponse(told | {"case": str(row.stream) if row else "", "number": row.decision_number if row else ""})


@sending
@require_http_methods(["PUT"])
def blank(request: Any, key: UUID) -> JsonResponse:
    """Numbered blanks for this phone, under a key of its own; with a `number` in the body, how that one ended."""
    if "officer" not in request.reader.posts:
        raise NotTaken("编号决定书要由执法人员登录后领取", 403)
    try:
        told = dict(json.loads(body_of(request, 4096) or b"{}"))
        number, outcome, facts = str(told.get("number", "")), str(told.get("outcome", "")), dict(told.get("facts", {}))
        done_at = datetime.fromisoformat(told["at"]).astimezone(UTC) if told.get("at") else timezone.now()
    except (ValueError, TypeError):
        raise NotTaken("送来的内容不能识别") from None
    held = passes.of_act(str(told.get("pass") or ""), request.reader.agency, done_at)
    if number:
        blanks.end(connections["default"], request.reader, number, outcome, facts, at=timezone.now(), maker=held.maker)
        return JsonResponse({"state": "ended"})
    if held.maker != request.reader.officer:
        raise NotTaken("任务包是另一个人的：编号决定书由本人登录后领取，请联网重新打开现场记录，更新任务包", 403)
    made = {"key": str(key), "blanks": blanks.hand_out(connections["default"], request.reader, key, at=timezone.now())}
    return JsonResponse({"body": made, "signature": vouching.signed(made)})


@sending
@require_http_methods(["PUT"])
def exempt(request: Any, key: UUID) -> JsonResponse:
    """That an activity must not be recorded: the ground, the reason and whom it is put to."""
    if "officer" not in request.reader.posts:
        raise NotTaken("免予录音录像要由执法人员登录后申请", 403)
    raw = body_of(request, 16_384)
    one = exempting.ask(connections["default"], request.reader, key, raw, at=timezone.now())
    return JsonResponse({"state": one.state})


@sending
@require_POST
def explained(request: Any, take: UUID) -> JsonResponse:
    """The explanation of one gap of a recording: `gap`, the facts, when and under which pass it was written."""
    of_agency(request, take)
    at = timezone.now()
    one = explaining.said_on_phone(connections["default"], request.reader, take, body_of(request, 16_384), at=at)
    arriving.again(connections["default"], str(take), at=at)
    return JsonResponse({"open_gaps": len(one.unexplained)})


def body_of(request: Any, most: int) -> bytes:
    """The body of a request. Raises NotTaken where it is longer, or shorter than it says."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not length.isdecimal() or int(length) > most:
        raise NotTaken("内容太大，或者没有写明长度", 413)
    data = bytes(request.read(int(length)))
    if len(data) < int(length):
        raise NotTaken("内容没有传完，请再传一次")
    return data


def streamed(request: Any) -> Iterator[bytes]:
    """The body as it comes in. Raises NotTaken where it ends before its length."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not length.isdecimal() or not 0 < int(length) <= takes.PIECE_MAX:
        raise NotTaken(f"片段是空的、没有写明长度，或者超过 {takes.PIECE_MAX >> 20} MB", 413)
    left = int(length)
    while left:
        data = request.read(min(CHUNK, left))
        if not data:
            raise NotTaken("片段没有传完，请再传一次")
        left -= len(data)
        yield bytes(data)
