"""Who approves in whose place (授权代行): what runs in an agency, what a head may give, and giving it.

It is written into the register of whoever acts, through the gates; what an act is worth then is asked of the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.core.events import Event
from sanxiang.core.events.registry import DelegationEnded, PostDelegated
from sanxiang.core.gates import keepers_of
from sanxiang.core.registers import Agency, Lent, Officer
from sanxiang.core.rulebook import Library
from sanxiang.store import reading

from .access import Reader
from .models import Colleague
from .registers import registers_for
from .registration import Entry, RegisterCommand, Registered, register

MOST = 500
GIVERS = frozenset(keepers_of(PostDelegated.KIND))


@dataclass(frozen=True, slots=True)
class Given:
    """One delegation for reading: who acts, what was given, its last day, and whether it runs or may be ended by the
    reader."""

    stream: str
    name: str
    post: str
    lent: Lent
    last: date
    running: bool
    mine: bool
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A delegation as it was given, for its letter (授权委托书): who gives it, in which department, to whom with which
    certificate; what it was given for."""

    given: Given
    department: str
    to: Officer
    certificate: str
    reason: str
    entered_at: datetime


def given(connection: Any, library: Library, reader: Reader, day: date) -> list[Given]:
    """Every delegation of the agency, what runs first, then the newest."""
    rows = Colleague.objects.filter(agency=reader.agency or None).order_by("name", "stream")[:MOST]
    names = {str(row.stream): row.name for row in rows}
    registers = registers_for(connection, reader.agency, names)
    found = [
        Given(
            stream, names[stream], library.posts.get(one.post, one.post), one, one.until - timedelta(days=1),
            one.held(day), one.held(day) and one.giver == reader.officer, nth,
        )
        for stream, officer in registers.officers.items() if stream in names
        for nth, one in enumerate(officer.lent)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.running, -one.lent.since.toordinal(), one.name))


def letter(connection: Any, library: Library, reader: Reader, stream: str, nth: int, day: date) -> Letter | None:
    """The nth delegation that an officer of the reader's agency was given; None where there is none."""
    registers = registers_for(connection, reader.agency, (stream,))
    officer, agency = registers.officer(stream), registers.agency(reader.agency) or Agency()
    if officer is None or officer.agency != reader.agency or nth >= len(officer.lent):
        return None
    entered = [one for one in reading.load(connection, stream) if one.kind == PostDelegated.KIND][nth]
    one, card = officer.lent[nth], officer.certificate(officer.lent[nth].since)
    last = date.fromisoformat(str(getattr(entered.event, "until", "")))
    told = Given(stream, officer.name, library.posts.get(one.post, one.post), one, last, one.held(day), False, nth)
    return Letter(
        told, _department(agency, one.department), officer, card.number if card else "",
        str(entered.event.facts.get("delegation_reason", "")), entered.occurred_at,
    )  # fmt: skip


def own_posts(connection: Any, library: Library, reader: Reader, day: date) -> list[tuple[str, str]]:
    """The posts of the reader whose approvals he may give to somebody, as (post@department, in words)."""
    registers = registers_for(connection, reader.agency, (reader.officer,))
    officer, agency = registers.officer(reader.officer), registers.agency(reader.agency) or Agency()
    held = officer.posts_on(day) if officer else ()
    return [
        (f"{one.post}@{one.department}", f"{_department(agency, one.department)}{library.posts[one.post]}")
        for one in held
        if one.post in GIVERS
    ]


def _department(agency: Agency, department: str) -> str:
    found = agency.departments.get(department)
    return found.name if found else department


def colleagues_of(reader: Reader) -> Sequence[Colleague]:
    """Whom the reader may give it to: the gates say who is fit."""
    rows = Colleague.objects.filter(agency=reader.agency or None, serving=True).exclude(stream=reader.officer or None)
    return list(rows.order_by("name", "stream")[:MOST])


def give(connection: Any, library: Library, reader: Reader, typed: Mapping[str, Any], at: datetime) -> Registered:
    """Give the approvals of a post to somebody."""
    post, _, department = str(typed["post"]).partition("@")
    facts = {name: typed[name] for name in ("delegation_letter", "delegation_reason") if typed[name]}
    made = PostDelegated(post=post, department=department, until=typed["until"], scope=typed["scope"], facts=facts)
    return _entered(connection, library, reader, typed["to"], made, at)


def end(connection: Any, library: Library, reader: Reader, stream: str, held: str, at: datetime) -> Registered:
    """End a delegation from now on."""
    post, _, department = held.partition("@")
    return _entered(connection, library, reader, stream, DelegationEnded(post=post, department=department), at)


def _entered(
    connection: Any, library: Library, reader: Reader, stream: str, event: Event, at: datetime
) -> Registered:  # fmt: skip
    command = RegisterCommand(
        kind="officer", entries=(Entry(event=event, occurred_at=at),), agency=reader.agency, stream=stream,
        officer=reader.officer,
    )  # fmt: skip
    return register(connection, library, command, at=at)
