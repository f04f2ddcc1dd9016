"""The checkpoint from which a seed comes: the first that the ledger signed over an event."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.db import connections

from sanxiang.core.ledger.notes import parse_checkpoint


@dataclass(frozen=True, slots=True)
class Point:
    """Where an event stands in the ledger, the size of the checkpoint and its root (base64)."""

    entry: int
    size: int
    root: str


def first_covering(event: str) -> Point | None:
    """The first checkpoint that covers an event; None where none is signed yet."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT l.log_index, c.size, c.note FROM record.event e JOIN record.leaf l ON l.event_pos = e.pos"
            " JOIN LATERAL (SELECT size, note FROM record.checkpoint WHERE size > l.log_index ORDER BY size LIMIT 1) c"
            " ON true WHERE e.id = %s",
            [event],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    root = parse_checkpoint(row[2].partition("\n\n")[0] + "\n").root
    return Point(row[0], row[1], base64.b64encode(root).decode())
