"""The approval of an extension (延长期限审批表): the period, its last day before and after, by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.gates import Duty, duties
from sanxiang.core.rulebook import RuleSet

APPROVAL = "extension_approval"
REVIEW = {"review.extended": ("review",)}
MEASURES = ("seal", "freeze")
"""The duties of a measure that stands (查封、扣押、冻结), which its extension moves."""


def of_extension(template: str, events: Sequence[Recorded], rules: RuleSet) -> dict[str, str]:
    """The period that the last event extends: what it is, which rule sets it, its last day before and, unless its clock
    stands still, after. Both days are counted by the rules, never typed; nothing for other papers."""
    if template != APPROVAL:
        return {}
    before = _standing(events[-1], duties(events[:-1], lambda _: rules))
    after = _standing(events[-1], duties(events, lambda _: rules))
    if not before or not after:
        return {}
    was, new = before[0].binding, after[0].binding
    return {
        "extended_duty": was.say,
        "extended_law": was.law,
        "before_on": was.due_on.isoformat(),
        "due_on": "" if new.halted else new.due_on.isoformat(),
    }


def _standing(recorded: Recorded, found: Sequence[Duty]) -> list[Duty]:
    """The duties that the event is about and that nothing met, the one due first before the others."""
    event: Any = recorded.event
    measure = getattr(event, "measure", "")
    names = MEASURES if measure else REVIEW.get(recorded.kind) or (event.duty,)
    about = [one for one in found if one.binding.duty in names and not one.met_at and measure in ("", one.link)]
    return sorted(about, key=lambda one: one.binding.due_on)
