"""Events of the archive (档案): what is missing is asked for and brought; files are held, destroyed, consulted."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("case.archived")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArchived(Event):
    """Case file archived (归档). Archives Law, art. 13 and 37.

    `incomplete` where text or recordings were missing: such a file does not count as archived. `asked_at` when it was
    asked for, where the volume took its time: it is archived when its volume stands, not before."""

    volume: str = ""
    package_sha256: str = ""
    package_sm3: str = ""
    asked_at: str = ""
    incomplete: bool = False


@kind("archive.urged")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveUrged(Event):
    """Handlers asked for what the file still lacks (归档催办). 国办发〔2018〕118号 三."""


@kind("archive.supplied")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSupplied(Event):
    """Text or recording of an earlier act brought to the file (补交归档材料). 国办发〔2018〕118号 三.

    `about` is the event that it belongs to. It takes nothing back: what was late stays late."""

    about: str = ""


@kind("archive.supplemented")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSupplemented(Event):
    """Material taken into the file after it was archived (归档后补充材料). Archives Law (档案法), art. 13.

    `about` is the event that it belongs to. What was archived stays as it is: the material is bound in a volume of its
    own (补充卷), `volume`, on a list of its own, `package_sha256`. It takes nothing back: what was late stays late."""

    about: str = ""
    volume: str = ""
    package_sha256: str = ""
    package_sm3: str = ""


@kind("archive.held")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHeld(Event):
    """Disposal of the file suspended while a dispute runs (暂停处置). Reconsideration or suit; Administrative
    Reconsideration Law (行政复议法), Administrative Litigation Law (行政诉讼法)."""


@kind("archive.hold_lifted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHoldLifted(Event):
    """Suspension of disposal ended (解除暂停处置): the dispute is over."""


@kind("archive.appraised")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAppraised(Event):
    """File appraised at the end of its period (到期鉴定). Archives Law (档案法), art. 21."""


@kind("archive.destruction_approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDestructionApproved(Event):
    """Destruction of the content approved (批准销毁). Archives Law (档案法), art. 21."""


@kind("archive.destroyed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDestroyed(Event):
    """Content of the file destroyed under approval (销毁). Archives Law (档案法), art. 21; Personal Information
    Protection Law (个人信息保护法), art. 47.

    `approval` is the event that approved it, `approver` who did, `backups_until` the day after which no backup holds
    the content any more. The events and their proofs stay."""

    approval: str = ""
    approver: str = ""
    backups_until: str = ""


@kind("content.destroyed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDestroyed(Event):
    """Content beside a case destroyed together with it (随案销毁): a recording that no other case rests on, what was
    said of its files in looking and marking. Archives Law (档案法), art. 21; Personal Information Protection Law
    (个人信息保护法), art. 47.

    `case` the stream of the case, `about` its event that states the destruction; the others as it states them."""

    case: str
    about: str
    approval: str = ""
    approver: str = ""
    backups_until: str = ""


@kind("access.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequested(Event):
    """Request to consult a file registered (调阅申请). Open Government Information Regulation (政府信息公开条例),
    art. 29.

    `about` is the application that the party sent by itself, where there is one."""

    about: str = ""


@kind("access.decided")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDecided(Event):
    """Request to consult a file decided (调阅审批). Open Government Information Regulation (政府信息公开条例), art. 36.

    `about` is the request, `granted` whether it is allowed."""

    about: str
    granted: bool = False


@kind("access.given")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGiven(Event):
    """File given out for consultation (提供利用). Archives Law (档案法), art. 29. `about` is the request, `until` the
    last day on which it may be looked at."""

    about: str
    until: str = ""


@kind("access.used")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUsed(Event):
    """Something of a file looked at under a request (调阅留痕). `about` is the request, `seen` what was opened,
    `viewer` who sat before the screen. The system notes it."""

    about: str
    seen: str = ""
    viewer: str = ""
