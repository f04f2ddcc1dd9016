"""Who answers for what in a case (谁负责), each part from the event that shows it, and who may see an accountability
record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day

from .access import Reader

ANSWERS = frozenset({"legal_head", "head", "supervisor"})
"""The posts that see who is called to account."""
HIDDEN = "accountability."


@dataclass(frozen=True, slots=True)
class Part:
    """One part in a case: whose, for what, shown by which act and when; `first` for the first responsible. `name` is
    empty where the registers name nobody for that day."""

    role: str
    name: str
    duty: str
    act: str
    event: str
    at: datetime
    first: bool = False

    @property
    def who(self) -> str:
        """The name, or that there is none: never a wrong person in its place."""
        return self.name or UNNAMED


UNIT_HEAD = "承办机构负责人"
UNNAMED = "登记簿没有载明当日的承办机构负责人"
PARTS = (
    ("机关负责人", "对本机关的决定和法制审核工作负责", ("decision.made", "decision.refused")),
    (UNIT_HEAD, "对送审材料的真实、准确、完整和执法的合法性负责", ("review.submitted",)),
    ("审核人员", "对审核意见负责", ("review.concluded",)),
    ("审核人员（复核确认）", "对复核确认的意见负责", ("review.confirmed",)),
    ("主持协调的负责人", "对协调的结果负责", ("review.coordinated",)),
    ("公示审核人员", "对公示内容的审核负责", ("publication.published",)),
)
FIRST = {"head": "机关负责人", "unit_head": UNIT_HEAD}


def parts(case: CaseFile, events: Sequence[Recorded], rules: RuleSet, registers: Registers) -> list[Part]:
    """Who answers for what, the first responsible first; of several acts of one kind the last.

    The head of the handling department is whoever the registers name for the day of the submission (of the decision
    where nothing was submitted), not whoever pressed the button: an officer may submit, and heads change."""
    first = FIRST.get(str(rules.setting("first_responsible", "head")))
    found = []
    for role, duty, kinds in PARTS:
        done = _last(events, kinds)
        if role == UNIT_HEAD:
            done = done or _last(events, ("decision.made", "decision.refused"))
        if done is not None:
            name = _unit_heads(case, registers, done) if role == UNIT_HEAD else done.actor.name
            found.append(_part(role, name, duty, done, case, rules, first=role == first))
    for name, done in _handlers(case, events, registers):
        found.append(_part("承办人", name, "对调查的事实和证据负责", done, case, rules))
    return sorted(found, key=lambda one: not one.first)


def _last(events: Sequence[Recorded], kinds: Sequence[str]) -> Recorded | None:
    return next((one for one in reversed(events) if one.kind in kinds), None)


def _unit_heads(case: CaseFile, registers: Registers, done: Recorded) -> str:
    """The head of the handling department on the day of an act, by name; of several all."""
    day = legal_day(done.occurred_at)
    return "、".join(one.name for one in registers.holding("unit_head", case.agency, case.department, day))


def _part(
    role: str, name: str, duty: str, done: Recorded, case: CaseFile, rules: RuleSet, *, first: bool = False
) -> Part:
    act = rules.act(case.procedure, done.event.act)
    return Part(role, name, duty, act.name if act else done.event.act, done.id, done.occurred_at, first)


def _handlers(case: CaseFile, events: Sequence[Recorded], registers: Registers) -> Iterable[tuple[str, Recorded]]:
    """Those who handled the case, by name, each with the last act in which he took part."""
    for officer in sorted(case.handlers):
        done = next((one for one in reversed(events) if officer in (one.actor.officer, *one.event.officers)), None)
        if done is not None:
            held = registers.officer(officer)
            yield held.name if held else done.actor.name, done


def may_see_accountability(reader: Reader) -> bool:
    """Whether a record of accountability is shown to a reader at all."""
    return bool(reader.posts & ANSWERS)
