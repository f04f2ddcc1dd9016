"""The envelope in which an event stands in the record, and its canonical body.

The body is what the ledger commits to: everything but the sealed values, each of which it names by a commitment,
so that a sealed value can be destroyed at the end of its retention while the proof still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sanxiang.core.values import Actor

from .base import Event, Json, to_payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One event in the record.

    `stream` uuid text of its stream, `seq` its place there from 1, `prev` hex commitment of the one before (None for
    the first), `occurred_at` when it happened, `recorded_at` when the record took it (both aware), `actor` who did it
    as of that day, `finding` the trace of the verdict it passed, `breaches` what a reported fact breaks.
    """

    id: str
    stream: str
    seq: int
    prev: str | None
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    finding: Mapping[str, Json] | None
    breaches: tuple[Mapping[str, Json], ...]
    event: Event

    @property
    def kind(self) -> str:
        return self.event.KIND

    @property
    def late(self) -> bool:
        """Whether the record took it only after it had happened (补录)."""
        return self.recorded_at > self.occurred_at


def instant(moment: datetime) -> str:
    """The form of a time in canonical bytes: UTC, microseconds, `Z`. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a time in the record must know its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def body_of(recorded: Recorded, sealed: Mapping[str, str]) -> dict[str, Json]:
    """The canonical body of an event. `sealed` maps the ids of sealed facts to hex commitments; those facts are left
    out of the payload."""
    payload = to_payload(recorded.event)
    if sealed:
        kept = {key: value for key, value in recorded.event.facts.items() if key not in sealed}
        payload.pop("facts", None)
        if kept:
            payload["facts"] = kept
    return {
        "v": 1,
        "id": recorded.id,
        "stream": recorded.stream,
        "seq": recorded.seq,
        "prev": recorded.prev,
        "kind": recorded.event.KIND,
        "version": recorded.event.VERSION,
        "occurred_at": instant(recorded.occurred_at),
        "recorded_at": instant(recorded.recorded_at),
        "actor": recorded.actor.to_dict(),
        "finding": dict(recorded.finding) if recorded.finding else None,
        "breaches": [dict(breach) for breach in recorded.breaches],
        "payload": payload,
        "sealed": dict(sealed),
    }
