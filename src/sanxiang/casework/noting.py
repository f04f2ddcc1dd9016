"""What the system itself puts on the record (系统记录): one event at the end of a stream that belongs to no case, or
of a case of which it notes something. Nothing is judged: no person acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sanxiang.core.casefile import NOTED
from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.page import PageCollected
from sanxiang.core.values import Actor
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.projecting import project

from .registers import SHELF

SPACE = uuid.UUID("0b5b1f7e-7a1c-5f0e-9a0d-2f4c7f6d9b11")


def stream_of(kind: str, subject: str) -> str:
    """The stream of this kind about a subject."""
    return str(uuid.uuid5(SPACE, f"{kind}/{subject}"))


def note(
    connection: Any, kind: str, subject: str, event: Event, *, agency: str, at: datetime, actor: Actor | None = None,
    sealed: Callable[[str], bool] = lambda fact: False,
) -> Recorded:  # fmt: skip
    """Append an event to the stream of this kind about a subject, in the connection's transaction. `agency` is whose
    record it is, `actor` who stands behind it where it is not the system, `sealed` which facts are kept apart. Raises
    VersionConflict where another process did so meanwhile."""
    return note_at(connection, kind, stream_of(kind, subject), event, agency=agency, at=at, actor=actor, sealed=sealed)


def note_at(
    connection: Any, kind: str, stream: str, event: Event, *, agency: str, at: datetime, actor: Actor | None = None,
    sealed: Callable[[str], bool] = lambda fact: False,
) -> Recorded:  # fmt: skip
    """The same where the stream itself is known."""
    before = reading.load(connection, stream)
    (recorded,) = append(
        connection,
        stream=stream,
        stream_kind=kind,
        expected=len(before),
        drafts=[_draft(event, agency, at, actor)],
        recorded_at=at,
        sealed_facts=sealed,
    )
    project(connection, kind, stream, before, (*before, recorded))
    return recorded


def note_in_case(
    connection: Any, before: Sequence[Recorded], event: Event, *, agency: str, at: datetime,
    breaches: Sequence[Mapping[str, Any]] = (),
) -> Recorded:  # fmt: skip
    """Append to a case what the system notes there by itself (`core.casefile.NOTED`), after the events `before`, in the
    connection's transaction; `breaches` what it shows to be broken. Raises VersionConflict where the case went on
    meanwhile."""
    if event.KIND not in NOTED:
        raise ValueError(f"{event.KIND} is an act: somebody has to do it")
    stream = before[0].stream
    (recorded,) = append(
        connection,
        stream=stream,
        stream_kind="case",
        expected=len(before),
        drafts=[replace(_draft(event, agency, at), breaches=tuple(breaches))],
        recorded_at=at,
        sealed_facts=lambda fact: False,
    )
    project(connection, "case", stream, before, (*before, recorded))
    return recorded


def note_on_page(
    connection: Any, before: Sequence[Recorded], event: PageCollected, *, at: datetime, sealed: Callable[[str], bool]
) -> Recorded:
    """Lay a new version of a section of an agency's public page before its people, after the events `before` of the
    agency, in the connection's transaction: they pass it on, check it and publish it, as they do with their own.
    Raises VersionConflict where the agency's stream went on meanwhile."""
    stream = before[0].stream
    (recorded,) = append(
        connection,
        stream=stream,
        stream_kind="agency",
        expected=len(before),
        drafts=[_draft(event, stream, at)],
        recorded_at=at,
        sealed_facts=sealed,
    )
    project(connection, "agency", stream, before, (*before, recorded))
    SHELF.forget(stream)
    return recorded


def _draft(event: Event, agency: str, at: datetime, actor: Actor | None = None) -> Draft:
    actor = actor or Actor(officer="", name="系统", agency=agency, department="", post="system", certificate=None)
    event_id = str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    return Draft(id=event_id, event=event, occurred_at=at, actor=actor)
