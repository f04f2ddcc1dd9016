"""Receipts (回执): the proof that an event is in the public ledger, a text that anybody can check (C2SP tlog-proof)."""

from __future__ import annotations

from typing import Any

import psycopg

from sanxiang.core.ledger import inclusion_proof, subtree_in
from sanxiang.core.ledger import receipt as receipt_text
from sanxiang.store.runtime import plain


class NotYet(LookupError):
    """The event is on the record and its number is not signed yet: ask again in a second."""


def receipt(connection: Any, event_id: str) -> str:
    """The receipt of an event against the newest signed checkpoint; the leaf it proves is the event's public entry.

    Raises LookupError for an event that is not on the record, NotYet for one that no checkpoint covers."""
    cursor = psycopg.Cursor(plain(connection))
    row = cursor.execute(
        "SELECT l.log_index, c.size, c.note FROM record.event e LEFT JOIN record.leaf l ON l.event_pos = e.pos"
        " LEFT JOIN LATERAL (SELECT size, note FROM record.checkpoint ORDER BY size DESC LIMIT 1) c"
        " ON c.size > l.log_index WHERE e.id = %s::uuid",
        (event_id,),
    ).fetchone()
    if row is None:
        raise LookupError(f"没有编号为 {event_id} 的记录")
    index, size, note = row
    if size is None:
        raise NotYet("这条记录刚刚入库，尚在等待账本签名，请稍后再取")

    def tile(level: int, n: int) -> bytes:
        found = cursor.execute(
            "SELECT data FROM record.tile WHERE level = %s AND n = %s", (level, n), binary=True
        ).fetchone()
        if found is None:
            raise LookupError(f"账本缺少第 {level} 层第 {n} 块")
        return bytes(found[0])

    return receipt_text(index, inclusion_proof(index, size, subtree_in(tile)), note)
