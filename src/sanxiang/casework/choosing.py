"""The one person that an act names (选人): who comes into question, and why somebody cannot be chosen.

The gate judges (`named`); this shows its answer for each before anybody is chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sanxiang.core.casefile import CaseFile, team_of
from sanxiang.core.gates import Proposal, Situation, evaluate
from sanxiang.core.rulebook import Act, Condition, RuleSet
from sanxiang.core.values import legal_day

from .commands import actor_of
from .models import Colleague
from .registers import registers_for

MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds the post; `why_not` what stands in the way of choosing him, empty where nothing does."""

    id: str
    name: str
    department: str
    chosen: bool
    why_not: tuple[str, ...]


def conditions(rules: RuleSet, procedure: str, act: Act) -> tuple[Condition, ...]:
    """What the gates ask of the one person whom an act names; nothing where it names none."""
    return tuple(need for bound in rules.gates_for(procedure, act) for need in bound.rule.needs if need.op == "named")


def candidates(
    connection: Any, rules: RuleSet, case: CaseFile, act: Act, officer: str, at: datetime, chosen: Collection[str] = ()
) -> list[Candidate]:
    """Those of the agency who hold a post that the conditions name, those who may be chosen first."""
    asked = conditions(rules, case.procedure, act)
    posts = sorted(set(_posts(asked, rules)))
    if not posts:
        return []
    rows = Colleague.objects.filter(agency=case.agency or None, serving=True, posts__overlap=posts)
    people = {str(row.stream): row for row in rows.order_by("name", "stream")[:MOST]}
    registers = registers_for(connection, case.agency, (officer, case.reviewer, *team_of(case, legal_day(at)), *people))
    agency = registers.agency(case.agency)
    proposal = Proposal(act=act.id, actor=actor_of(registers, officer, at), at=at)
    found = []
    for stream, row in people.items():
        s = Situation(rules, case, registers, replace(proposal, officers=(stream,)))
        missing = [text for need in asked for text in evaluate(need, s).missing]
        held = registers.officer(stream)
        places = sorted(held.departments(s.day)) if held else []
        names = [agency.departments[place].name for place in places if agency and place in agency.departments]
        found.append(Candidate(stream, row.name, "、".join(names), stream in chosen, tuple(dict.fromkeys(missing))))
    return sorted(found, key=lambda one: (bool(one.why_not), not one.chosen))


def _posts(asked: Collection[Condition], rules: RuleSet) -> Iterator[str]:
    for need in asked:
        for leaf in need.leaves():
            if leaf.op == "reviewer":
                yield "reviewer"
            elif leaf.op == "actor":
                yield from (name for name in leaf.value if name in rules.posts)
