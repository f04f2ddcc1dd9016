"""What a row of agencies means for the register (主体导入)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sanxiang.casework.registration import Entry
from sanxiang.core.events import registry
from sanxiang.core.registers import Agency
from sanxiang.core.values import legal_day

from .cells import SPLIT, Wrong
from .rows import Filled, Plan, known, twice
from .sheets import FUNCTIONS

PART = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<functions>[^()]*)\))?")


@dataclass(frozen=True, slots=True)
class Bodies:
    """The agencies of the register by credit code and by name, and who uses which mark in document numbers.

    `home` is the agency of whoever imports, `jurisdiction` the one new agencies get unless a row says another."""

    home: str
    jurisdiction: str
    jurisdictions: Mapping[str, str]
    by_code: Mapping[str, Agency] = field(default_factory=dict)
    by_name: Mapping[str, Agency] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


def compare(rows: list[Filled]) -> None:
    for column in ("agency_credit_code", "agency_name", "agency_mark"):
        twice(rows, column)


def plan(row: Filled, bodies: Bodies, at: datetime) -> Plan:
    """What is to be entered for a row; its faults are added to it."""
    agency = _same(row, bodies)
    jurisdiction = _jurisdiction(row, bodies, agency)
    parts = _departments(row, agency, at)
    mark = row.values.get("agency_mark", "")
    if mark and bodies.marks.get(mark, row.values.get("agency_name")) != row.values.get("agency_name"):
        row.fault("agency_mark", f"已由“{bodies.marks[mark]}”使用，文号会重复")
    if row.faults:
        return Plan()
    entries, says = [], []
    if agency is None:
        opened = registry.AgencyRegistered(jurisdiction=jurisdiction, facts=row.facts())
        entries.append(Entry(event=opened, occurred_at=at))
        says.append("登记机关")
    else:
        changed = {name: value for name, value in row.facts().items() if agency.facts.get(name) != value}
        if changed:
            entries.append(Entry(event=registry.AgencyChanged(facts=changed), occurred_at=at))
            says.append("更新信息")
    entries += [Entry(event=part, occurred_at=at) for part in parts]
    says += [f"登记内设机构“{part.facts['department_name']}”" for part in parts]
    return Plan(
        entries=tuple(entries),
        stream=agency.id if agency else "",
        version=agency.version if agency else None,
        agency=agency.id if agency else bodies.home,
        says=tuple(says),
    )


def _same(row: Filled, bodies: Bodies) -> Agency | None:
    """The agency of the register that the row speaks of; None for a new one."""
    code, name = row.values.get("agency_credit_code", ""), row.values.get("agency_name", "")
    by_code, by_name = bodies.by_code.get(code), bodies.by_name.get(name)
    agency = by_code or by_name
    if agency is None:
        return None
    held = agency.facts.get("agency_credit_code")
    if by_code is None and code and held and held != code:
        row.fault("agency_credit_code", f"“{name}”登记的信用代码是 {held}")
    if by_code is not None and name and by_code.name != name:
        row.fault("agency_name", f"这个信用代码登记在“{by_code.name}”名下；更名请在机关页面办理")
    if agency.ended_on is not None:
        row.fault("agency_name", f"已于 {agency.ended_on.isoformat()} 撤销")
    return agency


def _jurisdiction(row: Filled, bodies: Bodies, agency: Agency | None) -> str:
    named = row.values.get("jurisdiction")
    try:
        found = known(named, bodies.jurisdictions) if named else agency.jurisdiction if agency else bodies.jurisdiction
    except Wrong as wrong:
        row.fault("jurisdiction", str(wrong))
        return ""
    if not found:
        row.fault("jurisdiction", "必填，没有填写")
    elif agency is not None and found != agency.jurisdiction:
        row.fault("jurisdiction", "与登记的不一致，不能更改")
    return found


def _departments(row: Filled, agency: Agency | None, at: datetime) -> list[registry.DepartmentRegistered]:
    """The departments of a cell that are not registered yet."""
    functions = {label: key for key, label in FUNCTIONS.items()}
    have = {part.name: part for part in (agency.departments.values() if agency else ()) if part.exists(legal_day(at))}
    taken = set(agency.departments) if agency else set()
    found: list[registry.DepartmentRegistered] = []
    seen: set[str] = set()
    for text in re.split(r"[;；\n]", row.values.get("departments", "")):
        match = PART.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if not text.strip():
            continue
        try:
            if match is None:
                raise Wrong(f"“{text.strip()[:40]}”应写成“名称（职能）”，几个机构用分号隔开")
            name = match["name"].strip()
            given = sorted(known(word, functions) for word in SPLIT.split(match["functions"] or "") if word)
            if len(name) > 100 or name in seen:
                raise Wrong(f"“{name[:40]}”" + ("写了两次" if name in seen else "超过 100 个字"))
            if name in have and given and set(given) != have[name].functions:
                raise Wrong(f"“{name}”的职能与登记的不一致，请在机关页面办理")
        except Wrong as wrong:
            row.fault("departments", str(wrong))
            continue
        seen.add(name)
        if name not in have:
            part = free_id(taken)
            taken.add(part)
            facts = {"department_name": name}
            found.append(registry.DepartmentRegistered(department=part, functions=tuple(given), facts=facts))
    return found


def free_id(taken: Collection[str]) -> str:
    """An id that no department of the agency has."""
    return next(name for number in count(len(taken) + 1) if (name := f"d{number}") not in taken)
