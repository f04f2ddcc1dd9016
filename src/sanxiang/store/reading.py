"""Reads the record: whole streams, the streams of a kind, and what the ledger numbered since an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow

from sanxiang.core.events import Recorded, from_payload
from sanxiang.core.ledger import commitment
from sanxiang.core.values import Actor

from .known import Known, recall, remember
from .runtime import current, plain
from .sealing import Disclosed, SubjectKey, unseal
from .wire import TEXT, Statement

_ONE = Statement(
    "load",
    "SELECT e.body, e.salt, e.sealed, k.wrapped FROM record.event e"
    " LEFT JOIN keyring.subject_key k ON k.subject = e.stream WHERE e.stream = $1::uuid ORDER BY e.seq",
    [TEXT],
)
_MANY = (
    "SELECT e.body, e.salt, e.sealed, k.wrapped, e.stream::text FROM record.event e"
    " LEFT JOIN keyring.subject_key k ON k.subject = e.stream WHERE e.stream = ANY(%s::uuid[])"
    " ORDER BY e.stream, e.seq"
)
_HEAD = (
    "SELECT e.body, e.salt, k.wrapped FROM record.event e LEFT JOIN keyring.subject_key k ON k.subject = e.stream"
    " WHERE e.stream = %s::uuid AND e.seq = %s"
)
_STREAMS = (
    "SELECT id::text FROM record.stream WHERE kind = %s AND (%s::uuid IS NULL OR id > %s::uuid) ORDER BY id LIMIT %s"
)
_TAIL = (
    "SELECT l.log_index, e.id::text, e.stream::text, e.seq, e.kind FROM record.leaf l"
    " JOIN record.event e ON e.pos = l.event_pos WHERE l.log_index > %s ORDER BY l.log_index LIMIT %s"
)
_RAW = (
    "SELECT e.id::text, e.seq, e.body, e.salt, e.entry, e.sealed, k.wrapped, l.log_index FROM record.event e"
    " LEFT JOIN keyring.subject_key k ON k.subject = e.stream LEFT JOIN record.leaf l ON l.event_pos = e.pos"
    " WHERE e.stream = %s::uuid ORDER BY e.seq"
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """One event as the ledger numbered it: `index` its place in the log from 0."""

    index: int
    id: str
    stream: str
    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Raw:
    """One event as it is stored, for archive packages: canonical `body`, `salt` and public `entry`, its sealed facts
    with their salts (None where the key was destroyed), its ledger index (None while it waits)."""

    id: str
    seq: int
    body: bytes
    salt: bytes
    entry: bytes
    disclosed: Mapping[str, Disclosed] | None
    index: int | None


def _rows(connection: Any, query: str, values: Sequence[Any]) -> list[TupleRow]:
    cursor = psycopg.Cursor(plain(connection))
    return cursor.execute(query, values, binary=True).fetchall()


def load(connection: Any, stream: str) -> tuple[Recorded, ...]:
    """All events of a stream, oldest first, sealed facts opened; facts whose key was destroyed are left out.
    Empty for a stream that is not there. One query."""
    found = _ONE.run(plain(connection), [stream])
    return _stream(stream, [[found.get_value(row, column) for column in range(4)] for row in range(found.ntuples)])


def load_many(connection: Any, streams: Sequence[str]) -> dict[str, tuple[Recorded, ...]]:
    """Several streams in one query; those that are not there are left out."""
    found: dict[str, list[TupleRow]] = {}
    for row in _rows(connection, _MANY, (list(streams),)):
        found.setdefault(row[4], []).append(row)
    return {stream: _stream(stream, rows) for stream, rows in found.items()}


def positions(connection: Any, *streams: str) -> dict[str, int]:
    """The place of each event of some streams among all that the record took, by id. The order of two streams, whatever
    their clock said. One query."""
    query = "SELECT id::text, pos FROM record.event WHERE stream = ANY(%s::uuid[])"
    return dict(_rows(connection, query, (list(streams),)))


def streams(connection: Any, kind: str, after: str | None = None, limit: int = 1000) -> tuple[str, ...]:
    """Ids of streams of a kind in order of id, those after `after`: a page by key."""
    return tuple(row[0] for row in _rows(connection, _STREAMS, (kind, after, after, limit)))


def every_stream(connection: Any, kind: str, batch: int = 1000) -> Iterator[tuple[str, ...]]:
    """All streams of a kind in batches."""
    after: str | None = None
    while page := streams(connection, kind, after, batch):
        yield page
        after = page[-1]


def tail(connection: Any, after: int = -1, limit: int = 1000) -> tuple[Numbered, ...]:
    """What the ledger numbered after an index, in its order. The ledger index is the only safe cursor: rows become
    visible in another order than they were given their ids."""
    return tuple(Numbered(*row) for row in _rows(connection, _TAIL, (after, limit)))


def raw(connection: Any, stream: str) -> tuple[Raw, ...]:
    """A stream as it is stored."""
    events, key = [], None
    for event_id, seq, body, salt, entry, sealed, wrapped, index in _rows(connection, _RAW, (stream,)):
        disclosed: dict[str, Disclosed] | None = {}
        if sealed is not None:
            key = key or _key(stream, wrapped)
            disclosed = (
                None
                if key is None
                else {
                    fact: Disclosed(bytes.fromhex(held["salt"]), held["value"])
                    for fact, held in unseal(key, event_id, sealed).items()
                }
            )
        events.append(Raw(event_id, seq, body, salt, entry, disclosed, index))
    return tuple(events)


def head_of(connection: Any, stream: str, seq: int) -> Known | None:
    """The commitment of event `seq` of a stream and the stream's key; None where there is no such event."""
    rows = _rows(connection, _HEAD, (stream, seq))
    if not rows:
        return None
    body, salt, wrapped = rows[0]
    return Known(seq, commitment(salt, body).hex(), _key(stream, wrapped))


def _key(stream: str, wrapped: bytes | None) -> SubjectKey | None:
    if wrapped is None:
        return None
    known = recall(stream)
    if known is not None and known.key is not None and known.key.wrapped == wrapped:
        return known.key
    return current().sealer.unwrap(stream, wrapped)


def _stream(stream: str, rows: Sequence[Sequence[Any]]) -> tuple[Recorded, ...]:
    if not rows:
        return ()
    key = _key(stream, rows[0][3])
    events = tuple(_recorded(row[0], row[2], key) for row in rows)
    remember(stream, Known(len(events), commitment(rows[-1][1], rows[-1][0]).hex(), key))
    return events


def _recorded(body: bytes, sealed: bytes | None, key: SubjectKey | None) -> Recorded:
    doc = orjson.loads(body)
    payload = doc["payload"]
    if sealed is not None and key is not None:
        facts = payload.setdefault("facts", {})
        for fact, held in unseal(key, doc["id"], sealed).items():
            facts[fact] = held["value"]
    return Recorded(
        id=doc["id"],
        stream=doc["stream"],
        seq=doc["seq"],
        prev=doc["prev"],
        occurred_at=datetime.fromisoformat(doc["occurred_at"]),
        recorded_at=datetime.fromisoformat(doc["recorded_at"]),
        actor=Actor.from_dict(doc["actor"]),
        finding=doc["finding"],
        breaches=tuple(doc["breaches"]),
        event=from_payload(doc["kind"], doc["version"], payload),
    )
