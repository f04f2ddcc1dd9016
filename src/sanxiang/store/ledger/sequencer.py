"""Numbers what was committed: takes the outbox, hashes the stored bytes again, extends the tree, commits, then signs.

One sequencer works at a time. An advisory lock keeps a second one out politely; the state row, locked and compared in
every batch, keeps it out for certain. Nothing is signed before it is committed, nor published before it is signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from sanxiang.core.ledger import Edge, consistency_proof, edge_of, leaf_hash, public_entry, subtree_in
from sanxiang.store.errors import LedgerStopped

from .publisher import WIDTH, Publisher
from .signer import Signer

BATCH = 10_000
CHUNK = 64 * WIDTH
LOCK = 0x5358_0001
PAUSE = 0.1
LEAVES = "SELECT log_index, event_pos FROM record.leaf WHERE log_index >= %s AND log_index < %s ORDER BY log_index"
EVENTS = "SELECT pos, salt, body, entry FROM record.event WHERE pos = ANY(%b) ORDER BY pos"
ENTRIES = "SELECT pos, entry FROM record.event WHERE pos = ANY(%b)"
"""Positions first, then rows by position: no plan of it ever reads the whole table, whatever the statistics say."""


class Busy(Exception):
    """Another sequencer is at work."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step did: `taken` events, the log's new `size`."""

    taken: int
    size: int


