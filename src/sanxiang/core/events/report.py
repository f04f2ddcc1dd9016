"""Events of the reports that an agency owes (统计年报、情况报送). They stand in the agency's stream; `report` is the
id of a report of the rules, `period` the year that it is about, or the day by which a report asked for once is due;
`department` whose report it is where departments report, else empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .base import Event, Json, kind


@kind("report.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequested(Event):
    """Report asked for once, outside the yearly ones (临时报送要求). `period` is the ISO day by which it is due."""

    report: str
    period: str
    department: str = ""


@kind("report.compiled")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCompiled(Event):
    """Report compiled from the record (报告编制). 国办发〔2018〕118号 二（六）. `since` and `until` the first
    and last ISO day counted; `tables` each with `id`, `title` and `figures`: `id`, `label`, `unit`, `value` (whole, fen
    for 元)."""

    report: str
    period: str
    since: str
    until: str
    tables: tuple[Mapping[str, Json], ...] = ()
    department: str = ""


@kind("report.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReturned(Event):
    """Report returned by whoever checks it (报告审核退回). 国办发〔2018〕118号 二（六）."""

    report: str
    period: str
    department: str = ""


@kind("report.approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportApproved(Event):
    """Report checked (报告审核通过). 国办发〔2018〕118号 二（六）."""

    report: str
    period: str
    department: str = ""


@kind("report.issued")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued(Event):
    """Report made public and sent to its receivers (报告发布、报送). 国办发〔2018〕118号 二（六）. `place` the
    platform on which it stands where it is for the public, `receivers` to whom it was sent."""

    report: str
    period: str
    place: str = ""
    receivers: tuple[str, ...] = ()
    department: str = ""


@kind("report.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceived(Event):
    """Receipt of a receiver for a report (报告接收回执). `version` which one it received; number and day stand in the
    facts."""

    report: str
    period: str
    receiver: str
    version: int = 1
    department: str = ""
