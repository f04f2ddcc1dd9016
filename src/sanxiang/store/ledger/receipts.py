"""Receipts (回执): the proof that an event is in the public ledger, a text that anybody can check (C2SP tlog-proof)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import psycopg

from sanxiang.core.ledger import inclusion_proof, subtree_in
from sanxiang.core.ledger import receipt as receipt_text
from sanxiang.store.runtime import plain


class NotYet(LookupError):
    """The event is on the record and its number is not signed yet: ask again in a second."""


def receipt(connection: Any, event_id: str) -> str:
    """The receipt of one event; raises as `receipts_of`."""
    return receipts_of(connection, [event_id])[event_id]


def receipts_of(connection: Any, event_ids: Sequence[str]) -> dict[str, str]:
    """The receipts of events against the newest signed checkpoint, by their identifiers as given; the leaf each proves
    is the event's public entry.

    Raises LookupError for an event that is not on the record, NotYet for one that no checkpoint covers."""
    cursor = psycopg.Cursor(plain(connection))
    rows = cursor.execute(
        "SELECT e.id::text, l.log_index FROM record.event e LEFT JOIN record.leaf l ON l.event_pos = e.pos"
        " WHERE e.id = ANY(%s::uuid[])",
        (list(event_ids),),
    ).fetchall()
    numbers: dict[str, int | None] = dict(rows)
    # Read after the numbers: a checkpoint that is newer than them covers no less.
    size, note = cursor.execute("SELECT size, note FROM record.checkpoint ORDER BY size DESC LIMIT 1").fetchone() or (
        0,
        "",
    )

    @cache
    def tile(level: int, n: int) -> bytes:
        found = cursor.execute(
            "SELECT data FROM record.tile WHERE level = %s AND n = %s", (level, n), binary=True
        ).fetchone()
        if found is None:
            raise LookupError(f"账本缺少第 {level} 层第 {n} 块")
        return bytes(found[0])

    def one(event_id: str) -> str:
        if str(UUID(event_id)) not in numbers:
            raise LookupError(f"没有编号为 {event_id} 的记录")
        index = numbers[str(UUID(event_id))]
        if index is None or index >= size:
            raise NotYet("这条记录刚刚入库，尚在等待账本签名，请稍后再取")
        return receipt_text(index, inclusion_proof(index, size, subtree_in(tile)), note)

    return {event_id: one(event_id) for event_id in event_ids}
