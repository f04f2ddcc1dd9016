"""What a review is bound to: facts, evidence, basis and sanction (审核所及的事实、证据、依据、处理).

A digest for each of the four, so that a refusal can say which of them changed. Number, date and the account of
defence and hearing may differ. Part of the evidence is which item proves which fact, or speaks against it
(事实—证据对应表); the page, the purpose and the notes may be put in better words. DESIGN 9.3; Administrative Penalty
Law, art. 46 and 58.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sanxiang.core.ledger import canonical_bytes
from sanxiang.core.rulebook import Dictionary

from .weighing import MATRIX, named

PARTS: tuple[tuple[Any, str], ...] = (("facts", "事实"), ("evidence", "证据"), ("basis", "依据"), ("sanction", "处理"))


def bound_of(dictionary: Dictionary, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Four hex SHA-256 digests, in the order facts, evidence, basis, sanction."""
    digests = []
    for part, _ in PARTS:
        chosen = {key: facts[key] for key in dictionary.of_part(part) if facts.get(key) is not None}
        if part == "evidence" and (proved := proofs(facts)):
            chosen[MATRIX] = proved
        digests.append(hashlib.sha256(canonical_bytes(chosen)).hexdigest())
    return tuple(digests)


def proofs(facts: Mapping[str, Any]) -> list[list[Any]]:
    """Which item of evidence, or which file of it, stands for a fact or against it, in an order of its own; an item is
    known by its name alone, whatever it is called."""
    rows = (row for row in facts.get(MATRIX) or () if isinstance(row, Mapping) and row.get("evidence"))
    told = {
        (str(row.get("fact") or "").strip(), *named(str(row["evidence"])), bool(row.get("against"))) for row in rows
    }
    return [["" if part is None else part for part in one] for one in sorted(told, key=str)]


def changed_parts(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """The Chinese names of those of the four that differ."""
    if len(before) != len(PARTS) or len(after) != len(PARTS):
        return tuple(name for _, name in PARTS)
    return tuple(name for (_, name), old, new in zip(PARTS, before, after, strict=True) if old != new)
