"""What changed since the last submission (再次送审的差异): fact by fact, word by word, and the evidence that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sanxiang.casework.comparing import Changed, parts_changed
from sanxiang.core.casefile import CaseFile, Round, fold
from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import RuleSet


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
    parts = parts_changed(rules, before.facts, case.facts)
    seen = {str(item["event"]) for item in before.evidence}
    return Since(last, parts, [item for item in case.evidence if str(item["event"]) not in seen])
