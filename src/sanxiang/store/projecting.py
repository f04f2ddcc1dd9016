"""Projections: tables that lists and pages read, each row a pure function of one stream's events.

The write path projects the stream that it appended to in the same transaction and writes only what differs; rebuilding
and comparing run the same function over the whole record (see rebuilding.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
import psycopg
from psycopg import sql

from sanxiang.core.events import Recorded

from .errors import DUPLICATE, RecordRefused
from .reading import load
from .runtime import plain

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """`rows(stream, events)` gives the rows of one stream in each of `tables`: every column of a row but generated
    ones, by name; `events` is never empty. The tables have a primary key of one column and a column `stream`.

    `once` maps a unique constraint on one of the tables to what is told to whoever would break it: what no stream can
    see of the others, their rows refuse."""

    name: str
    stream_kinds: tuple[str, ...]
    tables: tuple[str, ...]
    rows: Callable[[str, Sequence[Recorded]], Rows]
    once: Mapping[str, str] = field(default_factory=dict)


PROJECTIONS: dict[str, Projection] = {}


def register(projection: Projection) -> None:
    """Make a projection known; called by the app that owns its tables. Twice the same name is an error."""
    known = PROJECTIONS.get(projection.name)
    if known is not None and known.rows is not projection.rows:
        raise ValueError(f"two projections are named {projection.name}")
    PROJECTIONS[projection.name] = projection


def of_kind(stream_kind: str) -> tuple[Projection, ...]:
    return tuple(found for found in PROJECTIONS.values() if stream_kind in found.stream_kinds)


def project(
    connection: Any, stream_kind: str, stream: str, before: Sequence[Recorded], after: Sequence[Recorded]
) -> None:
    """Bring every projection of a stream from its events `before` to its events `after`, in the open transaction and
    in at most one round trip. Raises RecordRefused where another stream has what there is once; the transaction must
    then be rolled back."""
    parts: list[str] = []
    values: list[Any] = []
    projections = of_kind(stream_kind)
    # All of before, then all of after: whatever reckons a history can go on from the one it had at hand.
    old = [_rows(projection, stream, before) for projection in projections]
    new = [_rows(projection, stream, after) for projection in projections]
    for projection, was, now in zip(projections, old, new, strict=True):
        for table in projection.tables:
            _difference(connection, table, was.get(table, ()), now.get(table, ()), parts, values)
    if parts:
        steps = ", ".join(f"s{at} AS ({part})" for at, part in enumerate(parts))
        try:
            psycopg.Cursor(plain(connection)).execute(f"WITH {steps} SELECT".encode(), values)
        except psycopg.errors.UniqueViolation as taken:
            raise _told(projections, taken) from taken


def _told(projections: Iterable[Projection], taken: psycopg.errors.UniqueViolation) -> Exception:
    """What a broken constraint means; the error itself where no projection says."""
    name = taken.diag.constraint_name or ""
    texts = [one.once[name] for one in projections if name in one.once]
    return RecordRefused(DUPLICATE, texts[0]) if texts else taken


def refresh(connection: Any, stream_kind: str, stream: str) -> bool:
    """Bring what stands of a stream to its events and the rules as they are now, in the open transaction; whether
    anything changed. The caller holds a row that every act on the stream writes, so that none comes between."""
    events = load(connection, stream)
    cursor = psycopg.Cursor(plain(connection))
    return sum(_stand(cursor, one, stream, events) for one in of_kind(stream_kind)) > 0


_GONE = sql.SQL("DELETE FROM {table} WHERE stream = %s AND NOT {key}::text = ANY(%s)")
_MOVED = sql.SQL(
    "{insertion} ON CONFLICT ({key}) DO UPDATE SET ({names}) = ROW({new}) WHERE ROW({old}) IS DISTINCT FROM ROW({new})"
)


def _stand(cursor: psycopg.Cursor[Any], projection: Projection, stream: str, events: Sequence[Recorded]) -> bool:
    """Write the rows of one projection where they stand otherwise."""
    rows, changed = projection.rows(stream, events), 0
    for table in projection.tables:
        new = rows.get(table, ())
        key, columns = shape(cursor.connection, table)
        name = sql.Identifier(table)
        cursor.execute(_GONE.format(table=name, key=sql.Identifier(key)), [stream, [str(row[key]) for row in new]])
        changed += cursor.rowcount
        moved = _MOVED.format(
            insertion=insertion(name, table, columns),
            key=sql.Identifier(key),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
            new=sql.SQL(", ").join(sql.Identifier("excluded", column) for column in columns),
            old=sql.SQL(", ").join(sql.Identifier(table, column) for column in columns),
        )
        cursor.execute(moved, [encoded(table, new, columns)])
        changed += cursor.rowcount
    return changed > 0


_kept: OrderedDict[tuple[str, str, str], Rows] = OrderedDict()
_KEPT = 512


def _rows(projection: Projection, stream: str, events: Sequence[Recorded]) -> Rows:
    """The rows after these events. Those of the last acts are kept: the next act on a stream starts from them. The
    id of the last event names the history, so that one that was rolled back is never taken for another."""
    if not events:
        return {}
    key = (projection.name, stream, events[-1].id)
    rows = _kept.get(key)
    if rows is None:
        rows = projection.rows(stream, events)
        _kept[key] = rows
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return rows


def _difference(
    connection: Any, table: str, old: Sequence[Row], new: Sequence[Row], parts: list[str], values: list[Any]
) -> None:
    if not old and not new:
        return
    key, columns = shape(connection, table)
    before, after = {row[key]: row for row in old}, {row[key]: row for row in new}
    gone = [name for name in before if name not in after]
    changed = [row for name, row in after.items() if before.get(name) != row]
    deletion, upsertion = _statements(table, key, columns)
    if gone:
        parts.append(deletion)
        values.append([str(name) for name in gone])
    if changed:
        parts.append(upsertion)
        values.append(encoded(table, changed, columns))


@cache
def _statements(table: str, key: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """How rows are taken away by key and how they are put in place; composed once, so that the server knows them."""
    deletion = sql.SQL("DELETE FROM {} WHERE {}::text = ANY(%s)").format(sql.Identifier(table), sql.Identifier(key))
    upsertion = sql.SQL("{} ON CONFLICT ({}) DO UPDATE SET {}").format(
        insertion(sql.Identifier(table), table, columns),
        sql.Identifier(key),
        sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in columns),
    )
    return deletion.as_string(None), upsertion.as_string(None)


def insertion(into: sql.Composable, table: str, columns: Sequence[str]) -> sql.Composed:
    """The INSERT that takes rows as one JSON parameter."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM jsonb_populate_recordset(NULL::{}, %s::jsonb)").format(
        into, names, names, sql.Identifier(table)
    )


