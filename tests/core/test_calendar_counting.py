"""Counting periods. The country's days of these tests are written down here by hand, from the published notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.calendar import (
    Arrangement,
    Calendar,
    DaysOff,
    Due,
    FixedDay,
    Layer,
    due,
    due_before,
    due_many,
    working_days_between,
    working_days_left,
)
from sanxiang.core.values import Period

CHINA = timezone(timedelta(hours=8))


def days(first: str, last: str, *, confirmed: bool = True, name: str = "放假") -> DaysOff:
    return DaysOff(name=name, first=date.fromisoformat(first), last=date.fromisoformat(last), confirmed=confirmed)


def arranged(year: int, *off: DaysOff, working: tuple[str, ...] = (), official: bool = True) -> Arrangement:
    return Arrangement(
        year=year,
        sources=(f"{year}年放假安排",),
        days_off=off,
        working=tuple(map(date.fromisoformat, working)),
        official=official,
    )


Y2020 = arranged(2020, days("2020-01-24", "2020-02-02"), days("2020-05-01", "2020-05-05"), working=("2020-01-19",))
Y2024 = arranged(
    2024,
    days("2024-01-01", "2024-01-01"),
    days("2024-02-10", "2024-02-17"),
    days("2024-04-04", "2024-04-06"),
    days("2024-05-01", "2024-05-05"),
    days("2024-06-10", "2024-06-10"),
    days("2024-09-15", "2024-09-17"),
    days("2024-10-01", "2024-10-07"),
    working=("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29",
             "2024-10-12"),
)  # fmt: skip
Y2025 = arranged(
    2025,
    days("2025-01-01", "2025-01-01"),
    days("2025-01-28", "2025-02-04"),
    working=("2025-01-26", "2025-02-08"),
)
FIXED = (FixedDay(name="元旦", month=1, day=1), FixedDay(name="国庆节", month=10, day=1))
CALENDAR = Calendar("national", "全国", (Layer(years=(Y2020, Y2024, Y2025), fixed=FIXED),))
REGION = Layer(
    years=(
        arranged(2024, days("2024-06-17", "2024-06-19", name="古尔邦节")),
        arranged(2025, days("2025-06-06", "2025-06-10", name="古尔邦节", confirmed=False)),
    )
)
XINJIANG = CALENDAR.with_region("xinjiang", "新疆维吾尔自治区", REGION)

DAYS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(1, 90)
PERIODS = st.builds(
    lambda count, unit: Period(0 if unit == "same_day" else count, unit),
    st.integers(1, 40),
    st.sampled_from(["working_day", "day", "month", "year", "same_day"]),
)
WHERE = st.sampled_from([CALENDAR, XINJIANG])


def wd(count: int) -> Period:
    return Period.parse(f"{count} working_days")


def end(start: str, period: str, *, roll: bool = True, calendar: Calendar = CALENDAR) -> str:
    return due(date.fromisoformat(start), Period.parse(period), calendar, roll=roll).on.isoformat()


def plain_count(start: date, until: date, calendar: Calendar) -> int:
    """Working days after `start` up to `until`, one by one."""
    return sum(calendar.is_working_day(start + timedelta(days=step)) for step in range(1, (until - start).days + 1))


# By hand ---------------------------------------------------------------------------------------------------------


def test_seven_working_days_over_national_day_2024() -> None:
    # A decision of Friday 27 September 2024. Not counted: the 27th, Saturday the 28th, 1 to 7 October.
    # Counted: Sunday 29 September (make-up) 1, Monday 30 September 2, 8 October 3, 9th 4, 10th 5, 11th 6,
    # Saturday 12 October (make-up) 7.
    assert end("2024-09-27", "7 working_days") == "2024-10-12"
    assert end("2024-09-27", "1 working_day") == "2024-09-29"
    assert end("2024-09-27", "8 working_days") == "2024-10-14"


def test_the_longer_spring_festival_of_2020() -> None:
    # First arranged until 30 January with work on Saturday 1 February; then lengthened to 2 February.
    # From Sunday 19 January (make-up): 20th 1, 21st 2, 22nd 3, 23rd 4, Monday 3 February 5.
    assert end("2020-01-19", "5 working_days") == "2020-02-03"
    before = arranged(2020, days("2020-01-24", "2020-01-30"), working=("2020-01-19", "2020-02-01"))
    known_then = Calendar("then", "通知变更前", (Layer(years=(before,)),))
    assert end("2020-01-19", "5 working_days", calendar=known_then) == "2020-01-31"
    assert end("2020-01-19", "6 working_days", calendar=known_then) == "2020-02-01"


def test_a_regional_feast_moves_only_the_region() -> None:
    # Thursday 13 June 2024: 14th 1, Monday 17th 2 and 18th 3 in the country; in the region 17 to 19 are off: 20th, 21st.
    assert end("2024-06-13", "3 working_days") == "2024-06-18"
    assert end("2024-06-13", "3 working_days", calendar=XINJIANG) == "2024-06-21"
    assert end("2024-05-18", "30 days") == "2024-06-17"
    assert end("2024-05-18", "30 days", calendar=XINJIANG) == "2024-06-20"


def test_a_last_day_off_moves_on_only_where_the_law_says_so() -> None:
    assert end("2024-09-01", "30 days", roll=False) == "2024-10-01"
    assert end("2024-09-01", "30 days") == "2024-10-08"
    assert end("2024-08-30", "30 days") == "2024-09-29"  # a make-up Sunday is a working day: it stays
    assert end("2024-08-15", "15 days") == "2024-08-30"


@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2025-01-31", "1 month", "2025-02-28"),
        ("2024-10-31", "1 month", "2024-11-30"),
        ("2024-11-30", "3 months", "2025-02-28"),
        ("2024-12-15", "1 month", "2025-01-15"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2024-03-31", "6 months", "2024-09-30"),
    ],
)
def test_months_and_years_end_on_the_same_day_or_the_last(start: str, period: str, last: str) -> None:
    assert end(start, period, roll=False) == last


def test_hours_are_exact_and_do_not_move() -> None:
    start = datetime(2024, 9, 30, 17, 43, tzinfo=CHINA)
    found = due(start, Period.parse("24 hours"), CALENDAR, roll=True)
    assert found == Due(date(2024, 10, 1), datetime(2024, 10, 1, 17, 43, tzinfo=CHINA), False)
    late = due(datetime(2024, 9, 30, 17, 0, tzinfo=UTC), Period.parse("1 hour"), CALENDAR, roll=False)
    assert late.on == date(2024, 10, 1)  # 02:00 in China
    assert late.at == datetime(2024, 9, 30, 18, 0, tzinfo=UTC)


def test_hours_want_a_time_with_its_zone() -> None:
    with pytest.raises(ValueError, match="时刻"):
        due(date(2024, 9, 30), Period.parse("24 hours"), CALENDAR, roll=False)
    with pytest.raises(ValueError, match="时区"):
        due(datetime(2024, 9, 30, 9, 0), Period.parse("24 hours"), CALENDAR, roll=False)
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2024, 9, 30, 9, 0), Period.parse("3 days"), CALENDAR, roll=False)
    with pytest.raises(ValueError, match="小时"):
        due_many([date(2024, 9, 30)], Period.parse("24 hours"), CALENDAR, roll=False)
    with pytest.raises(ValueError, match="小时"):
        due_before(date(2024, 9, 30), Period.parse("24 hours"), CALENDAR)


def test_a_time_counts_as_its_day_in_china() -> None:
    assert due(datetime(2024, 9, 26, 16, 30, tzinfo=UTC), wd(1), CALENDAR, roll=True).on == date(2024, 9, 29)


def test_the_same_day_is_the_day_itself() -> None:
    assert end("2024-10-01", "same_day") == "2024-10-01"
    assert due_before(date(2024, 10, 1), Period.parse("same_day"), CALENDAR) == date(2024, 10, 1)


def test_notice_seven_working_days_before_a_hearing() -> None:
    # A hearing on Monday 21 October 2024. Between: 18, 17, 16, 15, 14, Saturday 12 (make-up), 11: seven.
    assert due_before(date(2024, 10, 21), wd(7), CALENDAR) == date(2024, 10, 10)
    assert due_before(date(2024, 10, 21), Period.parse("7 days"), CALENDAR) == date(2024, 10, 13)
    assert due_before(date(2024, 3, 31), Period.parse("1 month"), CALENDAR) == date(2024, 2, 29)


def test_days_left() -> None:
    found = due(date(2024, 9, 27), wd(7), CALENDAR, roll=True)
    assert working_days_left(date(2024, 9, 27), found, CALENDAR) == 7
    assert working_days_left(date(2024, 10, 3), found, CALENDAR) == 5
    assert working_days_left(date(2024, 10, 12), found, CALENDAR) == 0
    assert working_days_left(date(2024, 10, 13), found, CALENDAR) == 0
    assert working_days_left(date(2024, 10, 15), found, CALENDAR) == -2


# What is not known yet -------------------------------------------------------------------------------------------


def test_a_year_without_arrangement_is_provisional_until_it_arrives() -> None:
    start, period = date(2026, 9, 28), wd(3)
    found = due(start, period, CALENDAR, roll=True)
    assert found == Due(date(2026, 10, 2), None, True)  # only 1 October is known to be off
    y2026 = arranged(2026, days("2026-10-01", "2026-10-07"), working=("2026-10-10",))
    arrived = Calendar("national", "全国", (Layer(years=(Y2020, Y2024, Y2025, y2026), fixed=FIXED),))
    assert due(start, period, arrived, roll=True) == Due(date(2026, 10, 8), None, False)
    draft = Arrangement(year=2026, sources=(), days_off=y2026.days_off, working=y2026.working, official=False)
    awaited = Calendar("national", "全国", (Layer(years=(Y2020, Y2024, Y2025, draft), fixed=FIXED),))
    assert due(start, period, awaited, roll=True) == Due(date(2026, 10, 8), None, True)


def test_the_last_days_of_december_wait_for_the_next_year() -> None:
    assert not CALENDAR.provisional(date(2024, 12, 31))
    assert [CALENDAR.provisional(date(2025, 12, day)) for day in (28, 29, 31)] == [False, True, True]


def test_only_what_asks_the_calendar_is_provisional() -> None:
    assert not due(date(2027, 3, 1), Period.parse("30 days"), CALENDAR, roll=False).provisional
    assert due(date(2027, 3, 1), Period.parse("30 days"), CALENDAR, roll=True).provisional
    assert not due(date(2023, 12, 2), Period.parse("30 days"), CALENDAR, roll=False).provisional
    assert not due(date(2023, 12, 3), Period.parse("30 days"), CALENDAR, roll=True).provisional
    # From Sunday 31 December 2023, of which nobody has said whether it is made up for, on to Tuesday 2 January 2024.
    assert due(date(2023, 12, 1), Period.parse("30 days"), CALENDAR, roll=True) == Due(date(2024, 1, 2), None, True)
    assert due(date(2023, 12, 28), wd(3), CALENDAR, roll=True).provisional


def test_unconfirmed_regional_days_and_missing_regional_years_are_provisional() -> None:
    assert [XINJIANG.provisional(date(2025, 6, day)) for day in (4, 5, 6, 10, 11, 12)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    assert not XINJIANG.provisional(date(2024, 6, 17))
    assert XINJIANG.provisional(date(2020, 3, 2))
    assert not CALENDAR.provisional(date(2020, 3, 2))


def test_a_calendar_names_its_documents() -> None:
    assert XINJIANG.sources(2024) == ("2024年放假安排", "2024年放假安排")
    assert CALENDAR.sources(2026) == ()


def test_a_day_off_has_its_reason() -> None:
    assert [XINJIANG.why_off(date(2024, 6, day)) for day in (10, 14, 15, 17)] == ["放假", "", "周末", "古尔邦节"]
    assert CALENDAR.why_off(date(2026, 10, 1)) == "国庆节"
    assert CALENDAR.why_off(date(2024, 10, 12)) == ""


def test_days_outside_the_tables_are_refused() -> None:
    for day in (date(1899, 12, 31), date(2400, 1, 1)):
        with pytest.raises(ValueError, match="范围"):
            CALENDAR.is_working_day(day)
        with pytest.raises(ValueError, match="范围"):
            due(day, wd(1), CALENDAR, roll=True)
    with pytest.raises(ValueError, match="范围"):
        due(date(2399, 12, 30), wd(5), CALENDAR, roll=True)
    with pytest.raises(ValueError, match="范围"):
        due(date(2399, 12, 30), Period.parse("9 days"), CALENDAR, roll=False)
    with pytest.raises(ValueError, match="范围"):
        due_before(date(1900, 1, 4), wd(4), CALENDAR)
    assert due(date(2199, 12, 31), Period.parse("100 years"), CALENDAR, roll=False).on == date(2299, 12, 31)


# Properties ------------------------------------------------------------------------------------------------------


@given(DAYS, COUNTS, WHERE)
def test_n_working_days_end_on_the_nth(start: date, count: int, calendar: Calendar) -> None:
    last = due(start, wd(count), calendar, roll=True).on
    assert calendar.is_working_day(last)
    assert plain_count(start, last, calendar) == count == working_days_between(start, last, calendar)


@given(DAYS, st.integers(0, 60), PERIODS, WHERE, st.booleans())
def test_a_later_start_never_ends_earlier(
    start: date, more: int, period: Period, calendar: Calendar, roll: bool
) -> None:
    later = start + timedelta(days=more)
    assert due(start, period, calendar, roll=roll).on <= due(later, period, calendar, roll=roll).on


@given(DAYS, PERIODS, WHERE)
def test_moving_on_is_never_earlier_and_ends_at_work(start: date, period: Period, calendar: Calendar) -> None:
    fixed, moved = (due(start, period, calendar, roll=roll).on for roll in (False, True))
    if period.unit in ("same_day", "working_day"):
        assert moved == fixed
    else:
        assert moved >= fixed
        assert calendar.is_working_day(moved)
        assert plain_count(fixed - timedelta(days=1), moved, calendar) == 1


@given(st.lists(DAYS, max_size=60), PERIODS, WHERE, st.booleans())
def test_many_equal_one_by_one(starts: list[date], period: Period, calendar: Calendar, roll: bool) -> None:
    one_by_one = [due(start, period, calendar, roll=roll).on for start in starts]
    assert due_many(starts, period, calendar, roll=roll) == one_by_one
    near = [date(2024, 9, 1) + timedelta(days=(start.toordinal() * 7) % 31) for start in starts * 3]
    assert due_many(near, period, calendar, roll=roll) == [due(day, period, calendar, roll=roll).on for day in near]


@given(DAYS, PERIODS.filter(lambda period: period.unit != "same_day"), WHERE)
def test_notice_is_the_latest_day_with_the_whole_period_between(
    event: date, period: Period, calendar: Calendar
) -> None:
    latest = due_before(event, period, calendar)
    assert due(latest, period, calendar, roll=False).on < event
    assert due(latest + timedelta(days=1), period, calendar, roll=False).on >= event


@given(DAYS, DAYS, WHERE)
def test_working_days_between_is_signed(first: date, second: date, calendar: Calendar) -> None:
    between = working_days_between(first, second, calendar)
    assert between == -working_days_between(second, first, calendar)
    if first <= second:
        assert between == plain_count(first, second, calendar)


@given(DAYS, COUNTS)
def test_a_region_never_ends_earlier_than_the_country(start: date, count: int) -> None:
    assert due(start, wd(count), XINJIANG, roll=True).on >= due(start, wd(count), CALENDAR, roll=True).on


@given(DAYS, COUNTS, WHERE)
def test_what_is_not_provisional_does_not_move_when_more_is_arranged(
    start: date, count: int, calendar: Calendar
) -> None:
    found = due(start, wd(count), calendar, roll=True)
    everything_off = tuple(
        arranged(year, days(f"{year}-01-01", f"{year}-03-31"), working=())
        for year in (2018, 2019, 2021, 2022, 2023, 2026, 2027, 2028)
    )
    reaching_back = arranged(2026, days("2025-12-29", "2026-03-31"))
    years = (Y2020, Y2024, Y2025, reaching_back, *(made for made in everything_off if made.year != 2026))
    grown = Calendar("grown", "后来", (Layer(years=years, fixed=FIXED), *calendar.layers[1:]))
    if not found.provisional:
        assert due(start, wd(count), grown, roll=True).on == found.on
