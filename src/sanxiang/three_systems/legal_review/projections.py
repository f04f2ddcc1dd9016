"""From the events of an agency to the lines of its lists of major decisions: pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from sanxiang.core.events import Recorded
from sanxiang.core.registers import fold_agency
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection


def register() -> None:
    register_projection(
        Projection(name="catalogues", stream_kinds=("agency",), tables=("catalogue_row",), rows=catalogue_rows)
    )


def catalogue_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    agency = fold_agency(events)
    rows = []
    for department, catalogue in agency.catalogues.items():
        published = next((one for one in reversed(catalogue.editions) if one.published_on), None)
        working, part = catalogue.working, agency.departments.get(department)
        rows.append(
            {
                "id": f"{stream}/{department}",
                "stream": stream,
                "jurisdiction": agency.jurisdiction,
                "agency_name": agency.name,
                "department": department,
                "department_name": part.name if part else department,
                "in_force": published.number if published else 0,
                "entries": len(published.entries) if published else 0,
                "published_on": published.published_on if published else None,
                "working": working.number if working else 0,
                "state": working.state if working else "",
            }
        )
    return {"catalogue_row": rows}
