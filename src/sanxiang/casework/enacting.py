"""Taking rules into use (规则启用、放假安排到达): what stands in the rulebooks' folder comes onto the record, and
duties that still run are counted again.

Each edition of a rulebook and each year of a calendar is one event, once. Verdicts are not touched: an act was judged
by the rules of its day. Whoever is stopped on the way goes on at the next start: a jurisdiction is noted as counted
only when all its cases are.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import psycopg
from django.db import transaction

from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.registry import HolidaysArranged, RulebookEnacted
from sanxiang.core.rulebook import Library
from sanxiang.core.rulebook.library import digest_of, told
from sanxiang.core.values import CHINA, Actor
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.projecting import refresh
from sanxiang.store.runtime import plain

from .models import DutyRow, RulesTaken

SYSTEM = Actor(officer="", name="系统", agency="规则库", department="", post="system", certificate=None)
SPACE = uuid.UUID("5b0d4e0a-3c0f-5c35-9d5e-6f1b7f0f7a31")
"""Under which the streams of rulebooks and calendars have their ids: two processes name the same stream."""

PATIENCE = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came onto the record, and how many cases changed. `outdated` names what the record knows and this folder
    does not, or knows in an earlier form: then nothing was done."""

    events: tuple[Recorded, ...] = ()
    changed: int = 0
    outdated: tuple[str, ...] = ()


def take(connection: Any, library: Library, *, at: datetime) -> Taken:
    """Put new editions and arrangements on the record, then count the open duties of the jurisdictions that they
    concern. One process at a time; another one that comes meanwhile does nothing."""
    with _alone(connection) as first:
        if not first:
            return Taken()
        streams = {stream: reading.load(connection, stream) for _, stream, _ in _wanted(library)}
        outdated = tuple(_outdated(library, streams))
        if outdated:
            log.warning("规则文件夹比记录旧，期限没有重新计算：%s", "、".join(outdated))
            return Taken(outdated=outdated)
        with transaction.atomic(using=connection.alias):
            events = tuple(_entered(connection, library, streams, at))
        return Taken(events, sum(_count_again(connection, library, place, at) for place in library.jurisdictions))


@contextmanager
def _alone(connection: Any) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('casework.enacting'))")
        (first,) = cursor.fetchone()
        try:
            yield first
        finally:
            if first:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('casework.enacting'))")


def _wanted(library: Library) -> Iterator[tuple[str, str, list[Event]]]:
    """Every calendar and rulebook as the folder has it: kind of stream, stream, events."""
    for name, calendar in library.calendars.items():
        made: list[Event] = [
            HolidaysArranged(calendar=name, year=one.year, digest=told(one))
            for one in sorted(calendar.layers[-1].years, key=lambda one: one.year)
        ]
        yield "calendar", str(uuid.uuid5(SPACE, f"calendar/{name}")), made
    for name, versions in library.versions.items():
        editions: list[Event] = [
            RulebookEnacted(rulebook=name, digest=one.digest, effective=one.effective.isoformat()) for one in versions
        ]
        yield "rulebook", str(uuid.uuid5(SPACE, f"rulebook/{name}")), editions


def _place(event: Event) -> str:
    """What an event takes the place of: the year of a calendar, the edition of a rulebook."""
    if isinstance(event, HolidaysArranged):
        return f"{event.calendar} {event.year}"
    return f"{getattr(event, 'rulebook', '')} {getattr(event, 'effective', '')}"


def _outdated(library: Library, streams: dict[str, tuple[Recorded, ...]]) -> Iterator[str]:
    """What the record has newer than the folder: a process that was not restarted must not turn the dates back."""
    for _, stream, wanted in _wanted(library):
        mine = {_place(event): event for event in wanted}
        last = {_place(one.event): one.event for one in streams[stream]}
        known = {repr(one.event) for one in streams[stream]}
        for name, event in last.items():
            if name not in mine or (mine[name] != event and repr(mine[name]) in known):
                yield name


def _entered(
    connection: Any, library: Library, streams: dict[str, tuple[Recorded, ...]], at: datetime
) -> Iterator[Recorded]:
    for kind, stream, wanted in _wanted(library):
        known = {repr(one.event) for one in streams[stream]}
        fresh = [event for event in wanted if repr(event) not in known]
        if fresh:
            yield from append(
                connection,
                stream=stream,
                stream_kind=kind,
                expected=len(streams[stream]),
                drafts=[_draft(library, event, at) for event in fresh],
                recorded_at=at,
                sealed_facts=library.dictionary.sealed,
            )


def _draft(library: Library, event: Event, at: datetime) -> Draft:
    """An arrangement happened on the day it was announced, where that is known; an edition is in use from now."""
    moment = at
    if isinstance(event, HolidaysArranged):
        years = library.calendars[event.calendar].layers[-1].years
        announced = next(one.announced for one in years if one.year == event.year)
        moment = min(at, datetime.combine(announced, time(), CHINA)) if announced else at
    event_id = str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    return Draft(id=event_id, event=event, occurred_at=moment, actor=SYSTEM)


def edition(library: Library, place: str) -> str:
    """One SHA-256 for all that the duties of a jurisdiction are counted with."""
    here = library.jurisdictions[place]
    versions = [version.digest for name in here.instruments for version in library.versions.get(name, ())]
    return digest_of((*versions, told(library.calendars[here.calendar]), told(here)))


def _count_again(connection: Any, library: Library, place: str, at: datetime) -> int:
    """Bring the cases of a jurisdiction that have an open duty to the rules as they are; how many were changed."""
    digest = edition(library, place)
    if RulesTaken.objects.filter(jurisdiction=place, digest=digest).exists():
        return 0
    changed = sum(count_again(connection, stream) for stream in open_cases(place))
    RulesTaken.objects.update_or_create(jurisdiction=place, defaults={"digest": digest, "at": at})
    return changed


def count_again(connection: Any, stream: str) -> bool:
    """Count the duties of a case anew; whether anything moved. An act on it comes before or after; here nobody waits
    long enough to be the other half of a deadlock that ends somebody's act."""
    for _ in range(PATIENCE):
        try:
            with transaction.atomic(using=connection.alias):
                cursor = psycopg.Cursor(plain(connection))
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                cursor.execute("SELECT FROM case_row WHERE stream = %s FOR UPDATE", [stream])
                return refresh(connection, "case", stream)
        except psycopg.errors.LockNotAvailable:
            continue
    raise RuntimeError(f"案件 {stream} 一直有人在办理，期限没有重新计算；稍后自动再试")


def open_cases(place: str) -> Sequence[str]:
    rows = DutyRow.objects.filter(jurisdiction=place, met_at=None, excused=False)
    return [str(stream) for stream in rows.order_by("stream").values_list("stream", flat=True).distinct()]
