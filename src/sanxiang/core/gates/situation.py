"""What a gate looks at: the rules of the day, the case, the registers, and the act that somebody proposes (情形)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sanxiang.core.casefile import CaseFile, Recording
from sanxiang.core.events import EMPTY, Facts, Json
from sanxiang.core.registers import Officer, Registers
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import Actor, legal_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An act that somebody wants to do, or reports as done.

    `link` names the measure or the paper that it is about; `files` the evidence files that come with it;
    `opening` holds jurisdiction, agency, department, category, procedure for the act that opens a case;
    `extra` the event's own fields that the person gives (a judgement and its answer, the duty to extend)."""

    act: str
    actor: Actor
    at: datetime
    facts: Facts = field(default_factory=lambda: EMPTY)
    officers: tuple[str, ...] = ()
    link: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    opening: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An item of another file as the record holds it: `about` case/event, `origin` where it comes from, `facts` what
    was said of it, its files, recordings and papers. `ours` whether its case belongs to this agency or was handed over
    to it, `gone` whether its content was destroyed, `withheld` what somebody here may not see, in words."""

    about: str
    origin: Mapping[str, Json]
    facts: Facts = field(default_factory=lambda: EMPTY)
    files: tuple[Mapping[str, Json], ...] = ()
    recordings: tuple[str, ...] = ()
    originals: tuple[Mapping[str, Json], ...] = ()
    ours: bool = True
    gone: bool = False
    withheld: tuple[str, ...] = ()


@dataclass(slots=True)
class Situation:
    """Everything a predicate may read. `recordings` are those that the proposed act rests on; `brought`
    the item of another file that it uses, `users` the numbers of the cases that use evidence of this one and are not
    archived themselves; `unentered` in words the recordings that are linked to the case and that none of its acts rests
    on, when it is archived; `used` collects the facts that were looked at, for the finding."""

    rules: RuleSet
    case: CaseFile
    registers: Registers
    proposal: Proposal
    act: Act | None = None
    recordings: tuple[Recording, ...] = ()
    brought: Brought | None = None
    users: tuple[str, ...] = ()
    unentered: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.proposal.at

    @property
    def day(self) -> date:
        return legal_day(self.proposal.at)

    @property
    def officer(self) -> Officer | None:
        return self.registers.officer(self.proposal.actor.officer)

    def value(self, fact: str) -> Any:
        """What is stated now, else what the case already holds: a fact that belongs to one act alone does not carry
        over to the next."""
        self.used.add(fact)
        stated = self.proposal.facts
        if fact in stated:
            return stated[fact]
        entry = self.rules.dictionary.get(fact)
        return self.case.facts.get(fact) if entry is None or entry.carried else None

    def label(self, fact: str) -> str:
        entry = self.rules.dictionary.get(fact)
        return entry.label if entry else fact

    def act_name(self, act: str) -> str:
        found = self.rules.act(self.case.procedure, act)
        return found.name if found else act

    def facts_after(self) -> dict[str, Any]:
        """The facts of the case as they would stand after the act."""
        return {**self.case.facts, **self.proposal.facts}