def encoded(table: str, rows: Iterable[Row], columns: Sequence[str]) -> str:
    """The rows as that parameter. Raises ValueError where a row does not have just the columns of its table."""
    rows = list(rows)
    for row in rows:
        if row.keys() != set(columns):
            missing, strange = set(columns) - row.keys(), row.keys() - set(columns)
            raise ValueError(f"row of {table}: missing {sorted(missing)}, unknown {sorted(strange)}")
    return orjson.dumps(rows, default=_plainly).decode()


def _plainly(value: Any) -> Any:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a row")


_shapes: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}


def shape(connection: Any, table: str) -> tuple[str, tuple[str, ...]]:
    """The primary key of a table and its columns but the generated ones; asked once in a process."""
    under = plain(connection)
    place = (under.info.dbname, table)
    if place not in _shapes:
        found = (
            psycopg.Cursor(under)
            .execute(
                "SELECT a.attname, coalesce(a.attnum = ANY(i.indkey), false) FROM pg_attribute a"
                " LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
                " WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
                " AND a.attidentity = '' ORDER BY a.attnum",
                (table,),
            )
            .fetchall()
        )
        keys = [name for name, primary in found if primary]
        if len(keys) != 1 or "stream" not in [name for name, _ in found]:
            raise ValueError(f"{table} needs a primary key of one column and a column named stream")
        _shapes[place] = (keys[0], tuple(name for name, _ in found))
    return _shapes[place]
