"""What the register says of a recording device (音像记录设备): whose it was when, how its clock went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Json, Recorded, UnknownKind
from sanxiang.core.values import legal_day

MEASURED = ("device_battery", "device_free_gb", "device_clock_offset_s")
"""What a check measures: percent, gigabytes, seconds by which the device's clock is ahead."""


@dataclass(frozen=True, slots=True)
class Custody:
    """Who had a device in hand, from `since` until `until` (exclusive; None while he has it)."""

    officer: str
    since: datetime
    until: datetime | None = None

    def held(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Check:
    """What was measured of a device at an instant; None for what was not."""

    at: datetime
    battery: int | None = None
    free_gb: int | None = None
    offset_s: int | None = None
    note: str = ""

    @classmethod
    def of(cls, at: datetime, facts: Mapping[str, Any]) -> Check | None:
        """The check that stands in the facts of an event; None where nothing was measured."""
        if not any(name in facts for name in MEASURED):
            return None
        battery, free_gb, offset_s = (facts.get(name) for name in MEASURED)
        return cls(at, battery, free_gb, offset_s, str(facts.get("device_check_note") or ""))


@dataclass(slots=True)
class Device:
    """A device as the register knows it. Whoever had it, had it alone: custodies never overlap."""

    id: str = ""
    version: int = 0
    agency: str = ""
    code: str = ""
    kind: str = ""
    plan: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    department: str = ""
    keeper: str = ""
    custodies: tuple[Custody, ...] = ()
    checks: tuple[Check, ...] = ()
    fault: str = ""
    faulted_on: date | None = None
    registered_on: date | None = None
    scrapped_on: date | None = None

    @property
    def out(self) -> Custody | None:
        """The custody that still runs."""
        last = self.custodies[-1] if self.custodies else None
        return last if last is not None and last.until is None else None

    @property
    def checked(self) -> Check | None:
        """The check made last."""
        return self.checks[-1] if self.checks else None

    @property
    def state(self) -> str:
        """scrapped, faulty, issued, kept (in a department) or stored (not allocated yet)."""
        if self.scrapped_on is not None:
            return "scrapped"
        if self.fault:
            return "faulty"
        if self.out is not None:
            return "issued"
        return "kept" if self.department else "stored"

    def holder(self, at: datetime) -> str:
        """Who had the device in hand at an instant; whoever keeps it where nobody had taken it."""
        return next((one.officer for one in self.custodies if one.held(at)), "") or (
            self.keeper if not self.custodies else ""
        )

    def offset_s(self, at: datetime) -> int:
        """By how many seconds its clock was ahead at an instant: as measured nearest to it, 0 where it never was."""
        told = [one for one in self.checks if one.offset_s is not None]
        nearest = min(told, key=lambda one: abs(one.at - at), default=None)
        return (nearest.offset_s or 0) if nearest else 0


def fold_device(events: Iterable[Recorded], known_at: datetime | None = None) -> Device:
    """The device of a `device` stream, as it was known at an instant. Raises UnknownKind for an event that no device
    can have."""
    device = Device()
    for recorded in events:
        if known_at is None or recorded.recorded_at <= known_at:
            device.id, device.version = recorded.stream, recorded.seq
            device.facts.update({key: value for key, value in recorded.event.facts.items() if key not in MEASURED})
            if check := Check.of(recorded.occurred_at, recorded.event.facts):
                device.checks = tuple(sorted((*device.checks, check), key=lambda one: one.at))
            _moved(device, recorded.kind, recorded.event, recorded.occurred_at)
    return device


def _moved(device: Device, kind: str, event: Any, at: datetime) -> None:
    match kind:
        case "device.registered":
            device.agency, device.code, device.kind = event.agency, event.device, event.device_kind
            device.plan, device.registered_on = event.plan, legal_day(at)
        case "device.allocated":
            device.department, device.keeper = event.department, ""
        case "device.entrusted":
            device.keeper = next(iter(event.officers), "")
        case "device.issued":
            device.custodies = _handed(device.custodies, next(iter(event.officers), ""), at)
        case "device.returned":
            device.custodies = _ended(device.custodies, at)
        case "device.faulted":
            device.fault, device.faulted_on = str(event.facts.get("device_fault") or "故障"), legal_day(at)
        case "device.repaired":
            device.fault, device.faulted_on = "", None
        case "device.scrapped":
            device.custodies, device.scrapped_on = _ended(device.custodies, at), legal_day(at)
        case "device.changed" | "device.checked":
            pass
        case _:
            raise UnknownKind(f"a device cannot have {kind!r}")


def _ended(before: tuple[Custody, ...], at: datetime) -> tuple[Custody, ...]:
    """The custodies with the running one ended; none ends before it began."""
    if not before or before[-1].until is not None:
        return before
    return (*before[:-1], replace(before[-1], until=max(at, before[-1].since)))


def _handed(before: tuple[Custody, ...], officer: str, at: datetime) -> tuple[Custody, ...]:
    """The custodies with a new one, which begins when the last has ended."""
    ended = _ended(before, at)
    since = max(at, ended[-1].until) if ended and ended[-1].until is not None else at
    return (*ended, Custody(officer, since))
