"""All rules of one jurisdiction on one day (适用规则), indexed for the gates.

Layers are united: every gate binds; among deadlines of the same duty the stricter binds and the others are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from sanxiang.core.calendar import Calendar
from sanxiang.core.values import Citation

from .bindings import Content, Deadline, Gate, Indicator, Judgement, Publicity, Record, Review, Scope, Threshold
from .dictionary import Dictionary
from .model import Clause, Instrument, Jurisdiction
from .procedure import PARTY, Act, Chapter, Procedure
from .retention import Retention

B = TypeVar("B")
Setting = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound(Generic[B]):
    """A binding together with the clause and the instrument that it comes from."""

    rule: B
    clause: Clause
    instrument: Instrument

    @property
    def citation(self) -> Citation:
        return self.instrument.cite(self.clause)

    @property
    def layer(self) -> str:
        return self.instrument.layer


COMMON = "common"
LAYER_ORDER = {"national": 0, "local": 1, "agency": 2}


@dataclass(frozen=True)
class RuleSet:
    """The instruments in force in a jurisdiction on a day, with dictionary and calendar.

    Two rule sets of the same `digest` give the same verdicts: it covers the instruments, the dictionary, the calendar,
    the posts and the settings of the jurisdiction. `law` covers the instruments alone: they carry dates, so that it
    never changes for a day that is past, while calendar and dictionary grow. Both stand in every finding."""

    jurisdiction: Jurisdiction
    instruments: tuple[Instrument, ...]
    dictionary: Dictionary
    calendar: Calendar
    digest: str
    posts: Mapping[str, str] = field(default_factory=dict)
    law: str = ""

    def clauses(self) -> Iterator[tuple[Instrument, Clause]]:
        for instrument in self.instruments:
            for clause in instrument.clauses:
                yield instrument, clause

    def _bound(self, name: str) -> Iterator[Bound[object]]:
        for instrument, clause in self.clauses():
            for rule in getattr(clause, name):
                yield Bound(rule, clause, instrument)

    @cached_property
    def procedures(self) -> dict[str, Bound[Procedure]]:
        """Procedures by id, whole with their chapters; the most local instrument that defines one wins."""
        local_last = sorted(self._bound("chapters"), key=lambda b: LAYER_ORDER[b.layer])
        chapters: dict[str, Chapter] = {bound.rule.id: bound.rule for bound in local_last}  # type: ignore[attr-defined,misc]
        found: dict[str, Bound[Procedure]] = {}
        for bound in sorted(self._bound("procedures"), key=lambda b: LAYER_ORDER[b.layer]):
            whole: Procedure = bound.rule.with_chapters(chapters)  # type: ignore[attr-defined]
            found[whole.id] = Bound(whole, bound.clause, bound.instrument)
        return found

    @cached_property
    def acts(self) -> dict[tuple[str, str], Act]:
        return {(name, act.id): act for name, bound in self.procedures.items() for act in bound.rule.acts}

    def act(self, procedure: str, act_id: str) -> Act | None:
        """An act of a procedure, or one of the common acts that every procedure has."""
        return self.acts.get((procedure, act_id)) or self.acts.get((COMMON, act_id))

    def acts_of(self, procedure: str) -> tuple[Act, ...]:
        """The acts of a procedure in their order, then the common ones."""
        own, common = self.procedures.get(procedure), self.procedures.get(COMMON)
        return (*(own.rule.acts if own else ()), *(common.rule.acts if common else ()))

    @cached_property
    def gates(self) -> tuple[Bound[Gate], ...]:
        return tuple(self._bound("gates"))  # type: ignore[arg-type]

    @cached_property
    def _gates_by_act(self) -> dict[tuple[str, str], tuple[Bound[Gate], ...]]:
        return {}

    def gates_for(self, procedure: str, act: Act) -> tuple[Bound[Gate], ...]:
        """The gates that stand before an act, whatever the situation."""
        key = (procedure, act.id)
        known = self._gates_by_act.get(key)
        if known is None:
            known = tuple(bound for bound in self.gates if _stands_before(bound.rule, act))
            self._gates_by_act[key] = known
        return known

    @cached_property
    def deadlines(self) -> dict[str, tuple[Bound[Deadline], ...]]:
        """Deadlines by the kind of event that starts them."""
        found: dict[str, list[Bound[Deadline]]] = {}
        for bound in self._bound("deadlines"):
            for kind in bound.rule.on:  # type: ignore[attr-defined]
                found.setdefault(kind, []).append(bound)  # type: ignore[arg-type]
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def contents(self) -> tuple[Bound[Content], ...]:
        return tuple(self._bound("contents"))  # type: ignore[arg-type]

    @cached_property
    def records(self) -> tuple[Bound[Record], ...]:
        return tuple(self._bound("records"))  # type: ignore[arg-type]

    @cached_property
    def publicity(self) -> tuple[Bound[Publicity], ...]:
        return tuple(self._bound("publicity"))  # type: ignore[arg-type]

    @cached_property
    def retentions(self) -> tuple[Bound[Retention], ...]:
        return tuple(self._bound("retentions"))  # type: ignore[arg-type]

    @cached_property
    def scopes(self) -> tuple[Bound[Scope], ...]:
        return tuple(self._bound("scopes"))  # type: ignore[arg-type]

    @cached_property
    def indicators(self) -> tuple[Bound[Indicator], ...]:
        return tuple(self._bound("indicators"))  # type: ignore[arg-type]

    @cached_property
    def reviews(self) -> tuple[Bound[Review], ...]:
        return tuple(Bound(clause.review, clause, instrument) for instrument, clause in self.clauses() if clause.review)

    @cached_property
    def judgements(self) -> dict[str, Bound[Judgement]]:
        return {bound.rule.id: bound for bound in self._bound("judgements")}  # type: ignore[attr-defined,misc]

    @cached_property
    def thresholds(self) -> dict[str, tuple[Bound[Threshold], ...]]:
        """Amount tables by id, the most local last: for each row the most local binds."""
        found: dict[str, tuple[Bound[Threshold], ...]] = {}
        for bound in sorted(self._bound("thresholds"), key=lambda b: LAYER_ORDER[b.layer]):
            found[bound.rule.id] = (*found.get(bound.rule.id, ()), bound)  # type: ignore[attr-defined,arg-type]
        return found

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        """The sectors (领域) for which some table has amounts of its own."""
        rows = (row for tables in self.thresholds.values() for bound in tables for row in bound.rule.rows)
        return tuple(dict.fromkeys(str(row["sector"]) for row in rows if "sector" in row))

    def setting(self, name: str, default: Setting = "") -> Setting:
        return self.jurisdiction.settings.get(name, default)


def _stands_before(gate: Gate, act: Act) -> bool:
    if not (gate.acts or gate.emits or gate.activities):
        return True
    if act.id in gate.acts or act.emits in gate.emits:
        return True
    return act.activity is not None and act.activity in gate.activities


@dataclass(frozen=True)
class Library:
    """Every version of every instrument, and the rule set of a jurisdiction on a day (规则库)."""

    jurisdictions: Mapping[str, Jurisdiction]
    versions: Mapping[str, Sequence[Instrument]]
    dictionary: Dictionary
    calendars: Mapping[str, Calendar]
    posts: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _sets(self) -> dict[tuple[str, tuple[str, ...]], RuleSet]:
        return {}

    @cached_property
    def _days(self) -> dict[tuple[str, date], RuleSet]:
        return {}

    @cached_property
    def _shared(self) -> str:
        return told((self.dictionary, self.posts))

    def version(self, instrument: str, day: date) -> Instrument | None:
        """The version of an instrument that is in force on a day: the latest one takes the place of those before."""
        begun = [version for version in self.versions.get(instrument, ()) if version.effective <= day]
        latest = max(begun, key=lambda version: version.effective, default=None)
        return latest if latest is not None and latest.in_force(day) else None

    def on(self, jurisdiction: str, day: date) -> RuleSet:
        """The rules in force in a jurisdiction on a day. Raises KeyError for an unknown jurisdiction."""
        known = self._days.get((jurisdiction, day))
        if known is not None:
            return known
        place = self.jurisdictions[jurisdiction]
        found_of = (self.version(name, day) for name in place.instruments)
        chosen = tuple(version for version in found_of if version is not None)
        key = (jurisdiction, tuple(version.digest for version in chosen))
        found = self._sets.get(key)
        if found is None:
            law = digest_of(key[1])
            calendar = self.calendars[place.calendar]
            whole = digest_of((law, self._shared, told(place), told(calendar)))
            found = RuleSet(place, chosen, self.dictionary, calendar, whole, {**self.posts, PARTY: "当事人"}, law)
            self._sets[key] = found
        self._days[(jurisdiction, day)] = found
        return found


def digest_of(parts: Sequence[str]) -> str:
    """One SHA-256 for an ordered list of digests (hex)."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def told(value: object) -> str:
    """One SHA-256 (hex) of frozen data: names and values of the fields that are shown, mappings by key."""
    return hashlib.sha256(_spelled(value).encode()).hexdigest()


def _spelled(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key!r}:{_spelled(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(map(_spelled, value)) + ")"
    if is_dataclass(value):
        shown = (one.name for one in fields(value) if one.repr)
        return "<" + ",".join(f"{name}={_spelled(getattr(value, name))}" for name in shown) + ">"
    return repr(value)
