"""What falls due together (成批公示): the decisions of a month or a quarter, where a regulation of the place lets these
categories be published by period (东西湖 三(一)3: 行政检查按月或者按季度公布)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import connections

from sanxiang.casework.access import Reader
from sanxiang.casework.judging import people_of
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.gates.supposing import known
from sanxiang.core.gates.terms import batch_day
from sanxiang.core.rulebook import Bound, Deadline, RuleSet
from sanxiang.core.values import legal_day

from . import board

UNPUBLISHED = ("draft", "masking", "check", "ready")
MOST = 40
"""The most of one batch on the page; the rest follows once these are out."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What falls due together on a day: its cards, how many more there are, how many may go out in one act now."""

    until: date
    late: bool
    cards: tuple[board.Card, ...]
    more: int

    @property
    def ready(self) -> tuple[board.Card, ...]:
        return tuple(
            card for card in self.cards if card.clean and card.mine and card.row.public_state in UNPUBLISHED[2:]
        )


def batched(rules: RuleSet) -> dict[str, Bound[Deadline]]:
    """The categories that are published by period here, each with the deadline that says so."""
    found: dict[str, Bound[Deadline]] = {}
    for bound in rules.deadlines.get("decision.made", ()):
        if bound.rule.batch:
            found |= {one: bound for one in library().categories if known(bound.rule.when, one, "").state is not False}
    return found


def batches(reader: Reader, rules: RuleSet, at: datetime) -> tuple[Batch, ...]:
    """Every batch of the reader's agency of which something is not public yet, the earliest first."""
    kinds, today = batched(rules), legal_day(at)
    waiting = CaseRow.objects.filter(agency=reader.agency, category__in=list(kinds), public_state__in=UNPUBLISHED)
    rows = waiting.exclude(decided_on=None).order_by("decided_on", "stream")[: 10 * MOST]

    def due(row: CaseRow) -> date:
        return batch_day(rules, kinds[row.category].rule.batch, row.decided_on)

    grouped = [(until, list(members)) for until, members in groupby(rows, key=due)]
    cases = board.folded([row for _, members in grouped for row in members[:MOST]])
    clocks = board.clocks(reader, rules, today)
    named = [name for case in cases.values() for name in people_of(case)]
    people = registers_for(connections["default"], reader.agency, (reader.officer, *named))
    return tuple(
        Batch(
            until,
            until < today,
            tuple(
                board.card(row, clocks, reader, rules, people, cases.get(str(row.stream)), at) for row in members[:MOST]
            ),
            max(len(members) - MOST, 0),
        )
        for until, members in grouped
    )
