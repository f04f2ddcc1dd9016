"""Appends one act to a stream: the only door into the record. Only casework.commands imports this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from os import urandom
from typing import Any

import psycopg

from sanxiang.core.events import Event, Json, Recorded, body_of
from sanxiang.core.ledger import canonical_bytes, commitment
from sanxiang.core.values import Actor

from .errors import VERSION_CONFLICT, VersionConflict, refusal
from .known import Known, forget, recall, remember
from .reading import head_of
from .runtime import current, plain
from .sealing import SubjectKey, seal
from .wire import BYTEA, TEXT, Statement

_LIMIT = 500
_ARGUMENTS = (TEXT, BYTEA, BYTEA, BYTEA, BYTEA, BYTEA, TEXT, TEXT)


@cache
def _statement(events: int) -> Statement:
    """The call that appends so many events, one after another in one statement; the first may have guards."""
    calls: list[str] = []
    types: list[int] = []
    for at in range(events):
        kinds = _ARGUMENTS if at == 0 else _ARGUMENTS[:6]
        names = [f"${len(types) + n}" for n in range(1, len(kinds) + 1)]
        if at == 0:
            names[6:] = [f"{names[6]}::uuid[]", f"{names[7]}::integer[]"]
        calls.append(f"record.append({', '.join(names)})")
        types += kinds
    return Statement(f"append_{events}", f"SELECT {', '.join(calls)}", types)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event that is to be appended: `id` a fresh uuid text, `finding` the trace of the verdict that let it pass,
    `breaches` what a reported fact breaks."""

    id: str
    event: Event
    occurred_at: datetime
    actor: Actor
    finding: Mapping[str, Json] | None = None
    breaches: tuple[Mapping[str, Json], ...] = ()

    def follow(self, stream: str, seq: int, prev: str | None, recorded_at: datetime) -> Recorded:
        """The event as it stands at its place."""
        return Recorded(
            id=self.id,
            stream=stream,
            seq=seq,
            prev=prev,
            occurred_at=self.occurred_at,
            recorded_at=recorded_at,
            actor=self.actor,
            finding=self.finding,
            breaches=self.breaches,
            event=self.event,
        )


def append(
    connection: Any,
    *,
    stream: str,
    stream_kind: str,
    expected: int,
    drafts: Sequence[Draft],
    recorded_at: datetime,
    sealed_facts: Callable[[str], bool],
    guards: Mapping[str, int] | None = None,
) -> tuple[Recorded, ...]:
    """Append `drafts` after event number `expected` of a stream (0 opens it), in the connection's transaction and in
    one round trip.

    `recorded_at` is now (in a demonstration: its moving clock); `sealed_facts` says which facts are sealed; `guards`
    maps other streams, registers that the act relied on, to the version it saw (0: not there).
    Raises VersionConflict when the stream or a guard moved, RecordRefused for anything else that the record refuses;
    after either the transaction must be rolled back.
    """
    if not 0 < len(drafts) <= _LIMIT:
        raise ValueError(f"one act is 1 to {_LIMIT} events, not {len(drafts)}")
    connection = plain(connection)
    _, head, key = _known(connection, stream, expected)
    recorded: list[Recorded] = []
    values: list[str | bytes | None] = []
    for seq, draft in enumerate(drafts, expected + 1):
        event = draft.follow(stream, seq, head, recorded_at)
        body, salt, blob, key = _bytes(event, key, sealed_facts)
        head = commitment(salt, body).hex()
        recorded.append(event)
        sm3 = hashlib.new("sm3", salt + body).digest() if current().sm3 else None
        values += (stream_kind, body, salt, sm3, blob, key.wrapped if blob and key else None)
    values[6:6] = _listed(guards), _listed(guards and guards.values())
    try:
        _statement(len(drafts)).run(connection, values)
    except psycopg.Error as problem:
        forget(stream)
        raise refusal(problem, stream) from problem
    remember(stream, Known(expected + len(recorded), head, key))
    return tuple(recorded)


def _listed(values: Iterable[object] | None) -> str | None:
    """An array in PostgreSQL's writing, of values that need no quotes; None where there are none."""
    return "{" + ",".join(map(str, values)) + "}" if values else None


def _known(connection: psycopg.Connection[Any], stream: str, expected: int) -> Known:
    if expected == 0:
        return Known(0, None, None)
    known = recall(stream)
    if known is not None and known.seq == expected:
        return known
    found = head_of(connection, stream, expected)
    if found is None:
        raise VersionConflict(VERSION_CONFLICT, "这件案卷刚刚被他人更新，请刷新后再办", stream)
    return found


def _bytes(
    event: Recorded, key: SubjectKey | None, sealed_facts: Callable[[str], bool]
) -> tuple[bytes, bytes, bytes | None, SubjectKey | None]:
    """Canonical body, salt, sealed blob (None where nothing is sealed) and the key of the stream, made now where the
    first fact of the stream is sealed."""
    hidden = {fact: value for fact, value in event.event.facts.items() if sealed_facts(fact)}
    commitments: dict[str, str] = {}
    blob: bytes | None = None
    if hidden:
        key = key or current().sealer.new_key(event.stream)
        commitments, blob = seal(key, event.id, hidden)
    return canonical_bytes(body_of(event, commitments)), urandom(32), blob, key
