"""How long a penalty is public (失信信息分类与公示期限): the class that the rules propose, and its first and last day.

信用修复管理办法（国家发展改革委令第36号）, 国办发〔2025〕22号. A class is proposed, never set: a person states it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sanxiang.core.calendar import due
from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Bound, RuleSet
from sanxiang.core.rulebook.bindings import Publicity
from sanxiang.core.values import Actor, legal_day

from .predicates import evaluate, word
from .situation import Proposal, Situation
from .truth import Truth, holds

CLASS = "credit_class"


@dataclass(frozen=True, slots=True)
class Term:
    """A class counted from the day of the decision: `least` the earliest day on which the display may be ended by
    repair (None: no least period), `most` the last day that it may be shown."""

    bound: Bound[Publicity]
    least: date | None
    most: date


def proposed(s: Situation) -> Bound[Publicity] | None:
    """The class that fits first; None where the rules of the day know none that fits."""
    return next((bound for bound in s.rules.publicity if evaluate(bound.rule.when, s).state is True), None)


def proposed_of(rules: RuleSet, case: CaseFile) -> Bound[Publicity] | None:
    """The same for a case as it stands."""
    if case.opened_at is None:
        return None
    actor = Actor(officer="", name="", agency="", department="", post="", certificate=None)
    at = case.decision.occurred_at if case.decision else case.opened_at
    return proposed(Situation(rules, case, Registers(), Proposal(act="", actor=actor, at=at)))


def term(rules: RuleSet, name: str, decided_on: date) -> Term | None:
    """The first and last day of a class for a decision of a day; None for a class that the rules do not know."""
    bound = next((one for one in rules.publicity if one.rule.name == name), None)
    if bound is None:
        return None
    least = due(decided_on, bound.rule.least, rules.calendar, roll=False).on if bound.rule.least else None
    return Term(bound, least, due(decided_on, bound.rule.most, rules.calendar, roll=False).on)


def suggested(rules: RuleSet, case: CaseFile, asked: set[str]) -> dict[str, Any]:
    """What a form brings along: the proposed class with its reason, the last day of the class that was confirmed."""
    found: dict[str, Any] = {}
    bound = proposed_of(rules, case) if CLASS in asked else None
    if bound is not None:
        found = {CLASS: bound.rule.name, "credit_class_reason": bound.rule.say}
    if "public_until" in asked and case.decision is not None:
        ends = term(rules, str(case.facts.get(CLASS, "")), legal_day(case.decision.occurred_at))
        if ends is not None:
            found["public_until"] = ends.most.isoformat()
    return found


@word("credit_class")
def credit_class(value: str, s: Situation) -> Truth:
    """`due` the rules of the day know classes and this is a penalty; `proposed` what is stated is what they propose."""
    if value == "due":
        return holds(bool(s.rules.publicity) and s.case.category == "处罚", "要确定失信行为分类的处罚")
    bound = proposed(s)
    return holds(bound is not None and s.value(CLASS) == bound.rule.name, "与建议一致的分类")
