"""Rebuilds projections from the record, and compares what stands with what should.

The rows are computed into tables of a shadow schema, then the difference is carried over in one transaction: rights,
indexes and readers of the tables notice nothing, and a rebuild of what was right writes nothing.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from . import reading
from .projecting import PROJECTIONS, Projection, encoded, insertion, shape
from .runtime import plain

SHADOW = "projection_shadow"
SEEN = "streams seen"
BATCH = 250
PATIENCE = 200
Progress = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that stands otherwise than the record says: `how` is missing, extra or changed."""

    table: str
    key: str
    how: str


@dataclass(frozen=True, slots=True)
class Report:
    """`streams` computed in `seconds`; `differences` found (at most `LIMIT` of each table are listed)."""

    streams: int
    seconds: float
    differences: tuple[Difference, ...]


LIMIT = 1000


def rebuild(owner: Any, names: Sequence[str] = (), *, progress: Progress | None = None, workers: int = 1) -> Report:
    """Bring the tables of these projections (all, if none is named) to what the record says; the differences reported
    are those that were mended. `owner` is a connection of the owner role outside a transaction."""
    return _run(plain(owner), _named(names), progress, workers, mend=True)


def compare(owner: Any, names: Sequence[str] = (), *, progress: Progress | None = None, workers: int = 1) -> Report:
    """Recompute everything and report what differs; change nothing."""
    return _run(plain(owner), _named(names), progress, workers, mend=False)


def _named(names: Sequence[str]) -> tuple[Projection, ...]:
    unknown = [name for name in names if name not in PROJECTIONS]
    if unknown:
        raise LookupError(f"没有投影 {'、'.join(unknown)}，现有：{'、'.join(PROJECTIONS)}")
    return tuple(projection for name, projection in PROJECTIONS.items() if name in names or not names)


def _run(
    owner: Connection[Any], wanted: Sequence[Projection], progress: Progress | None, workers: int, *, mend: bool
) -> Report:
    begun = monotonic()
    tables = [table for projection in wanted for table in projection.tables]
    if not owner.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (SHADOW,)).fetchone()[0]:  # type: ignore[index]
        raise RuntimeError("另一个重建或比对正在进行，请稍后再试")
    owner.commit()
    try:
        size = _prepare(owner, tables)
        done = 0
        total = _count(owner, wanted)
        for many in _computed(owner, wanted, workers):
            done += many
            if progress:
                progress(done, total, done / max(monotonic() - begun, 1e-9))
        with owner.transaction():
            _lock(owner, tables)
            _refresh(owner, wanted, size)
            differences = tuple(one for table in tables for one in _differences(owner, table))
            if mend:
                for table in tables:
                    _carry_over(owner, table)
        return Report(done, monotonic() - begun, differences)
    finally:
        owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SHADOW)))
        owner.execute("SELECT pg_advisory_unlock(hashtext(%s))", (SHADOW,))
        owner.commit()


def _prepare(owner: Connection[Any], tables: Iterable[str]) -> int:
    """An empty shadow of each table; returns the size of the log, from which later events are told."""
    with owner.transaction():
        owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SHADOW)))
        owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SHADOW)))
        for table in tables:
            owner.execute(sql.SQL("CREATE UNLOGGED TABLE {} (LIKE {})").format(_shadow(table), sql.Identifier(table)))
        owner.execute(
            sql.SQL("CREATE UNLOGGED TABLE {} (stream uuid PRIMARY KEY, version integer)").format(_shadow(SEEN))
        )
        row = owner.execute("SELECT size FROM record.log_state").fetchone()
    assert row is not None
    return int(row[0])


def _lock(owner: Connection[Any], tables: Sequence[str]) -> None:
    """Hold up those who write these tables, readers not. Waits shortly and tries again, so that it never becomes the
    other half of a deadlock that would end somebody's act."""
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    for _ in range(PATIENCE):
        try:
            with owner.transaction():
                owner.execute("SET LOCAL lock_timeout = '300ms'")
                owner.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(names))
                owner.execute("SET LOCAL lock_timeout = 0")
            return
        except psycopg.errors.LockNotAvailable:
            continue
    raise RuntimeError("写入一直没有间歇，未能完成；请在业务较少时再试")


def _shadow(table: str) -> sql.Identifier:
    return sql.Identifier(SHADOW, table)


def _kinds(wanted: Sequence[Projection]) -> list[str]:
    return sorted({kind for projection in wanted for kind in projection.stream_kinds})


def _count(owner: Connection[Any], wanted: Sequence[Projection]) -> int:
    row = owner.execute("SELECT count(*) FROM record.stream WHERE kind = ANY(%s)", (_kinds(wanted),)).fetchone()
    owner.commit()
    assert row is not None
    return int(row[0])


