"""Whether somebody may be given reviews at all (能否从事法制审核): what gates ask of the person, whatever the case."""

from __future__ import annotations

from datetime import datetime

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Condition, Gate, RuleSet
from sanxiang.core.values import Actor

from .predicates import evaluate
from .situation import Proposal, Situation

PERSONAL = frozenset({"reviewer", "review_department", "reviewer_qualified"})
"""Conditions about who acts that no case changes: post, department, qualification."""
ASSIGNING = ({"assign_review", "conclude_review"}, {"review.assigned", "review.concluded"})


def unfit_to_review(rules: RuleSet, registers: Registers, officer: str, at: datetime) -> tuple[str, ...]:
    """What keeps an officer from being given a review and from signing it; empty where nothing does."""
    found = registers.officer(officer)
    agency = found.agency if found else ""
    actor = Actor(officer=officer, name=found.name if found else "", agency=agency, department="", post="",
                  certificate=None)  # fmt: skip
    s = Situation(rules, CaseFile(agency=agency), registers, Proposal(act="conclude_review", actor=actor, at=at))
    missing: list[str] = []
    for bound in rules.gates:
        if bound.rule.when is None and _assigns(bound.rule):
            leaves = [asked for need in bound.rule.needs for leaf in need.leaves() for asked in _of_the_person(leaf)]
            missing += [text for leaf in leaves for text in evaluate(leaf, s).missing]
    return tuple(dict.fromkeys(missing))


def _assigns(gate: Gate) -> bool:
    acts, kinds = ASSIGNING
    return bool(acts & set(gate.acts) or kinds & set(gate.emits))


def _of_the_person(leaf: Condition) -> tuple[Condition, ...]:
    if leaf.op == "actor":
        return tuple(Condition("actor", (name,)) for name in leaf.value if name in PERSONAL)
    return (leaf,) if leaf.op == "reviewer" else ()
