"""One act, one fine (一事不再罚): earlier fines of the same party beside a draft, and what was judged of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sanxiang.core.calendar import Calendar, due
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.core.values import Period

from .predicates import word
from .situation import Situation
from .truth import Truth, ask, holds

EARLIER = "earlier_fines"
"""The fact that holds what the record knew of earlier fines when an act was done: nobody types it."""
COMPARES = "fined_before"
JUDGES = "another_act"
Row = Mapping[str, Any]


def compares(rules: RuleSet, procedure: str, act: Act) -> Period | None:
    """How far apart two acts may lie to be compared, where a gate before an act compares them; else None."""
    for bound in rules.gates_for(procedure, act):
        for condition in (bound.rule.when, *bound.rule.needs):
            for leaf in condition.leaves() if condition is not None else ():
                if leaf.op == COMPARES:
                    return _period(leaf.value)
    return None


def judged_by(rules: RuleSet) -> frozenset[str]:
    """The judgements that say whether an act was fined already."""
    needs = (need for bound in rules.gates for need in bound.rule.needs)
    return frozenset(str(leaf.value) for need in needs for leaf in need.leaves() if leaf.op == JUDGES)


def _period(value: Mapping[str, Any]) -> Period:
    period = value["period"]
    return period if isinstance(period, Period) else Period.parse(period)


def acted_on(facts: Mapping[str, Any]) -> date | None:
    """The day of an act: when it ended, else when it was found."""
    stated = facts.get("violation_ended_on") or facts.get("source_on")
    return date.fromisoformat(str(stated)[:10]) if stated else None


def near(rows: Iterable[Row], day: date | None, period: Period, calendar: Calendar) -> list[Row]:
    """The earlier fines for an act that lies within the period of this one; one without a day is compared as well."""
    found = []
    for row in rows:
        stated = row.get("acted_on")
        first, last = sorted((day, date.fromisoformat(str(stated)))) if day and stated else (None, None)
        if first is None or last is None or last <= due(first, period, calendar, roll=False).on:
            found.append(row)
    return found


def _near(s: Situation, period: Period) -> list[Row]:
    return near(s.value(EARLIER) or (), acted_on(s.facts_after()), period, s.rules.calendar)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name, "")) for name in ("agency", "number", "decided_on"))


@word(COMPARES)
def fined_before(value: Mapping[str, Any], s: Situation) -> Truth:
    """The party was fined for an act near this one, or somebody judged by himself that this act was fined already."""
    raised = any(s.case.judgements.get(name) for name in judged_by(s.rules))
    return holds(raised or bool(_near(s, _period(value))), "同一当事人先前的罚款")


@word(JUDGES)
def another_act(value: str, s: Situation) -> Truth:
    """Somebody judged, with all the earlier fines before him that are known now, that this is another act."""
    answer = s.case.judgements.get(value)
    if answer:
        return holds(False, "另一个违法行为：已经判断为同一个违法行为，不得再罚款")
    told = next(
        (one for one in reversed(s.case.done) if one.kind == "judgement.answered" and EARLIER in one.facts), None
    )
    rows: Any = told.facts[EARLIER] if told is not None else ()
    period = compares(s.rules, s.case.procedure, s.act) if s.act is not None else None
    new = {_key(row) for row in _near(s, period)} - {_key(row) for row in rows} if period else set()
    return ask(value) if answer is None or new else holds(True, "")
