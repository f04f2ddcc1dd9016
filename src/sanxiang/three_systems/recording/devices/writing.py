"""Doing something with a device or with an agency's equipment: one command to the write path, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils import timezone

from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.core.events import Event
from sanxiang.core.gates import Reason
from sanxiang.core.registers import Agency, Device, fold_device
from sanxiang.store import reading
from sanxiang.store.errors import RecordRefused, VersionConflict

FRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class Done:
    """`stream` the subject's; empty `reasons` and `problem` where it was entered."""

    stream: str = ""
    reasons: tuple[Reason, ...] = ()
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.reasons and not self.problem

    @property
    def status(self) -> int:
        return 409 if self.problem else 422 if self.reasons else 200


def enter(
    reader: Reader, events: Sequence[Event], *, kind: str = "device", stream: str = "", agency: str = "",
    occurred_at: datetime | None = None, expected: int | None = None,
) -> Done:  # fmt: skip
    """Append these events to the stream of a device, or of an agency, on behalf of a reader."""
    now = timezone.now()
    command = RegisterCommand(
        kind=kind, stream=stream, agency=agency or reader.agency, officer=reader.officer, expected=expected,
        entries=tuple(Entry(event=event, occurred_at=occurred_at or now) for event in events),
    )  # fmt: skip
    try:
        done = register(connections["default"], library(), command, at=now)
    except (VersionConflict, RecordRefused) as refused:
        return Done(stream, problem=str(refused))
    return Done(done.stream, () if done.done else done.verdict.reasons)


def agency_of(stream: str) -> Agency:
    """An agency as the register has it, at most a few seconds old; an empty one where there is none."""
    return registers_for(connections["default"], stream, (), age_s=FRESH_S).agency(stream) or Agency()


def device_of(stream: Any) -> Device:
    return fold_device(reading.load(connections["default"], str(stream)))
