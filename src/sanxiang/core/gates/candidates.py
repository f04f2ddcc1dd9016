"""The deadlines of a duty as they are counted (期限的各项规定): their days, and which of them binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.calendar import Due, Span, due_without
from sanxiang.core.events import EMPTY, Recorded
from sanxiang.core.rulebook import Bound, Deadline, Extension, RuleSet
from sanxiang.core.rulebook.ruleset import LAYER_ORDER
from sanxiang.core.values import Period, legal_day

from .terms import set_day, term_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Time that a deadline does not count: the event that began it, why and by which law, its first day and, once it is
    known, the last; `told` the last day that the party was told;
    `link` what the event was about."""

    event: str
    why: str
    law: str
    since: date
    until: date | None = None
    told: date | None = None
    link: str = ""

    @property
    def last(self) -> date | None:
        """The last day that is not counted, as far as is known: never later than the party was told."""
        known = [day for day in (self.until, self.told) if day is not None]
        return min(known, default=None)

    @property
    def running(self) -> bool:
        return self.until is None

    @property
    def span(self) -> Span:
        """The day on which it begins is still counted, the one on which it ends is not (须核定)."""
        return Span(date.fromordinal(self.since.toordinal() + 1), self.last or self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One deadline of one clause, counted: its day, and whether the calendar of that year, or a stop that has not
    ended, makes it provisional. `start` is where it counts from, `periods` what is counted one after the other (none
    where a person set the day), `stops` what is left out."""

    clause: str
    law: str
    layer: str
    duty: str
    say: str
    owner: str
    favours: str
    period: Period | None
    due_on: date
    due_at: datetime | None
    provisional: bool
    bound: Bound[Deadline]
    start: datetime | date
    periods: tuple[Period, ...] = ()
    stops: tuple[Stop, ...] = ()

    @property
    def halted(self) -> bool:
        """Whether the clock stands still, nobody knows until when: the day shown is the earliest possible."""
        return any(stop.last is None for stop in self.stops)

    def touched_by(self, kind: str) -> bool:
        """Whether a kind of event may stop this clock, let it go on or begin it anew."""
        rule = self.bound.rule
        return any(kind in pause.on or kind in pause.until for pause in rule.pauses) or any(
            kind in one.on for one in rule.restarts
        )

    def counted(self, rules: RuleSet) -> Candidate:
        """The same with its last day counted again, from its start, its periods and its stops."""
        if not self.periods:
            return self
        roll = self.bound.rule.roll
        found = due_without(self.start, self.periods, (one.span for one in self.stops), rules.calendar, roll=roll)
        doubt = found.provisional or any(one.running for one in self.stops)
        return replace(self, due_on=found.on, due_at=found.at, provisional=doubt)


def count(bound: Bound[Deadline], start: datetime, rules: RuleSet, stated: Mapping[str, Any] = EMPTY) -> Candidate:
    """The day on which one deadline falls. ValueError where a person sets it and `stated` does not hold it."""
    rule = bound.rule
    periods: tuple[Period, ...] = ()
    if rule.period is not None:
        periods = (term_of(rule.period, rule.told, stated), *((rule.then,) if rule.then else ()))
        found = due_without(_from(start, periods[0]), periods, (), rules.calendar, roll=rule.roll)
    else:
        found = Due(set_day(rule, rules, stated, legal_day(start)))
    return Candidate(
        clause=bound.clause.id,
        law=str(bound.citation),
        layer=bound.layer,
        duty=rule.duty,
        say=rule.say,
        owner=rule.owner,
        favours=rule.favours,
        period=rule.period,
        due_on=found.on,
        due_at=found.at,
        provisional=found.provisional,
        bound=bound,
        start=_from(start, periods[0]) if periods else legal_day(start),
        periods=periods,
    )


def _from(start: datetime, period: Period) -> datetime | date:
    return start if period.unit == "hour" else legal_day(start)


def choose(candidates: list[Candidate]) -> tuple[Candidate, tuple[Candidate, ...]]:
    """The stricter one binds; the rest are shown, strictest first. On the same day the more local regulation is named:
    it is the one that this agency is asked to answer for. A clock that stands still ends after all others."""
    way = -1 if candidates[0].favours == "party" else 1
    ranked = sorted(candidates, key=lambda c: (way * c.halted, way * c.due_on.toordinal(), -LAYER_ORDER[c.layer]))
    return ranked[0], tuple(ranked[1:])


def way_of(candidate: Candidate, recorded: Recorded) -> Extension | None:
    """How the regulation lets this event lengthen a deadline."""
    rule = candidate.bound.rule
    for way in (rule.extension, rule.fallback):
        if way is not None and way.event == recorded.kind:
            named = getattr(recorded.event, "duty", "")
            return way if named in ("", rule.duty) else None
    return None


def extended(candidate: Candidate, recorded: Recorded, times: int, rules: RuleSet) -> Candidate:
    """The deadline as the event lengthens it, where that did not happen `times` too often already."""
    way = way_of(candidate, recorded)
    if way is None or times >= way.times:
        return candidate
    if way is candidate.bound.rule.fallback:
        return replace(candidate, periods=(way.period,)).counted(rules)
    start = candidate.start if candidate.periods else candidate.due_on
    return replace(candidate, start=start, periods=(*candidate.periods, way.period)).counted(rules)
