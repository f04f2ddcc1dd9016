"""Events of a recording in sound and picture (音像记录): who recorded what, whether it is whole, what interrupted it
and why. Each recording has a stream of its own (kind "recording"), whose id is the id of the recording; an exemption
and the engagement of a third party are streams of the same kind.

Times are ISO texts with their zone, as the server reckons them from the device's clock; `not_before` and `not_after`
bracket them by what the server itself saw. A gap is {"id", "from", "to", "cause", "found_by"}: times as above, the
cause as the finder guesses it, and who found it (device, server, inspection)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .base import Event, Json, kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made(Event):
    """How a recording came to be: whose it is, by what it was made and for which activity.

    `source` phone, camera (the phone's own camera), station or import; `medium` video, audio or photo; `case` and
    `activity` the stream of the case and the act that it records, empty while it belongs to none; `maker` the id of the
    officer, or of the engagement of a third party; `device` the id or number of the device."""

    jurisdiction: str
    agency: str
    department: str = ""
    source: str = "phone"
    medium: str = "video"
    case: str = ""
    activity: str = ""
    maker: str = ""
    device: str = ""
    began: str = ""
    not_before: str = ""
    not_after: str = ""


@kind("recording.started")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(_Made):
    """Recording begun (开始音像记录). 国办发〔2018〕118号 三(二). `notice` whether the party was told at the start
    (开始告知); the facts hold place, method and who was there."""

    notice: bool = False


@kind("recording.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReceived(_Made):
    """Recording taken in that was made elsewhere (音像记录接收): by a station, the phone's own camera or an import.
    国办发〔2018〕118号 三(二). `files` holds the original, `ended` when it ended, `grade` B, C or D: how far its origin
    can be shown (来源等级)."""

    ended: str = ""
    grade: str = "C"
    notice: bool = False


@kind("recording.sealed")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSealed(Event):
    """Recording closed and checked (音像记录封存). 国办发〔2018〕118号 三(二). `files` one file for each run and the
    list
    of the chain; `segments` how many, `head` the hex digest that ends the chain, `offset_ms` server clock less device
    clock, `turned` whether the device's clock was turned meanwhile, `marks` the bookmarks as {"at", "kind", "note"},
    `conflicts` digests of segments that came twice and differed, `grade` A where the chain is whole, else D."""

    began: str = ""
    ended: str = ""
    not_before: str = ""
    not_after: str = ""
    segments: int = 0
    head: str = ""
    seconds: int = 0
    offset_ms: int = 0
    turned: bool = False
    marks: tuple[Mapping[str, Json], ...] = ()
    conflicts: tuple[str, ...] = ()
    grade: str = "A"


@kind("recording.interrupted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInterrupted(Event):
    """Interruptions found in a recording (音像记录中断). 国办发〔2018〕118号 三(二), 长宁区实施方案 第9条. `gaps`
    what was
    found: between runs, between segments, or sound and picture missing inside."""

    gaps: tuple[Mapping[str, Json], ...] = ()


@kind("recording.explained")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingExplained(Event):
    """Interruption explained (中断说明). 长宁区实施方案 第9条. `gap` which one; the facts hold cause, text, whether it
    was said in the recording, and where it was written afterwards, why it could not be said then. `sender` who sent it
    from the phone, where another was logged in."""

    gap: str = ""
    sender: str = ""


@kind("recording.notice_stated")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingNoticeStated(Event):
    """Where in a recording the party is told that it is recorded (指明告知的位置), by an officer who has looked, of one
    whose start bears no mark of it. 长宁区实施方案 第9条. `second` so many seconds after its beginning; where that is
    not its start, the facts hold the reason."""

    second: int = 0


@kind("recording.linked")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLinked(Event):
    """Recording joined to the activity that it records (音像记录关联). 国办发〔2018〕118号 三(二). `event` the act of
    the case that relied on it and `happened` when that is said to have happened, both empty before it is done;
    `afterwards` whether it was laid beside that act only after it was done. No case: it belongs to none again.
    `about` the act of an archived file that it records, until the archivist takes it into that file."""

    case: str = ""
    activity: str = ""
    about: str = ""
    event: str = ""
    happened: str = ""
    afterwards: bool = False


@kind("recording.set_aside")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSetAside(Event):
    """Recording that belongs to no activity set aside by somebody (音像记录不予使用), with the reason in its facts. The
    file stays for its term; whoever finds where it belongs links it."""


@kind("recording.exempted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingExempted(Event):
    """Activity exempted from recording (免予音像记录): places that are inflammable, explosive, sterile and the like.
    长宁区实施方案 第9条. The facts hold ground and reason; `approver` the officer who approves it; `sender`
    who sent it from the phone, where another was logged in."""

    jurisdiction: str
    agency: str
    department: str = ""
    case: str = ""
    activity: str = ""
    approver: str = ""
    sender: str = ""


@kind("recording.exemption_approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionApproved(Event):
    """Exemption approved by whom it names (批准免予音像记录). 长宁区实施方案 第9条. `refused` where he
    refuses it."""

    refused: bool = False


@kind("recording.entrusted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingEntrusted(Event):
    """Third party engaged to record an activity (聘请第三方记录). 长宁区实施方案 第9条. The facts hold its name, the
    person and the contract; it may record `activity` of `case` alone, from `valid_from` until `valid_until`."""

    jurisdiction: str
    agency: str
    department: str = ""
    case: str = ""
    activity: str = ""
    valid_from: str = ""
    valid_until: str = ""


@kind("recording.trust_ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustEnded(Event):
    """Engagement of a third party ended before its day (提前终止第三方记录). 长宁区实施方案 第9条."""