def _computed(owner: Connection[Any], wanted: Sequence[Projection], workers: int) -> Iterator[int]:
    """Compute every stream into the shadow, in this process or in forked ones; yields how many at a time."""
    names = tuple(projection.name for projection in wanted)
    batches = ((names, kind, page) for kind in _kinds(wanted) for page in reading.every_stream(owner, kind, BATCH))
    if workers <= 1:
        for batch in batches:
            yield _compute(owner, *batch)
            owner.commit()
        return
    address = make_conninfo("", **owner.info.get_parameters(), password=owner.info.password)
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _connect, (address,))
    with pool:
        while ahead := list(islice(batches, workers * 4)):
            owner.commit()
            yield from pool.map(_compute_here, ahead)


_own: list[Connection[Any]] = []


def _connect(address: str) -> None:
    _own[:] = [psycopg.connect(address)]


def _compute_here(batch: tuple[tuple[str, ...], str, tuple[str, ...]]) -> int:
    done = _compute(_own[0], *batch)
    _own[0].commit()
    return done


def _compute(connection: Connection[Any], names: Sequence[str], kind: str, streams: Sequence[str]) -> int:
    """The rows of some streams of one kind into the shadow."""
    rows: dict[str, list[Any]] = {}
    loaded = reading.load_many(connection, streams)
    for projection in (PROJECTIONS[name] for name in names):
        if kind in projection.stream_kinds:
            for stream, events in loaded.items():
                for table, found in projection.rows(stream, events).items():
                    rows.setdefault(table, []).extend(found)
    for table, found in rows.items():
        _, columns = shape(connection, table)
        connection.execute(insertion(_shadow(table), table, columns), (encoded(table, found, columns),))
    seen = {stream: len(events) for stream, events in loaded.items()}
    connection.execute(
        sql.SQL("INSERT INTO {} SELECT * FROM unnest(%s::uuid[], %s::integer[])").format(_shadow(SEEN)),
        (list(seen), list(seen.values())),
    )
    return len(streams)


def _refresh(owner: Connection[Any], wanted: Sequence[Projection], size: int) -> None:
    """Compute again the streams that may have moved since the log had this size. What was visible then was numbered
    below it or waited in the outbox, so that nothing is missed whenever it was committed."""
    moved = owner.execute(
        sql.SQL(
            "SELECT s.id::text, s.kind FROM record.stream s LEFT JOIN {seen} v ON v.stream = s.id"
            " WHERE s.kind = ANY(%s) AND s.id IN (SELECT e.stream FROM record.event e WHERE e.pos IN"
            " (SELECT event_pos FROM record.leaf WHERE log_index >= %s UNION ALL SELECT event_pos FROM record.pending))"
            " AND v.version IS DISTINCT FROM (SELECT max(e.seq) FROM record.event e WHERE e.stream = s.id)"
        ).format(seen=_shadow(SEEN)),
        (_kinds(wanted), size),
    ).fetchall()
    names = tuple(projection.name for projection in wanted)
    for at in range(0, len(moved), BATCH):
        page = moved[at : at + BATCH]
        for table in (SEEN, *(table for projection in wanted for table in projection.tables)):
            owner.execute(
                sql.SQL("DELETE FROM {} WHERE stream::text = ANY(%s)").format(_shadow(table)),
                ([stream for stream, _ in page],),
            )
        for kind in _kinds(wanted):
            _compute(owner, names, kind, [stream for stream, its in page if its == kind])


def _differences(owner: Connection[Any], table: str) -> list[Difference]:
    key, columns = shape(owner, table)
    rows = owner.execute(
        sql.SQL(
            "SELECT coalesce(p.{key}, s.{key})::text,"
            " CASE WHEN p.{key} IS NULL THEN 'missing' WHEN s.{key} IS NULL THEN 'extra' ELSE 'changed' END"
            " FROM {table} p FULL JOIN {shadow} s ON s.{key} = p.{key}"
            " WHERE p.{key} IS NULL OR s.{key} IS NULL OR ROW({p}) IS DISTINCT FROM ROW({s}) ORDER BY 1 LIMIT {limit}"
        ).format(
            key=sql.Identifier(key),
            table=sql.Identifier(table),
            shadow=_shadow(table),
            limit=sql.Literal(LIMIT),
            p=_listed(columns, "p"),
            s=_listed(columns, "s"),
        )
    ).fetchall()
    return [Difference(table, name, how) for name, how in rows]


def _carry_over(owner: Connection[Any], table: str) -> None:
    key, columns = shape(owner, table)
    names, old, new = _listed(columns), _listed(columns, "p"), _listed(columns, "excluded")
    at = {"table": sql.Identifier(table), "shadow": _shadow(table), "key": sql.Identifier(key)}
    owner.execute(
        sql.SQL("DELETE FROM {table} p WHERE NOT EXISTS (SELECT FROM {shadow} s WHERE s.{key} = p.{key})").format(**at)
    )
    owner.execute(
        sql.SQL(
            "INSERT INTO {table} AS p ({names}) SELECT {names} FROM {shadow} ON CONFLICT ({key}) DO UPDATE"
            " SET ({names}) = ROW({new}) WHERE ROW({old}) IS DISTINCT FROM ROW({new})"
        ).format(**at, names=names, new=new, old=old)
    )


def _listed(columns: Iterable[str], *of: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*of, column) for column in columns)
