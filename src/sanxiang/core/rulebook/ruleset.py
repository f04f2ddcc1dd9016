"""All rules of one jurisdiction on one day (适用规则), indexed for the gates.

Layers are united: every gate binds; among deadlines of the same duty the stricter binds and the others are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from sanxiang.core.calendar import Calendar
from sanxiang.core.values import Citation

from .bindings import Gate, Indicator, Judgement, Publicity, Record, Review, Scope, Threshold
from .clocks import Deadline, Surcharge
from .content import Content, demands
from .dictionary import Dictionary
from .model import Clause, Instrument, Jurisdiction
from .procedure import Act, Chapter, Procedure
from .retention import Retention
from .vocabulary import Condition

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
        """The gates that stand before an act, whatever the situation; with them what its papers must hold."""
        key = (procedure, act.id)
        known = self._gates_by_act.get(key)
        if known is None:
            plain = (bound for bound in self.gates if _stands_before(bound.rule, act))
            known = (*plain, *self._papers_whole(procedure, act))
            self._gates_by_act[key] = known
        return known

    def _papers_whole(self, procedure: str, act: Act) -> Iterator[Bound[Gate]]:
        """The gates that let no paper of the act be issued with what a clause asks for left empty."""
        for bound in self.contents:
            for paper in (one for one in act.papers if one.template == bound.rule.of):
                asked = tuple(one for one in (bound.rule.when, paper.when) if one is not None)
                when = Condition("all", asked) if asked else None
                code, helper = f"{bound.clause.id}/{paper.template}", bound.rule.helper
                for wanted, say, fix in demands(bound.rule, paper, act, self.acts_of(procedure)):
                    needs = (Condition("on_paper", wanted),)
                    gate = Gate(needs=needs, say=say, acts=(act.id,), when=when, fix=fix,
                                helper=helper if fix else "registrar", code=code)  # fmt: skip
                    yield Bound(gate, bound.clause, bound.instrument)

    @cached_property
    def deadlines(self) -> dict[str, tuple[Bound[Deadline], ...]]:
        """Deadlines by the kind of event that starts them."""
        found: dict[str, list[Bound[Deadline]]] = {}
        for bound in self._bound("deadlines"):
            for kind in bound.rule.on:  # type: ignore[attr-defined]
                found.setdefault(kind, []).append(bound)  # type: ignore[arg-type]
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def surcharges(self) -> tuple[Bound[Surcharge], ...]:
        return tuple(self._bound("surcharges"))  # type: ignore[arg-type]

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

    @cached_property
    def _under(self) -> dict[Calendar, RuleSet]:
        return {}

    def under(self, calendar: Calendar) -> RuleSet:
        """The same rules counted with another calendar, for what was counted before today's was known. All but the
        calendar is shared, what was found out about the rules too, and each is made once."""
        found = self._under.get(calendar)
        if found is None:
            assert self.acts is not None  # found out before it is shared: no rule rests on a calendar
            found = copy(self)
            object.__setattr__(found, "calendar", calendar)
            self._under[calendar] = found
        return found


def _stands_before(gate: Gate, act: Act) -> bool:
    if not (gate.acts or gate.emits or gate.activities):
        return True
    if act.id in gate.acts or act.emits in gate.emits:
        return True
    return act.activity is not None and act.activity in gate.activities
