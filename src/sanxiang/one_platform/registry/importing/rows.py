"""Rows of a table as values by column, with everything that is wrong with them by row, column and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Literal

from sanxiang.casework.registration import Entry
from sanxiang.core.rulebook import Dictionary, check
from sanxiang.core.values import CHINA

from .cells import READERS, Wrong
from .headings import Table
from .sheets import Sheet


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: row of the sheet, heading, reason."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class Filled:
    """One row: clean values by column id; a column that was left blank is not there."""

    row: int
    sheet: Sheet
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.row, self.sheet.column(column).label, reason))

    def facts(self) -> dict[str, Any]:
        return {name: self.values[name] for name in self.sheet.facts if name in self.values}


State = Literal["new", "changed", "same", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a good row means: the entries for the stream of its subject (empty for a new one) at `version`."""

    entries: tuple[Entry, ...] = ()
    stream: str = ""
    version: int | None = None
    agency: str = ""
    says: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        return ("changed" if self.stream else "new") if self.entries else "same"


def filled(sheet: Sheet, table: Table, dictionary: Dictionary, epoch: datetime) -> list[Filled]:
    """Every row of the table, read and checked cell by cell."""
    return [_row(sheet, table, dictionary, epoch, number, cells) for number, cells in table.rows]


def _row(
    sheet: Sheet, table: Table, dictionary: Dictionary, epoch: datetime, number: int, cells: tuple[Any, ...]
) -> Filled:
    row = Filled(number, sheet)
    facts = set(sheet.facts)
    for column in sheet.columns:
        try:
            value: Any = READERS[column.type](table.cell(cells, column.id), epoch)
        except Wrong as wrong:
            row.fault(column.id, str(wrong))
            continue
        if value in ("", None, []):
            if column.required:
                row.fault(column.id, "必填，没有填写")
            continue
        if column.id in facts:
            value, problem = check(dictionary[column.id], value)
            if problem:
                row.fault(column.id, problem)
                continue
        row.values[column.id] = value
    return row


def twice(rows: Iterable[Filled], column: str) -> None:
    """Name the rows whose value in a column stood in an earlier row."""
    first: dict[Any, int] = {}
    for row in rows:
        value = row.values.get(column)
        if value is not None and first.setdefault(value, row.row) != row.row:
            row.fault(column, f"与第 {first[value]} 行重复")


def known(name: str, names: Mapping[str, str]) -> str:
    """The id of a name. Raises Wrong with the nearest known name."""
    if name in names:
        return names[name]
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    raise Wrong(f"没有“{name[:40]}”" + (f"，是不是“{near[0]}”？" if near else f"；现有：{'、'.join(names) or '无'}"))


def moment(day: str | date, at: datetime) -> datetime:
    """When something of that day happened: the start of the day in China, now for today."""
    when = date.fromisoformat(day) if isinstance(day, str) else day
    return at if when == at.astimezone(CHINA).date() else datetime.combine(when, time(), CHINA)
