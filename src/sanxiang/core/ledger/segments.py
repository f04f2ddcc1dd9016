"""The chain of a recording (录制片段链): each piece has a header that names the header before it by its SHA-256, from
the first second on the device, so that a piece left out, changed or put elsewhere is found.

The opening document comes first: its digest is `prev` of piece 0. A header is a JSON document, chained as the bytes
that were sent: {"take", "i" from 0, "run" from 0, "prev", "sha256" and "bytes" of the piece, "from" and "to" on the
device's clock, "mono" the two moments on its steady clock in milliseconds, "contact" the last time heard from the
server as {"server", "device"}, "marks", "gaps" as {"from", "to", "cause"}}. Times are ISO texts with their zone."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

HOLE = timedelta(seconds=2)
"""Pieces of one run follow each other at once; more than this between two is an interruption."""
TURNED = timedelta(seconds=2)
"""The device's clock and its steady clock may differ by so much within a run before the clock counts as turned."""
HEADER_MAX = 16_384


class BadHeader(ValueError):
    """A header that cannot be read; the Chinese text says why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One header as it was read; `link` its own digest in hex."""

    take: str
    number: int
    run: int
    prev: str
    sha256: str
    size: int
    since: datetime
    until: datetime
    mono: tuple[float, float]
    link: str
    offset: timedelta | None = None
    marks: tuple[dict[str, Any], ...] = ()
    gaps: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A gap in time of the server: from, to, the cause that the device guesses, who found it. `key` names it by the
    piece that tells it, so that it is the same while more pieces come: phone and server reckon it alike."""

    since: datetime
    until: datetime
    cause: str
    found_by: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a chain tells: `problems` in Chinese (none where it is whole), its head, when it began and ended in time of
    the server as far as the device knew it, gaps, bookmarks, the clock."""

    problems: tuple[str, ...]
    head: str
    began: datetime
    ended: datetime
    gaps: tuple[Span, ...] = ()
    marks: tuple[dict[str, Any], ...] = ()
    offset: timedelta = timedelta()
    turned: bool = False
    runs: tuple[tuple[int, ...], ...] = field(default=())
    starts: tuple[datetime, ...] = ()
    ends: tuple[datetime, ...] = ()
    """When each run began and ended, in time of the server."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(header: bytes) -> Piece:
    """A header as it was sent. Raises BadHeader."""
    if len(header) > HEADER_MAX:
        raise BadHeader("片段的说明太长")
    try:
        told = json.loads(header)
        contact = told.get("contact") or {}
        offset = moment(contact["server"]) - moment(contact["device"]) if contact else None
        piece = Piece(
            take=str(told["take"]), number=int(told["i"]), run=int(told["run"]), prev=str(told["prev"]),
            sha256=str(told["sha256"]), size=int(told["bytes"]), since=moment(told["from"]), until=moment(told["to"]),
            mono=(float(told["mono"][0]), float(told["mono"][1])), link=digest(header), offset=offset,
            marks=rows(told.get("marks"), "at"), gaps=rows(told.get("gaps"), "from", "to"),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as problem:
        raise BadHeader(f"片段的说明不能识别（{type(problem).__name__}）") from None
    if piece.number < 0 or piece.run < 0 or piece.until < piece.since or piece.mono[1] < piece.mono[0]:
        raise BadHeader("片段的序号或者时间不对")
    return piece


def moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1990 <= moment.year <= 2200:
        raise ValueError("a time must know its zone")
    return moment


def rows(given: Any, *times: str) -> tuple[dict[str, Any], ...]:
    found = tuple(dict(row) for row in given or ())
    for row in found:
        for name in times:
            moment(row[name])
    return found


def missing(numbers: Sequence[int], count: int) -> tuple[int, ...]:
    """The numbers below `count` that are not there."""
    have = set(numbers)
    return tuple(number for number in range(count) if number not in have)


def reckon(opening: bytes, headers: Sequence[bytes]) -> Reckoned:
    """What a chain tells. Raises BadHeader; ValueError for none."""
    pieces = [read(header) for header in headers]
    if not pieces:
        raise ValueError("a chain has at least one piece")
    runs = [[piece for piece in pieces if piece.run == run] for run in dict.fromkeys(one.run for one in pieces)]
    clocks = [_Clock(run) for run in runs]
    starts = [clock.at(run[0].mono[0]) for clock, run in zip(clocks, runs, strict=True)]
    ends = [clock.at(run[-1].mono[1]) for clock, run in zip(clocks, runs, strict=True)]
    marks = tuple(
        {**mark, "at": clock.moved(mark["at"]).isoformat()}
        for clock, run in zip(clocks, runs, strict=True)
        for piece in run
        for mark in piece.marks
    )
    return Reckoned(
        problems=tuple(_problems(opening, pieces)),
        head=pieces[-1].link,
        began=starts[0],
        ended=max(ends),
        gaps=tuple(_gaps(runs, clocks, starts, ends)),
        marks=marks,
        offset=clocks[-1].offset,
        turned=any(clock.turned for clock in clocks),
        runs=tuple(tuple(piece.number for piece in run) for run in runs),
        starts=tuple(starts),
        ends=tuple(ends),
    )


def anchors(headers: Sequence[bytes]) -> tuple[int, ...]:
    """The numbers of the pieces by which the next ones can be reckoned without all that came before: the first of the
    run that goes on, its first that knew the time of the server, the last. Raises BadHeader; IndexError for none."""
    pieces = [read(header) for header in headers]
    run = [piece for piece in pieces if piece.run == pieces[-1].run]
    knew = [piece for piece in run if piece.offset is not None]
    return tuple(sorted({one.number for one in (run[0], *knew[:1], run[-1])}))


def _problems(opening: bytes, pieces: Sequence[Piece]) -> Iterator[str]:
    prev, run, take = digest(opening), 0, pieces[0].take
    for place, piece in enumerate(pieces):
        if piece.number != place:
            yield f"第 {place} 段的位置上是第 {piece.number} 段"
        if piece.prev != prev:
            yield f"第 {piece.number} 段和前一段接不上"
        if piece.run < run or piece.take != take:
            yield f"第 {piece.number} 段不属于这一次录制"
        prev, run = piece.link, piece.run


class _Clock:
    """Time of the server within one run, reckoned by the steady clock from the first piece of the run."""

    def __init__(self, run: Sequence[Piece]) -> None:
        first = run[0]
        known = next((piece.offset for piece in run if piece.offset is not None), None)
        self.offset = known or timedelta()
        self.start, self.mono = first.since + self.offset, first.mono[0]
        self.turned = any(abs(self._drift(piece, first)) > TURNED for piece in run)

    @staticmethod
    def _drift(piece: Piece, first: Piece) -> timedelta:
        return (piece.until - first.since) - timedelta(milliseconds=piece.mono[1] - first.mono[0])

    def at(self, mono: float) -> datetime:
        return self.start + timedelta(milliseconds=mono - self.mono)

    def moved(self, text: str) -> datetime:
        return datetime.fromisoformat(text) + self.offset


def _gaps(
    runs: Sequence[Sequence[Piece]], clocks: Sequence[_Clock], starts: Sequence[datetime], ends: Sequence[datetime]
) -> Iterator[Span]:
    for at, run in enumerate(runs):
        if at:
            cause = next((str(gap.get("cause", "")) for gap in run[0].gaps), "")
            yield Span(min(ends[at - 1], starts[at]), starts[at], cause, "server", f"{run[0].number}.0")
        told = [(f"{piece.number}.{place}", gap) for piece in run for place, gap in enumerate(piece.gaps)]
        # What the first piece of a later run tells first is the time between the runs, which is there already.
        for key, gap in told[1 if at and run[0].gaps else 0 :]:
            since, until = clocks[at].moved(gap["from"]), clocks[at].moved(gap["to"])
            yield Span(min(since, until), max(since, until), str(gap.get("cause", "")), "device", key)
        for before, after in itertools.pairwise(run):
            if after.mono[0] - before.mono[1] > HOLE.total_seconds() * 1000:
                yield Span(clocks[at].at(before.mono[1]), clocks[at].at(after.mono[0]), "没有数据", "server",
                           f"{after.number}.before")  # fmt: skip
