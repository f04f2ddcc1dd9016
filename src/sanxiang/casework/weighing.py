"""The table of facts and evidence as pages show it (事实—证据对应表): each row with the way to its page or second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates.weighing import MATRIX, Row, Table, table_of
from sanxiang.core.rulebook import RuleSet

HEAD = ("待证事实", "证据", "出处", "证明目的", "是否查证", "矛盾", "说明")
NOTHING = "还没有证据"


@dataclass(frozen=True, slots=True)
class Line:
    """One row for reading: what it rests on, where that is opened (empty where it cannot be), the event and the file
    that a material of the review is known by (`file` none: the paper)."""

    row: Row
    evidence: str
    place: str
    address: str
    event: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The table of a case for its pages; `entered` whether anybody has filled it in, `event` the last time that was."""

    table: Table
    facts: list[tuple[str, list[Line], str]]
    entered: bool
    event: str

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.table.unproved or self.table.idle or self.table.disputed)


def shown(rules: RuleSet, case: CaseFile) -> Shown:
    """The table with the addresses of what it names; a fact is told as unproved or disputed beside its rows."""
    table = table_of(rules, case)
    facts = []
    for name, rows in table.facts:
        sign = "unproved" if name in table.unproved else "disputed" if name in table.disputed else ""
        facts.append((name, [_line(case, row) for row in rows if row.said.get("evidence")], sign))
    return Shown(table, facts, bool(case.facts.get(MATRIX)), case.stated_in.get(MATRIX, ""))


def _line(case: CaseFile, row: Row) -> Line:
    said = str(row.said.get("evidence") or "")
    item = row.item
    address = _address(case, row) if item is not None else ""
    return Line(row, said, str(row.said.get("place") or ""), address, item.event if item else "", row.file)


def _address(case: CaseFile, row: Row) -> str:
    """A paper opens at its page, a file or a recording on its page of looking, at the page or second."""
    item = row.item
    assert item is not None
    if item.name.startswith("录音录像"):
        return reverse("recording:play", args=[item.event, 0]) + _at(row, "?")
    if row.file is None and item.paper is None:
        first = next((at for at, _ in item.files), None)
        return reverse("recording:look", args=[case.id, item.event, first]) + _at(row, "?") if first is not None else ""
    if row.file is None:
        return reverse("recording:paper", args=[case.id, item.event, item.paper]) + _at(row, "#")
    if all(at != row.file for at, _ in item.files):
        return ""
    return reverse("recording:look", args=[case.id, item.event, row.file]) + _at(row, "?")


def _at(row: Row, mark: str) -> str:
    if row.page:
        return f"{mark}page={row.page}"
    return f"{mark}t={row.second}" if row.second else ""


def cells(found: Shown) -> Iterator[tuple[Any, ...]]:
    """The table for a spreadsheet, under `HEAD`; then what proves nothing."""
    yield HEAD
    for name, lines, _ in found.facts:
        if not lines:
            yield name, NOTHING, "", "", "", "", ""
        for line in lines:
            said = line.row.said
            yield (
                name, line.evidence, line.place, said.get("proves", ""), "是" if line.row.verified else "否",
                "是" if said.get("against") else "", said.get("note", ""),
            )  # fmt: skip
    for item in found.table.idle:
        yield "（没有用来证明任何事实）", next(item.choices()), "", item.proves, "是" if item.verified else "否", "", ""
