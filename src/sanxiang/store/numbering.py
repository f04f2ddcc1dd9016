"""Numbers without gaps (文号): given inside the transaction that uses them, so that a rollback takes them back."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from .errors import refusal
from .runtime import plain


class Number(NamedTuple):
    """`n` its place in the series and year, `text` as it stands on the document."""

    n: int
    text: str


def allocate(connection: Any, *, series: str, year: int, form: str, stream: str, event_id: str) -> Number:
    """The next number of a series in a year, for the event `event_id` of `stream` that is appended in this
    transaction and says it; without that event the transaction cannot commit.

    `form` is its text with {year} and {n}, as in 洛市监罚〔{year}〕{n}号. The series stays locked until the end of the
    transaction: allocate late, commit soon. Decisions need more than a number: see record.check_decision.
    Raises RecordRefused."""
    try:
        row = (
            psycopg.Cursor(plain(connection))
            .execute(
                "SELECT n, text FROM record.allocate(%s::text, %s::integer, %s::text, %s::uuid, %s::uuid)",
                (series, year, form, stream, event_id),
            )
            .fetchone()
        )
    except psycopg.Error as problem:
        raise refusal(problem, stream) from problem
    assert row is not None
    return Number(*row)


def settle(connection: Any) -> None:
    """Check now, not at commit, that every number given in this transaction is used. Raises RecordRefused."""
    try:
        plain(connection).execute("SET CONSTRAINTS record.used IMMEDIATE")
    except psycopg.Error as problem:
        raise refusal(problem) from problem
