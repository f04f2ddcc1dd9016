"""The end of sealed facts: a key is destroyed, lawfully and for ever."""

from __future__ import annotations

from typing import Any

import psycopg

from .errors import refusal
from .known import forget
from .runtime import plain


def destroy(connection: Any, stream: str, *, because: str) -> bool:
    """Destroy the key of a stream's sealed facts, in the open transaction; False where there is none any more.

    `because` is the id of an event of that stream that names ground and approver (retention ended, Personal
    Information Protection Law, art. 47). The events, their commitments and proofs stay. Raises RecordRefused."""
    try:
        row = (
            psycopg.Cursor(plain(connection))
            .execute("SELECT keyring.destroy(%s::uuid, %s::uuid)", (stream, because))
            .fetchone()
        )
    except psycopg.Error as problem:
        raise refusal(problem, stream) from problem
    forget(stream)
    return bool(row and row[0])
