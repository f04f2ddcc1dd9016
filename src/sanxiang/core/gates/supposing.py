"""What an event would start, told before there is a case (期限试算): only its category and procedure are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sanxiang.core.rulebook import Condition, RuleSet

from .candidates import Candidate, Stop, choose, count
from .truth import YES, Truth, all_of, any_of, negated, no

UNKNOWN = Truth(None)
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """The deadlines of one duty that an event would start: the one that binds and the others.

    `conditional` are the clauses whose deadline also depends on what only a case can tell."""

    duty: str
    binding: Candidate
    others: tuple[Candidate, ...]
    conditional: frozenset[str]


def suppose(
    rules: RuleSet, kind: str, start: datetime, *, category: str = "", procedure: str = "",
    fits: Callable[[Condition | None], bool] = lambda when: True, without: Collection[tuple[date, date]] = (),
) -> list[Supposed]:  # fmt: skip
    """Every duty that an event of a kind would start on a day, by duty. A deadline that a person sets is left out, and
    one whose condition does not fit. `without` are times, the day of the stop and that of its end, that are left out
    where a law lets the clock stop."""
    groups: dict[str, list[tuple[Candidate, bool]]] = {}
    alike = [name for name, bound in rules.procedures.items() if category and bound.rule.category == category]
    open_to = [procedure] if procedure else alike
    for bound in rules.deadlines.get(kind, ()):
        truth = known(bound.rule.when, category, procedure, open_to=open_to)
        if truth.state is not False and bound.rule.period is not None and fits(bound.rule.when):
            counted = left_out(count(bound, start, rules), without, rules)
            groups.setdefault(bound.rule.duty, []).append((counted, truth.state is None))
    found = []
    for duty, pairs in groups.items():
        binding, others = choose([candidate for candidate, _ in pairs])
        conditional = frozenset(candidate.clause for candidate, depends in pairs if depends)
        found.append(Supposed(duty=duty, binding=binding, others=others, conditional=conditional))
    return found


def left_out(candidate: Candidate, without: Collection[tuple[date, date]], rules: RuleSet) -> Candidate:
    """The deadline with times left out, where some law lets its clock stop."""
    pauses = candidate.bound.rule.pauses
    if not pauses or not without:
        return candidate
    stops = tuple(
        Stop(event="", why=pauses[0].say, law=candidate.law, since=first, until=last) for first, last in without
    )
    return replace(candidate, stops=stops).counted(rules)


def known(
    condition: Condition | None, category: str, procedure: str, facts: Mapping[str, object] = NOTHING,
    open_to: Collection[str] = (),
) -> Truth:  # fmt: skip
    """The value of a condition where nothing but category and procedure (empty: not known either) and these facts is
    known; `open_to` are the procedures that come into question (empty: any)."""
    if condition is None:
        return YES
    if condition.op == "all":
        return all_of([known(part, category, procedure, facts, open_to) for part in condition.value])
    if condition.op == "any":
        return any_of([known(part, category, procedure, facts, open_to) for part in condition.value])
    if condition.op == "not":
        return negated(known(condition.value, category, procedure, facts, open_to))
    if condition.op == "procedure" and open_to:
        meant = [one in condition.value for one in open_to]
        return YES if all(meant) else UNKNOWN if any(meant) else no()
    if condition.op == "fact" and condition.value["id"] in facts and {"is", "in"} & set(condition.value):
        wanted = condition.value.get("in") or (condition.value.get("is"),)
        return YES if facts[condition.value["id"]] in wanted else no()
    given = {"category": category, "procedure": procedure}.get(condition.op, "")
    if not given:
        return UNKNOWN
    return YES if given in condition.value else no()
