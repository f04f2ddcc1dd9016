"""Events by which a party is called, told and heard (通知询问、告知、陈述申辩、听证), and of the heads
(集体讨论、退回承办)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("inquiry.called")
@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryCalled(Event):
    """Party called to an inquiry at a time and place (通知接受询问). Administrative Penalty Law, art. 55."""


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
    """Hearing requested (要求听证). Administrative Penalty Law, art. 63 and 64(1). `receipt` the number under which the
    counter took it in, where the party sent it by itself."""

    receipt: str = ""


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


@kind("draft.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReturned(Event):
    """Draft returned to the handling unit by the head, with his reasons (退回承办机构). No article asks for it: a step
    inside the examination by the head, Administrative Penalty Law, art. 57."""


@kind("draft.presented")
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPresented(Event):
    """Returned draft presented to the head again (重新呈批). A step inside the examination by the head, Administrative
    Penalty Law, art. 57."""
