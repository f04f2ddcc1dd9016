"""Periods as the law states them (期限)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a period is counted in. Which law means working days (工作日) by 日 is stated in the rulebooks."""

    WORKING_DAY = "working_day"
    DAY = "day"
    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"
    SAME_DAY = "same_day"


WORDS = {
    Unit.WORKING_DAY: "{}个工作日",
    Unit.DAY: "{}日",
    Unit.HOUR: "{}小时",
    Unit.MONTH: "{}个月",
    Unit.YEAR: "{}年",
    Unit.SAME_DAY: "当日",
}
# Longer than any period in law; it keeps every due date inside the calendar.
LIMITS = {Unit.WORKING_DAY: 9_999, Unit.DAY: 9_999, Unit.HOUR: 9_999, Unit.MONTH: 1_200, Unit.YEAR: 100}
FORM = re.compile(r"([1-9]\d{0,3}) (working_day|day|hour|month|year)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A number of units; the same day has the number 0. ValueError for a number that no law could mean.

    >>> [str(Period.parse(text)) for text in ("7 working_days", "30 days", "24 hours", "3 months", "same_day")]
    ['7个工作日', '30日', '24小时', '3个月', '当日']
    """

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        low, high = (0, 0) if self.unit is Unit.SAME_DAY else (1, LIMITS[self.unit])
        if type(self.count) is not int or not low <= self.count <= high:
            raise ValueError(f"a period of {self.unit} counts from {low} to {high}, not {self.count!r}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period in a rulebook: a number, one space, a unit in the singular or plural; or `same_day`.

        ValueError for anything else.

        >>> Period.parse("7 working_days")
        Period(count=7, unit=<Unit.WORKING_DAY: 'working_day'>)
        >>> Period.parse("seven days")
        Traceback (most recent call last):
        ValueError: “seven days”不是期限，应写成 7 working_days、30 days、24 hours、3 months、2 years 或 same_day
        """
        if text == Unit.SAME_DAY:
            return cls(0, Unit.SAME_DAY)
        if match := FORM.fullmatch(text):
            return cls(int(match[1]), Unit(match[2]))
        raise ValueError(f"“{text}”不是期限，应写成 7 working_days、30 days、24 hours、3 months、2 years 或 same_day")

    @property
    def code(self) -> str:
        """The text that `parse` reads."""
        return str(self.unit) if self.unit is Unit.SAME_DAY else f"{self.count} {self.unit}{'s' * (self.count != 1)}"

    def __str__(self) -> str:
        return WORDS[self.unit].format(self.count)
