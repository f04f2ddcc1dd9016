"""What a row of items means for the register (事项导入)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sanxiang.casework.registration import Entry
from sanxiang.core.events import Event, registry
from sanxiang.core.registers import Item
from sanxiang.core.values import legal_day

from .cells import Wrong
from .rows import Filled, Plan, known, moment, twice


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of one agency by code, and the categories by every name they have."""

    agency: str
    categories: Mapping[str, str]
    by_code: Mapping[str, Item] = field(default_factory=dict)


def compare(rows: list[Filled]) -> None:
    twice(rows, "code")


def plan(row: Filled, listed: Listed, at: datetime) -> Plan:
    """What is to be entered for a row; its faults are added to it."""
    item = listed.by_code.get(row.values.get("code", ""))
    today = legal_day(at).isoformat()
    category, since = "", row.values.get("listed_on", today)
    if "category" in row.values:
        try:
            category = known(row.values["category"], listed.categories)
        except Wrong as wrong:
            row.fault("category", str(wrong))
    if since > today:
        row.fault("listed_on", f"{since} 还没有到")
    standing = item is not None and item.removed_on is None
    if item is not None and standing and category and item.category != category:
        row.fault("category", f"与登记的“{item.category}”不一致；改类别的，先取消再重新列入")
    if len(row.values.get("code", "")) > 60:
        row.fault("code", "最多 60 个字")
    if row.faults:
        return Plan()
    event: Event | None = None
    if not standing:
        event = registry.ItemListed(item=row.values["code"], agency=listed.agency, category=category, facts=row.facts())
        says = "列入清单" if item is None else "重新列入清单"
    elif item is not None:
        changed = {name: value for name, value in row.facts().items() if item.facts.get(name) != value}
        event = registry.ItemChanged(facts=changed) if changed else None
        says = "更新信息"
    entries = (Entry(event=event, occurred_at=at if standing else moment(since, at)),) if event else ()
    return Plan(
        entries=entries,
        stream=item.id if item else "",
        version=item.version if item else None,
        agency=listed.agency,
        says=(says,) if event else (),
    )
