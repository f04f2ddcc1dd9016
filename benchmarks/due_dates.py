"""A million due dates against the loop that everybody writes over `chinese_calendar.is_workday`."""

from __future__ import annotations

import random
import statistics
import time
from datetime import date, timedelta
from typing import Any

PERIODS = ("3 working_days", "7 working_days", "20 working_days", "30 days")
FIRST, LAST = date(2019, 1, 1), date(2026, 10, 31)


def measure(rounds: int = 5, count: int = 1_000_000, sample: int = 4_000) -> list[dict[str, Any]]:
    """Equal parts of 3, 7 and 20 working days and 30 days with the last day moved on. The loop runs on a sample of
    the same days and is scaled to the count; both give the same dates on it."""
    from sanxiang.core.calendar import due_many
    from sanxiang.core.values import Period
    from sanxiang.store.rulebooks.calendars import load_calendars
    from sanxiang.store.rulebooks.library import default_folder

    calendar = load_calendars(default_folder() / "calendar")["national"]
    draw = random.Random(20241121)
    days = (LAST - FIRST).days
    starts = [FIRST + timedelta(days=draw.randrange(days)) for _ in range(count // len(PERIODS))]
    periods = [Period.parse(text) for text in PERIODS]
    few = starts[: sample // len(PERIODS)]
    ours, theirs, ratios = [], [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        found = [due_many(starts, period, calendar, roll=True) for period in periods]
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        looped = [[loop(start, period.count, str(period.unit)) for start in few] for period in periods]
        theirs.append((time.perf_counter() - begun) * len(starts) / len(few))
        ratios.append(theirs[-1] / ours[-1])
        if any(ones[: len(few)] != others for ones, others in zip(found, looped, strict=True)):
            raise AssertionError("the two do not give the same dates")
    ratio = statistics.median(ratios)
    slow = f"逐日判断 {statistics.median(theirs):.1f} 秒（由 {sample:,} 个推算）"
    note = f"{count:,} 个期限：{statistics.median(ours):.3f} 秒；{slow}"
    return [
        {
            "name": "百万期限计算", "against": "chinese_calendar.is_workday 逐日循环", "ratio": round(ratio, 1),
            "goal": 100, "met": ratio >= 100, "note": note,
        }
    ]  # fmt: skip


def loop(start: date, count: int, unit: str) -> date:
    """The last day of a period, asked day by day."""
    from chinese_calendar import is_workday

    day = start
    if unit == "day":
        day += timedelta(days=count)
        while not is_workday(day):
            day += timedelta(days=1)
        return day
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
