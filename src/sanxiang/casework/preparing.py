"""What must be ready before certain acts are recorded (办理前的准备): made by another room, bound to by the event.

A room registers what it prepares for a kind of event, such as the volume that an archiving act names by its digest; the
write path asks for it after the gate has let the act pass, so that no door can go round it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.gates import Situation


class CannotPrepare(ValueError):
    """What the act needs cannot be made; the Chinese text says why. The act is refused."""


Prepare = Callable[[Any, Situation, Sequence[Recorded]], Mapping[str, Any]]
"""(connection, situation, events so far) → the event's own fields."""

A_WHILE = timedelta(minutes=1)
PREPARED: dict[str, Prepare] = {}


def register(kind: str, prepare: Prepare) -> None:
    """Name what is prepared for a kind of event. Twice for one kind is an error."""
    if PREPARED.get(kind, prepare) is not prepare:
        raise ValueError(f"two rooms prepare {kind}")
    PREPARED[kind] = prepare


def prepared(connection: Any, s: Situation, events: Sequence[Recorded]) -> Mapping[str, Any]:
    """The fields that are prepared for the act; none for most."""
    prepare = PREPARED.get(s.act.emits) if s.act else None
    return prepare(connection, s, events) if prepare else {}


Heard = Callable[[int, int], None]
"""(steps done, steps in all): how far a preparation is."""

_ASKED: ContextVar[datetime | None] = ContextVar("asked", default=None)
_HEARD: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def heard(by: Heard) -> Iterator[None]:
    """Let somebody hear how far what is prepared meanwhile is."""
    token = _HEARD.set(by)
    try:
        yield
    finally:
        _HEARD.reset(token)


@contextmanager
def asked(at: datetime) -> Iterator[None]:
    """Let what is prepared meanwhile know when it was asked for."""
    token = _ASKED.set(at)
    try:
        yield
    finally:
        _ASKED.reset(token)


def asked_before(at: datetime) -> str:
    """When what is done at a moment was asked for, in ISO form; empty where that is the same minute."""
    told = _ASKED.get()
    return told.isoformat() if told is not None and at - told >= A_WHILE else ""


def step(done: int, steps: int) -> None:
    """A room says how far it is; nothing where nobody listens."""
    if (by := _HEARD.get()) is not None:
        by(done, steps)
