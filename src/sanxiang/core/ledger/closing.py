"""The closing record of a recording (录制结束的记录): {"count" of its pieces, "head" of their chain, "at" when the end
was tapped on the device's clock, "gaps" as pieces tell them}. An interruption that recording did not go on from stands
in no piece; it stands here, and what a device leaves out is reckoned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .segments import HOLE, BadHeader, Piece, Reckoned, Span, moment, rows

UNTOLD = timedelta(minutes=1)
"""Where a device does not say when it ended: so much may lie between its last piece and the seal."""
GAPS_MAX = 20


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing record; `at` empty where the device does not say when it ended."""

    count: int
    head: str
    at: str = ""
    gaps: tuple[dict[str, Any], ...] = ()


def read_closing(body: bytes) -> Closing:
    """A closing record as it was sent. Raises BadHeader."""
    try:
        told = json.loads(body)
        at = moment(told["at"]).isoformat() if told.get("at") else ""
        return Closing(int(told["count"]), str(told["head"]), at, rows(told.get("gaps"), "from", "to")[:GAPS_MAX])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise BadHeader("封存的内容不能识别") from None


def left_open(closing: Closing, reckoned: Reckoned, last: Piece, at: datetime) -> Iterator[Span]:
    """What lies open at the end of a recording that is sealed at `at`: what its closing record tells; and where nothing
    in it covers the time after the last piece, that time. Reckoned from the last piece: a clock that was turned while
    it recorded neither makes an interruption nor hides one."""

    def at_server(text: Any) -> datetime:
        return min(max(reckoned.ends[-1] + (moment(text) - last.until), reckoned.began), at)

    found = []
    for place, gap in enumerate(closing.gaps):
        since, until = sorted((at_server(gap["from"]), at_server(gap["to"])))
        found.append(Span(since, until, str(gap.get("cause", ""))[:50], "device", f"end.{place}"))
    yield from found
    silent = reckoned.ends[-1]
    ended = at_server(closing.at) if closing.at else at
    covered = any(one.since <= silent + HOLE and one.until >= ended - HOLE for one in found)
    if ended - silent > (HOLE if closing.at else UNTOLD) and not covered:
        yield Span(silent, ended, "没有数据" if closing.at else "没有报告何时结束", "server", "end.open")
