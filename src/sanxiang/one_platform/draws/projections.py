"""From the events of a draw to its line in the list."""

from __future__ import annotations

from collections.abc import Sequence

from sanxiang.core.events import Recorded
from sanxiang.core.registers import fold_draw
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection


def register() -> None:
    register_projection(Projection(name="draws", stream_kinds=("draw",), tables=("draw_row",), rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    draw = fold_draw(events)
    row = {
        "stream": stream,
        "agency": draw.agency,
        "department": draw.department,
        "title": draw.title,
        "item": str(draw.facts.get("draw_item", "")),
        "objects_in": len(draw.objects),
        "officers_in": len(draw.people),
        "wanted": draw.objects_wanted,
        "drawn": len(draw.result),
        "tasks": sum(bool(one.case) for one in draw.result),
        "committed_at": draw.committed_at,
        "drawn_at": draw.drawn_at,
        "published_at": draw.published_at,
    }
    return {"draw_row": [row]}
