"""The tables of the yearly statistics as data (统计年报的表): which figures there are and what counts for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sanxiang.store.rulebooks.typed import build
from sanxiang.store.rulebooks.yamlfile import read

STRICT = {"extra": "forbid", "strict": True}
DECIDED = ("decision.made",)
SANCTIONS = "sanctions"
WEIGHT = (
    "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级", "限制开展生产经营活动",
    "责令停产停业", "责令关闭", "限制从业", "吊销许可证件", "行政拘留",
)  # fmt: skip
"""Kinds of sanction from light to heavy, as the yearly statistics count them; every named kind goes before 其他."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure and its counting rule, as tables.yaml explains. Money is counted in fen."""

    __pydantic_config__ = STRICT

    id: str
    label: str
    unit: str
    category: tuple[str, ...] = ()
    on: tuple[str, ...] = DECIDED
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    or_on: tuple[str, ...] = ()
    heaviest: tuple[str, ...] = ()
    activity: str = ""
    each: bool = False
    amount: str = ""
    sum: tuple[str, ...] = ()

    def counts(self, kind: str, category: str, facts: Mapping[str, Any], activity: str | None) -> bool:
        """Whether an event counts: its kind, the category of its case, the facts as they stood, its activity."""
        if self.sum or (self.category and category not in self.category):
            return False
        met = all(facts.get(name) in values for name, values in self.where.items())
        met = met and not any(facts.get(name) in values for name, values in self.unless.items())
        if self.activity:
            return activity == self.activity and met
        if kind in self.or_on:
            return True
        return kind in self.on and met and (not self.heaviest or heaviest(facts) in self.heaviest)

    def fen(self, facts: Mapping[str, Any]) -> int:
        """The amount that an event adds; an amount that nobody stated is not counted."""
        if self.amount != SANCTIONS:
            return int(facts.get(self.amount) or 0) if self.amount else 0
        return sum(int(line.get("amount") or 0) for line in facts.get(SANCTIONS) or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the statistics."""

    __pydantic_config__ = STRICT

    id: str
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables."""

    __pydantic_config__ = STRICT

    tables: tuple[Table, ...]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def figure(self, name: str) -> Figure | None:
        return next((one for table in self.tables for one in table.figures if one.id == name), None)

    def parts(self, name: str) -> tuple[str, ...]:
        """The figures that are counted for one: itself, or those that it is the sum of."""
        found = self.figure(name)
        return found.sum or (name,) if found else ()


def heaviest(facts: Mapping[str, Any]) -> str:
    """The heaviest kind of sanction of a decision, the one under which it counts.

    >>> heaviest({"sanctions": [{"kind": "其他"}, {"kind": "罚款"}, {"kind": "警告"}]})
    '罚款'
    """
    kinds: Sequence[str] = [str(line.get("kind", "")) for line in facts.get(SANCTIONS) or ()]
    return max((one for one in kinds), key=lambda one: WEIGHT.index(one) if one in WEIGHT else -1, default="")


@cache
def tables() -> Tables:
    """The tables that come with the product. RulebookError, with file and line, for a fault in tables.yaml."""
    return build(Tables, read(Path(__file__).parent / "tables.yaml"))


@cache
def use_tables() -> Tables:
    """What is counted for each use of the records (记录的六种用途), by the same rules. RulebookError as above."""
    return build(Tables, read(Path(__file__).parent / "uses.yaml"))


@cache
def concerned(kind: str) -> tuple[Figure, ...]:
    """The figures of all tables, in their order, for which an event of this kind may count."""
    every = (figure for table in (*tables(), *use_tables()) for figure in table.figures)
    return tuple(one for one in every if not one.sum and (one.activity or kind in (*one.on, *one.or_on)))
