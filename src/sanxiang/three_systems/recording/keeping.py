"""What the archivist looks at (档案员的首页): files to archive by the days left, requests, periods that end, and
departments without a named archivist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from sanxiang.casework.access import WHOLE_AGENCY, Reader
from sanxiang.casework.desk import first
from sanxiang.casework.models import CaseRow, Colleague, LastingAct
from sanxiang.casework.recordings import unentered_in
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import ARCHIVES

from . import looking
from .file_models import ASKED, ENDING, NO_DAY, TO_ARCHIVE, FileRow
from .models import UNENTERED, RecordingRow

PAGE = 20
SOON_DAYS = 7
ENDING_DAYS = 180
"""So long before its end a period is shown."""
LOOKS = ARCHIVES


@dataclass(frozen=True, slots=True)
class Line:
    """One file with its case and the days left of what is due next (None where nothing runs); natural days. `unentered`
    recordings came to the case and stand in none of its acts: it is not archived before they do."""

    file: FileRow
    case: CaseRow
    left: int | None
    lasting: LastingAct | None = None
    unentered: int = 0

    @property
    def sign(self) -> str:
        if self.left is None:
            return "plain"
        return "bad" if self.left <= 0 else "warn" if self.left <= SOON_DAYS else "ok"

    @property
    def words(self) -> str:
        if self.left is None:
            return "没有归档期限"
        if self.left < 0:
            return f"已逾期 {-self.left} 天"
        return "今天到期" if self.left == 0 else f"还剩 {self.left} 天"


def ranges(reader: Reader) -> list[Q]:
    """Whose files somebody looks at: an archivist's those of his departments."""
    if not reader.posts & LOOKS:
        return []
    if reader.everywhere:
        return [Q(jurisdiction=reader.jurisdiction)]
    if reader.posts & WHOLE_AGENCY:
        return [Q(agency=reader.agency)]
    return [Q(agency=reader.agency, department=department) for department in sorted(reader.within(LOOKS))]


def listed(reader: Reader, state: Q, order: Sequence[str], today: date, day: str) -> tuple[list[Line], bool]:
    """The first files in a state, the most urgent first, and whether there are more; `day` is the field that counts."""
    mine = [one & state for one in ranges(reader)]
    rows = list(first(FileRow.objects.all(), mine, order, PAGE + 1))
    cases = CaseRow.objects.in_bulk([row.stream for row in rows[:PAGE]])
    asked = list(cases) if state is TO_ARCHIVE else []
    going = LastingAct.objects.in_bulk(asked, field_name="stream") if asked else {}
    loose = unentered_in(asked)
    found = [
        Line(row, cases[row.stream], left(getattr(row, day), today), going.get(row.stream), loose[row.stream])
        for row in rows[:PAGE]
        if row.stream in cases
    ]
    return found, len(rows) > PAGE


def left(due: date, today: date) -> int | None:
    return None if due == NO_DAY else (due - today).days


@dataclass(frozen=True, slots=True)
class Late:
    """A recording that was linked to an archived file and waits to be taken into it (等待补充入卷)."""

    row: RecordingRow
    case: CaseRow


def late(reader: Reader) -> list[Late]:
    """The first of these, the oldest first, in the range of the reader's files."""
    mine = CaseRow.objects.filter(reduce(or_, ranges(reader), Q(pk__in=())), state="archived")
    rows = RecordingRow.objects.filter(UNENTERED, case__in=mine.values("stream")).order_by("began", "stream")
    if not reader.everywhere:
        rows = rows.filter(agency=reader.agency)
    found = looking.knowable(reader, rows[:PAGE])
    cases = CaseRow.objects.in_bulk([row.case for row in found])
    return [Late(row, cases[row.case]) for row in found if row.case in cases]


@dataclass(frozen=True, slots=True)
class Archivists:
    """A department that handles cases, and who keeps its files; nobody is a gap."""

    department: str
    names: tuple[str, ...]


def archivists(connection: Any, agency: str, day: date) -> list[Archivists]:
    """The named archivist of every department of an agency that handles cases, gaps first."""
    keepers = [
        str(one)
        for one in Colleague.objects.filter(agency=agency, serving=True, posts__contains=["archivist"]).values_list(
            "stream", flat=True
        )[:200]
    ]
    registers = registers_for(connection, agency, keepers)
    known = registers.agency(agency)
    if known is None:
        return []
    named: dict[str, list[str]] = {}
    for keeper in keepers:
        officer = registers.officer(keeper)
        for held in officer.posts_on(day) if officer else ():
            if held.post == "archivist":
                named.setdefault(held.department, []).append(officer.name if officer else "")
    handling = known.with_function("handling", day)
    found = [
        Archivists(part.name, tuple(sorted(named.get(key, ()))))
        for key, part in known.departments.items()
        if key in handling
    ]
    return sorted(found, key=lambda one: (bool(one.names), one.department))


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the archivist's page."""

    due: list[Line]
    more_due: bool
    asked: list[Line]
    ending: list[Line]
    archivists: list[Archivists]
    late: list[Late]

    @property
    def gaps(self) -> list[Archivists]:
        return [one for one in self.archivists if not one.names]


def home(connection: Any, reader: Reader, today: date) -> Home:
    due, more = listed(reader, TO_ARCHIVE, ("due_on", "stream"), today, "due_on")
    asked, _ = listed(reader, ASKED, ("asked_due", "stream"), today, "asked_due")
    ending, _ = listed(reader, ENDING, ("kept_until", "stream"), today, "kept_until")
    soon = [one for one in ending if one.left is not None and one.left <= ENDING_DAYS]
    people = [] if reader.everywhere else archivists(connection, reader.agency, today)
    return Home(due, more, asked, soon, people, late(reader))
