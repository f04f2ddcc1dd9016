"""Need for equipment, the list of what is recorded, rules of use (配备、备案、管理规定): what the rules of a place ask,
and who moves each on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.registers import Plan, Versions
from sanxiang.core.rulebook import RuleSet

from .people import SUBJECT
from .situation import Situation
from .truth import YES, Truth, holds, no

STANDARD = re.compile(r"(?P<kind>[^：]+)：每(?P<per>[1-9]\d*)(?P<unit>名|件|台|间|套)(?P<basis>[^\d]+)1(?:台|间|套|个)")
OFFICERS, CASES = "执法人员", "案件"
ACTIVITIES = {
    "inspection": "现场检查", "inquiry": "询问", "evidence": "调查取证", "measure": "采取强制措施",
    "enforcement": "强制执行", "hearing": "听证", "service": "送达", "demolition": "强制拆除", "other": "其他执法活动",
}  # fmt: skip
MANNERS = {"full": "全过程音像记录", "as_needed": "根据实际情况音像记录，不录的写明理由"}


@dataclass(frozen=True, slots=True)
class Standard:
    """One line of the standard of a place: for every `per` of `basis` (执法人员, 案件 of a year, or a kind of device)
    one of `kind`.

    >>> Standard.read("执法记录仪：每3名执法人员1台")
    Standard(kind='执法记录仪', per=3, basis='执法人员')
    """

    kind: str
    per: int
    basis: str

    @classmethod
    def read(cls, text: str) -> Standard:
        """Raises ValueError for a line that is not of the form 设备：每3名执法人员1台."""
        found = STANDARD.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"配备标准“{text}”应写成“执法记录仪：每3名执法人员1台”")
        return cls(found["kind"], int(found["per"]), found["basis"])

    @property
    def said(self) -> str:
        return (
            f"每 {self.per} {'名' if self.basis == OFFICERS else '件' if self.basis == CASES else '台'}{self.basis}配 1"
        )


def standards(rules: RuleSet) -> tuple[Standard, ...]:
    """The standard of equipment of a place (setting device_standard, 须核定)."""
    told = rules.setting("device_standard", ())
    return tuple(Standard.read(text) for text in (told if isinstance(told, tuple) else (str(told),)) if text)


@dataclass(frozen=True, slots=True)
class Unit:
    """A department or an agency: its officers with a certificate, its cases of a year, what it holds by kind."""

    name: str
    officers: int
    cases: int
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Need:
    """What one unit needs of one kind, against what it holds."""

    kind: str
    unit: str
    base: int
    need: int
    held: int
    standard: Standard

    @property
    def lacking(self) -> int:
        return max(0, self.need - self.held)

    @property
    def ground(self) -> str:
        return f"{self.standard.basis} {self.base}，{self.standard.said}"


def needs(lines: Sequence[Standard], unit: Unit) -> tuple[Need, ...]:
    """What a unit needs, in the order of the standard; a kind that is counted by another kind comes after it.

    >>> lines = (Standard("执法记录仪", 3, "执法人员"), Standard("信息采集站", 20, "执法记录仪"))
    >>> [(one.kind, one.need, one.lacking) for one in needs(lines, Unit("一科", 7, 0, {"执法记录仪": 1}))]
    [('执法记录仪', 3, 2), ('信息采集站', 1, 1)]
    """
    found: list[Need] = []
    for line in lines:
        sums = {OFFICERS: unit.officers, CASES: unit.cases, **{one.kind: one.need for one in found}}
        base = sums.get(line.basis, 0)
        found.append(Need(line.kind, unit.name, base, -(-base // line.per), unit.held.get(line.kind, 0), line))
    return tuple(found)


def recorded_items(rules: RuleSet) -> list[dict[str, str]]:
    """What the rules of a place say must be recorded in sound and picture (音像记录事项)."""
    rows: dict[tuple[str, str], list[str]] = {}
    acts = {act.id: act.name for bound in rules.procedures.values() for act in bound.rule.acts}
    for bound in rules.records:
        if bound.rule.duty in MANNERS:
            names = [ACTIVITIES[one] for one in bound.rule.activities] + [acts.get(one, one) for one in bound.rule.acts]
            for name in names:
                rows.setdefault((name, MANNERS[bound.rule.duty]), []).append(str(bound.citation))
    found = [
        {"name": name, "manner": manner, "law": "；".join(dict.fromkeys(laws))} for (name, manner), laws in rows.items()
    ]
    return sorted(found, key=lambda row: (row["name"], row["manner"]))


def _asked(rules: RuleSet, of: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for bound in rules.contents if bound.rule.of == of for name in bound.rule.fields))


def rule_elements(rules: RuleSet) -> tuple[str, ...]:
    """What the rules of use of a device must hold here (规定的要素)."""
    return _asked(rules, "device-usage")


def rule_kinds(rules: RuleSet) -> tuple[str, ...]:
    """The kinds of device for which rules must be issued here; every kind known where no clause names any."""
    fact = rules.dictionary.get("device_kind")
    return _asked(rules, "device-rules") or (fact.choices if fact else ())


def _plan(s: Situation) -> Plan | None:
    agency = s.registers.agency(s.case.agency)
    return agency.plans.get(str(getattr(s.proposal.extra.get("event"), "plan", ""))) if agency else None


def _plan_open(s: Situation) -> Truth:
    year = str(getattr(s.proposal.extra.get("event"), "plan", ""))
    if not re.fullmatch(r"20\d\d", year):
        return no("预算年度，如 2027")
    found = _plan(s)
    return holds(found is None or found.state == "planned", "还没有报送的计划；已经报送的不再修改")


def _plan_state(state: str, missing: str) -> Any:
    def check(s: Situation) -> Truth:
        found = _plan(s)
        return holds(found is not None and found.state == state, missing)

    return check


def _within_grant(s: Situation) -> Truth:
    found = _plan(s)
    amount = int(s.proposal.facts.get("equipment_amount") or 0)
    return holds(found is None or found.spent + amount <= found.granted, "采购金额不超过核定的预算")


def _other_hand(s: Situation) -> Truth:
    found = _plan(s)
    same = found is not None and found.hands.get("planned") == s.proposal.actor.officer
    return holds(not same, "由编制人以外的人报送")


def _versions(s: Situation) -> Versions:
    """The versions that the proposed fact moves: of the recording list, or of the rules for a kind of device."""
    agency, event = s.registers.agency(s.case.agency), s.proposal.extra.get("event")
    if agency is None:
        return Versions()
    kind = str(getattr(event, "device_kind", ""))
    return agency.usage.get(kind, Versions()) if kind else agency.recording_list


def _waiting(s: Situation) -> Truth:
    working = _versions(s).working
    return holds(working is not None and working.state == "prepared", "等待办理的文本")


def _not_preparer(s: Situation) -> Truth:
    working = _versions(s).working
    mine = working is not None and working.prepared_by == s.proposal.actor.officer
    return holds(not mine, "由起草、报备人以外的人办理")


def _house(s: Situation) -> Truth:
    return holds(s.officer is not None and s.officer.agency == s.case.agency, "由本机关的人员办理")


def _usage_kind(s: Situation) -> Truth:
    kind = str(getattr(s.proposal.extra.get("event"), "device_kind", ""))
    fact = s.rules.dictionary.get("device_kind")
    return holds(fact is not None and kind in fact.choices, "设备类型")


def _usage_elements(s: Situation) -> Truth:
    """Every element that a clause asks for is written out."""
    rows = s.proposal.facts.get("usage_elements") or ()
    told = {str(row.get("element", "")) for row in rows if str(row.get("text", "")).strip()}
    lacking = [name for name in rule_elements(s.rules) if name not in told]
    return no(*lacking) if lacking else holds(bool(told), "规定的内容")


def _usage_checked(s: Situation) -> Truth:
    """Whoever approves has checked every element of the text, one by one."""
    working = _versions(s).working
    checked = set(s.proposal.facts.get("usage_checked") or ())
    names = [str(row.get("element", "")) for row in working.rows] if working else []
    lacking = [name for name in names if name not in checked]
    return no(*(f"逐项核对“{name}”" for name in lacking)) if lacking else YES


SUBJECT |= {
    "equipment_open": _plan_open,
    "equipment_planned": _plan_state("planned", "编制好、还没有报送的计划"),
    "equipment_reported": _plan_state("reported", "已经报送、等待回执的计划"),
    "equipment_answered": _plan_state("answered", "已有回执的计划"),
    "equipment_other_hand": _other_hand,
    "equipment_within_grant": _within_grant,
    "filing_waiting": _waiting,
    "filing_other_hand": _not_preparer,
    "filing_house": _house,
    "usage_kind": _usage_kind,
    "usage_elements": _usage_elements,
    "usage_checked": _usage_checked,
}
