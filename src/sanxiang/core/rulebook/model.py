"""A typed regulation: instrument, clauses in their order, and where it applies (规定)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from sanxiang.core.values import Citation

from .bindings import (
    Access,
    Capability,
    DutyTask,
    Gate,
    Indicator,
    Judgement,
    Publicity,
    Record,
    Report,
    Review,
    Scope,
    Threshold,
)
from .clocks import Deadline, Surcharge
from .content import Content
from .dictionary import STRICT
from .procedure import Chapter, Procedure
from .retention import Retention

Layer = Literal["national", "local", "agency"]
Kind = Literal["gate", "deadline", "content", "capability", "access", "indicator", "report", "duty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause: its place in the instrument, what it asks in our own words, and its bindings."""

    __pydantic_config__ = STRICT

    id: str
    at: str
    kind: Kind
    text: str
    system: str = ""
    note: str = ""
    gates: tuple[Gate, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    contents: tuple[Content, ...] = ()
    records: tuple[Record, ...] = ()
    publicity: tuple[Publicity, ...] = ()
    retentions: tuple[Retention, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    scopes: tuple[Scope, ...] = ()
    review: Review | None = None
    judgements: tuple[Judgement, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    reports: tuple[Report, ...] = ()
    access: tuple[Access, ...] = ()
    duties: tuple[DutyTask, ...] = ()
    capabilities: tuple[Capability, ...] = ()

    def bindings(self) -> tuple[object, ...]:
        review = (self.review,) if self.review else ()
        return (
            *self.gates, *self.deadlines, *self.surcharges, *self.contents, *self.records, *self.publicity,
            *self.retentions, *self.chapters, *self.procedures, *self.scopes,
            *review, *self.judgements, *self.thresholds, *self.indicators, *self.reports, *self.access, *self.duties,
            *self.capabilities,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One version of one regulation, in force from `effective` until `ended` (exclusive)."""

    __pydantic_config__ = STRICT

    id: str
    title: str
    authority: str
    layer: Layer
    effective: date
    clauses: tuple[Clause, ...]
    number: str = ""
    short: str = ""
    issued: date | None = None
    ended: date | None = None
    status: str = ""
    note: str = ""
    digest: str = field(default="", compare=False)

    def cite(self, clause: Clause) -> Citation:
        if self.layer == "national":
            return Citation(instrument=self.short or self.title, article=clause.at)
        return Citation(instrument=self.title, number=self.number or None, clause=clause.at)

    def in_force(self, day: date) -> bool:
        return self.effective <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """Where an instrument applies (法域): the instruments of its layers, its calendar, its settings.

    `settings` are values that its agencies must confirm (须核定), as text, number or flag."""

    __pydantic_config__ = STRICT

    id: str
    name: str
    instruments: tuple[str, ...]
    calendar: str = "national"
    settings: Mapping[str, str | int | bool | tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def platform(self) -> str:
        """Where the public finds what is published (公示平台): the portal of the judicial bureau where there is one
        (`judicial_portal`), else `disclosure_place`. 洛政办〔2019〕37号 三(一)."""
        return str(self.settings.get("judicial_portal") or self.settings.get("disclosure_place", ""))
