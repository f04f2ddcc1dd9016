"""Writing the registers (登记): agencies, departments, officers, certificates, posts, items — through the same gates
and the same append as a case.

The registrar (登记管理员) does it; the first agency of an installation is entered by whoever installs it, under his
name, from the command line.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sanxiang.core.events import Recorded
from sanxiang.core.gates import Verdict
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Library
from sanxiang.core.values import Actor
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import VersionConflict
from sanxiang.store.projecting import project

from .commands import TRIES
from .entering import LEADING, Entry, RegisterCommand, judge
from .inspectees import held_still
from .registers import SHELF, guards_of, registers_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of it: the verdict, the stream, its events (none where it was refused)."""

    verdict: Verdict
    stream: str
    events: tuple[Recorded, ...] = ()

    @property
    def done(self) -> bool:
        return bool(self.events)


def register(connection: Any, library: Library, command: RegisterCommand, *, at: datetime) -> Registered:
    """Enter facts into a register, all of them or none. Raises VersionConflict when the register moved meanwhile."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias):
                done = _attempt(connection, library, command, at)
        except VersionConflict as conflict:
            SHELF.forget(conflict.stream)
            moved_subject = conflict.stream == command.stream and command.expected is not None
            if attempt == TRIES - 1 or moved_subject:
                raise
        else:
            SHELF.forget(done.stream)
            return done
    raise AssertionError("the loop above returns or raises")


def _attempt(connection: Any, library: Library, command: RegisterCommand, at: datetime) -> Registered:
    before = reading.load(connection, command.stream) if command.stream else ()
    if command.expected is not None and command.expected != len(before):
        raise VersionConflict("SX001", "这条登记刚刚被他人更新，请刷新后再办", command.stream)
    people = listed_for(command, people_of(connection, command), at)
    verdict, entries, actor = judge(library, command, before, people, at=at)
    if not verdict.allowed:
        return Registered(verdict=verdict, stream=command.stream)
    stream = command.stream or str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    recorded = append(
        connection,
        stream=stream,
        stream_kind=command.kind,
        expected=len(before),
        drafts=[_draft(entry, actor, verdict) for entry in entries],
        recorded_at=at,
        sealed_facts=library.dictionary.sealed,
        guards={key: version for key, version in guards_of(people).items() if key != stream},
    )
    project(connection, command.kind, stream, before, (*before, *recorded))
    return Registered(verdict=verdict, stream=stream, events=recorded)


def people_of(connection: Any, command: RegisterCommand) -> Registers:
    """The registers that a command is judged by: the agency it is about, the officer and his own agency."""
    named = (officer for entry in command.entries for officer in entry.event.officers)
    people = registers_for(connection, command.agency, (command.officer, *named))
    officer = people.officer(command.officer)
    if officer is None or officer.agency == command.agency:
        return people
    own = registers_for(connection, officer.agency, ())
    return Registers(people.officers, {**people.agencies, **own.agencies})


def listed_for(command: RegisterCommand, people: Registers, at: datetime) -> Registers:
    """With the list of objects of inspection (检查对象名录库) as of the day from which a draw says its list is."""
    days = [str(getattr(entry.event, "listed_on", "")) for entry in command.entries if command.kind == "draw"]
    if not any(days):
        return people
    return replace(people, inspectees=held_still(command.agency, date.fromisoformat(max(days)), at))


def _draft(entry: Entry, actor: Actor, verdict: Verdict) -> Draft:
    return Draft(
        id=str(uuid.uuid4()),  # noqa: TID251  identifiers are made here, at the edge
        event=entry.event,
        occurred_at=entry.occurred_at,
        actor=actor,
        finding=verdict.finding,
    )


__all__ = ["LEADING", "Entry", "RegisterCommand", "Registered", "judge", "people_of", "register"]
