"""Dates of a case that do not fit (时间核对): what the case itself says, and what other rooms know of it: the order of
the numbers, the clocks of devices, the ledger. Each clue names which of them spoke; none is a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates.backdating import Doubt, doubts
from sanxiang.core.rulebook import RuleSet

Witness = Callable[[Any, CaseFile, Sequence[Recorded]], Iterable[Doubt]]
"""(connection, case, its events) → what disagrees with the times of the case."""

WITNESSES: list[Witness] = []


def register(witness: Witness) -> None:
    """Let a room speak about the times of a case; once is enough."""
    if witness not in WITNESSES:
        WITNESSES.append(witness)


def clues(connection: Any, events: Sequence[Recorded], rules: RuleSet, case: CaseFile) -> list[Doubt]:
    """Everything that does not fit, what the case itself says first."""
    found = doubts(events, rules, case.procedure)
    for witness in WITNESSES:
        found += witness(connection, case, events)
    return found
