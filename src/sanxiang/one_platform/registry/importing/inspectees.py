"""What a row of objects of inspection means for the register (检查对象名录库导入)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sanxiang.casework.registration import Entry
from sanxiang.core.events import Event, inspectee
from sanxiang.core.gates.inspectees import CODE, ENTERPRISES
from sanxiang.core.registers import Inspectee
from sanxiang.core.values import legal_day

from .cells import Wrong
from .rows import Filled, Plan, known, moment, twice

ITEMS, KIND = "inspectee_items", "party_kind"
APART = re.compile(r"[;；\n]")


@dataclass(frozen=True, slots=True)
class Standing:
    """The list of one agency by credit code, and the items under which it may inspect."""

    agency: str
    items: tuple[str, ...]
    by_code: Mapping[str, Inspectee] = field(default_factory=dict)


def compare(rows: list[Filled]) -> None:
    twice(rows, CODE)


def plan(row: Filled, standing: Standing, at: datetime) -> Plan:
    """What is to be entered for a row; its faults are added to it."""
    held = standing.by_code.get(row.values.get(CODE, ""))
    today = legal_day(at).isoformat()
    since = row.values.get("listed_on", today)
    if since > today:
        row.fault("listed_on", f"{since} 还没有到")
    if held is not None and held.removed_on is not None and since < held.removed_on.isoformat():
        row.fault("listed_on", f"早于移出名录库的 {held.removed_on.isoformat()}")
    if row.values.setdefault(KIND, ENTERPRISES[0]) not in ENTERPRISES:
        row.fault(KIND, f"应为{'、'.join(ENTERPRISES)}")
    if ITEMS in row.values:
        row.values[ITEMS] = _items(row, standing.items)
    if row.faults:
        return Plan()
    event: Event | None = None
    facts, says = row.facts(), "列入名录库"
    if held is None or not held.listed:
        event = inspectee.InspecteeListed(agency=standing.agency, facts=facts)
        says = "列入名录库" if held is None else "重新列入名录库"
    else:
        since, says = today, "更新信息"
        changed = {name: value for name, value in facts.items() if held.facts.get(name) != value}
        event = inspectee.InspecteeChanged(facts=changed) if changed else None
    return Plan(
        entries=(Entry(event=event, occurred_at=moment(since, at)),) if event else (),
        stream=held.id if held else "",
        version=held.version if held else None,
        agency=standing.agency,
        says=(says,) if event else (),
    )


def _items(row: Filled, names: tuple[str, ...]) -> str:
    """The items of a cell, each one of the agency's list, one a line."""
    found = []
    for text in APART.split(str(row.values[ITEMS])):
        try:
            found += [known(text.strip(), {name: name for name in names})] if text.strip() else []
        except Wrong as wrong:
            row.fault(ITEMS, str(wrong))
    return "\n".join(dict.fromkeys(found))
