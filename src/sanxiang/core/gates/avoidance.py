"""Applications that an officer keep out of a case (申请回避): which wait for the head, and whether one that was granted
was carried out. Administrative Penalty Law, art. 43."""

from __future__ import annotations

from sanxiang.core.casefile import Done

from .predicates import word
from .situation import Situation
from .truth import Truth, holds

ASKED, DECIDED, CHANGED = "avoidance.asked", "avoidance.decided", "handlers.changed"
AVOIDANCE_STATES = frozenset({"open", "named", "settled", "carried_out"})
GRANTED, REASON = "同意回避", "回避"


def open_asks(done: tuple[Done, ...]) -> list[Done]:
    """The applications that nobody decided."""
    over = {one.link for one in done if one.kind == DECIDED}
    return [one for one in done if one.kind == ASKED and one.event not in over]


@word("avoidance")
def avoidance(value: str, s: Situation) -> Truth:
    """`open` one waits; `named` the act names one that waits; `settled` none waits; `carried_out` after each that was
    granted the handlers were changed for that reason."""
    done, waiting = s.case.done, open_asks(s.case.done)
    who = "、".join(str(one.facts.get("avoidance_person", "")) for one in waiting)
    if value == "open":
        return holds(bool(waiting), "还没有决定的回避申请")
    if value == "named":
        return holds(any(one.event == s.proposal.link for one in waiting), "选明一件还没有决定的回避申请")
    if value == "settled":
        return holds(not waiting, f"对{who}的回避申请的决定")
    granted = [one.seq for one in done if one.kind == DECIDED and one.facts.get("avoidance_outcome") == GRANTED]
    changed = [one.seq for one in done if one.kind == CHANGED and one.facts.get("handlers_reason") == REASON]
    return holds(not granted or max(changed, default=0) > max(granted), "因回避更换承办人")
