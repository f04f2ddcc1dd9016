"""Objects of inspection (检查对象名录库): their lines, the list of a day as it was known at a time, one by its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from sanxiang.core.events import Recorded
from sanxiang.core.registers import Inspectee, fold_inspectee
from sanxiang.core.registers.inspectees import moved
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .inspectee_models import ONCE, InspecteeRow

TAKEN = "这个统一社会信用代码的检查对象已经在名录库里，每家只列一次；到“检查对象”里查找它，更改或者重新列入"


def register() -> None:
    register_projection(
        Projection(
            name="inspectees", stream_kinds=("inspectee",), tables=("inspectee_row",), rows=rows, once={ONCE: TAKEN}
        )
    )


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    found, held = [], Inspectee()
    for recorded in events:
        moved(held, recorded, legal_day(recorded.occurred_at))
        found.append(
            {
                "id": f"{stream}/{recorded.seq}", "stream": stream, "seq": recorded.seq, "agency": held.agency,
                "code": held.code, "name": held.name, "kind": str(held.facts.get("party_kind", "")),
                "address": str(held.facts.get("party_address", "")), "level": held.level, "items": list(held.items),
                "since": legal_day(recorded.occurred_at), "known_at": recorded.recorded_at, "gone": not held.listed,
                "left": str(held.facts.get("inspectee_left", "")) if not held.listed else "",
                "latest": recorded is events[-1],
            }
        )  # fmt: skip
    return {"inspectee_row": found}


def of_day(agency: str, day: date, known: datetime) -> list[InspecteeRow]:
    """What stood on an agency's list on a day, as it was known at a time, by code."""
    then = InspecteeRow.objects.filter(agency=agency, since__lte=day, known_at__lte=known)
    last = then.order_by("stream", "-seq").distinct("stream")
    return sorted((row for row in last if not row.gone), key=lambda row: row.code)


def drawn_for(agency: str, day: date, known: datetime, item: str, levels: Sequence[str]) -> list[InspecteeRow]:
    """Of these whom a draw for an item among some classes (none: all) takes."""
    return [row for row in of_day(agency, day, known) if as_register(row).drawn_for(item, levels)]


def as_register(row: InspecteeRow) -> Inspectee:
    """A line as the gates read it."""
    facts: dict[str, Any] = {
        "party_credit_code": row.code, "party_name": row.name, "party_kind": row.kind, "inspectee_level": row.level,
        "inspectee_items": "\n".join(row.items),
    }  # fmt: skip
    return Inspectee(
        id=str(row.stream), version=row.seq, agency=str(row.agency), facts=facts, listed_on=row.since,
        removed_on=row.since if row.gone else None,
    )  # fmt: skip


def held_still(agency: str, day: date, known: datetime) -> dict[str, Inspectee]:
    """The list of a day for a gate of the open transaction: nothing is added to it until that ends, so that what is
    compared is what the record holds."""
    with connections["default"].cursor() as cursor:
        cursor.execute("LOCK TABLE inspectee_row IN SHARE MODE")
    return {str(row.stream): as_register(row) for row in of_day(agency, day, known)}


def level_of(agency: str, code: str, day: date) -> str:
    """The class of an enterprise on an agency's list on a day; empty where it has none or is not there."""
    rows = InspecteeRow.objects.filter(agency=agency, code=code, since__lte=day).order_by("-seq") if code else ()
    row = next(iter(rows[:1]), None) if rows else None
    return row.level if row is not None and not row.gone else ""


def find(agency: str, code: str) -> Inspectee | None:
    """An object that stands on an agency's list by its code, with everything that the record tells of it."""
    row = InspecteeRow.objects.filter(agency=agency, code=code, latest=True, gone=False).first() if code else None
    return loaded(row.stream) if row is not None else None


def row_of(stream: UUID) -> InspecteeRow | None:
    """How an object stands."""
    return InspecteeRow.objects.filter(stream=stream, latest=True).first()


def loaded(stream: UUID | str) -> Inspectee:
    return fold_inspectee(reading.load(connections["default"], str(stream)))


PARTY = ("party_kind", "party_name", "party_credit_code", "legal_representative", "party_address", "party_phone")
"""What an inspection takes over of its object."""


def taken_over(held: Inspectee) -> dict[str, Any]:
    """The facts of the party of an inspection."""
    return {name: held.facts[name] for name in PARTY if held.facts.get(name)}
