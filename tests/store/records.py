"""A record in a database of its own, who acts on it, and what they add."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from sanxiang.core.events import Event, Recorded, case
from sanxiang.core.values import Actor
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append

HANDLER = Actor("o-1", "张三（演示）", "洛阳市市场监督管理局", "执法一科", "officer", "豫C-0001")
SECOND = Actor("o-2", "李四（演示）", "洛阳市市场监督管理局", "执法一科", "officer", "豫C-0002")
REVIEWER = Actor("o-9", "王五（演示）", "洛阳市市场监督管理局", "法规科", "reviewer", None)
HEAD = Actor("o-0", "赵六（演示）", "洛阳市市场监督管理局", "", "head", None)
SECRET_FACTS = ("party_name", "party_id_number", "statement")


def new_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(UTC)


def is_secret(fact: str) -> bool:
    return fact in SECRET_FACTS


def draft(event: Event | None = None, actor: Actor = HANDLER, **more: Any) -> Draft:
    return Draft(
        id=more.pop("id", None) or new_id(),
        event=event or case.ActivityDone(act="inquiry", officers=("o-1", "o-2"), facts={"place": "洛阳"}),
        occurred_at=more.pop("occurred_at", None) or now(),
        actor=actor,
        **more,
    )


@dataclass
class Record:
    """One database with the record in it, and connections to it by role."""

    urls: dict[str, str]
    home: Path
    connections: list[psycopg.Connection[Any]] = field(default_factory=list)

    def connect(self, role: str = "web", *, autocommit: bool = True) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self.urls[role], autocommit=autocommit)
        self.connections.append(connection)
        return connection

    def add(
        self,
        connection: psycopg.Connection[Any],
        stream: str,
        *drafts: Draft,
        kind: str = "case",
        expected: int | None = None,
        at: datetime | None = None,
        guards: dict[str, int] | None = None,
    ) -> tuple[Recorded, ...]:
        """Append in a transaction of its own, after whatever stands."""
        if expected is None:
            expected = len(reading.load(connection, stream))
        return append(
            connection,
            stream=stream,
            stream_kind=kind,
            expected=expected,
            drafts=drafts or (draft(),),
            recorded_at=at or now(),
            sealed_facts=is_secret,
            guards=guards,
        )

    def one(self, query: str, *values: Any, role: str = "owner") -> Any:
        """The first column of the first row."""
        with psycopg.connect(self.urls[role]) as connection:
            row = connection.execute(query, values).fetchone()
        return None if row is None else row[0]
