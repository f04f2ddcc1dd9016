"""Predicates about amounts that count as large (较大数额等标准): by penalty, agency, party, sector, layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sanxiang.core.rulebook import Bound, Threshold
from sanxiang.core.rulebook.ruleset import LAYER_ORDER

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, no

SECTOR = "enforcement_sector"


@dataclass(frozen=True, slots=True)
class Limit:
    """The row that binds for one kind of penalty: least amount in fen (0: any), the law that says so, its status."""

    kind: str
    at_least: int
    law: str
    status: str

    def reached(self, total: int) -> bool:
        return total >= self.at_least


def limit(s: Situation, table: str, kind: str) -> Limit | None:
    """The most local row for a kind of penalty that fits agency, party and sector; of equal ones the lower amount."""
    stated = {"party": s.value("party_kind"), "sector": s.value(SECTOR)}
    agency = s.registers.agency(s.case.agency)
    names = {agency.name, str(agency.facts.get("agency_credit_code", ""))} if agency else set()
    found = [
        (bound, row)
        for bound in s.rules.thresholds.get(table, ())
        for row in bound.rule.rows
        if row["kind"] == kind
        and all(row.get(name) in (None, value) for name, value in stated.items())
        and ("agency" not in row or row["agency"] in names)
    ]
    if not found:
        return None
    bound, row = max(found, key=_rank)
    law = str(row.get("law") or bound.citation)
    return Limit(kind, int(row.get("at_least_fen") or 0), law, str(row.get("status") or bound.rule.status))


def _rank(entry: tuple[Bound[Threshold], Mapping[str, str | int]]) -> tuple[bool, int, bool, bool, int]:
    bound, row = entry
    return (
        "agency" in row,
        LAYER_ORDER[bound.layer],
        "sector" in row,
        "party" in row,
        -int(row.get("at_least_fen") or 0),
    )


def limits(s: Situation, table: str) -> tuple[tuple[Limit, int], ...]:
    """For each kind of penalty of the case: the row that binds, and what the case comes to in fen."""
    totals: dict[str, int] = {}
    for line in s.value("sanctions") or ():
        kind = str(line.get("kind", ""))
        totals[kind] = totals.get(kind, 0) + int(line.get("amount") or 0)
    bound = ((limit(s, table, kind), total) for kind, total in totals.items())
    return tuple((found, total) for found, total in bound if found is not None)


@word("threshold")
def threshold(value: str, s: Situation) -> Truth:
    tables = s.rules.thresholds.get(value)
    if not tables:
        return no(f"“{value}”的数额标准")
    if any(found.reached(total) for found, total in limits(s, value)):
        return YES
    return no(f"达到“{tables[-1].rule.label}”")
