"""Events of the party (当事人): what it was shown and told on the spot, and what it sends in by itself.

`receipt` is the number under which the counter took it in; empty where an officer entered it."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("identity.shown")
@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityShown(Event):
    """Certificates shown, matter and rights told (亮证告知). Administrative Penalty Law, art. 55; 国办发〔2018〕118号
    二(五). `officers` whose certificates were shown; the facts say for which activities and how it is proved."""

    receipt: str = ""


@kind("site.entered")
@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntered(Event):
    """Officers entered a place of business for an approved inspection, its code scanned at the door (扫码入企).
    国办发〔2024〕54号. `officers` who entered; the fact `entered_code` says which enterprise the code named."""


@kind("statement.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReceived(Event):
    """Statement or defence sent in by the party itself (收到当事人陈述、申辩). Administrative Penalty Law, art. 7 and
    45. It has to be heard and answered by an act of its own."""

    receipt: str = ""


@kind("record.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRequested(Event):
    """Party asks to see the record (申请查阅案卷). No article of the Penalty Law asks for it at this stage (须核定)."""

    receipt: str = ""


@kind("complaint.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintReceived(Event):
    """Complaint about an enforcement body received, past that body (收到对执法机关的投诉).
    Administrative Penalty Law, art. 75. `agency` whom it is about; `jurisdiction` whose supervision deals with it;
    `case` the stream of the case, where it is about one."""

    jurisdiction: str
    agency: str
    case: str = ""
    receipt: str = ""


@kind("complaint.answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswered(Event):
    """Complaint answered by the supervision (答复投诉). Administrative Penalty Law, art. 75."""
