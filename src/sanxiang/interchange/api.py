"""The interface of the staff side (办案接口): the same commands, verdicts and refusals as the pages.

A refusal is an answer of its own: 409 with every reason (code, clause, law, text, missing, fix), 428 with the questions
that a person must answer first, 422 with what was typed wrongly. Whatever writes takes an `Idempotency-Key`: the same
request under the same key is done once and answered the same, also where the first answer was lost on its way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Header, NinjaAPI, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from sanxiang.casework import lasting, levels, once, uploads, whys
from sanxiang.casework.access import PurposeDue, find_case, may_see, officer_of, reader_of
from sanxiang.casework.commands import Answer, Command, RecordRefused, VersionConflict, again, preflight
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.values import CHINA
from sanxiang.store import reading
from sanxiang.three_systems.recording import file_views, looking, origins, serving

from .answers import NOT_DONE, CaseOut, Detail, Plain, Told
from .exchange.api import router as exchange
from .keys import ByKey

api = NinjaAPI(title="三项 办案接口", version="1", auth=ByKey(), urls_namespace="api", docs_url="docs/")
api.add_router("exchange/", exchange)


Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="请求方自选的编号，每个请求一个，如 UUID，最长 200 个字符；同一编号的同一请求只办一次，"
        "三十天内得到同样的应答",
    ),
]

Purpose = Annotated[
    str,
    Header(
        alias="Sanxiang-Purpose",
        description=f"调阅事由，{whys.SHORTEST} 到 {whys.LONGEST} 个字，按 UTF-8 作百分号编码；"
        "每件案件每天第一次取文件内容时必须带上，当天在网页上或者接口里已经写明的不用再带；当天第一次写明的为准，随调阅记录留存",
    ),
]
PURPOSE_DUE = (
    "还没有写明当天的调阅事由，文件没有提供：请在请求里加上 Sanxiang-Purpose（调阅事由，UTF-8 百分号编码），"
    "或者先在网页上打开这件案件写明"
)


class Strict(Schema):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ActIn(Strict):
    """An act to be done: facts by the ids of the dictionary, officers by their ids."""

    facts: dict[str, Any] = Field(default_factory=dict)
    officers: list[str] = Field(default_factory=list, max_length=20)
    link: str = Field("", max_length=100)
    extra: dict[str, Any] = Field(default_factory=dict)
    files: list[UUID] = Field(default_factory=list, max_length=200, description="ids that POST /files gave")
    expected: int | None = None
    report: bool = False
    occurred_at: datetime | None = None


class OpenIn(ActIn):
    """The act that opens a case."""

    act: str = Field(max_length=60)
    category: str = Field(max_length=20)
    procedure: str = Field(max_length=60)
    department: str = Field(max_length=60)


@api.post("cases", response={201: Told, **NOT_DONE})
def open_case(request: HttpRequest, body: OpenIn, key: Key = "") -> HttpResponse:
    """Open a case (案源登记、申请受理)."""
    opening = {"category": body.category, "procedure": body.procedure, "department": body.department}
    return done(request, body.act, body, key, opening=opening)


@api.get("cases/{stream}", response={200: CaseOut, 401: Detail, 404: Detail})
def case(request: HttpRequest, stream: UUID) -> Any:
    """One case in one line (案件)."""
    return seen(request, stream)


@api.post("cases/{stream}/acts/{act}", response={200: Told, **NOT_DONE})
def do_act(request: HttpRequest, stream: UUID, act: str, body: ActIn, key: Key = "") -> HttpResponse:
    """Do an act in a case (办理环节)."""
    seen(request, stream)
    return done(request, act, body, key, stream=str(stream))


@api.post("cases/{stream}/acts/{act}/preflight", response={200: Told, 401: Detail, 404: Detail, 422: Detail})
def check_act(request: HttpRequest, stream: UUID, act: str, body: ActIn) -> HttpResponse:
    """What an act would be answered, with nothing written (办理前核对)."""
    seen(request, stream)
    command = command_of(request, act, body, stream=str(stream))
    return told(request, preflight(connections["default"], library(), command, at=timezone.now()), status=200)


def seen(request: HttpRequest, stream: UUID) -> Any:
    """The case, where this account may see it; otherwise it is not there."""
    row = find_case(request.user, stream)
    if row is None:
        raise HttpError(404, "没有这件案件，或者您不能查看")
    return row


@api.exception_handler(PurposeDue)
@api.exception_handler(whys.WhyDue)
def purpose_due(request: HttpRequest, due: Exception) -> HttpResponse:
    """Nobody looks without saying why, a program neither (decision 45)."""
    return api.create_response(request, {"code": "purpose-due", "text": PURPOSE_DUE}, status=403)


def stated(request: HttpRequest, stream: UUID, purpose: str) -> None:
    """Keep the purpose that a request states, for a case that this account may see."""
    if not purpose:
        return
    try:
        typed = unquote(purpose, errors="strict").strip()
    except UnicodeDecodeError:
        raise HttpError(422, "Sanxiang-Purpose 不是 UTF-8 的百分号编码") from None
    if problem := whys.wrong(typed):
        raise HttpError(422, f"Sanxiang-Purpose：{problem}")
    reader, row = reader_of(request.user), CaseRow.objects.filter(pk=stream).first()
    if row is not None and may_see(reader, row):
        whys.note(reader, [stream], typed)


@api.post("files")
def bring_file(
    request: HttpRequest, act: str, name: str, stream: str = "", procedure: str = "", key: Key = ""
) -> HttpResponse:
    """Put a file aside for an act (上传附件): the body is the file, `stream` the case or, for the act that opens one,
    `procedure`. The id is named in `files` of the act, within a day."""
    asked(key)
    query = {"act": act, "stream": stream, "procedure": procedure}
    try:
        wanted, case = uploads.act_of(request.user, reader_of(request.user), query)
        officer = officer_of(request.user)
        staged = uploads.stage_body(request, wanted, officer=officer, stream=case, at=timezone.now())
    except LookupError as missing:
        raise HttpError(404, str(missing)) from missing
    except uploads.NotTaken as refused:
        return api.create_response(request, {"code": "file", "text": str(refused)}, status=refused.status)
    told = {"id": str(staged.id), **uploads.described_of([staged])[0]}
    return api.create_response(request, brought_once(staged, asked(key, query, name, staged.sha256), told), status=201)


def brought_once(staged: Any, request: once.Once | None, told: dict[str, Any]) -> Any:
    """What is answered about a file: under a key that it came by before, what was answered then, and the file that
    waits since then."""
    if request is None:
        return told
    connection, officer = connections["default"], str(staged.officer)
    try:
        with transaction.atomic():
            known = once.claim(connection, officer, request, timezone.now())
            if known is None:
                once.keep(connection, officer, request, told)
                return told
    except once.Reused as reused:
        uploads.forget([staged.pk], officer=officer)
        raise HttpError(422, str(reused)) from reused
    uploads.forget([staged.pk], officer=officer)
    return known


@api.get("cases/{stream}/files")
def files(request: HttpRequest, stream: UUID, purpose: Purpose = "") -> list[dict[str, Any]]:
    """The files of a case (案卷附件), each with the event that names it and its place there; no contents. A supervisor
    states the purpose here already, as he does on the page of the case."""
    stated(request, stream, purpose)
    row, events = seen(request, stream), reading.load(connections["default"], str(stream))
    reader = reader_of(request.user)
    hidden, shut = levels.hidden(reader, row, stream), levels.withheld(reader, row, events)
    return [
        {"event": recorded.id, "index": index, "act": recorded.event.act, **file}
        for recorded in events
        for index, file in enumerate(recorded.event.files)
        if file["sha256"] not in hidden and recorded.id not in shut
    ]


@api.get("cases/{stream}/files/{event}/{index}", response={401: Detail, 403: Plain, 404: Detail, 422: Detail})
def file(request: HttpRequest, stream: UUID, event: UUID, index: int, purpose: Purpose = "") -> HttpResponseBase:
    """The contents of one file of a case (取附件内容), in parts where a Range asks for them. A look like every other:
    the purpose is stated once a case and day (`Sanxiang-Purpose`), the look stands in the record of looks. 403
    `purpose-due` where it was not stated today. Where large files have a process of their own: 307 to it, with a ticket
    that is good for a minute."""
    stated(request, stream, purpose)
    found = looking.seen(request.user, stream, event, index) if seen(request, stream) else None
    if found is None:
        raise HttpError(404, "没有这份文件")
    looking.looked(found, "download")
    if origins.elsewhere():
        there = file_views.ticket(request.user, stream, event, index)
        return HttpResponse(status=307, headers={"Location": f"{origins.files_origin(request)}{there}"})
    return serving.evidence(request, found.file)


def brought(request: HttpRequest, act: str, ids: list[UUID], stream: str) -> tuple[Any, ...]:
    """The files of these ids. Raises HttpError where one does not wait for this account and act."""
    rows = uploads.waiting(ids, officer=officer_of(request.user), stream=stream, act=act) if ids else []
    if len(rows) != len(set(ids)):
        raise HttpError(422, "有的文件不在等待中：过了一天，已经用过，或者是为别的案件、环节传的；请重新上传")
    return uploads.described_of(rows)


def command_of(request: HttpRequest, act: str, body: ActIn, **more: Any) -> Command:
    return Command(
        act=act,
        officer=officer_of(request.user),
        files=brought(request, act, body.files, more.get("stream", "")),
        facts=body.facts,
        officers=tuple(body.officers),
        link=body.link,
        extra=body.extra,
        expected=body.expected,
        report=body.report,
        occurred_at=zoned(body.occurred_at),
        **more,
    )


def zoned(moment: datetime | None) -> datetime | None:
    """A time that names no zone is one of China."""
    return moment.replace(tzinfo=CHINA) if moment is not None and moment.tzinfo is None else moment


def asked(key: str, *said: Any) -> once.Once | None:
    """The request under its key, if it has one."""
    try:
        return once.once(key, *said)
    except once.BadKey as bad:
        raise HttpError(422, str(bad)) from bad


def done(request: HttpRequest, act: str, body: ActIn, key: str, **more: Any) -> HttpResponse:
    """Do an act, or answer as it was answered before under this key; then its files are taken already."""
    connection, here = connections["default"], asked(key, act, body.model_dump(mode="json"), more)
    try:
        try:
            command = command_of(request, act, body, once=here, **more)
        except HttpError:
            known = once.given(connection, officer_of(request.user), here) if here else None
            if known is None:
                raise
            return told(request, again(connection, known), status=200 if more.get("stream") else 201)
        now = timezone.now()
        answer = lasting.do_kept(connection, library(), command, at=now, act=lasting.act_of(library(), command, now))
        assert answer is not None
    except lasting.Going as going:
        return api.create_response(request, {"code": "going", "text": str(going)}, status=409)
    except once.Reused as reused:
        raise HttpError(422, str(reused)) from reused
    except VersionConflict as conflict:
        return api.create_response(request, {"code": conflict.code, "text": str(conflict)}, status=412)
    except RecordRefused as refused:
        return api.create_response(request, {"code": refused.code, "text": str(refused)}, status=409)
    if answer.done:
        uploads.forget(body.files, officer=command.officer)
        return told(request, answer, status=201 if not command.stream else 200)
    return told(request, answer, status=422 if answer.problems else 409 if answer.verdict.reasons else 428)


def told(request: HttpRequest, answer: Answer, *, status: int) -> HttpResponse:
    """An answer as data."""
    verdict = answer.verdict
    data = {
        "verdict": verdict.outcome,
        "stream": answer.stream,
        "version": answer.case.version,
        "events": [event.id for event in answer.events],
        "documents": [dict(paper) for event in answer.events for paper in event.event.documents],
        "reasons": [reason.to_dict() for reason in verdict.reasons],
        "questions": [question.to_dict() for question in verdict.questions],
        "problems": dict(answer.problems),
        "finding": dict(verdict.finding),
    }
    return api.create_response(request, data, status=status)
