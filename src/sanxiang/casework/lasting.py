"""Acts that take long (办理时间较长的环节): archiving, which builds the volume of the whole case.

What somebody asks for is kept before anything long begins, in a row of its own: from then on it is acknowledged. A
small volume is built at once by the process that took the request, a large one by the worker. Whoever is killed on the
way has done nothing (event and volume's list stand together or not at all), and the worker goes on with the row by
itself. The row is the key under which the act is done once (`once`), and goes with the event; what is refused on the
way stays in it with its reasons until the act is asked for again."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sanxiang.core.events import Recorded
from sanxiang.core.gates import Reason
from sanxiang.core.rulebook import Act, Library
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import NoRoom
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.store.objects import Away
from sanxiang.store.sealing import seal, unseal

from . import drafts
from .access import Reader, reader_for
from .commands import Answer, Command, handle, preflight, stale
from .lasting_models import REFUSED, WAITING
from .models import CaseRow, LastingAct
from .once import Once
from .preparing import PREPARED, asked, heard

TASK = "casework.do_lasting"
AT_ONCE, AT_ONCE_BYTES = 100, 30 << 20
"""So many papers and files, and bytes of them, are some three seconds of work (docs/reference/speed.md)."""
SILENT = timedelta(seconds=30)
"""Who says nothing for so long is taken to be dead; two at it at the same time do it once all the same."""
LATER = timedelta(minutes=5)
TRIES = 8
EVERY_S = 0.5
AWAY = "存放文件的磁盘已满或者对象存储暂时连不上，恢复以后自动接着做"
GIVEN_UP = "多次中断，没有做成：请系统管理员查看后台日志，然后重新办理"

log = logging.getLogger(__name__)


class Going(ValueError):
    """The same is being done for somebody already; the Chinese text says so."""

    def __init__(self, row: LastingAct) -> None:
        super().__init__(f"{row.officer_name}已经提交“{row.act_name}”，正在办理，请等结果；不用再次提交")


def lasts(act: Act | None) -> bool:
    """Whether an act needs what takes long to prepare."""
    return act is not None and act.emits in PREPARED


def act_of(library: Library, command: Command, at: datetime) -> Act | None:
    """The act of a command if it is one that takes long, and done now by an officer."""
    if not command.stream or command.report or command.occurred_at or command.party:
        return None
    row = CaseRow.objects.filter(pk=command.stream).first()
    act = library.on(row.jurisdiction, legal_day(at)).act(row.procedure, command.act) if row else None
    return act if lasts(act) else None


def of_case(stream: Any) -> LastingAct | None:
    """What is being done in a case, or was refused at last."""
    return LastingAct.objects.filter(stream=stream).first()


def told(reader: Reader, row: CaseRow) -> LastingAct | None:
    """The same for a page: why it was refused is for who asked, keeps the files or heads the agency."""
    found = of_case(row.stream)
    if found is None or found.waiting or str(found.officer) == reader.officer:
        return found
    return found if str(row.agency) == reader.agency and reader.posts & {"archivist", "head"} else None


def small(events: Sequence[Recorded]) -> bool:
    """Whether the volume of a case is built while somebody waits for the page."""
    sizes = [int(file.get("size", 0)) for one in events for file in one.event.files]
    papers = sum(len(one.event.documents) for one in events)
    return papers + len(sizes) <= AT_ONCE and sum(sizes) <= AT_ONCE_BYTES


def do_kept(
    connection: Any, library: Library, command: Command, *, at: datetime, act: Act | None, aside: bool = False
) -> Answer | None:
    """Do an act as `handle` does, but keep the request first where it takes long. None with `aside`, where it is large
    and was left to the worker. Raises Going, and what `handle` raises."""
    if act is None or not preflight(connection, library, command, at=at).verdict.allowed:
        return handle(connection, library, command, at=at)
    later = aside and not small(reading.load(connection, command.stream))
    row = ask(connection, command, act, at=at, later=later)
    if later:
        return None
    try:
        answer = do(connection, library, str(row.pk), at=at)
        return answer if answer is not None else handle(connection, library, replace(command, once=once_of(row)), at=at)
    finally:  # whatever the answer is, it is given now
        LastingAct.objects.filter(pk=row.pk).delete()


def ask(connection: Any, command: Command, act: Act, *, at: datetime, later: bool) -> LastingAct:
    """Keep a request: from here on it is done, whatever is killed. The same request under the same key of a client is
    the same. Raises Going; NotKept where the content of the case was destroyed."""
    row = LastingAct.objects.filter(stream=command.stream, state=WAITING).first()
    if row is not None:
        if command.once is not None and (row.key, str(row.officer)) == (command.once.key, command.officer):
            return row
        raise Going(row)
    name = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    _, body = seal(drafts.key_of(connection, command.stream), f"lasting/{name}", {"command": _said(command)})
    row = LastingAct(
        id=name, stream=command.stream, act=act.id, act_name=act.name, officer=command.officer,
        officer_name=reader_for(command.officer).name, body=body, at=at, again_at=timezone.now() + SILENT,
        key=command.once.key if command.once else "", said=command.once.said if command.once else b"",
    )  # fmt: skip
    try:
        with transaction.atomic(using=connection.alias):
            LastingAct.objects.filter(stream=command.stream, state=REFUSED).delete()
            row.save(force_insert=True)
            if later:
                _defer(row)
    except IntegrityError:
        other = of_case(command.stream)
        raise Going(other if other is not None else row) from None
    return row


def do(connection: Any, library: Library, name: str, *, at: datetime) -> Answer | None:
    """Do what was asked for; None where it was done or refused meanwhile. Raises what `handle` raises: then the row
    says what it waits for, or why it is refused."""
    mine = LastingAct.objects.filter(pk=name, state=WAITING)
    row = mine.first()
    if row is None:
        return None
    if row.tries >= TRIES:
        log.error("“%s”（案件 %s）多次中断，不再重试", row.act_name, row.stream)
        _refused(row, (_reason(row, GIVEN_UP),))
        return None
    mine.update(tries=F("tries") + 1, again_at=timezone.now() + SILENT, done=0, text="")
    try:
        command = command_of(connection, row)
        with heard(Progress(connection, row)), asked(row.at):
            answer = handle(connection, library, command, at=at)
    except (NoRoom, Away):
        mine.update(tries=F("tries") - 1, again_at=timezone.now() + LATER, text=AWAY)
        raise
    except (VersionConflict, RecordRefused, drafts.NotKept) as problem:
        if not isinstance(problem, VersionConflict) or stale(connection, command):
            _refused(row, (_reason(row, str(problem)),))
        raise  # what the system noted meanwhile, such as a seal, changes nothing of what was asked: again in a while
    if answer.done:
        LastingAct.objects.filter(pk=row.pk).delete()
    else:
        _refused(row, answer.verdict.reasons)
    return answer


def take_up_again(at: datetime) -> None:
    """Hand to the workers what nobody goes on with."""
    for row in LastingAct.objects.filter(state=WAITING, again_at__lte=at):
        _defer(row)


def once_of(row: LastingAct) -> Once:
    return Once(row.key, bytes(row.said)) if row.key else Once(str(row.pk), b"")


def command_of(connection: Any, row: LastingAct) -> Command:
    """The command that was kept. Raises NotKept where the content of the case was destroyed."""
    held = unseal(drafts.key_of(connection, str(row.stream)), f"lasting/{row.pk}", bytes(row.body or b""))
    told: dict[str, Any] = orjson.loads(held["command"]["value"])
    told |= {name: tuple(told[name]) for name in ("officers", "files", "recordings")}
    return Command(act=row.act, officer=str(row.officer), stream=str(row.stream), once=once_of(row), **told)


def _said(command: Command) -> str:
    told = {name: getattr(command, name) for name in ("expected", "link", "post", "officers", "recordings")}
    maps = {"facts": dict(command.facts), "extra": dict(command.extra), "files": [dict(one) for one in command.files]}
    return orjson.dumps(told | maps).decode()


class Progress:
    """How far it is, told to whoever looks: over a connection of its own, for that of the act shows nothing before its
    end."""

    def __init__(self, connection: Any, row: LastingAct) -> None:
        self._connection, self._row, self._last = connection, row, time.monotonic()

    def __call__(self, done: int, steps: int) -> None:
        if time.monotonic() - self._last < EVERY_S:
            return
        self._last = time.monotonic()
        beside = self._connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE case_lasting_act SET done = %s, steps = %s, again_at = %s WHERE id = %s",
                    [done, steps, timezone.now() + SILENT, self._row.pk],
                )
        finally:
            beside.close()


def _defer(row: LastingAct) -> None:
    lock = f"{TASK}/{row.pk}"
    try:
        with transaction.atomic():
            app.configure_task(TASK, queue="default", lock=lock, queueing_lock=lock).defer(name=str(row.pk))
    except AlreadyEnqueued:
        log.debug("%s waits already", lock)


def _refused(row: LastingAct, reasons: Sequence[Reason]) -> None:
    """Say why it was not done; what was typed is kept no longer."""
    told: list[Mapping[str, Any]] = [one.to_dict() for one in reasons]
    LastingAct.objects.filter(pk=row.pk).update(state=REFUSED, reasons=told, text="", body=None, at=timezone.now())


def _reason(row: LastingAct, text: str) -> Reason:
    return Reason(code="lasting", clause="", law="办理准备", text=text, fix=row.act)
