"""From the events of the registers to what the public reads of an agency's page (事前公示的投影): pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.events import Recorded
from sanxiang.core.gates.supposing import suppose
from sanxiang.core.registers import Agency, ChangedLaw, Version, fold_agency
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

SHOWN = ("officer.", "certificate.", "post.", "item.")
"""The kinds of event that can change what the public reads of an officer or an item."""


def register() -> None:
    register_projection(
        Projection(
            name="published_sections", stream_kinds=("agency",), tables=("published_section",), rows=section_rows
        )
    )
    register_projection(
        Projection(name="shared_lists", stream_kinds=("feed",), tables=("shared_list",), rows=shared_rows)
    )
    register_projection(
        Projection(name="page_sources", stream_kinds=("officer", "item"), tables=("page_source",), rows=source_rows)
    )


def section_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Every published version of every section; those before stay, with the day they ended."""
    agency = fold_agency(events)
    found = []
    for name, section in agency.sections.items():
        issued = [one for one in section.versions if one.issued_at is not None]
        ends = [*(legal_day(one.issued_at) for one in issued[1:] if one.issued_at), None]
        for version, replaced_on in zip(issued, ends, strict=False):
            row = section_row(stream, agency, name, version)
            stale = stale_by(agency, version) if replaced_on is None else None
            found.append({**row, "replaced_on": replaced_on, **staleness(agency, stale)})
    return {"published_section": found}


def section_row(stream: str, agency: Agency, name: str, version: Version) -> dict[str, Any]:
    part = agency.departments.get(version.department)
    issued = version.issued_at or version.collected_at
    return {
        "id": f"{stream}/{name}/{version.number}",
        "stream": stream,
        "jurisdiction": agency.jurisdiction,
        "section": name,
        "number": version.number,
        "department": part.name if part else version.department,
        "note": version.note,
        "place": version.place,
        "collected_on": legal_day(version.collected_at),
        "approved_on": version.approved_on or legal_day(issued),
        "issued_on": legal_day(issued),
        "files": [dict(file) for file in version.files],
        "content": [dict(row) for row in version.content]
        if isinstance(version.content, list | tuple)
        else version.content or [],
    }


def stale_by(agency: Agency, version: Version) -> ChangedLaw | None:
    """The first law that a version rests on and that was changed since."""
    return next((law for law in agency.changed_laws if law.outdates(version)), None)


def staleness(agency: Agency, law: ChangedLaw | None) -> dict[str, Any]:
    if law is None:
        return {"stale_law": "", "stale_change": "", "stale_from": None, "stale_due": None}
    due = renewal(agency.jurisdiction, "law.changed", law.entered_at)
    return {
        "stale_law": law.name,
        "stale_change": law.change,
        "stale_from": law.effective,
        "stale_due": due.due_on if due else None,
    }


def renewal(jurisdiction: str, kind: str, since: datetime) -> Any:
    """Until when a section must be renewed after an event of a kind: the deadline that binds; None where none does."""
    book = library()
    if jurisdiction not in book.jurisdictions:
        return None
    rules = book.on(jurisdiction, legal_day(since))
    return next((one.binding for one in suppose(rules, kind, since) if one.duty == "renew_page"), None)


def source_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """That a register belongs to an agency, and when it changed."""
    changed = sorted({one.recorded_at for one in events if one.kind.startswith(SHOWN)})
    agency = getattr(events[0].event, "agency", "")
    kind = events[0].kind.partition(".")[0]
    return {"page_source": [{"stream": stream, "agency": agency, "kind": kind, "changed": changed}]}


def shared_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The lists of a feed as they came last; whoever leaves a list out has taken it back."""
    last: Any = events[-1].event
    return {
        "shared_list": [
            {
                "id": f"{stream}/{fact}",
                "stream": stream,
                "agency": last.agency,
                "fact": fact,
                "source": last.source,
                "generated_at": datetime.fromisoformat(last.generated),
                "received_at": events[-1].recorded_at,
                "digest": last.digest,
                "content": [dict(row) for row in rows],
            }
            for fact, rows in last.facts.items()
        ]
    }
