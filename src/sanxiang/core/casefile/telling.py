"""What the party was shown and told, and what it sent in, change in a case (亮证告知、当事人提交的归约)."""

from __future__ import annotations

from typing import Any

from sanxiang.core.events import Recorded

from .reducing import on
from .state import CaseFile, Done, Shown


@on("identity.shown")
def identity_shown(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    told = {fact: value for fact, value in event.facts.items() if value is True}
    activities = frozenset(event.facts.get("shown_for") or ())
    shown = Shown(done.seq, done.occurred_at, frozenset(event.officers), activities, told, event.receipt)
    case.shown = (*case.shown, shown)


@on("statement.received")
def received(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """Nothing beyond the act and its facts: it is answered by an act of its own."""
