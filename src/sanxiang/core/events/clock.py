"""Events about time that a clock does not count (期限的中止、扣除、恢复)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("clock.stopped")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStopped(Event):
    """The handling of a case stopped, or time left out of its period (中止办理、不计入办理期限的期间).
    Administrative Licensing Law, art. 45; Administrative Penalty Law, art. 60."""


@kind("measure.paused")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePaused(Event):
    """Time of a test left out of the term of `measure` (查封、扣押期间扣除检测、检验、检疫、技术鉴定的期间).
    Administrative Compulsion Law, art. 25(3)."""

    measure: str = ""


@kind("clock.resumed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed(Event):
    """What stopped a clock is over (恢复办理、扣除的期间结束). Administrative Compulsion Law, art. 25(3).

    `about` is the event that stopped it."""

    about: str = ""
