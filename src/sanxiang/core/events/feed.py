"""Events of what another system shares with us (信息共享). Each feed has a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("feed.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReceived(Event):
    """Shared information received whole and in order (共享信息接收). 长宁区实施方案 第2条. `source` the system it comes
    from, `generated` its own instant of the data, `digest` the SHA-256 in hex of the bytes; the facts hold the
    lists."""

    agency: str
    source: str
    generated: str
    digest: str
