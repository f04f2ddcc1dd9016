"""A block of numbered blanks (编号空白决定书): who holds it and where each number stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanxiang.core.events import Recorded, UnknownKind

OUT, USED, SPOILT, RETURNED = "out", "used", "spoilt", "returned"
ENDS = {SPOILT: "作废", RETURNED: "退回"}
"""How a number ends that no decision uses."""
STATES = {OUT: "已领取，未使用", USED: "已使用", **ENDS}


@dataclass(frozen=True, slots=True)
class Blank:
    """One number: where it stands, since when, in which case; why it ended without one."""

    number: str
    at: datetime
    state: str = OUT
    case: str = ""
    reason: str = ""


@dataclass(slots=True)
class Block:
    """What one officer took out at once."""

    id: str = ""
    version: int = 0
    agency: str = ""
    officer: str = ""
    name: str = ""
    at: datetime | None = None
    blanks: dict[str, Blank] = field(default_factory=dict)


def fold_blanks(events: Iterable[Recorded]) -> Block:
    """The block of a `blanks` stream. Raises UnknownKind for an event that none can have."""
    block = Block()
    for recorded in events:
        block.id, block.version = recorded.stream, recorded.seq
        _moved(block, recorded, recorded.event)
    return block


def _moved(block: Block, recorded: Recorded, event: Any) -> None:
    at = recorded.occurred_at
    match recorded.kind:
        case "blanks.handed_out":
            block.agency, block.officer, block.name, block.at = event.agency, event.officer, recorded.actor.name, at
            block.blanks = {number: Blank(number, at) for number in event.numbers}
        case "blank.used":
            block.blanks[event.number] = Blank(event.number, at, USED, case=event.case)
        case "blank.ended":
            reason = str(event.facts.get("blank_reason", ""))
            block.blanks[event.number] = Blank(event.number, at, event.outcome, reason=reason)
        case _:
            raise UnknownKind(f"a block of blanks cannot have {recorded.kind!r}")
