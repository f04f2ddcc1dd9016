"""Reading `rulebooks/calendar/*.yaml`: the days off and make-up working days of the country and of regions.

One file per place. A region names in `extends` the calendar on which its own days stand. `status: 须核定` on a year
or a run of days off keeps what it says provisional.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Strict

from sanxiang.core.calendar import Arrangement, Calendar, DaysOff, FixedDay, Layer

from .typed import build
from .yamlfile import Document, Problem, RulebookError, Where, nearest, read

STRICT = {"extra": "forbid"}
Day = Annotated[date, Strict()]
Year = Annotated[int, Strict()]
LONGEST = timedelta(days=31)
LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOffEntry:
    """A run of days off, both ends included; one day where `last` is left out."""

    __pydantic_config__ = STRICT

    name: str
    first: Day
    last: Day | None = None
    status: Literal["", "须核定"] = ""

    @property
    def end(self) -> date:
        return self.last or self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEntry:
    """The arrangement of one year, and the day it was announced."""

    __pydantic_config__ = STRICT

    year: Year
    sources: tuple[str, ...]
    days_off: tuple[DaysOffEntry, ...]
    working: tuple[Day, ...] = ()
    status: Literal["", "须核定"] = ""
    announced: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedDayEntry:
    """A statutory day off with a fixed date, as month-day (01-01)."""

    __pydantic_config__ = STRICT

    name: str
    day: str
    since: Year = 1900

    @property
    def falls_on(self) -> date:
        return date.fromisoformat(f"{LEAP_YEAR}-{self.day}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """One file of the calendar folder; `id` is the name of the file."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    law: str
    years: tuple[YearEntry, ...]
    extends: str = ""
    fixed_days: tuple[FixedDayEntry, ...] = ()


def load_calendars(folder: Path) -> dict[str, Calendar]:
    """Every calendar of a folder by its id. Raises RulebookError naming every fault by file and line."""
    problems: list[Problem] = []
    found: dict[str, tuple[CalendarFile, Document]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read(path, f"{folder.name}/{path.name}")
            calendar = build(CalendarFile, document)
        except RulebookError as fault:
            problems += fault.problems
            continue
        problems += _faults(calendar, document, path.stem)
        found[path.stem] = calendar, document
    if not found and not problems:
        problems.append(Problem(f"{folder.name}/", 1, "没有日历文件，至少要有一份 national.yaml"))
    countries = {name for name, (calendar, _) in found.items() if not calendar.extends}
    for calendar, document in found.values():
        if calendar.extends and calendar.extends not in countries:
            text = f"没有可以依附的日历“{calendar.extends}”{nearest(calendar.extends, countries)}"
            problems.append(document.problem(("extends",), text))
    if problems:
        raise RulebookError(problems)
    return {name: _calendar(calendar, found) for name, (calendar, _) in found.items()}


def _calendar(calendar: CalendarFile, found: dict[str, tuple[CalendarFile, Document]]) -> Calendar:
    layer = _layer(calendar)
    if not calendar.extends:
        return Calendar(calendar.id, calendar.name, (layer,))
    return _calendar(found[calendar.extends][0], found).with_region(calendar.id, calendar.name, layer)


def _layer(calendar: CalendarFile) -> Layer:
    return Layer(
        years=tuple(_arrangement(year) for year in calendar.years),
        fixed=tuple(
            FixedDay(name=entry.name, month=entry.falls_on.month, day=entry.falls_on.day, since=entry.since)
            for entry in calendar.fixed_days
        ),
    )


def _arrangement(year: YearEntry) -> Arrangement:
    return Arrangement(
        year=year.year,
        sources=year.sources,
        days_off=tuple(
            DaysOff(name=run.name, first=run.first, last=run.end, confirmed=not run.status) for run in year.days_off
        ),
        working=year.working,
        official=not year.status,
        announced=year.announced,
    )


def _faults(calendar: CalendarFile, document: Document, stem: str) -> Iterator[Problem]:
    if calendar.id != stem:
        yield document.problem(("id",), f"“id”应与文件名相同：{stem}")
    for index, fixed in enumerate(calendar.fixed_days):
        where: Where = ("fixed_days", index, "day")
        try:
            real = fixed.falls_on.strftime("%m-%d") == fixed.day != "02-29"
        except ValueError:
            real = False
        if not real:
            yield document.problem(where, f"“{fixed.day}”不是每年都有的日子，应写成 10-01 的样子")
        if not 1900 <= fixed.since <= 2199:
            yield document.problem(("fixed_days", index), f"年份 {fixed.since} 不在 1900 至 2199 之间")
    seen: set[int] = set()
    for index, year in enumerate(calendar.years):
        if year.year in seen:
            yield document.problem(("years", index, "year"), f"{year.year} 年写了两次")
        seen.add(year.year)
        yield from _year_faults(year, document, ("years", index))
        if year.announced is None and not year.status and any(one.announced for one in calendar.years[:index]):
            yield document.problem(("years", index), "要写明放假安排公布的日子：announced")


def _year_faults(year: YearEntry, document: Document, where: Where) -> Iterator[Problem]:
    if not 1949 <= year.year <= 2199:
        yield document.problem((*where, "year"), f"年份 {year.year} 不在 1949 至 2199 之间")
        return
    if not year.sources:
        yield document.problem((*where, "sources"), "要写明放假安排的文件；尚未查到的写“须核定”")
    off: set[date] = set()
    for index, run in enumerate(year.days_off):
        here = (*where, "days_off", index)
        if not timedelta() <= run.end - run.first <= LONGEST:
            yield document.problem(here, f"“{run.name}”的起止日不对：{run.first} 至 {run.end}")
            continue
        days = {run.first + timedelta(days=step) for step in range((run.end - run.first).days + 1)}
        if not all(_belongs(day, year.year) for day in days):
            yield document.problem(here, f"“{run.name}”不在 {year.year} 年（或上年12月）")
        if days & off:
            yield document.problem(here, f"“{run.name}”与前面的放假日重复")
        off |= days
    for index, day in enumerate(year.working):
        here = (*where, "working", index)
        if not _belongs(day, year.year):
            yield document.problem(here, f"调休上班日 {day} 不在 {year.year} 年（或上年12月）")
        elif day.weekday() < 5 or day in off:
            yield document.problem(here, f"调休上班日 {day} 应当是周六或周日，而且不在放假日之内")


def _belongs(day: date, year: int) -> bool:
    """An arrangement may reach into the December before, for New Year's Day."""
    return day.year == year or (day.year == year - 1 and day.month == 12)
