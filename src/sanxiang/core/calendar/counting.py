"""Counting periods (期间的计算): 民法典 arts. 200 to 204, and the working days of the administrative statutes.

The day of the event is not counted (art. 201). A period of months or years ends on the same day of the month, or on
the last day of a shorter month (art. 202). A last day that is a day off moves on to the next working day where the
law says so (art. 203): the caller says it by `roll`. Hours run on exactly and never move.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sanxiang.core.values import Period, Unit, legal_day

from .model import Calendar, day_at, place


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends: `on` its last day, `at` the instant for a period in hours (else None), `provisional`
    whether an arrangement of holidays that is not known yet may still move it."""

    on: date
    at: datetime | None = None
    provisional: bool = False


def due(start: date | datetime, period: Period, calendar: Calendar, *, roll: bool) -> Due:
    """The end of a period that an event on a day, or at an aware time, starts.

    A time counts as its day in China, but for hours, which need a time. `roll` moves a last day off to the next
    working day. ValueError for a time without a zone, hours from a day, or days outside the calendar.

    >>> from sanxiang.core.calendar import Layer
    >>> weekends = Calendar("weekends", "只有周末", (Layer(years=()),))
    >>> due(date(2024, 9, 20), Period.parse("7 working_days"), weekends, roll=True).on
    datetime.date(2024, 10, 1)
    """
    if period.unit is Unit.HOUR:
        return _hours(start, period.count)
    day = legal_day(start) if isinstance(start, datetime) else start
    if period.unit is Unit.SAME_DAY:
        return Due(day)
    first = place(day)
    if period.unit is Unit.WORKING_DAY:
        last = calendar.nth_working(first, period.count)
        return Due(day_at(last), None, calendar.unsettled_within(first + 1, last))
    end = place(_later(day, period))
    if not roll:
        return Due(day_at(end))
    last = calendar.working_from(end)
    return Due(day_at(last), None, calendar.unsettled_within(end, last))


def last_of(day: date, *, quarterly: bool) -> date:
    """The last day of the month, or of the quarter, in which a day lies.

    >>> last_of(date(2025, 2, 10), quarterly=False), last_of(date(2025, 2, 10), quarterly=True)
    (datetime.date(2025, 2, 28), datetime.date(2025, 3, 31))
    """
    month = (day.month + 2) // 3 * 3 if quarterly else day.month
    return date(day.year, month, monthrange(day.year, month)[1])


def due_before(event: date, period: Period, calendar: Calendar) -> date:
    """The latest day for a notice that must come at least a period before an event (such as 处罚法 art. 64(2): seven
    working days before the hearing).

    The whole period lies between: neither the day of the notice nor that of the event is counted. The day found may
    itself be a day off. ValueError for hours.
    """
    if period.unit is Unit.HOUR:
        raise ValueError("以小时计算的期限不能从某一天倒推")
    last = place(event)
    if period.unit is Unit.SAME_DAY:
        return event
    if period.unit is Unit.WORKING_DAY:
        return day_at(calendar.nth_working_before(last, period.count) - 1)
    day = _earlier(event, period)
    while _later(day, period) >= event:
        day -= timedelta(days=1)
    return day


def due_many(starts: Sequence[date], period: Period, calendar: Calendar, *, roll: bool) -> list[date]:
    """The last day of the same period from each of many days, in their order: as `due`, by a table of the days
    between the first and the last of them. ValueError for hours."""
    if period.unit is Unit.HOUR:
        raise ValueError("以小时计算的期限没有整日的期限表")
    if not starts:
        return []
    first, last = min(starts).toordinal(), max(starts).toordinal()
    if last - first >= len(starts):
        return [due(start, period, calendar, roll=roll).on for start in starts]
    days = range(first, last + 1)
    table = [due(date.fromordinal(day), period, calendar, roll=roll).on for day in days]
    return [table[start.toordinal() - first] for start in starts]


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after `start`, up to and with `end`; negative where `end` comes first."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return calendar.working_within(place(start), place(end))


def working_days_left(today: date, due: Due, calendar: Calendar) -> int:
    """How many working days remain after today: 0 on the last day, negative when it has passed."""
    return working_days_between(today, due.on, calendar)


def _hours(start: date | datetime, count: int) -> Due:
    if not isinstance(start, datetime):
        raise ValueError("以小时计算的期限要有起算的时刻，不能只有日期")
    if start.tzinfo is None:
        raise ValueError("起算的时刻必须带有时区")
    at = (start.astimezone(UTC) + timedelta(hours=count)).astimezone(start.tzinfo)
    return Due(legal_day(at), at)


def _later(day: date, period: Period) -> date:
    if period.unit is Unit.DAY:
        return day + timedelta(days=period.count)
    return _add_months(day, period.count * (12 if period.unit is Unit.YEAR else 1))


def _earlier(day: date, period: Period) -> date:
    if period.unit is Unit.DAY:
        return day - timedelta(days=period.count)
    return _add_months(day, -period.count * (12 if period.unit is Unit.YEAR else 1))


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
