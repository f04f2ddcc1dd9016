"""Taking in what was sent (收件办理): the worker's side. Each item becomes an event by the one write path, or is
refused and kept with the reasons for the agency to answer.

One item is one transaction: the event, the note of what became of it and the end of its waiting stand together or not
at all, so that whoever is killed on the way leaves it waiting, and nobody takes it in twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction

from sanxiang.casework.commands import Command
from sanxiang.core.values import legal_day

from . import slips
from .models import Attempt, Intake, IntakeFile, Outcome
from .sending import SentFile

PATIENCE = timedelta(hours=1)
"""How long something that fails for a reason of ours is tried again before people look at it."""
COUNTED = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """What was sent."""

    receipt: str
    kind: str
    sent_at: datetime
    payload: Mapping[str, Any]
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """It is on the record: the stream and the id of the event; `agency` whose record it is, `about` the body that a
    complaint is about."""

    stream: str
    event: str
    agency: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not: why, in Chinese; the agency that has to answer, and the case where it belongs to one. `keep` false for
    what was said is no business of anybody: a forged code."""

    reasons: tuple[str, ...]
    agency: str = ""
    stream: str = ""
    keep: bool = True


Handler = Callable[[Any, Item, datetime], Taken | Refused]


@dataclass(slots=True)
class Kinds:
    """What is done with each kind of thing that may be sent."""

    handlers: dict[str, Handler] = field(default_factory=dict)

    def __call__(self, name: str) -> Callable[[Handler], Handler]:
        """Registers a handler. It runs inside a transaction; what it raises puts the item back into the queue."""

        def register(handler: Handler) -> Handler:
            if self.handlers.get(name, handler) is not handler:
                raise ValueError(f"two handlers for {name}")
            self.handlers[name] = handler
            return handler

        return register


kind = Kinds()


def moment_of(command: Command, item: Item, at: datetime) -> Command:
    """The command of an item as of the moment that counts for the law. On the day on which it was sent that is now, so
    that nobody takes a minute in the queue for a late entry; afterwards it is the moment of sending."""
    return command if legal_day(item.sent_at) == legal_day(at) else replace(command, occurred_at=item.sent_at)


def take_in(connection: Any, *, at: datetime, only: str = "") -> int:
    """Take in what waits, the oldest first; or `only` the item of this receipt number. Returns how many left the queue.
    An item that another process has in hand is passed by."""
    done, failed = 0, set[str]()
    while True:
        waiting = Intake.objects.using(connection.alias).exclude(receipt__in=failed)
        waiting = waiting.filter(receipt=only) if only else waiting
        row = None
        try:
            with transaction.atomic(using=connection.alias):
                row = waiting.select_for_update(skip_locked=True).order_by("sent_at", "receipt").first()
                if row is None:
                    return done
                _settle(connection, row, at)
            done += 1
        except Exception:
            if row is None:
                raise
            log.exception("收件 %s 没有办成，稍后再试", row.receipt)
            failed.add(row.receipt)


def _settle(connection: Any, row: Intake, at: datetime) -> None:
    outcomes = Outcome.objects.using(connection.alias)
    if not outcomes.filter(pk=row.receipt).exists():
        became = _attempted(connection, row, at)
        taken = isinstance(became, Taken)
        payload = _payload(row)
        outcome = outcomes.create(
            receipt=row.receipt, kind=row.kind, sent_at=row.sent_at, at=at,
            state=Outcome.TAKEN if taken else Outcome.REFUSED,
            stream=became.stream or None, event=getattr(became, "event", None), agency=became.agency or None,
            reasons=list(getattr(became, "reasons", ())), factor=str(payload.get("factor", ""))[:8],
            about=getattr(became, "about", "") or None,
            body=row.body if getattr(became, "keep", False) else b"",
        )  # fmt: skip
        slips.publish(connection, outcome, payload)
        if taken:
            _files(connection, row.receipt).delete()
    row.delete(using=connection.alias)


def _payload(row: Intake) -> Mapping[str, Any]:
    """What was said; nothing where it cannot be read."""
    try:
        found = orjson.loads(bytes(row.body))
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _attempted(connection: Any, row: Intake, at: datetime) -> Taken | Refused:
    handler = kind.handlers.get(row.kind)
    if handler is None:
        return Refused((f"没有“{row.kind[:40]}”这种收件",))
    try:
        with transaction.atomic(using=connection.alias):
            return handler(connection, _item(connection, row), at)
    except Exception:
        if at - row.sent_at < PATIENCE:
            raise
        log.exception("收件 %s 一直没有办成，转人工办理", row.receipt)
        return Refused(("系统没有能够自动办理，由工作人员查看后答复",))


def _item(connection: Any, row: Intake) -> Item:
    files = tuple(
        SentFile(file.name, file.media_type, bytes(file.content))
        for file in _files(connection, row.receipt).order_by("n")
    )
    return Item(row.receipt, row.kind, row.sent_at, orjson.loads(bytes(row.body)), files)


def _files(connection: Any, receipt: str) -> Any:
    return IntakeFile.objects.using(connection.alias).filter(receipt=receipt)


def clear(at: datetime) -> int:
    """Forget the tries of yesterday; returns how many."""
    return Attempt.objects.filter(at__lte=at - COUNTED).delete()[0]
