"""Whether a procedure can be gone through: somebody does every act, and each leaves a way to an end (走得通)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sanxiang.core.casefile import ENDS
from sanxiang.core.rulebook import Act, Procedure

from .yamlfile import Document, Problem, Where

COMMON = "common"
"""The acts that every procedure has: a list, not a way."""


def dead_ends(rule: Procedure, whole: Procedure, document: Document, where: Where) -> Iterator[Problem]:
    """An act that nobody may do, that stands there twice, that can never be reached, or after which no end can be
    reached; a procedure without an end. `rule` as its file says it, `whole` with its chapters."""
    waiting = waiting_for_each_other(whole.acts)
    seen: set[str] = set()
    shared = len(rule.acts)
    for index, act in enumerate((*rule.acts, *(act for act in whole.acts if act not in rule.acts))):
        here: Where = (*where, "acts", index) if index < shared else (*where, "includes")
        if act.id in seen:
            yield document.problem(here, f"环节“{act.id}”写了两次")
        seen.add(act.id)
        if not act.by:
            yield document.problem((*here, "by"), f"“{act.name}”没有人可以办理")
        if act.id in waiting:
            yield document.problem(here, f"“{act.name}”永远办不到：它前面的环节互相等待")
        if any(set(entry.split("|")) <= set(act.not_after) for entry in act.after):
            text = f"“{act.name}”永远办不到：必须先办的环节办了就不能再办它"
            yield document.problem((*here, "not_after"), text)
        if rule.id != COMMON and act.id not in waiting and shuts_every_end(act, whole.acts):
            yield document.problem(here, f"“{act.name}”是死路：办了以后，结案、终止等结局都不能再办")
    if rule.id != COMMON and whole.acts and not any(one.emits in ENDS and one.id not in waiting for one in whole.acts):
        text = f"“{rule.name}”没有结局：没有一个办得到的环节能结案、终止或者不予受理"
        yield document.problem((*where, "acts"), text)


def waiting_for_each_other(acts: Sequence[Act]) -> set[str]:
    """The acts that no order reaches: a loop without a way in or out."""
    reached: set[str] = set()
    left = list(acts)
    while ready := [act for act in left if all(any(n in reached for n in e.split("|")) for e in act.after)]:
        reached |= {act.id for act in ready}
        left = [act for act in left if act.id not in reached]
    return {act.id for act in left}


def shuts_every_end(act: Act, acts: Sequence[Act]) -> bool:
    """Whether every end, or something that it needs and that can only come later, is shut once `act` is done. What
    could stand before `act` counts as done."""
    ends = [one for one in acts if one.emits in ENDS]
    shuts = any(act.id in one.not_after for one in acts)
    if not shuts or not ends or act.emits in ENDS or act.after_end:
        return False
    later = waiting_for_each_other([one for one in acts if one.id != act.id])
    done = {one.id for one in acts} - later
    left = [one for one in acts if one.id in later and act.id not in one.not_after]
    while ready := [one for one in left if all(any(n in done for n in e.split("|")) for e in one.after)]:
        done |= {one.id for one in ready}
        left = [one for one in left if one.id not in done]
    return not any(one.id in done and act.id not in one.not_after for one in ends)
