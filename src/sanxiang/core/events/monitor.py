"""Events of electronic monitoring (电子技术监控): the equipment stands in the stream of its agency, from registration
to its end; what became of a record that it made stands in the case that uses it. Penalty Law, art. 41."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("monitor.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRegistered(Event):
    """Monitoring equipment entered, or entered anew at another place (电子技术监控设备登记、移设). Administrative
    Penalty Law, art. 41(1). `monitor` is its code (编号); reviews before do not cover what is entered now."""

    monitor: str


@kind("monitor.reviewed")
@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorReviewed(Event):
    """Legal or technical review of monitoring equipment (电子技术监控设备的法制审核、技术审核). Administrative Penalty
    Law, art. 41(1). Which review and how it came out stand in the facts."""

    monitor: str


@kind("monitor.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorEnded(Event):
    """Monitoring equipment no longer used (电子技术监控设备停用)."""

    monitor: str


@kind("monitor_record.reviewed")
@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRecordReviewed(Event):
    """Record of monitoring equipment reviewed before it is used as evidence (监控记录内容审核): true, clear, complete,
    accurate, or not. Administrative Penalty Law, art. 41(2)."""


@kind("monitor_record.told")
@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRecordTold(Event):
    """Party told of what was recorded, and where to look it up (告知违法事实). Administrative Penalty Law,
    art. 41(3)."""
