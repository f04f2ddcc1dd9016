"""What the register says of monitoring equipment (电子技术监控设备): where it stood when, and how it was reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Json, Recorded
from sanxiang.core.values import legal_day

LEGAL, TECHNICAL = "法制审核", "技术审核"
PASSED = "通过"


@dataclass(frozen=True, slots=True)
class Verified:
    """One review: which, whether it passed, when, by whom; `until` the last day of a certificate that it rests on."""

    review: str
    passed: bool
    at: datetime
    by: str
    until: date | None = None
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Siting:
    """The equipment at one place, from when it was entered there until it was moved or given up."""

    facts: Mapping[str, Json]
    since: datetime
    by: str
    until: datetime | None = None
    reviews: tuple[Verified, ...] = ()

    @property
    def place(self) -> str:
        return str(self.facts.get("monitor_place") or "")

    def last(self, review: str, at: datetime | None = None) -> Verified | None:
        """The review of a kind that counts at an instant: the last one made by then."""
        found = [one for one in self.reviews if one.review == review and (at is None or one.at <= at)]
        return found[-1] if found else None

    def lacking(self, at: datetime) -> tuple[str, ...]:
        """The reviews that had not passed, or whose certificate no longer held, at an instant."""
        return tuple(review for review in (LEGAL, TECHNICAL) if not _holds(self.last(review, at), at))


def _holds(review: Verified | None, at: datetime) -> bool:
    return review is not None and review.passed and (review.until is None or legal_day(at) <= review.until)


@dataclass(frozen=True, slots=True)
class Monitor:
    """Equipment by its code, with every place at which it stood, the first first."""

    code: str
    sitings: tuple[Siting, ...]

    @property
    def now(self) -> Siting:
        """Where it stands, or stood last."""
        return self.sitings[-1]

    @property
    def ended(self) -> bool:
        return self.now.until is not None

    def left(self, at: datetime) -> tuple[Siting, ...]:
        """Its places once it has left the last one."""
        return self.sitings if self.ended else (*self.sitings[:-1], replace(self.now, until=at))

    def siting(self, at: datetime) -> Siting | None:
        """Where it stood at an instant; None where it was not yet entered or no longer used."""
        return next((one for one in self.sitings if one.since <= at and (one.until is None or at < one.until)), None)


def monitored(before: Mapping[str, Monitor], recorded: Recorded) -> dict[str, Monitor]:
    """The equipment of an agency after an event about one."""
    event: Any = recorded.event
    at, by, held = recorded.occurred_at, recorded.actor.officer, before.get(event.monitor)
    if recorded.kind == "monitor.registered":
        earlier = held.left(at) if held else ()
        return {**before, event.monitor: Monitor(event.monitor, (*earlier, Siting(dict(event.facts), at, by)))}
    if held is None:
        return dict(before)
    if recorded.kind == "monitor.ended":
        return {**before, event.monitor: Monitor(event.monitor, held.left(at))}
    facts = event.facts
    until = date.fromisoformat(str(facts["monitor_valid_until"])) if facts.get("monitor_valid_until") else None
    made = Verified(
        str(facts.get("monitor_review") or ""), facts.get("monitor_outcome") == PASSED, at, by, until,
        str(facts.get("monitor_opinion") or ""),
    )  # fmt: skip
    siting = replace(held.now, reviews=(*held.now.reviews, made))
    return {**before, event.monitor: replace(held, sitings=(*held.sitings[:-1], siting))}
