"""Events of the disclosure after the decision (事后公示)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .base import EMPTY, Event, Json, kind


@kind("publication.prepared")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPrepared(Event):
    """Publication prepared with its masks (采集、拟公示). 政府信息公开条例 arts. 14 to 17.

    `public` is the text that the public will see, field by field; `full` the data of the decision as it will be public
    in full (empty where only the fields are); `masks` each mask with class and reason."""

    public: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    full: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    masks: tuple[Mapping[str, Json], ...] = ()


@kind("publication.checked")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationChecked(Event):
    """Publication checked and found fit to go out (公示审核通过). 政府信息公开条例 art. 17."""


@kind("publication.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationReturned(Event):
    """Publication returned by the checker (公示审核退回). 政府信息公开条例 art. 17."""


@kind("publication.published")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPublished(Event):
    """Checked and published (公示审核、发布). 国办发〔2018〕118号 二(三).

    `public` and `full` repeat what is now public, `place` where it stands, `until` the last day of publicity where
    set."""

    public: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    full: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    place: str = ""
    until: str = ""


@kind("publication.confirmed")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationConfirmed(Event):
    """Seen to be public on the platform, by a person (登记平台已经公开). 长宁实施方案 6: the platform makes the
    decision public, so that a receipt of sending meets nothing."""


@kind("publication.acknowledged")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationAcknowledged(Event):
    """The platform itself says that the decision is public there (平台确认已经公开). 长宁实施方案 6. `place` the
    platform, `address` where it stands there, `published` the id of the event whose text it shows."""

    place: str = ""
    address: str = ""
    published: str = ""


@kind("publication.corrected")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationCorrected(Event):
    """Published information corrected or brought up to date (更正、更新). 国办发〔2018〕118号 二.

    `changes` field by field `field`, `before`, `after` as the public may read them (`before` empty where it held what
    must not be public); `note` what was corrected and why, with the masks put on."""

    public: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    full: Mapping[str, Json] = field(default_factory=lambda: EMPTY)
    masks: tuple[Mapping[str, Json], ...] = ()
    changes: tuple[Mapping[str, Json], ...] = ()
    note: str = ""


@kind("publication.questioned")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationQuestioned(Event):
    """Something published was said to be wrong or out of date, by anybody or by the agency itself (更正线索).
    政府信息公开条例 art. 41. `receipt` the number under which the counter took it in."""

    receipt: str = ""


@kind("publication.upheld")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationUpheld(Event):
    """Looked into, and nothing to be corrected (经核对不更正). 政府信息公开条例 art. 41. `answer` the reason as whoever
    reported it reads it, with the masks put on."""

    answer: str = ""


@kind("publication.withdrawn")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(Event):
    """Publication withdrawn, leaving a notice (撤下). Administrative Penalty Law, art. 48.

    `cause` what became of the decision, `ground` the reason as the public reads it, with the masks put on."""

    cause: str = ""
    ground: str = ""


@kind("publication.expired")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationExpired(Event):
    """Publicity ended by itself with its last day `until`, leaving a notice (公示期满). 信用修复管理办法 (order 36)."""

    until: str


@kind("publication.withheld")
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithheld(Event):
    """Lawfully not published (依法不予公开). 政府信息公开条例 arts. 14 to 16. Needs ground and approver."""


@kind("credit.completed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRecordCompleted(Event):
    """What the credit platforms ask beyond the case, stated once (双公示信息补充). 发改办财金〔2018〕424号."""


@kind("numbers.counted")
@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersCounted(Event):
    """The decision numbers of an agency counted at the end of a day (公示清点). 国办发〔2018〕118号 二(三).

    `day` the ISO day; `years` for each year in which something was decided `year`, `count`, `states` (how many stand
    where) and `digest`, the SHA-256 in hex of the list that the public can fetch."""

    agency: str
    day: str
    years: tuple[Mapping[str, Json], ...] = ()
