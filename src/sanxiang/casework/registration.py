"""Writing the registers (登记): agencies, departments, officers, certificates, posts, items — through the same gates
and the same append as a case.

The registrar (登记管理员) does it; the first agency of an installation is entered by whoever installs it, under his
name, from the command line.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Event, Recorded
from sanxiang.core.gates import Proposal, Reason, Situation, Verdict, consider_register
from sanxiang.core.registers import Agency, Registers, fold_officer
from sanxiang.core.rulebook import Library, check_facts
from sanxiang.core.values import Actor, legal_day
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import VersionConflict
from sanxiang.store.projecting import project

from .commands import actor_of
from .registers import SHELF, guards_of, registers_for

KINDS = ("agency", "officer", "item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact for a register and when it happened."""

    event: Event
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCommand:
    """Facts for one register stream. `stream` empty for a new one; `kind` agency, officer or item; `agency` the
    agency that the subject belongs to; `officer` who enters it, or `installer` at the command line."""

    kind: str
    entries: tuple[Entry, ...]
    agency: str = ""
    stream: str = ""
    officer: str = ""
    installer: Actor | None = None
    expected: int | None = None


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
    with transaction.atomic(using=connection.alias):
        before = reading.load(connection, command.stream) if command.stream else ()
        if command.expected is not None and command.expected != len(before):
            raise VersionConflict("SX001", "这条登记刚刚被他人更新，请刷新后再办", command.stream)
        people = registers_for(connection, command.agency, (command.officer,))
        actor = command.installer or actor_of(people, command.officer, at, "registrar")
        entries, problems = _checked(library, command.entries)
        verdict = _considered(library, command, entries, before, people, actor, at, problems)
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
    SHELF.forget(stream)
    return Registered(verdict=verdict, stream=stream, events=recorded)


def _draft(entry: Entry, actor: Actor, verdict: Verdict) -> Draft:
    return Draft(
        id=str(uuid.uuid4()),  # noqa: TID251  identifiers are made here, at the edge
        event=entry.event,
        occurred_at=entry.occurred_at,
        actor=actor,
        finding=verdict.finding,
    )


def _checked(library: Library, entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """The entries with clean facts, and the problems with what was typed."""
    clean, problems = [], {}
    for entry in entries:
        facts, wrong = check_facts(library.dictionary, entry.event.facts)
        problems.update(wrong)
        clean.append(replace(entry, event=replace(entry.event, facts=facts)))
    return tuple(clean), problems


def _considered(
    library: Library,
    command: RegisterCommand,
    entries: Sequence[Entry],
    before: Sequence[Recorded],
    people: Registers,
    actor: Actor,
    at: datetime,
    problems: Mapping[str, str],
) -> Verdict:
    """Every entry through the gates, each seeing the register as the ones before it leave it."""
    agency = people.agency(command.agency)
    case = CaseFile(agency=command.agency, jurisdiction=_jurisdiction(library, agency, entries))
    reasons: list[Reason] = []
    findings: dict[str, Any] = {}
    for index, entry in enumerate(entries):
        seen = _as_recorded(command, before, entries[:index], actor, at)
        officers = dict(people.officers)
        if command.kind == "officer":
            officers[SUBJECT] = fold_officer(seen)
        rules = library.on(case.jurisdiction, legal_day(entry.occurred_at))
        proposal = Proposal(act=entry.event.KIND, actor=actor, at=at, facts=entry.event.facts, link=SUBJECT,
                            extra={"event": entry.event})  # fmt: skip
        s = Situation(rules, case, Registers(officers, people.agencies), proposal)
        verdict = consider_register(s, entry.event.KIND, installing=command.installer is not None)
        reasons += verdict.reasons
        findings = dict(verdict.finding)
    if problems:
        reasons.append(
            Reason(code="input", clause="", law="填写要求", text="有填写错误", missing=tuple(problems.values()))
        )
    return Verdict(reasons=tuple(dict.fromkeys(reasons)), questions=(), finding=findings)


SUBJECT = "subject"


def _jurisdiction(library: Library, agency: Agency | None, entries: Sequence[Entry]) -> str:
    if agency is not None:
        return agency.jurisdiction
    named = next((str(getattr(entry.event, "jurisdiction", "")) for entry in entries), "")
    return named if named in library.jurisdictions else next(iter(library.jurisdictions))


def _as_recorded(
    command: RegisterCommand, before: Sequence[Recorded], entries: Sequence[Entry], actor: Actor, at: datetime
) -> tuple[Recorded, ...]:
    stream = command.stream or SUBJECT
    later = tuple(
        Recorded(
            id="", stream=stream, seq=seq, prev=None, occurred_at=entry.occurred_at, recorded_at=at, actor=actor,
            finding=None, breaches=(), event=entry.event,
        )
        for seq, entry in enumerate(entries, len(before) + 1)
    )  # fmt: skip
    return (*before, *later)