class Sequencer:
    """Works on one direct connection of the sequencer role (a pooler would lose its lock)."""

    def __init__(self, connection: Connection[Any], signer: Signer, publisher: Publisher, batch: int = BATCH) -> None:
        self._connection, self._signer, self._publisher, self._batch = connection, signer, publisher, batch
        self._edge = Edge()
        self._announced = -1
        self._fresh: dict[int, bytes] = {}
        self._held: dict[tuple[int, int], bytes] = {}
        self._held_since = 0

    def start(self) -> None:
        """Take the lock, check that database, signer and published files fit, and finish what a crash left undone.
        Raises Busy, LedgerStopped."""
        c = self._connection
        c.autocommit = True
        c.execute("SET synchronous_commit = on")
        if c.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone() != (True,):
            raise Busy("另一个排序进程正在工作")
        cluster = c.execute("SELECT origin FROM record.cluster").fetchone()
        if cluster is None or cluster[0] != self._signer.origin:
            raise LedgerStopped("签名者与本库的账本名称不符")
        self._load()
        published = self._publisher.last()
        if published is not None and (published.size > self._edge.size or published.origin != self._signer.origin):
            raise LedgerStopped(
                f"已公布 {published.size:,} 条（{published.origin}），库中只有 {self._edge.size:,} 条："
                "数据库可能由旧备份恢复，不能继续"
            )
        self._publisher.show(self._signer.key)
        signed = c.execute("SELECT FROM record.checkpoint WHERE size = %s", (self._edge.size,)).fetchone()
        if self._edge.size == 0 or (signed and published and published.size == self._edge.size):
            self._announced = self._edge.size
        self._announce()

    def step(self) -> Batch:
        """Take one batch. On any error nothing of it was done; call again. Raises LedgerStopped where going on would
        be wrong."""
        c = self._connection
        try:
            with c.pipeline(), c.transaction():
                places = self._waiting()
                rows = c.execute(EVENTS, (places,), binary=True).fetchall() if places else []
                edge, tiles = self._edge.extended([leaf(*row) for row in rows])
                if places:
                    self._store(places, edge, tiles)
        except psycopg.Error:
            if not c.closed:
                self._load()
            raise
        self._fresh.update((at, row[3]) for at, row in enumerate(rows, self._edge.size))
        self._held.update(tiles)
        self._edge = edge
        self._announce()
        return Batch(len(places), edge.size)

    def run(self, stop: Flag, pause: float = PAUSE) -> None:
        """Step until `stop` is set; full batches follow at once, else after `pause` seconds."""
        while not stop.is_set():
            if self.step().taken < self._batch:
                stop.wait(pause)

    def _load(self) -> None:
        row = self._connection.execute("SELECT size, root FROM record.log_state").fetchone()
        assert row is not None
        edge = edge_of(row[0], self._tile)
        if edge.root() != row[1]:
            raise LedgerStopped(f"账本 {row[0]:,} 条处的树与其根不符")
        self._edge = edge
        self._held, self._held_since = {}, edge.size

    def _waiting(self) -> list[int]:
        """The positions of a batch, in their order; the log is held and stands where it was left."""
        c = self._connection
        state = c.execute("SELECT size, root, at, clock_timestamp() FROM record.log_state FOR UPDATE")
        rows = c.execute("SELECT event_pos FROM record.pending ORDER BY event_pos LIMIT %s", (self._batch,))
        found = state.fetchone()
        assert found is not None
        size, root, at, here = found
        if size != self._edge.size or root != self._edge.root():
            raise LedgerStopped(f"账本已被改动：记得 {self._edge.size:,} 条，库中 {size:,} 条")
        if here < at:
            raise LedgerStopped(f"服务器时间倒退：{here:%F %T} 早于 {at:%F %T}")
        return [row[0] for row in rows]

    def _store(self, places: Sequence[int], edge: Edge, tiles: Mapping[tuple[int, int], bytes]) -> None:
        """Everything of a batch in one round trip; nothing is committed unless each of its events left the outbox."""
        c = self._connection
        c.execute(
            "INSERT INTO record.leaf (log_index, event_pos)"
            " SELECT %s + nth - 1, pos FROM unnest(%b::int8[]) WITH ORDINALITY AS p (pos, nth)",
            (self._edge.size, places),
        )
        c.execute(
            "INSERT INTO record.tile AS t SELECT * FROM unnest(%b::int2[], %b::int8[], %b::int2[], %b::bytea[])"
            " ON CONFLICT (level, n) DO UPDATE SET width = excluded.width, data = excluded.data",
            (
                [level for level, _ in tiles],
                [n for _, n in tiles],
                [len(data) // 32 for data in tiles.values()],
                list(tiles.values()),
            ),
        )
        gone = c.execute(
            "WITH gone AS (DELETE FROM record.pending WHERE event_pos = ANY(%b) RETURNING 1) SELECT count(*) FROM gone",
            (places,),
        )
        c.execute("UPDATE record.log_state SET size = %s, root = %s, at = clock_timestamp()", (edge.size, edge.root()))
        if gone.fetchone() != (len(places),):
            raise LedgerStopped(f"待编号 {len(places)} 条，没有全部取出")

    def _announce(self) -> None:
        """Sign the committed head and publish what stands behind it, unless that was done already."""
        size, root = self._edge.size, self._edge.root()
        if self._announced == size:
            return
        note = self._signer.sign(size, root, lambda old, new: consistency_proof(old, new, subtree_in(self._tile)))
        self._connection.execute(
            "INSERT INTO record.checkpoint (size, root, note) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (size, root, note),
        )
        published = self._publisher.last()
        since = published.size if published else 0
        self._publisher.publish(self._tiles(since), self._bundles(since, size), note)
        self._announced = size
        self._fresh = {at: entry for at, entry in self._fresh.items() if at >= size - size % WIDTH}
        self._held = {(level, n): data for (level, n), data in self._held.items() if n == size >> (8 * level + 8)}
        self._held_since = size

    def _tile(self, level: int, n: int) -> bytes:
        held = self._held.get((level, n))
        if held is not None:
            return held
        row = self._connection.execute(
            "SELECT data FROM record.tile WHERE level = %s AND n = %s", (level, n), binary=True
        ).fetchone()
        if row is None:
            raise LedgerStopped(f"缺少第 {level} 层第 {n} 块")
        return bytes(row[0])

    def _tiles(self, since: int) -> dict[tuple[int, int], bytes]:
        """The tiles that changed since the log had `since` leaves: from memory where they were made since the last
        announcement, else as they are stored."""
        if since >= self._held_since:
            return dict(self._held)
        firsts = [since >> (8 * level + 8) for level in range(len(self._edge.levels))]
        rows = self._connection.execute(
            "SELECT t.level, t.n, t.data FROM unnest(%s::int8[]) WITH ORDINALITY AS f (first, level), LATERAL"
            " (SELECT * FROM record.tile t WHERE t.level = f.level - 1 AND t.n >= f.first ORDER BY t.n) t",
            (firsts,), binary=True,
        )  # fmt: skip
        return {(level, n): data for level, n, data in rows}

    def _bundles(self, since: int, size: int) -> Iterator[tuple[int, list[bytes]]]:
        for first in range(since - since % WIDTH, size, CHUNK):
            entries = self._entries(first, min(first + CHUNK, size))
            for at in range(0, len(entries), WIDTH):
                yield (first + at) // WIDTH, entries[at : at + WIDTH]

    def _entries(self, first: int, end: int) -> list[bytes]:
        """The public entries of a range of the log: those just numbered from memory, any other as they are stored."""
        with suppress(KeyError):
            return [self._fresh[at] for at in range(first, end)]
        places = [place for _, place in self._connection.execute(LEAVES, (first, end))]
        held = dict(self._connection.execute(ENTRIES, (places,), binary=True))
        if len(held) != end - first:
            raise LedgerStopped(f"账本 {first:,} 至 {end:,} 条之间有缺号")
        return [held[place] for place in places]


def leaf(pos: int, salt: bytes, body: bytes, entry: bytes) -> bytes:
    """The leaf hash of an event as it is stored, after the stored bytes were hashed again: bytes that changed since
    they were recorded must not be numbered (Yeti 2022, a flipped bit). Raises LedgerStopped."""
    if entry == public_entry(salt, body):
        return leaf_hash(entry)
    said = orjson.loads(entry)
    if said.get("commitment") != hashlib.sha256(salt + body).hexdigest() or (
        "sm3" in said and said["sm3"] != hashlib.new("sm3", salt + body).hexdigest()
    ):
        raise LedgerStopped(f"位置 {pos} 的记录与其账本条目不符，可能已被改动")
    return leaf_hash(entry)


def waiting(connection: Connection[Any]) -> tuple[int, datetime | None]:
    """How many events wait for their number, and when the oldest of them was recorded."""
    row = connection.execute(
        "SELECT count(*), min(e.recorded_at) FROM record.pending p JOIN record.event e ON e.pos = p.event_pos"
    ).fetchone()
    assert row is not None
    return int(row[0]), row[1]
