"""The objects of a draw from the standing list (检查对象名录库): as of a day, as the record knew it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sanxiang.casework import inspectees
from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.core.registers import Draw, Drawn
from sanxiang.core.values.drawing import pool_digest

LISTED = "list"
"""What the form says where the objects come from the list and not from a file."""


@dataclass(frozen=True, slots=True)
class Population:
    """What is asked of the list: the day and the classes (none: all); what it holds, and a digest of it by which a page
    knows that it did not move since it was looked at. `problem` is what is wrong with the day."""

    day: date
    levels: tuple[str, ...]
    objects: tuple[Mapping[str, str], ...] = ()
    problem: str = ""

    @property
    def digest(self) -> str:
        return pool_digest([row["code"] for row in self.objects], (), 0, 0)


def taken(agency: str, item: str, typed: str, levels: Sequence[str], known: datetime, today: date) -> Population:
    """The list as of the day that was typed; today where none was."""
    try:
        day = date.fromisoformat(typed) if typed else today
    except ValueError:
        return Population(today, tuple(levels), problem=f"名录日期“{typed[:20]}”不是日期")
    if day > today:
        return Population(day, tuple(levels), problem=f"名录日期 {day.isoformat()} 还没有到")
    rows = inspectees.drawn_for(agency, day, known, item, levels)
    return Population(day, tuple(levels), tuple(map(object_of, rows)))


def object_of(row: InspecteeRow) -> dict[str, str]:
    told = {"code": row.code, "name": row.name, "kind": row.kind, "address": row.address}
    return {name: value for name, value in told.items() if value}


def same_still(draw: Draw) -> bool | None:
    """Whether the record of the list, as of the day and as known when the draw was fixed, gives the same objects again;
    None where the draw did not take them from there."""
    if draw.listed_on is None or draw.committed_at is None:
        return None
    item = str(draw.facts.get("draw_item", ""))
    rows = inspectees.drawn_for(draw.agency, draw.listed_on, draw.committed_at, item, draw.levels)
    return {row.code for row in rows} == set(draw.objects)


def gone_since(draw: Draw) -> set[str]:
    """The codes of drawn objects that were taken off the list meanwhile and wait for their task."""
    waiting = [one.code for one in draw.result if not one.case] if draw.listed_on else []
    rows = InspecteeRow.objects.filter(agency=draw.agency, code__in=waiting, latest=True, gone=True)
    return set(rows.values_list("code", flat=True)) if waiting else set()


def party_of(draw: Draw, one: Drawn) -> dict[str, Any]:
    """What the list tells of a drawn object today, its representative and telephone too; nothing where the objects came
    from a file or it was taken off."""
    held = inspectees.find(draw.agency, one.code) if draw.listed_on else None
    return inspectees.taken_over(held) if held else {}


def levels_of(choices: Collection[str], sent: Sequence[str]) -> tuple[str, ...]:
    """The classes that were ticked, of those there are."""
    return tuple(level for level in choices if level in sent)
