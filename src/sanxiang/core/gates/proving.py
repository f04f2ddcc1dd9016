"""Predicates about whether evidence may found a fact (证据的查证和排除): each piece verified or excluded, and nothing
rests on one that was excluded. Administrative Penalty Law, art. 46."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .monitoring import DEVICE
from .predicates import word
from .situation import Situation
from .truth import YES, Truth, all_of, no
from .weighing import CHECKS, MATRIX, Item, items_of, named

LISTED = "evidence_list"


def pieces_of(s: Situation) -> dict[str, Item]:
    """The pieces that were gathered, by name, as the act finds them; records of inspections and films prove themselves
    by how they are made."""
    return {name: item for name, item in items_of(s.rules, s.case).items() if name.startswith("证据")}


def unsettled(s: Situation) -> list[Item]:
    """The pieces of which nobody said whether they are true. A record of monitoring has a review of its own."""
    watched = {str(item["event"]) for item in s.case.evidence if item.get(DEVICE)}
    told = {named(str(row.get("evidence") or ""))[0] for row in s.value(MATRIX) or () if row.get("verified")}
    return [
        item
        for name, item in pieces_of(s).items()
        if not (item.verified or item.refused or name in told or item.event in watched)
    ]


def _titled(item: Item) -> str:
    return next(item.choices())


def _named(s: Situation) -> Truth:
    """Every row of what was checked names a piece that the case holds, each once."""
    pieces, seen, problems = pieces_of(s), set(), []
    for at, row in enumerate(s.proposal.facts.get(CHECKS) or (), 1):
        name, file = named(str(row.get("evidence") or ""))
        if name not in pieces or file is not None:
            problems.append(f"第{at}行：本案没有“{str(row.get('evidence') or '')[:40]}”这一份证据")
        elif name in seen:
            problems.append(f"第{at}行：“{name}”写了不止一次")
        seen.add(name)
    return no(*problems) if problems else YES


def _verified(s: Situation) -> Truth:
    left = [f"{_titled(item)}的查证（查证属实，或者写明理由排除）" for item in unsettled(s)]
    return no(*left) if left else YES


def _kept(s: Situation) -> Truth:
    """Neither the table of facts nor the list of evidence of the draft rests on a piece that was excluded."""
    pieces = pieces_of(s)
    out = [item for item in pieces.values() if item.refused]
    good = {item.title for item in pieces.values() if not item.refused}
    problems = list(dict.fromkeys(_used(s, out, good)))
    return no(*problems) if problems else YES


def _used(s: Situation, out: list[Item], good: set[str]) -> Iterator[str]:
    for fact, column in ((MATRIX, "evidence"), (LISTED, "name")):
        for row in s.value(fact) or ():
            said = str(row.get(column) or "").strip()
            for item in out:
                by_title = bool(item.title) and item.title not in good and item.title in (said, said.strip("《》"))
                if named(said)[0] == item.name or by_title:
                    yield f"从“{s.label(fact)}”里去掉{_titled(item)}（{item.refused}）"


STATES: Mapping[str, Callable[[Situation], Truth]] = {"named": _named, "verified": _verified, "kept": _kept}


@word("evidence")
def evidence(value: tuple[str, ...], s: Situation) -> Truth:
    """`named` what was checked are pieces of this case; `verified` each was verified or excluded; `kept` nothing rests
    on one that was excluded."""
    return all_of([STATES[name](s) for name in value])
