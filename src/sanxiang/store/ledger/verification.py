"""Checks the record against its ledger, the ledger against itself, its files, and a checkpoint kept by somebody else.

quick: state, signatures, the right edge of the tree, published head. incremental: also every event numbered since the
last check, and the files that it names. full: every event from its bytes to the root and every file that it names,
every tile, every checkpoint, every published file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import Connection

from sanxiang.core.ledger import (
    EMPTY,
    Edge,
    MalformedNote,
    bundle,
    bundle_path,
    edge_of,
    subtree_in,
    tile_path,
)
from sanxiang.store.blobs import Away, Blobs, NotThere
from sanxiang.store.errors import LedgerStopped
from sanxiang.store.named import named_in, sm3_in
from sanxiang.store.runtime import plain

from . import chains
from .publisher import WIDTH
from .sequencer import EVENTS, LEAVES, leaf
from .signer import head_of

Mode = Literal["quick", "incremental", "full"]
STEP = 64 * WIDTH
FAULTS = {"missing": "缺失", "altered": "已被改动", "away": "在对象存储里，现在连不上，没有核对"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. `code` is stable, `where` an index, a position, a path or a size."""

    code: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A case whose content was destroyed, or what ended `beside` it (recordings, looks): when, who approved it, the
    event that did."""

    stream: str
    at: str
    approver: str
    approval: str
    beside: bool = False


@dataclass(slots=True)
class Verification:
    """What was checked: `size` of the log, `checked` events, `files` that they name, `waiting` in the outbox, whether a
    checkpoint from outside was compared; `findings` empty where all fits; `destroyed` the cases whose content was
    lawfully destroyed, which is no finding."""

    mode: Mode
    size: int = 0
    checked: int = 0
    files: int = 0
    waiting: int = 0
    outside: bool = False
    findings: list[Finding] = field(default_factory=list)
    destroyed: tuple[Destroyed, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, code: str, text: str, where: object = "") -> None:
        self.findings.append(Finding(code, text, str(where)))


class Verifier:
    """Reads with any role that may see the record. `key` is the log's vkey, `published` its folder, `outside` a
    signed note that somebody else kept, `blobs` the evidence; each may be left out, and what cannot be checked then is
    not."""

    def __init__(
        self,
        connection: Any,
        *,
        key: str | None = None,
        published: Path | None = None,
        outside: str | None = None,
        blobs: Blobs | None = None,
    ) -> None:
        self._connection: Connection[Any] = plain(connection)
        self._key, self._published, self._outside, self._blobs = key, published, outside, blobs
        self._seen: dict[tuple[str, str], str] = {}
        self._gone: frozenset[str] = frozenset()

    def run(self, mode: Mode = "quick", since: int = 0) -> Verification:
        """Check. In mode incremental, `since` is the size up to which an earlier check found nothing wrong."""
        done = Verification(mode, outside=self._outside is not None)
        shown = self._shown(done)
        with self._connection.transaction():
            self._query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                self._state(done)
                done.destroyed = self._destroyed()
                self._gone = frozenset(one.stream for one in done.destroyed)
                for code, note in (("published", shown), ("outside", self._outside)):
                    if note is not None:
                        self._note(done, code, note)
                held = self._query("SELECT FROM record.checkpoint WHERE size = %s", (_size(shown),)).fetchone()
                if _size(shown) and held is None:
                    done.find("checkpoint", "已公布的检查点不在库中", _size(shown))
                if mode != "quick":
                    start = min(since, done.size) // WIDTH * WIDTH if mode == "incremental" else 0
                    self._leaves(done, start, _size(shown))
                if mode == "full":
                    chains.check(self._query, done.find)
            except (LedgerStopped, ValueError) as problem:
                done.find("tiles", str(problem))
        return done

    def _shown(self, done: Verification) -> str | None:
        """The published checkpoint, read before the database, which can only be further on."""
        if self._published is None:
            return None
        path = self._published / "checkpoint"
        return path.read_text(encoding="utf-8") if path.exists() else None

    def _query(self, query: str, values: tuple[Any, ...] = ()) -> psycopg.Cursor[Any]:
        return psycopg.Cursor(self._connection).execute(query, values, binary=True)

    # ── the state, its signatures, the published head ────────────────────────────────────────────────────────────

    def _state(self, done: Verification) -> None:
        size, root, waiting = self._query(
            "SELECT size, root, (SELECT count(*) FROM record.pending) FROM record.log_state"
        ).fetchone() or (0, b"", 0)
        done.size, done.waiting = size, waiting
        edge = edge_of(size, self._tile)
        if edge.root() != root:
            done.find("root", "账本的树与其根不符", size)
        newest = self._query("SELECT size, root, note FROM record.checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        if newest is None:
            if size:
                done.find("unsigned", "账本有编号而没有签名", size)
        else:
            self._note(done, "checkpoint", newest[2])

    def _note(self, done: Verification, code: str, note: str) -> None:
        """A signed head must be genuine and a head that the tree really had."""
        try:
            head = head_of(note, self._key)
        except MalformedNote as problem:
            done.find(code, f"检查点不成立：{problem}")
            return
        if head.size > done.size:
            done.find(code, f"检查点有 {head.size:,} 条，库中只有 {done.size:,} 条", head.size)
        elif (subtree_in(self._tile)(0, head.size) if head.size else EMPTY) != head.root:
            done.find(code, "账本在此处的根与检查点不同：记录曾被改写", head.size)

    def _destroyed(self) -> tuple[Destroyed, ...]:
        """The cases whose content was destroyed, and the approval that the record holds of each."""
        rows = self._query(
            "SELECT d.subject::text, e.body FROM record.destroyed_key d JOIN record.event e ON e.id = d.because"
            " ORDER BY d.at, d.subject"
        )
        found = []
        for stream, body in rows:
            told = json.loads(body)
            payload = told["payload"]
            found.append(
                Destroyed(
                    stream,
                    told["occurred_at"],
                    payload.get("approver", ""),
                    payload.get("approval", ""),
                    beside=told["kind"] == "content.destroyed",
                )
            )
        return tuple(found)

    def _tile(self, level: int, n: int) -> bytes:
        row = self._query("SELECT data FROM record.tile WHERE level = %s AND n = %s", (level, n)).fetchone()
        if row is None:
            raise LedgerStopped(f"缺少第 {level} 层第 {n} 块")
        return bytes(row[0])

    # ── every event to its leaf, every tile, every checkpoint on the way ─────────────────────────────────────────

    def _leaves(self, done: Verification, start: int, shown: int) -> None:
        """From the event bytes up. `start` is a multiple of 256; what lies before it is taken from the tiles. `shown`
        is the size that is published."""
        edge = edge_of(start, self._tile)
        heads = iter(self._query(
            "SELECT size, note FROM record.checkpoint WHERE size > %s AND size <= %s ORDER BY size", (start, done.size)
        ).fetchall())  # fmt: skip
        head = next(heads, None)
        for first, entries, leaves in self._numbered(done, start):
            at = 0
            while head is not None and head[0] <= first + len(leaves):
                edge, tiles = edge.extended(leaves[at : head[0] - first])
                at = head[0] - first
                self._tiles(done, {key: data for key, data in tiles.items() if len(data) == WIDTH * 32}, shown)
                self._checkpoint(done, edge, head[1])
                head = next(heads, None)
            edge, tiles = edge.extended(leaves[at:])
            self._tiles(done, {key: data for key, data in tiles.items() if len(data) == WIDTH * 32}, shown)
            self._bundles(done, first, entries, shown)
        last = enumerate(edge.levels)
        self._tiles(done, {(level, edge.size >> 8 * level + 8): data for level, data in last if data}, shown)
        if edge.size != done.size:
            done.find("size", f"账本应有 {done.size:,} 条，实有 {edge.size:,} 条", edge.size)
        done.checked = edge.size - start

    def _numbered(self, done: Verification, start: int) -> Iterator[tuple[int, list[bytes], list[bytes]]]:
        """Entries and leaf hashes in steps; an event that does not fit its entry is told and counted as it stands."""
        for first in range(start, done.size, STEP):
            numbered = self._query(LEAVES, (first, min(first + STEP, done.size))).fetchall()
            held = {row[0]: row for row in self._query(EVENTS, ([place for _, place in numbered],))}
            leaves, entries = [], []
            for expected, (index, place) in enumerate(numbered, first):
                if index != expected:
                    done.find("gap", "账本编号不连续", expected)
                    break
                event = held.get(place)
                if event is None:
                    done.find("missing", "账本有编号，记录已不存在", index)
                try:
                    leaves.append(leaf(*event) if event else bytes(32))
                except (LedgerStopped, ValueError) as problem:
                    done.find("event", str(problem), index)
                    leaves.append(bytes(32))
                entries.append(event[3] if event else b"")
                if event is not None and self._blobs is not None:
                    self._evidence(done, self._blobs, index, event[2])
            yield first, entries, leaves

    def _evidence(self, done: Verification, blobs: Blobs, index: int, body: bytes) -> None:
        """Every file that an event names is there and is what its digest says; each is hashed once. Of a case whose
        content was lawfully destroyed none has to be there."""
        if self._gone and json.loads(body)["stream"] in self._gone:
            return
        try:
            named, beside = named_in(body, blobs), sm3_in(body, blobs)
        except Away:
            done.find("evidence", f"账本第 {index:,} 条所指的案卷文件清单{FAULTS['away']}", index)
            return
        for name, digest in named:
            key = digest, beside.get(digest, "")
            if key not in self._seen:
                self._seen[key] = _fault(blobs, *key)
                done.files += 1
            if self._seen[key]:
                done.find("evidence", f"账本第 {index:,} 条所指的文件“{name}”{FAULTS[self._seen[key]]}", digest)

    def _tiles(self, done: Verification, tiles: Mapping[tuple[int, int], bytes], shown: int) -> None:
        """Recomputed tiles against those in the database and those published."""
        for (level, n), data in tiles.items():
            row = self._query("SELECT data FROM record.tile WHERE level = %s AND n = %s", (level, n)).fetchone()
            if row is None or row[0] != data:
                done.find("tile", "账本的块与记录重算的不同", f"{level}/{n}")
            width = min((shown >> 8 * level) - n * WIDTH, WIDTH)
            self._file(done, tile_path, (level, n), width, data[: max(width, 0) * 32])

    def _bundles(self, done: Verification, first: int, entries: list[bytes], shown: int) -> None:
        for at in range(0, len(entries), WIDTH):
            width = min(shown - first - at, WIDTH)
            part = bundle(entries[at : at + max(width, 0)])
            self._file(done, bundle_path, ((first + at) // WIDTH,), width, part)

    def _file(self, done: Verification, name: Callable[..., str], at: tuple[int, ...], width: int, data: bytes) -> None:
        """A published file of `width` items; where a later full one has taken its place, its beginning."""
        if self._published is None or width <= 0:
            return
        for path in (self._published / name(*at, width), self._published / name(*at)):
            if path.exists():
                if not path.read_bytes().startswith(data) or (width == WIDTH and path.stat().st_size != len(data)):
                    done.find("file", "已公布的文件与记录不同", path.relative_to(self._published))
                return
        done.find("file", "缺少应当公布的文件", name(*at, width))

    def _checkpoint(self, done: Verification, edge: Edge, note: str) -> None:
        try:
            head = head_of(note, self._key)
        except MalformedNote as problem:
            done.find("checkpoint", f"检查点不成立：{problem}", edge.size)
            return
        if (head.size, head.root) != (edge.size, edge.root()):
            done.find("checkpoint", "检查点与记录重算的根不同", edge.size)


def _fault(blobs: Blobs, sha256: str, sm3: str) -> str:
    """What is wrong with a file (FAULTS); the disk holds no more afterwards than before."""
    try:
        with blobs.passing(sha256):
            return blobs.fault(sha256, sm3)
    except NotThere:
        return "missing"
    except Away:
        return "away"


def _size(note: str | None) -> int:
    """The size that a published note states; 0 where none can be read."""
    try:
        return head_of(note).size if note else 0
    except MalformedNote:
        return 0
