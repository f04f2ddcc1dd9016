"""Dates that do not fit are named; those that fit raise no word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sanxiang.core.casefile import Recording
from sanxiang.core.events import case as acts
from sanxiang.core.gates.backdating import (
    CLOCKS,
    DELAY,
    SEQUENCER,
    Numbered,
    against_device,
    against_ledger,
    doubts,
    out_of_order,
)
from tests.core.world import START, opened, recorded, rules

pytestmark = [pytest.mark.clauses("UR-11")]
RULES = rules()


def at(seq, event, *, hours, taken=0, **facts):
    """An event that happened so many hours after the start and was taken so many hours later."""
    made = recorded(seq, replace(event, facts=facts))
    moment = START + timedelta(hours=hours)
    return replace(made, occurred_at=moment, recorded_at=moment + timedelta(hours=taken))


FIRST, SECOND = acts.ActivityDone(act="conclude"), acts.ActivityDone(act="submit")


def sorts(*events):
    return [one.sort for one in doubts([recorded(1, opened()), *events], RULES, "ordinary")]


def test_a_case_in_order_is_silent():
    good = (
        at(2, FIRST, hours=1, recording_on=START.date().isoformat(), started_on_site=START.isoformat()),
        at(3, SECOND, hours=2),
        at(4, SECOND, hours=3, taken=0.5),
        at(5, SECOND, hours=4, taken=72, late_entry_reason="现场没有网络"),
    )
    assert sorts(*good) == []


@pytest.mark.parametrize(
    ("event", "sort"),
    [
        (at(3, SECOND, hours=2, taken=30), "接收时间"),
        (at(3, SECOND, hours=0.5, taken=40, late_entry_reason="遗漏"), "环节次序"),
        (at(3, SECOND, hours=2, recording_on="2024-09-09"), "所记日期"),
        (at(3, SECOND, hours=2, ended_on_site="2024-09-05T10:00:00+08:00"), "所记日期"),
    ],
)
def test_a_date_that_does_not_fit_is_named(event, sort):
    assert sorts(at(2, FIRST, hours=1), event) == [sort]


def numbers(*days):
    return [
        Numbered(f"e{n}", n, f"演罚字〔2024〕{n}号", date(2024, 9, day), START + timedelta(days=day))
        for n, day in enumerate(days, 1)
    ]


def test_numbers_and_days_run_the_same_way():
    assert out_of_order(numbers(1, 1, 3, 7)) == []
    (clue,) = out_of_order(numbers(1, 9, 3, 9))
    assert (clue.event, clue.sort) == ("e3", "文号次序")
    assert "〔2024〕2号" in clue.text
    assert [one.event for one in out_of_order(numbers(5, 1, 2, 6))] == ["e2", "e3"]


def test_the_ledger_dates_what_it_did_not_hold_yet():
    assert against_ledger("e", START, None) == []
    assert against_ledger("e", START, START + SEQUENCER) == []
    assert against_ledger("e", START, START - timedelta(days=9)) == []
    (clue,) = against_ledger("e", START, START + SEQUENCER + timedelta(minutes=1))
    assert clue.sort == "账本"


def device(**state):
    two = timedelta(hours=2)
    known = {"began": START, "ended": START + two, "not_before": START, "not_after": START + two, "event": "e"}
    return Recording(**{**known, "happened": START + two, **state})


def test_a_device_whose_times_fit_says_nothing():
    assert against_device(device()) == []
    assert against_device(device(happened=None)) == []
    assert against_device(device(not_before=None, not_after=None)) == []
    assert against_device(device(happened=START + timedelta(days=3))) == [], "a form that is written later is no clue"
    assert against_device(device(happened=START - DELAY)) == []


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"happened": START - DELAY - timedelta(minutes=1)}, "以后才开始"),
        ({"happened": START - timedelta(days=2), "not_before": None}, "在设备上开始的时间"),
        ({"began": START - CLOCKS - timedelta(minutes=1)}, "早于服务器能证明的"),
        ({"ended": START + timedelta(hours=3)}, "晚于服务器收到的"),
        ({"turned": True}, "时钟被改动过"),
    ],
)
def test_a_device_speaks_against_a_time(state, word):
    (clue,) = against_device(device(**state))
    assert (clue.event, clue.sort) == ("e", "设备时钟")
    assert word in clue.text
