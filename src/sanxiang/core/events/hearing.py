"""Events by which a party is told and heard (告知、陈述申辩、听证), and the collective discussion (集体讨论)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("notice.given")
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven(Event):
    """Party told of the intended decision and its rights (事先告知、听证告知).
    Administrative Penalty Law, art. 44, 63 and 64."""


@kind("defence.heard")
@dataclass(frozen=True, slots=True, kw_only=True)
class DefenceHeard(Event):
    """Statement and defence heard (陈述、申辩). Administrative Penalty Law, art. 45."""


@kind("defence.waived")
@dataclass(frozen=True, slots=True, kw_only=True)
class DefenceWaived(Event):
    """Statement and defence expressly waived (放弃陈述、申辩). Administrative Penalty Law, art. 45 and 62."""


@kind("hearing.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class HearingRequested(Event):
    """Hearing requested (要求听证). Administrative Penalty Law, art. 63 and 64(1)."""


@kind("hearing.announced")
@dataclass(frozen=True, slots=True, kw_only=True)
class HearingAnnounced(Event):
    """Hearing announced with time and place (听证通知). Administrative Penalty Law, art. 64(2)."""


@kind("hearing.held")
@dataclass(frozen=True, slots=True, kw_only=True)
class HearingHeld(Event):
    """Hearing held (听证). Administrative Penalty Law, art. 64."""

    started_at: str = ""
    ended_at: str = ""


@kind("discussion.held")
@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionHeld(Event):
    """Collective discussion by the heads (集体讨论). Administrative Penalty Law, art. 57(2)."""
