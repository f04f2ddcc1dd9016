"""What changed since the last submission (再次送审的差异): fact by fact, word by word, and the evidence that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanxiang.casework import telling
from sanxiang.core.casefile import CaseFile, Round, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates import PARTS
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values.differing import Piece, difference


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact of the draft that differs: its label, old and new text, the way from one to the other."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """The last submission, what it came to, and what differs now: by part (事实, 证据, 依据, 处理), and the evidence
    taken since."""

    last: Round
    parts: Sequence[tuple[str, Sequence[Changed]]] = ()
    evidence: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def nothing(self) -> bool:
        return not self.evidence and not any(changes for _, changes in self.parts)


def since_last(events: Sequence[Recorded], case: CaseFile, rules: RuleSet) -> Since | None:
    """The difference between the draft as it was last submitted and as it lies here; None at the first submission."""
    if len(case.rounds) < 2:
        return None
    last = case.rounds[-2]
    before = fold(events[: last.seq])
    parts = [
        (name, [found for fact in rules.dictionary.of_part(part) if (found := changed(rules, fact, before, case))])
        for part, name in PARTS
    ]
    seen = {str(item["event"]) for item in before.evidence}
    return Since(last, parts, [item for item in case.evidence if str(item["event"]) not in seen])


def changed(rules: RuleSet, fact: str, before: CaseFile, now: CaseFile) -> Changed | None:
    """How one fact differs; None where it does not, and for a state secret, which no page shows."""
    old, new = before.facts.get(fact), now.facts.get(fact)
    if old == new or telling.secret(rules, fact):
        return None
    left, right = (telling.plain(rules, fact, value) if value not in (None, "", []) else "" for value in (old, new))
    return Changed(telling.label(rules, fact), left, right, difference(left, right))
