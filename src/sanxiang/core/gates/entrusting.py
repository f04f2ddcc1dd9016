"""Entrusted bodies (受委托组织): in whose name they act, on which letter, for which items, from when until when.

《行政处罚法》第二十条、第二十一条。What is said of the entrustment stands in the register of the body itself.
"""

from __future__ import annotations

from datetime import date

from sanxiang.core.registers import Agency

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no

KIND, BODY = "agency_kind", "受委托组织"
NAME, FIRST, LAST, ITEMS = "agency_entrusting", "agency_entrust_from", "agency_entrust_until", "agency_entrust_items"
LETTER = (NAME, "agency_entrust_letter", "agency_entrust_published", ITEMS, FIRST, LAST)
"""What the register has to hold of a letter of entrustment."""
STATES = frozenset({"body", "letter", "term", "item"})


def is_entrusted(agency: Agency | None) -> bool:
    return agency is not None and agency.facts.get(KIND) == BODY


def name_of(agency: Agency) -> str:
    """In whose name a body acts: an entrusted one in that of the agency that entrusted it."""
    return str(agency.facts.get(NAME) or agency.name) if is_entrusted(agency) else agency.name


def items_of(agency: Agency) -> frozenset[str]:
    """The codes of the items that the letter names, one a line."""
    return frozenset(filter(None, (line.strip() for line in str(agency.facts.get(ITEMS) or "").splitlines())))


@word("entrusted")
def entrusted(value: str, s: Situation) -> Truth:
    """`body` the case is one of an entrusted body; `letter` its letter is registered and published; `term` the day lies
    in its term; `item` the item of the case is among those that it names."""
    agency = s.registers.agency(s.case.agency)
    if value == "body" or agency is None:
        return holds(is_entrusted(agency), "本机关是受委托组织")
    if value == "letter":
        lacking = [s.label(name) for name in LETTER if not agency.facts.get(name)]
        return no(*lacking) if lacking else YES
    if value == "term":
        return _in_term(agency, s)
    item = str(s.value("item_code") or "").strip()
    return holds(item in items_of(agency), f"委托书列明的“{item}”" if item else s.label("item_code"))


def _in_term(agency: Agency, s: Situation) -> Truth:
    first, last = (str(agency.facts.get(name) or "") for name in (FIRST, LAST))
    inside = bool(first and last) and date.fromisoformat(first) <= s.day <= date.fromisoformat(last)
    return holds(inside, f"委托期限（{first}至{last}）之内" if first and last else "委托期限")
