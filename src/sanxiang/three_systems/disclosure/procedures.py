"""What the portal may ask of the procedures that run (执法程序): only the rulebooks, never a case."""

from __future__ import annotations

from datetime import date

from sanxiang.casework.projections import library
from sanxiang.core.gates.charting import may_open
from sanxiang.core.rulebook import Procedure, RuleSet
from sanxiang.core.rulebook.ruleset import COMMON


def open_procedures(rules: RuleSet) -> list[Procedure]:
    """What can be opened under these rules; the acts common to all are no procedure of their own."""
    found = [bound.rule for name, bound in rules.procedures.items() if name != COMMON]
    return [rule for rule in found if may_open(rules, rule)]


def places(day: date) -> list[tuple[RuleSet, list[Procedure]]]:
    """Every place by name with the rules of a day and what can be opened there; none where nothing can."""
    book = library()
    sets = (book.on(name, day) for name, place in sorted(book.jurisdictions.items(), key=lambda item: item[1].name))
    return [(rules, found) for rules in sets if (found := open_procedures(rules))]


def find(place: str, procedure: str, day: date) -> tuple[RuleSet, Procedure] | None:
    """One procedure of a place as it stands on a day; None where it cannot be opened there."""
    book = library()
    if place not in book.jurisdictions:
        return None
    rules = book.on(place, day)
    rule = next((one for one in open_procedures(rules) if one.id == procedure), None)
    return (rules, rule) if rule else None
