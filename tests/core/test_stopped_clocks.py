"""Clocks that stand still: as many days as the law says are counted, none left out twice."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sanxiang.core.calendar import Span, days_within, due, due_without, working_days_between
from sanxiang.core.values import Period
from tests.core.world import CALENDAR

DAY = timedelta(days=1)
START = date(2024, 9, 2)
days = st.integers(0, 400).map(lambda n: START + n * DAY)
spans = st.lists(st.builds(lambda first, more: Span(first, first + more * DAY), days, st.integers(0, 40)), max_size=6)
natural = st.integers(1, 180).map(lambda n: Period(n, "day"))
working = st.integers(1, 90).map(lambda n: Period(n, "working_day"))


def inside(day, left_out):
    return any(span.first <= day <= span.last for span in left_out)


def each(after, until):
    return [after + n * DAY for n in range(1, (until - after).days + 1)]


@given(natural, spans)
def test_as_many_natural_days_are_counted_as_the_law_says(period, left_out):
    end = due_without(START, [period], left_out, CALENDAR, roll=False).on
    counted = [day for day in each(START, end) if not inside(day, left_out)]
    assert len(counted) == period.count
    assert counted[-1] == end


@given(working, spans)
def test_as_many_working_days_are_counted_as_the_law_says(period, left_out):
    end = due_without(START, [period], left_out, CALENDAR, roll=False).on
    counted = [day for day in each(START, end) if CALENDAR.is_working_day(day) and not inside(day, left_out)]
    assert len(counted) == period.count
    assert counted[-1] == end


@given(st.one_of(natural, working), spans)
def test_a_day_that_lies_in_two_spans_is_left_out_once(period, left_out):
    single = [Span(day, day) for day in {day for one in left_out for day in each(one.first - DAY, one.last)}]
    twice = due_without(START, [period], [*left_out, *left_out], CALENDAR, roll=False)
    assert twice == due_without(START, [period], single, CALENDAR, roll=False)
    assert days_within(left_out, START, date(2026, 6, 1)) == len([one for one in single if one.first > START])


@given(st.lists(st.one_of(natural, working), min_size=1, max_size=3), spans, st.booleans())
def test_nothing_left_out_changes_nothing_and_more_left_out_never_shortens(periods, left_out, roll):
    plain = due_without(START, periods, [], CALENDAR, roll=roll).on
    day = START
    for period in periods:
        day = due(day, period, CALENDAR, roll=roll).on
    assert plain == day
    assert due_without(START, periods, left_out, CALENDAR, roll=roll).on >= plain


@given(natural, spans)
def test_a_last_day_rolls_to_a_working_day_only_where_the_law_says_so(period, left_out):
    fixed = due_without(START, [period], left_out, CALENDAR, roll=False).on
    rolled = due_without(START, [period], left_out, CALENDAR, roll=True).on
    assert CALENDAR.is_working_day(rolled)
    assert rolled == fixed or working_days_between(fixed, rolled, CALENDAR) == 1


def test_a_span_before_the_start_and_one_that_ends_before_it_begins_leave_nothing_out():
    before = [Span(date(2024, 8, 1), START), Span(date(2024, 9, 10), date(2024, 9, 9))]
    assert due_without(START, [Period(30, "day")], before, CALENDAR, roll=False).on == date(2024, 10, 2)
