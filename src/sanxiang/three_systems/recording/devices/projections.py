"""From events to the rows of the devices' lists."""

from __future__ import annotations

from collections.abc import Sequence

from sanxiang.core.events import Recorded
from sanxiang.core.registers import fold_agency, fold_device
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection


def register() -> None:
    register_projection(Projection(name="devices", stream_kinds=("device",), tables=("device_row",), rows=device_rows))
    register_projection(
        Projection(name="equipment", stream_kinds=("agency",), tables=("device_equipment",), rows=equipment_rows)
    )


def device_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    device = fold_device(events)
    out, check = device.out, device.checked
    row = {
        "stream": stream,
        "version": device.version,
        "agency": device.agency,
        "code": device.code,
        "kind": device.kind,
        **{name: str(device.facts.get(f"device_{name}", "")) for name in ("model", "serial", "asset_number")},
        "department": device.department,
        "keeper": device.keeper,
        "state": device.state,
        "holder": out.officer if out else "",
        "since": out.since if out else None,
        "battery": check.battery if check else None,
        "free_gb": check.free_gb if check else None,
        "offset_s": check.offset_s if check else None,
        "checked_at": check.at if check else None,
        "fault": device.fault,
        "plan": device.plan,
        "registered_on": device.registered_on,
        "scrapped_on": device.scrapped_on,
    }
    return {"device_row": [row]}


def equipment_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    agency = fold_agency(events)
    plan = agency.plans[max(agency.plans)] if agency.plans else None
    listed = agency.recording_list.versions
    filed = next((one for one in reversed(listed) if one.state == "issued"), None)
    row = {
        "stream": stream,
        "jurisdiction": agency.jurisdiction,
        "name": agency.name,
        "county": str(agency.facts.get("agency_county") or "").strip(),
        "plan": plan.year if plan else "",
        "plan_state": plan.state if plan else "",
        "plan_amount": plan.amount if plan else 0,
        "plan_receipt": plan.receipt if plan else "",
        "list_state": listed[-1].state if listed else "",
        "list_receipt": filed.receipt if filed else "",
        "ruled": sorted(kind for kind, book in agency.usage.items() if any(one.issued_on for one in book.versions)),
    }
    return {"device_equipment": [row]}
