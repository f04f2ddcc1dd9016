"""Predicates about recording devices (音像记录设备): who registers, allocates, hands out and keeps them, and in what
state one may be handed out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from sanxiang.core.registers import Check, Device
from sanxiang.core.registers.device import MEASURED
from sanxiang.core.values import legal_day

from .people import SUBJECT
from .situation import Situation
from .truth import YES, Truth, holds, no

EQUIPMENT = "equipment"
"""The function of a department that budgets, buys and allocates equipment (装备)."""
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
FIXED = frozenset({"信息采集站", "同步录音录像询问室"})
"""Kinds of device that stand in one place: they have a keeper, and nobody takes them along."""
MEASURES = (
    ("battery", "device_battery_least", "电量", "%"),
    ("free_gb", "device_free_gb_least", "剩余空间", " GB"),
)


def device_of(s: Situation) -> Device:
    """The device that the proposed fact is about, as it stands before."""
    return s.registers.devices.get(s.proposal.link) or Device()


def faults_of(check: Check | None, limit: Callable[[str], int]) -> tuple[str, ...]:
    """What a check found that is not fit for use. `limit` gives a setting of the place by name, 0 where it has none."""
    if check is None:
        return ("使用前检查：电量、剩余空间和时钟",)
    found = []
    for name, setting, label, unit in MEASURES:
        value, least = getattr(check, name), limit(setting)
        if value is None:
            found.append(f"{label}没有检查")
        elif value < least:
            found.append(f"{label} {value}{unit}，不足 {least}{unit}")
    most = limit("device_clock_most_s")
    if check.offset_s is None:
        found.append("时钟没有检查")
    elif most and abs(check.offset_s) > most:
        found.append(f"时钟偏差 {check.offset_s} 秒，超过 {most} 秒")
    return tuple(found)


def limits(s: Situation) -> Callable[[str], int]:
    return lambda name: int(str(s.rules.setting(name, 0)) or 0)


def _departments(s: Situation) -> frozenset[str]:
    agency = s.registers.agency(s.case.agency)
    own = s.officer is not None and agency is not None and s.officer.agency == agency.id
    return s.officer.departments(s.day) if own and s.officer else frozenset()


def _equips(s: Situation) -> bool:
    """Whether the actor belongs to the department that equips; where the agency names none, to the agency."""
    agency, mine = s.registers.agency(s.case.agency), _departments(s)
    equipping = agency.with_function(EQUIPMENT, s.day) if agency else frozenset()
    return bool(mine & equipping) if equipping else bool(mine)


def _equipping(s: Situation) -> Truth:
    return holds(_equips(s), "由负责装备的内设机构办理")


def _custodian(s: Situation) -> Truth:
    mine = device_of(s).department in _departments(s)
    return holds(mine or _equips(s), "由设备所在的内设机构或者负责装备的内设机构办理")


def _own_department(s: Situation) -> Truth:
    department = device_of(s).department
    return holds(bool(department) and department in _departments(s), "由设备配发到的内设机构办理")


def _named(s: Situation) -> Truth:
    event, fact = s.proposal.extra.get("event"), s.rules.dictionary.get("device_kind")
    known = fact is not None and getattr(event, "device_kind", "") in fact.choices
    code = bool(CODE.fullmatch(str(getattr(event, "device", ""))))
    problems = [] if code else ["设备编号：字母、数字、点和横线，不超过 40 个"]
    return YES if known and code else no(*problems, *([] if known else ["设备类型"]))


def _department_there(s: Situation) -> Truth:
    agency, name = s.registers.agency(s.case.agency), str(getattr(s.proposal.extra.get("event"), "department", ""))
    there = agency is not None and name in agency.departments and agency.departments[name].exists(s.day)
    return holds(there, "登记在册的内设机构")


def _state(*states: str, missing: str) -> Callable[[Situation], Truth]:
    return lambda s: holds(device_of(s).state in states, missing)


def _carried(s: Situation) -> Truth:
    kind = device_of(s).kind
    return holds(kind not in FIXED, f"{kind}固定使用，不领用；确定保管人即可")


def _taker(s: Situation) -> Truth:
    """One serving officer of the agency is named."""
    named = tuple(dict.fromkeys(s.proposal.officers))
    officer = s.registers.officer(named[0]) if len(named) == 1 else None
    fit = officer is not None and officer.agency == s.case.agency and officer.serving(s.day)
    return holds(fit, "一名本机关在职的人员")


def _fit(s: Situation) -> Truth:
    """The device was checked on this day and is fit for use; one that is not goes out only with a reason."""
    happened = s.proposal.extra.get("occurred_at") or s.at
    check = Check.of(happened, s.proposal.facts) or device_of(s).checked
    if check is not None and legal_day(check.at) != legal_day(happened):
        check = None
    faults = faults_of(check, limits(s))
    if not faults or (check is not None and s.proposal.facts.get("device_check_note")):
        return YES
    return no(*faults)


def _measured(s: Situation) -> Truth:
    """Every measure is stated; a clock that is right is 0 seconds off."""
    missing = [s.label(name) for name in MEASURED if name not in s.proposal.facts]
    return no(*missing) if missing else YES


def _in_order(s: Situation) -> Truth:
    """Hand-overs follow each other: none is dated before the one before, or in the future."""
    happened = s.proposal.extra.get("occurred_at")
    last = device_of(s).custodies[-1:]
    ended = [moment for one in last for moment in (one.since, one.until) if moment is not None]
    early = isinstance(happened, datetime) and any(happened < moment for moment in ended)
    future = isinstance(happened, datetime) and happened > s.at
    return holds(not early and not future, "交接时间晚于上一次交接，不在将来")


SUBJECT |= {
    "device_equipping": _equipping,
    "device_custodian": _custodian,
    "device_own_department": _own_department,
    "device_named": _named,
    "device_department": _department_there,
    "device_in_use": _state("stored", "kept", "issued", "faulty", missing="没有报废的设备"),
    "device_at_hand": _state("stored", "kept", missing="没有领出、没有故障、没有报废的设备"),
    "device_kept": _state("kept", missing="已经配发、没有领出、没有故障的设备"),
    "device_out": _state("issued", missing="已经领出的设备"),
    "device_working": _state("stored", "kept", "issued", missing="没有故障、没有报废的设备"),
    "device_faulty": _state("faulty", missing="已经报修的设备"),
    "device_carried": _carried,
    "device_taker": _taker,
    "device_measured": _measured,
    "device_fit": _fit,
    "device_in_order": _in_order,
}
