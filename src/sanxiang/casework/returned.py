"""What changed in a draft since whoever approves it saw it last (退回以后的变化): why it was returned, what was
answered, and fact by fact, word by word, what is different now.

The last look is the act that sent the draft back: who did it had all of it before him, and whoever took over his post
stands in his place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import FRAME
from sanxiang.core.rulebook import Act, RuleSet

from .comparing import Changed, parts_changed
from .telling import ON_THE_DRAFT

BACK, AGAIN = "draft.returned", "draft.presented"


@dataclass(frozen=True, slots=True)
class Since:
    """The act that sent the draft back and the one that presented it again (None where it was not), what differs by
    part (事实, 证据, 依据, 处理), the evidence that was taken and the papers that were made since."""

    back: Recorded
    again: Recorded | None
    parts: Sequence[tuple[str, Sequence[Changed]]]
    evidence: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]

    @property
    def reason(self) -> str:
        return str(self.back.event.facts.get("draft_return_reason") or "")

    @property
    def answer(self) -> str:
        return str(self.again.event.facts.get("draft_answer") or "") if self.again is not None else ""

    @property
    def nothing(self) -> bool:
        return not self.evidence and not any(changes for _, changes in self.parts)


def since_seen(events: Sequence[Recorded], case: CaseFile, rules: RuleSet, act: Act) -> Since | None:
    """The difference between the draft as it was sent back last and as it lies here; None for an act that is not about
    the draft, and for a draft that was never sent back."""
    if case.draft is None or BACK not in case.kinds or not act.emits.startswith(ON_THE_DRAFT):
        return None
    back = next(one for one in reversed(events) if one.kind == BACK)
    later = [one for one in events if one.seq > back.seq]
    before = fold(one for one in events if one.seq <= back.seq)
    known = {str(item["event"]) for item in before.evidence}
    return Since(
        back, next((one for one in reversed(later) if one.kind == AGAIN), None),
        parts_changed(rules, before.facts, case.facts),
        [item for item in case.evidence if str(item["event"]) not in known],
        [{**paper, "event": one.id, "index": index, "at": one.occurred_at} for one in later
         for index, paper in enumerate(one.event.documents) if paper["template"] not in FRAME],
    )  # fmt: skip
