"""From the events of a case to what it counts for: a pure function (统计的投影)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.casework.projections import library
from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .tables import concerned


def register() -> None:
    register_projection(Projection(name="counted", stream_kinds=("case",), tables=("counted",), rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """One row for each figure that an event of the case counts for; a figure that counts cases takes the first."""
    first: Any = events[0].event
    facts: dict[str, Any] = {}
    found: dict[str, dict[str, Any]] = {}
    for recorded in events:
        facts.update(recorded.event.facts)
        day = legal_day(recorded.occurred_at)
        act = library().on(first.jurisdiction, day).act(first.procedure, recorded.event.act)
        for figure in concerned(recorded.kind):
            if figure.counts(recorded.kind, first.category, facts, act.activity if act else None):
                number = recorded.seq if figure.each else 0
                row = {
                    "id": f"{stream}/{figure.id}/{number}", "stream": stream, "jurisdiction": first.jurisdiction,
                    "agency": first.agency, "department": first.department, "figure": figure.id, "day": day,
                    "fen": figure.fen(facts),
                }  # fmt: skip
                found.setdefault(row["id"], row)
    return {"counted": list(found.values())}
