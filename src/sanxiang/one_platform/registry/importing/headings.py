"""Which column of a file is which: the row of headings is found, its words matched, what lacks is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from .files import BadFile, Cell, Rows
from .sheets import Column, Sheet

LOOK = 6
NOTE = re.compile(r"[（(\[【].*?[)）\]】]|[*＊:：\s]")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the headings. `places` gives the column of each known heading, `strange` headings that are not
    known and are not read."""

    heading_row: int
    places: Mapping[str, int]
    strange: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def cell(self, row: tuple[Cell, ...], column: str) -> Cell:
        at = self.places.get(column)
        return row[at] if at is not None and at < len(row) else None


def plain(heading: Cell) -> str:
    """A heading without width, spaces, stars and remarks in brackets."""
    return NOTE.sub("", unicodedata.normalize("NFKC", heading)).lower() if isinstance(heading, str) else ""


def located(sheet: Sheet, rows: Rows) -> Table:
    """The table in the rows of a file. Raises BadFile naming the headings that lack, each with the nearest there."""
    known = {plain(word): column for column in sheet.columns for word in (column.label, *column.also)}
    if not rows.rows:
        raise BadFile("表格里没有内容")
    at = max(range(min(LOOK, len(rows.rows))), key=lambda index: (_hits(rows.rows[index][1], known), -index))
    number, headings = rows.rows[at]
    places: dict[str, int] = {}
    strange: list[str] = []
    for place, heading in enumerate(headings):
        column = known.get(plain(heading))
        if column is None:
            if plain(heading):
                strange.append(str(heading).strip()[:40])
        elif column.id in places:
            raise BadFile(f"第 {number} 行有两列都是“{column.label}”，请只留一列")
        else:
            places[column.id] = place
    missing = [column for column in sheet.columns if column.required and column.id not in places]
    if missing:
        raise BadFile(_lacking(sheet, number, missing, strange))
    return Table(number, places, tuple(strange), rows.rows[at + 1 :])


def _hits(row: tuple[Cell, ...], known: Mapping[str, Column]) -> int:
    return sum(plain(cell) in known for cell in row)


def _lacking(sheet: Sheet, number: int, missing: list[Column], strange: list[str]) -> str:
    told = []
    for column in missing:
        near = get_close_matches(column.label, strange, n=1, cutoff=0.3)
        told.append(f"“{column.label}”" + (f"（最接近的是“{near[0]}”）" if near else ""))
    return f"第 {number} 行的表头缺少：{'、'.join(told)}。请按“{sheet.title}”模板的表头填写"
