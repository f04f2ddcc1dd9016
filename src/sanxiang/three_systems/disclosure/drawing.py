"""What the portal may ask about draws of inspections (双随机抽查的公开): what was drawn and all that is needed to draw
it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sanxiang.core.events import Recorded
from sanxiang.core.registers import Draw, Drawn, fold_draw
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .models import PublishedDraw

ROWS_MAX = 500


def register() -> None:
    register_projection(
        Projection(name="published_draws", stream_kinds=("draw",), tables=("published_draw",), rows=rows)
    )


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The published result; none before. Of the objects that were not drawn only the codes are told."""
    draw = fold_draw(events)
    if draw.published_at is None or draw.committed_at is None or draw.drawn_at is None:
        return {"published_draw": []}
    codes = {one.code for one in (*draw.first, *draw.result)}
    row = {
        "stream": stream,
        "agency": draw.agency,
        "title": draw.title,
        "item": str(draw.facts.get("draw_item", "")),
        "committed_on": legal_day(draw.committed_at),
        "drawn_on": legal_day(draw.drawn_at),
        "published_on": legal_day(draw.published_at),
        "place": draw.place,
        "names": {code: str(draw.objects[code]["name"]) for code in sorted(codes)},
        "people": {number: str(row["name"]) for number, row in draw.people.items()},
        "told": told(draw),
    }
    return {"published_draw": [row]}


def told(draw: Draw) -> dict[str, Any]:
    """What anybody needs to draw again: docs/reference/draws.md."""
    return {
        "objects_wanted": draw.objects_wanted,
        "officers_wanted": draw.officers_wanted,
        "listed_on": draw.listed_on.isoformat() if draw.listed_on else "",
        "levels": list(draw.levels),
        "objects": sorted(draw.objects),
        "officers": sorted(draw.people),
        "digest": draw.digest,
        "entry": draw.entry,
        "size": draw.size,
        "root": draw.root,
        "seed": draw.seed,
        "first": listed(draw.first),
        "replaced": [
            {"code": one.code, "number": one.number, "substitute": one.substitute, "why": one.kind} for one in draw.left
        ],
        "result": listed(draw.result),
    }


def listed(drawn: Sequence[Drawn]) -> list[dict[str, Any]]:
    return [{"code": one.code, "officers": list(one.officers)} for one in drawn]


def published() -> list[PublishedDraw]:
    """Every published draw, the newest first, without its lists."""
    found = PublishedDraw.objects.using("portal").defer("told", "names", "people")
    return list(found.order_by("-published_on", "stream")[:ROWS_MAX])


def find(stream: UUID) -> PublishedDraw | None:
    return PublishedDraw.objects.using("portal").filter(pk=stream).first()
