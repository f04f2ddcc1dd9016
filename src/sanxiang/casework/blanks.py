"""Numbered blanks on the record (编号空白决定书入库): a block is handed out with its numbers, each of which ends once.
Administrative Penalty Law, art. 52."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.blank import BlankEnded, BlanksHandedOut, BlankUsed
from sanxiang.core.registers import Block, fold_blanks
from sanxiang.core.registers.blanks import ENDS, OUT, USED
from sanxiang.core.values import legal_day
from sanxiang.store import numbering, reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.projecting import project

from .actors import actor_of
from .projections import library
from .registers import registers_for

KIND = "blanks"
SERIES = "当场编"
"""Stands after the mark of the agency, so that nobody takes it for a decision number."""


def block_of(connection: Any, stream: str) -> Block:
    """A block as the record has it; an empty one where there is none, or where the stream is something else."""
    events = reading.load(connection, stream)
    return fold_blanks(events) if events and events[0].kind == "blanks.handed_out" else Block()


def hand_out(connection: Any, stream: str, officer: str, agency: str, count: int, *, at: datetime) -> None:
    """So many numbers for an officer, in the transaction of whoever asks. VersionConflict where the stream is there."""
    people = registers_for(connection, agency, (officer,))
    held = people.agency(agency)
    mark = str(held.facts.get("agency_mark", "")) if held else ""
    event_id, series = _new(), f"{mark}{SERIES}"
    numbers = tuple(
        numbering.allocate(
            connection, series=series, year=legal_day(at).year, form=f"{series}〔{{year}}〕{{n}}号", stream=stream,
            event_id=event_id,
        ).text
        for _ in range(count)
    )  # fmt: skip
    event = BlanksHandedOut(agency=agency, officer=officer, numbers=numbers)
    _add(connection, stream, (), event, officer, agency, at, event_id)


def why_not(block: Block, number: str, officer: str) -> str:
    """Why a decision of an officer cannot stand on a number; empty where it can."""
    one = block.blanks.get(number)
    if one is None or block.officer != officer:
        return f"“{number}”不是发给本人的编号"
    if one.state == USED:
        return f"编号“{number}”已经用于另一份决定书"
    return "" if one.state == OUT else f"编号“{number}”已经{ENDS[one.state]}"


def use(connection: Any, block: Block, number: str, decision: Recorded, officer: str, *, at: datetime) -> None:
    """Note which decision a number holds, in the transaction of that decision."""
    event = BlankUsed(number=number, case=decision.stream, event=decision.id)
    _add(connection, block.id, reading.load(connection, block.id), event, officer, block.agency, at)


def end(
    connection: Any, block: Block, number: str, outcome: str, reason: str, officer: str, *, at: datetime,
    sender: str = "",
) -> None:  # fmt: skip
    """A number that no decision uses is spoilt or given back; `sender` who was logged in."""
    other = "" if sender == officer else sender
    event = BlankEnded(number=number, outcome=outcome, sender=other, facts={"blank_reason": reason})
    _add(connection, block.id, reading.load(connection, block.id), event, officer, block.agency, at)


def _add(
    connection: Any, stream: str, before: Sequence[Recorded], event: Event, officer: str, agency: str, at: datetime,
    event_id: str = "",
) -> None:  # fmt: skip
    actor = actor_of(registers_for(connection, agency, (officer,)), officer, at)
    draft = Draft(id=event_id or _new(), event=event, occurred_at=at, actor=actor)
    recorded = append(
        connection, stream=stream, stream_kind=KIND, expected=len(before), drafts=[draft], recorded_at=at,
        sealed_facts=library().dictionary.sealed,
    )  # fmt: skip
    project(connection, KIND, stream, before, (*before, *recorded))


def _new() -> str:
    return str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
