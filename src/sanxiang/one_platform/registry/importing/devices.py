"""What a row of recording devices means for the register (音像记录设备导入)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sanxiang.casework.registration import Entry
from sanxiang.core.events import Event, device
from sanxiang.core.registers import Agency, Device
from sanxiang.core.values import legal_day

from .cells import Wrong
from .rows import Filled, Plan, known, moment, twice


@dataclass(frozen=True, slots=True)
class Store:
    """The devices of one agency by code, the kinds there are, and its departments."""

    agency: Agency
    kinds: tuple[str, ...]
    by_code: Mapping[str, Device] = field(default_factory=dict)


def compare(rows: list[Filled]) -> None:
    twice(rows, "code")


def plan(row: Filled, store: Store, at: datetime) -> Plan:
    """What is to be entered for a row; its faults are added to it."""
    held, today = store.by_code.get(row.values.get("code", "")), legal_day(at)
    since = row.values.get("registered_on", today.isoformat())
    kind = department = ""
    try:
        if "kind" in row.values:
            kind = known(row.values["kind"], {name: name for name in store.kinds})
    except Wrong as wrong:
        row.fault("kind", str(wrong))
    try:
        if "department" in row.values:
            parts = {part.name: part.id for part in store.agency.departments.values() if part.exists(today)}
            department = known(row.values["department"], parts)
    except Wrong as wrong:
        row.fault("department", str(wrong))
    if since > today.isoformat():
        row.fault("registered_on", f"{since} 还没有到")
    if held is not None and kind and held.kind != kind:
        row.fault("kind", f"与登记的“{held.kind}”不一致；编号贴错的，先更正编号")
    if held is not None and held.scrapped_on is not None:
        row.fault("code", "这个编号的设备已经报废，请用新的编号")
    if row.faults:
        return Plan()
    return _entered(row, store, held, kind, department, moment(since, at) if held is None else at)


def _entered(row: Filled, store: Store, held: Device | None, kind: str, department: str, at: datetime) -> Plan:
    events: list[Event] = []
    says = []
    facts = row.facts()
    if held is None:
        code = str(row.values.get("code", ""))
        events.append(device.DeviceRegistered(agency=store.agency.id, device=code, device_kind=kind, facts=facts))
        says.append("登记设备")
    elif changed := {name: value for name, value in facts.items() if held.facts.get(name) != value}:
        events.append(device.DeviceChanged(facts=changed))
        says.append("更新信息")
    if department and (held is None or held.department != department):
        events.append(device.DeviceAllocated(department=department))
        says.append("配发")
    return Plan(
        entries=tuple(Entry(event=event, occurred_at=at) for event in events), stream=held.id if held else "",
        version=held.version if held else None, agency=store.agency.id, says=tuple(says),
    )  # fmt: skip
