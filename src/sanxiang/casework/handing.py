"""Handing cases over to a colleague (移交、代理承办): who hands over which, who may take them, what would change.

Each case is handed over by an act of its own, through the write path; this shows beforehand what the gates say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from sanxiang.core.casefile import CaseFile, fold, team_of
from sanxiang.core.gates import Proposal, Reason, Situation, consider
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Act, Library, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .access import Reader
from .actors import actor_of
from .judging import merged, people_of
from .models import NEWEST, CaseRow, Colleague
from .registers import registers_for

ACT = "hand_over"
GIVERS = frozenset({"unit_head", "head"})
MOST = 60


@dataclass(frozen=True, slots=True)
class Planned:
    """One case that would be handed over: its handlers before and after, why it cannot be."""

    row: CaseRow
    before: tuple[str, ...]
    after: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()
    version: int = 0

    @property
    def possible(self) -> bool:
        return not self.reasons


def hands_over(rules: RuleSet, procedure: str, act: Act) -> bool:
    """Whether an act hands a case over from one named handler to another."""
    return any(need.op == "hands_over" for bound in rules.gates_for(procedure, act) for need in bound.rule.needs)


def links(connection: Any, case: CaseFile, day: date) -> list[tuple[str, str]]:
    """Those who handle a case on a day, by name."""
    registers = registers_for(connection, case.agency, team_of(case, day))
    people = [registers.officer(one) for one in team_of(case, day)]
    return [(one.id, one.name) for one in people if one is not None]


def people(reader: Reader) -> list[Colleague]:
    """The officers of the units that the reader heads, those who left or are away among them."""
    rows = Colleague.objects.filter(agency=reader.agency or None)
    if "head" not in reader.posts:
        units = sorted(f"officer@{one}" for one in reader.departments)
        rows = rows.filter(held__overlap=units)
    else:
        rows = rows.filter(Q(posts__contains=["officer"]) | Q(serving=False))
    return list(rows.order_by("name", "stream")[:200])


def held_by(connection: Any, reader: Reader, officer: str, day: date) -> tuple[list[tuple[CaseRow, CaseFile]], bool]:
    """The cases of the reader's units that an officer handles on a day and that are not archived, the newest first;
    whether there are more."""
    rows = CaseRow.objects.filter(agency=reader.agency or None, handlers__contains=[officer]).exclude(state="archived")
    if "head" not in reader.posts:
        rows = rows.filter(department__in=sorted(reader.departments))
    found = list(rows.order_by(*NEWEST)[: MOST + 1])
    records = reading.load_many(connection, [str(row.stream) for row in found[:MOST]])
    cases = [(row, fold(records[str(row.stream)])) for row in found[:MOST]]
    return [(row, case) for row, case in cases if officer in team_of(case, day)], len(found) > MOST


def planned(
    connection: Any, library: Library, reader: Reader, cases: Sequence[tuple[CaseRow, CaseFile]],
    pair: tuple[str, str], facts: Mapping[str, Any], at: datetime,
) -> list[Planned]:  # fmt: skip
    """What would become of each case, nothing written. `pair` who gives and who takes; `facts` the reason and, for a
    standing-in, its last day."""
    wanted = [name for _, case in cases for name in people_of(case)]
    registers = registers_for(connection, reader.agency, (reader.officer, *pair, *wanted))
    return [one_planned(library, registers, reader, row, case, pair, facts, at) for row, case in cases]


def one_planned(
    library: Library, registers: Registers, reader: Reader, row: CaseRow, case: CaseFile, pair: tuple[str, str],
    facts: Mapping[str, Any], at: datetime,
) -> Planned:  # fmt: skip
    giver, taker = pair
    rules = library.on(case.jurisdiction, legal_day(at))
    proposal = Proposal(
        act=ACT, actor=actor_of(registers, reader.officer, at), at=at, facts=facts, officers=(taker,), link=giver
    )
    verdict = consider(Situation(rules, case, registers, proposal))
    team = team_of(case, legal_day(at))
    after = dict.fromkeys(taker if one == giver else one for one in team)
    return Planned(row, names(registers, team), names(registers, after), tuple(merged(verdict.reasons)), case.version)


def names(registers: Registers, people: Any) -> tuple[str, ...]:
    found = (registers.officer(one) for one in people)
    return tuple(one.name for one in found if one is not None)
