"""Review and suit against a decision (行政复议、行政诉讼): which ones are open, and what an act about one needs."""

from __future__ import annotations

from dataclasses import dataclass

from sanxiang.core.casefile import Done

from .predicates import word
from .situation import Situation
from .truth import Truth, holds, no

SOUGHT, ACCEPTED, DECIDED = "remedy.sought", "remedy.accepted", "remedy.decided"
OVER = (DECIDED, "remedy.ended")
STOPPED, RESUMED = "execution.stopped", "execution.resumed"
REMEDY_STATES = frozenset({"open", "named", "unaccepted", "accepted", "stopped", "unstopped", "execution", "revoked"})
REVOKING = ("撤销", "变更", "确认违法", "确认无效", "责令重作")


@dataclass(frozen=True, slots=True)
class Remedy:
    """One review or suit: how it began, and the last act of each kind about it."""

    sought: Done
    accepted: Done | None = None
    over: Done | None = None
    stopped: bool = False


def remedies_of(done: tuple[Done, ...]) -> list[Remedy]:
    """The reviews and suits of a case, in the order in which they were sought."""
    found = []
    for sought in (one for one in done if one.kind == SOUGHT):
        mine = [one for one in done if one.link == sought.event]
        last = {one.kind: one for one in mine}
        over = next((last[kind] for kind in OVER if kind in last), None)
        halts = [one.kind for one in mine if one.kind in (STOPPED, RESUMED)]
        found.append(Remedy(sought, last.get(ACCEPTED), over, over is None and halts[-1:] == [STOPPED]))
    return found


@word("remedy")
def remedy(value: str, s: Situation) -> Truth:
    """Where the reviews and suits of the case stand, or the one that the act names."""
    every = remedies_of(s.case.done)
    if value == "open":
        return holds(any(one.over is None for one in every), "还没有结束的复议或者诉讼")
    if value == "execution":
        return holds(not any(one.stopped for one in every), "恢复执行")
    if value == "revoked":
        return holds(_unregistered(every, s), "复议决定或者判决改变、否定原决定")
    mine = next((one for one in every if one.sought.event == s.proposal.link and one.over is None), None)
    if mine is None:
        return no("选明哪一件还没有结束的复议或者诉讼")
    if value in ("unaccepted", "accepted"):
        return holds(
            (mine.accepted is not None) == (value == "accepted"), "受理" if value == "accepted" else "还没有登记过受理"
        )
    if value in ("stopped", "unstopped"):
        return holds(mine.stopped == (value == "stopped"), "停止执行" if value == "stopped" else "还没有停止执行")
    return holds(value == "named", "选明哪一件")


def _unregistered(every: list[Remedy], s: Situation) -> bool:
    """Whether an outcome against the decision has not been registered as such yet."""
    last = s.case.kinds.get("decision.revoked")
    return any(
        one.over is not None
        and one.over.kind == DECIDED
        and one.over.facts.get("remedy_outcome") in REVOKING
        and (last is None or last.seq < one.over.seq)
        for one in every
    )
