"""Periods that stand still for a while (期间的中止和扣除): days left out are not counted, and none of them twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sanxiang.core.values import Period, Unit, legal_day

from .counting import Due, due
from .model import Calendar, day_at, place

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days that a period leaves out, the first and the last of them included."""

    first: date
    last: date


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days as spans that neither touch nor overlap, in order: a day in two of them is left out once."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.last < span.first:
            continue
        if found and span.first <= found[-1].last + DAY:
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def days_within(spans: Iterable[Span], after: date, until: date) -> int:
    """How many of the days left out lie after one day, up to and with another."""
    return sum(max(0, (min(span.last, until) - max(span.first - DAY, after)).days) for span in merged(spans))


def due_without(
    start: date | datetime, periods: Iterable[Period], spans: Iterable[Span], calendar: Calendar, *, roll: bool
) -> Due:
    """The end of periods that follow one another, with days left out: as many days as the law says are counted.

    Neither a period in hours nor the same day can stand still: for them spans are passed over.

    >>> from .model import Layer
    >>> weekends = Calendar("weekends", "只有周末", (Layer(years=()),))
    >>> test = Span(date(2024, 9, 4), date(2024, 9, 13))
    >>> due_without(date(2024, 9, 2), [Period.parse("30 days")], [test], weekends, roll=False).on
    datetime.date(2024, 10, 12)
    """
    left_out, found = merged(spans), Due(legal_day(start) if isinstance(start, datetime) else start)
    for number, period in enumerate(periods):
        begun: date | datetime = found.on if number else start
        day = legal_day(begun) if isinstance(begun, datetime) else begun
        if not left_out or period.unit in (Unit.HOUR, Unit.SAME_DAY):
            found = due(begun, period, calendar, roll=roll)
        elif period.unit is Unit.WORKING_DAY:
            found = _working(day, period.count, left_out, calendar)
        else:
            found = _natural(day, period, left_out, calendar, roll=roll)
    return found


def _working(day: date, count: int, left_out: list[Span], calendar: Calendar) -> Due:
    """The last of so many working days that are counted: lengthened until the ones left out are made up for."""
    first, lost, end = place(day), -1, place(day)
    while (off := _off(day, day_at(end), left_out, calendar)) != lost:
        lost = off
        end = calendar.nth_working(first, count + lost)
    return Due(day_at(end), None, calendar.unsettled_within(first + 1, end))


def _off(after: date, until: date, left_out: list[Span], calendar: Calendar) -> int:
    """The working days left out after one day, up to and with another."""
    return sum(
        calendar.working_within(max(place(span.first) - 1, place(after)), min(place(span.last), place(until)))
        for span in left_out
        if span.last > after and span.first <= until
    )


def _natural(day: date, period: Period, left_out: list[Span], calendar: Calendar, *, roll: bool) -> Due:
    end = due(day, period, calendar, roll=False).on
    for span in left_out:
        if span.last > day and span.first <= end:
            end += span.last - max(span.first - DAY, day)
    # One day from the day before: nothing but the rolling of the last day is left to do.
    return due(end - DAY, Period(1, Unit.DAY), calendar, roll=roll)
