"""What a person decided about single passages of a public text (逐处脱敏): hide this, keep that, each with its reason.

A choice is bound to the passage itself, so that it holds wherever the passage stands and falls away with it. The rows
stand in the sealed fact `mask_choices`; a later row about the same passage takes the place of the earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sanxiang.core.values.personal_numbers import HIDDEN, Found

from .masking import Chip

HIDE, KEEP = "遮蔽", "保留"
CHOICES = "mask_choices"
FIXES = "correction_fixes"
MASKING = (CHOICES, FIXES, "trade_secrets", "protected_people")
"""The facts that decide about masks; what is stated with the act takes effect in it."""
BY_HAND = "人工遮蔽；理由见逐处脱敏"

Row = Mapping[str, Any]


def rows_of(facts: Mapping[str, Any]) -> list[Row]:
    return [row for row in facts.get(CHOICES) or () if isinstance(row, Mapping)]


def fixes_of(facts: Mapping[str, Any]) -> list[Row]:
    """What was written wrong in a public field and how it reads instead, in the order in which it was corrected."""
    return [row for row in facts.get(FIXES) or () if isinstance(row, Mapping)]


def fixed(name: str, text: str, facts: Mapping[str, Any]) -> str:
    """The text of a public field with its corrections."""
    for row in fixes_of(facts):
        if row.get("field") == name and row.get("wrong"):
            text = text.replace(str(row["wrong"]), str(row.get("right", "")))
    return text


def united(before: Iterable[Row], stated: Iterable[Row]) -> list[Row]:
    """The choices made so far with those made now: of two about one passage the later."""
    found = {str(row.get("text", "")): row for row in before}
    for row in stated:
        found.pop(str(row.get("text", "")), None)
        found[str(row.get("text", ""))] = row
    return list(found.values())


def chosen_chips(facts: Mapping[str, Any]) -> list[Chip]:
    """What a person hides, as values that stand nowhere in public text."""
    return [
        Chip(str(row["text"]), HIDDEN, str(row.get("sort", "")), BY_HAND)
        for row in rows_of(facts)
        if row.get("choice") == HIDE and row.get("text")
    ]


def kept(facts: Mapping[str, Any]) -> Callable[[str, Found], Found]:
    """Opens what was found but is kept with a reason; what is firm stays hidden."""
    passages = {str(row.get("text", "")) for row in rows_of(facts) if row.get("choice") == KEEP}

    def look(text: str, one: Found) -> Found:
        if one.firm or text[one.start : one.end] not in passages:
            return one
        return one._replace(open=True)

    return look
