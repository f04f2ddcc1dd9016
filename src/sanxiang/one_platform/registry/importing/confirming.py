"""Entering a checked file: all its good rows in one transaction, or none.

The file is checked again in that transaction; where that gives anything else than the person confirmed, because the
register moved meanwhile, nothing is entered and the new check is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, connections, transaction

from sanxiang.casework.registers import SHELF
from sanxiang.casework.registration import register
from sanxiang.core.rulebook import Library
from sanxiang.one_platform.registry.models import Progress, Staging
from sanxiang.store.errors import RecordRefused, VersionConflict

from .checking import Check, Importer, check, command_of
from .sheets import SHEETS
from .staging import content_of, finish

TRIES = 3
EVERY = 25
TELL_FROM = 100
"""Fewer rows than this are done before progress could be read."""

Clock = Callable[[], datetime]
Tell = Callable[[int, int], None]


class NotEntered(Exception):
    """Nothing was entered; the text says why."""


class Busy(NotEntered):
    """Another process enters this file just now."""


def enter(
    connection: Any, library: Library, importer: Importer, checked: Check, *, clock: Clock, tell: Tell | None = None
) -> int:
    """Append the good rows of a check, all or none; returns how many. Raises NotEntered, VersionConflict."""
    sheet, total = SHEETS[checked.kind], len(checked.good)
    touched = {importer.officer, importer.agency}
    try:
        with transaction.atomic(using=connection.alias):
            for number, line in enumerate(checked.good, 1):
                done = register(connection, library, command_of(sheet, importer, line.plan), at=clock())
                touched |= {done.stream, line.plan.agency}
                if not done.done:
                    text = "；".join(reason.text for reason in done.verdict.reasons)
                    raise NotEntered(f"第 {line.row} 行没有通过：{text}。没有写入任何内容")
                if tell is not None and number % EVERY == 0:
                    tell(number, total)
    except RecordRefused as refused:
        if isinstance(refused, VersionConflict):
            raise
        raise NotEntered(f"数据库拒绝了登记：{refused}。没有写入任何内容") from refused
    finally:
        for stream in touched:
            SHELF.forget(stream)
    return total


def confirm(alias: str, library: Library, staging: Any, importer: Importer, seen: str, *, clock: Clock) -> Staging:
    """Enter a staged file of which the person saw the check with the digest `seen`. A file that was entered stays
    entered once. Raises NotEntered, Busy."""
    for _ in range(TRIES):
        try:
            with transaction.atomic(using=alias):
                return _confirm(alias, library, staging, importer, seen, clock)
        except VersionConflict:
            continue
    raise NotEntered("同时有人在登记相同的对象，没有写入任何内容，请稍后再确认")


def _confirm(alias: str, library: Library, staging: Any, importer: Importer, seen: str, clock: Clock) -> Staging:
    try:
        stage = Staging.objects.using(alias).select_for_update(nowait=True).get(pk=staging)
    except OperationalError as fault:
        raise Busy("这份文件正在导入") from fault
    if stage.state == "done":
        return stage
    connection = connections[alias]
    at = clock()
    if stage.expires_at <= at:
        raise NotEntered("这份文件已经过期，请重新上传")
    checked = check(connection, library, importer, stage.kind, stage.name, content_of(stage), at=at)
    if checked.digest != seen:
        raise NotEntered("核对之后登记簿有了变化，没有写入任何内容；请按新的结果重新核对")
    with _telling(alias, stage, len(checked.good)) as tell:
        enter(connection, library, importer, checked, clock=clock, tell=tell)
    finish(stage, checked.counts)
    return stage


@contextmanager
def _telling(alias: str, stage: Staging, total: int) -> Iterator[Tell | None]:
    """Tells others how far a long import has come, over a connection beside the open transaction."""
    if total < TELL_FROM:
        yield None
        return
    beside = connections.create_connection(alias)

    def tell(done: int, total: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Progress._meta.db_table} VALUES (%s, %s, %s)"  # noqa: S608  our own table's name
                " ON CONFLICT (staging) DO UPDATE SET done = excluded.done, total = excluded.total",
                (stage.id, done, total),
            )

    try:
        tell(0, total)
        yield tell
    finally:
        beside.close()


def being_entered(alias: str, staging: Any) -> bool:
    """Whether some process enters this file just now."""
    with transaction.atomic(using=alias):
        rows = Staging.objects.using(alias).filter(pk=staging)
        return rows.exists() and not rows.select_for_update(skip_locked=True).exists()
