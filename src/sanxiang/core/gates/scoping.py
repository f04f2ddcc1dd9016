"""Whether a decision falls under legal review, and why (法制审核范围): each criterion alone brings it in."""

from __future__ import annotations

from dataclasses import dataclass

from sanxiang.core.rulebook import Bound, Scope

from .predicates import evaluate, word
from .situation import Situation
from .truth import Truth, any_of, holds, negated, no


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of one clause and its answer: in, out, or open until questions are answered. `excepted` where the
    criterion itself holds and its exception takes the decision out."""

    bound: Bound[Scope]
    truth: Truth
    excepted: bool = False


def criteria(s: Situation) -> tuple[Criterion, ...]:
    """Every criterion of every layer, in the order of the instruments."""
    if "criteria" not in s.memo:
        s.memo["criteria"] = tuple(_criterion(s, bound) for bound in s.rules.scopes)
    found: tuple[Criterion, ...] = s.memo["criteria"]
    return found


def _criterion(s: Situation, bound: Bound[Scope]) -> Criterion:
    inside = evaluate(bound.rule.when, s)
    if inside.state is not False and bound.rule.except_when is not None:
        outside = negated(evaluate(bound.rule.except_when, s))
        if outside.state is not True:
            return Criterion(bound, outside, excepted=outside.state is False)
    return Criterion(bound, inside)


def scope_of(s: Situation) -> tuple[Truth, tuple[Bound[Scope], ...]]:
    """Whether the draft falls under legal review, and the scope clauses that bring it in."""
    found = criteria(s)
    truth = any_of([one.truth for one in found]) if found else no("法制审核范围")
    return truth, tuple(one.bound for one in found if one.truth.state)


@word("review_due")
def review_due(value: bool, s: Situation) -> Truth:
    truth = scope_of(s)[0]
    return truth if value else negated(truth)


@word("takes_back")
def takes_back(value: bool, s: Situation) -> Truth:
    """The answer that is given denies a judgement that was affirmed and that brings decisions under review."""
    name, answer = str(s.proposal.extra.get("judgement", "")), bool(s.proposal.extra.get("answer"))
    leaves = (leaf for bound in s.rules.scopes if bound.rule.when for leaf in bound.rule.when.leaves())
    counts = any(leaf.op in ("judgement", "raised") and leaf.value == name for leaf in leaves)
    denied = counts and not answer and s.case.judgements.get(name, False)
    return holds(denied == value, "改为否定的、原来肯定的判断")
