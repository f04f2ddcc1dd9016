"""Which days are working days (工作日), and which of them nobody can know yet.

Three sources, the later over the earlier: the week; the days fixed by date in the 全国年节及纪念日放假办法; the
arrangement that the General Office of the State Council publishes for one year (放假安排), with its make-up working
days (调休上班). A region may add its own days off. A day is *settled* when every layer has its arrangement for that
year; all other answers are provisional.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

# Room for every day that may be stated (1900 to 2199) and the longest period after it. 1 January 1900 was a Monday.
FIRST, LAST = date(1900, 1, 1), date(2399, 12, 31)
WEEK = b"\1\1\1\1\1\0\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """A run of days off (放假), both ends included; weekends inside it do no harm.

    `confirmed` is false while its dates are 须核定: those days and their neighbours stay provisional, since the
    sighting of the moon moves such a feast by one day."""

    name: str
    first: date
    last: date
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What one layer arranged for one year: days off, make-up working days, and the documents that say so.

    It may reach into the last days of December before. `official` is false while no published document stands
    behind it: its days count, and the whole year stays provisional. `announced` is the day it was published; None for
    one that was known before the system came into use."""

    year: int
    sources: tuple[str, ...]
    days_off: tuple[DaysOff, ...] = ()
    working: tuple[date, ...] = ()
    official: bool = True
    announced: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedDay:
    """A statutory day off with a fixed date, from the year `since` on (全国年节及纪念日放假办法, art. 2)."""

    name: str
    month: int
    day: int
    since: int = FIRST.year


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The arrangements of one authority: the whole country, or a region on top of it."""

    years: tuple[Arrangement, ...]
    fixed: tuple[FixedDay, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The working days of a place: its layers, the country first.

    >>> national = Layer(years=(Arrangement(
    ...     year=2024, sources=("国办发明电〔2023〕7号",),
    ...     days_off=(DaysOff(name="国庆节", first=date(2024, 10, 1), last=date(2024, 10, 7)),),
    ...     working=(date(2024, 9, 29), date(2024, 10, 12))),))
    >>> calendar = Calendar("national", "全国", (national,))
    >>> calendar.is_working_day(date(2024, 10, 7)), calendar.is_working_day(date(2024, 10, 12))
    (False, True)
    >>> calendar.provisional(date(2024, 10, 7)), calendar.provisional(date(2025, 10, 7))
    (False, True)
    """

    id: str
    name: str
    layers: tuple[Layer, ...]
    _working: bytes = field(init=False, repr=False)
    _unsettled: bytes = field(init=False, repr=False)
    _announced: tuple[date, ...] = field(init=False, repr=False)
    _known: dict[date, Calendar] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_working", _working_days(self.layers))
        object.__setattr__(self, "_unsettled", _unsettled_days(self.layers))
        made = (one.announced for layer in self.layers for one in layer.years)
        object.__setattr__(self, "_announced", tuple(sorted(day for day in made if day is not None)))

    def with_region(self, id: str, name: str, region: Layer) -> Calendar:
        """The calendar of a region: these days and the region's own days off on top of them."""
        return Calendar(id, name, (*self.layers, region))

    def known_on(self, day: date) -> Calendar:
        """The calendar as it was known at the end of a day: without the arrangements that were announced later."""
        later = next((made for made in self._announced if made > day), None)
        if later is None:
            return self
        if later not in self._known:
            layers = tuple(
                replace(layer, years=tuple(one for one in layer.years if not one.announced or one.announced < later))
                for layer in self.layers
            )
            self._known[later] = Calendar(self.id, self.name, layers)
        return self._known[later]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on a day, as far as is known. ValueError outside 1900 to 2399."""
        return self._working[place(day)] == 1

    def why_off(self, day: date) -> str:
        """What makes a day off, in Chinese, the region's first; empty for a working day."""
        if self.is_working_day(day):
            return ""
        for layer in reversed(self.layers):
            for made in layer.years:
                for run in made.days_off:
                    if run.first <= day <= run.last:
                        return run.name
            for fixed in layer.fixed:
                if (fixed.month, fixed.day) == (day.month, day.day) and fixed.since <= day.year:
                    return fixed.name
        return "周末"

    def provisional(self, day: date) -> bool:
        """Whether an arrangement that is not known yet may still change the answer for a day."""
        return self._unsettled[place(day)] == 1

    def sources(self, year: int) -> tuple[str, ...]:
        """The documents behind the days of a year, the country's first; empty where none is known."""
        found = (made.sources for layer in self.layers for made in layer.years if made.year == year)
        return tuple(text for texts in found for text in texts)

    def nth_working(self, start: int, count: int) -> int:
        """The place of the n-th working day after a place."""
        for _ in range(count):
            start = self.working_from(start + 1)
        return start

    def nth_working_before(self, end: int, count: int) -> int:
        """The place of the n-th working day before a place."""
        for _ in range(count):
            end = _inside(self._working.rfind(1, 0, end))
        return end

    def working_from(self, start: int) -> int:
        """The place of the first working day at or after a place."""
        return _inside(self._working.find(1, start))

    def working_within(self, after: int, until: int) -> int:
        """How many working days lie after one place, up to and with another."""
        return self._working.count(1, after + 1, until + 1)

    def unsettled_within(self, first: int, last: int) -> bool:
        """Whether any day from one place to another, both included, is provisional."""
        return self._unsettled.find(1, first, last + 1) >= 0


def place(day: date) -> int:
    """The place of a day in the tables of a calendar. ValueError outside 1900 to 2399."""
    return _inside(day.toordinal() - FIRST.toordinal())


def day_at(at: int) -> date:
    """The day at a place."""
    return date.fromordinal(FIRST.toordinal() + _inside(at))


def _inside(at: int) -> int:
    if not 0 <= at <= LAST.toordinal() - FIRST.toordinal():
        raise ValueError(f"日期超出日历的范围（{FIRST.year} 年至 {LAST.year} 年）")
    return at


def _working_days(layers: tuple[Layer, ...]) -> bytes:
    days = LAST.toordinal() - FIRST.toordinal() + 1
    table = bytearray((WEEK * (days // 7 + 1))[:days])
    for layer in layers:
        for fixed in layer.fixed:
            for year in range(fixed.since, LAST.year + 1):
                table[place(date(year, fixed.month, fixed.day))] = 0
        for made in layer.years:
            for run in made.days_off:
                for at in range(place(run.first), place(run.last) + 1):
                    table[at] = 0
            for day in made.working:
                table[place(day)] = 1
    return bytes(table)


def _unsettled_days(layers: tuple[Layer, ...]) -> bytes:
    table = bytearray(b"\1" * (LAST.toordinal() - FIRST.toordinal() + 1))
    official = [{made.year for made in layer.years if made.official} for layer in layers]
    settled = set.intersection(*official) if official else set()
    for year in settled:
        # New Year's arrangement may reach back: that for 2019 gave work on 29 and days off on 30 and 31 December 2018.
        end = date(year, 12, 31 if year + 1 in settled else 28)
        for at in range(place(date(year, 1, 1)), place(end) + 1):
            table[at] = 0
    for run in _unconfirmed(layers):
        for at in range(place(run.first) - 1, place(run.last) + 2):
            table[at] = 1
    return bytes(table)


def _unconfirmed(layers: tuple[Layer, ...]) -> Iterator[DaysOff]:
    for layer in layers:
        for made in layer.years:
            yield from (run for run in made.days_off if not run.confirmed)
