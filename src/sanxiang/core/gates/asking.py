"""What the regulations of a place want stated with an act beyond what its procedure asks (由条款带进表单的事项).

A form is made of both, so that a local clause which needs one more thing brings its own field along and no procedure
has to be written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import Act, Condition, Record, RuleSet

from .amounts import SECTOR
from .supposing import known

STARTED, ENDED = "started_on_site", "ended_on_site"
DRAFTING = ("investigation.concluded", "draft.changed")


def also_asked(rules: RuleSet, case: CaseFile, act: Act) -> tuple[str, ...]:
    """Ids of the facts that gates, recording duties and (for a draft) the scope of review look at, which the act itself
    does not ask for, in the order of the clauses. A carried fact that some other act asks for, or that the case
    already holds, is left out."""
    elsewhere = {name for other in rules.acts.values() for name in other.fact_ids()}
    found: dict[str, None] = {}
    for condition in _conditions(rules, case, act):
        for name in _facts(condition, case):
            fact = rules.dictionary.get(name)
            if fact is None or name in act.fact_ids():
                continue
            if not fact.carried or (name not in elsewhere and name not in case.facts):
                found[name] = None
    if states_times(rules, act):
        times = (name for name in (STARTED, ENDED) if name in rules.dictionary and name not in act.fact_ids())
        found |= dict.fromkeys(times)
    if act.emits in DRAFTING and "sanctions" in act.fact_ids() and rules.sectors:
        found[SECTOR] = None  # some amounts differ by sector
    return tuple(found)


def states_times(rules: RuleSet, act: Act) -> bool:
    """Whether somebody is asked when the activity began and ended: by the act itself, or because it may have to be
    recorded in full."""
    full = (one.rule for one in rules.records if one.rule.duty == "full")
    return STARTED in act.fact_ids() or any(_stands_before(rule, act) for rule in full)


def _conditions(rules: RuleSet, case: CaseFile, act: Act) -> Iterator[Condition]:
    """Every condition that may be looked at when this act is done in a case of this category."""
    for gate in rules.gates_for(case.procedure, act):
        if gate.rule.when is None or _possible(gate.rule.when, case):
            yield from (*((gate.rule.when,) if gate.rule.when else ()), *gate.rule.needs)
    for record in rules.records:
        if _stands_before(record.rule, act) and record.rule.when is not None:
            yield record.rule.when
    if act.emits in DRAFTING:
        yield from (scope.rule.when for scope in rules.scopes)


def _stands_before(rule: Record, act: Act) -> bool:
    return act.id in rule.acts or (act.activity is not None and act.activity in rule.activities)


def _possible(condition: Condition, case: CaseFile) -> bool:
    return known(condition, case.category, case.procedure).state is not False


def _facts(condition: Condition, case: CaseFile) -> Iterable[str]:
    """The facts that a condition reads, leaving out what cannot hold in this category."""
    if not _possible(condition, case):
        return ()
    if condition.op in ("all", "any"):
        return [name for part in condition.value for name in _facts(part, case)]
    if condition.op == "not":
        return [name for leaf in condition.leaves() for name in _of_leaf(leaf)]
    return _of_leaf(condition)


def _of_leaf(leaf: Condition) -> tuple[str, ...]:
    if leaf.op == "stated":
        return tuple(leaf.value)
    return (leaf.value["id"],) if leaf.op == "fact" else ()
