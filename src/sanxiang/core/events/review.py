"""Events of the legal review (法制审核). They stand in the stream of the case, so that a gate reads one stream."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("review.submitted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSubmitted(Event):
    """Draft submitted for legal review (送审). 国办发〔2018〕118号 四(三); Administrative Penalty Law, art. 58.

    `bound` holds the digests of facts, evidence, basis and sanction as submitted."""

    bound: tuple[str, ...] = ()


@kind("review.returned")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReturned(Event):
    """Incomplete material returned (退回补充材料). 国办发〔2018〕118号 四(三)."""


@kind("review.extended")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewExtended(Event):
    """Period of the review extended by the head (延长审核期限). 洛政办〔2019〕37号 三(三)3."""


@kind("review.concluded")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConcluded(Event):
    """Review concluded with an opinion (法制审核意见). Administrative Penalty Law, art. 58.

    `outcome` is one of the outcomes that the jurisdiction names, `passes` whether it lets the decision go on,
    `bound` the digests the opinion is bound to. The points stand in the fact `review_points`."""

    outcome: str
    passes: bool = False
    bound: tuple[str, ...] = ()
    number: str = ""


@kind("review.confirmed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConfirmed(Event):
    """Passed review confirmed after defence or hearing (听取陈述申辩、听证后的复核确认).
    Administrative Penalty Law, art. 45 and 58."""

    review: str
    bound: tuple[str, ...] = ()


@kind("review.disputed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDisputed(Event):
    """Handling unit objects to the opinion (对审核意见有异议). 国办发〔2018〕118号 四(四)."""


@kind("review.coordinated")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCoordinated(Event):
    """Disagreement coordinated (意见不一致的协调). 国办发〔2018〕118号 四(四)."""


@kind("review.assigned")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAssigned(Event):
    """Review given to a reviewer (分配审核人员); `officers` names him. General practice, to be confirmed locally."""


@kind("review.recused")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecused(Event):
    """Reviewer declares a conflict of interest and steps back (审核人员回避). Administrative Penalty Law, art. 43."""


@kind("review.invited")
@dataclass(frozen=True, slots=True, kw_only=True)
class AdviserInvited(Event):
    """Legal adviser or public lawyer invited to a review (邀请法律顾问、公职律师参与审核); `officers` names him.
    国办发〔2018〕118号 四(一)."""


@kind("review.advised")
@dataclass(frozen=True, slots=True, kw_only=True)
class AdviserHeard(Event):
    """Opinion of an invited adviser (法律顾问、公职律师的意见). 国办发〔2018〕118号 四(一)."""


@kind("review.document_submitted")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSubmitted(Event):
    """Formal document of mid-procedure submitted for review (过程文书送审). `measure` is the id of the act that issues
    it. 洛政办〔2019〕37号 三(三)3."""

    measure: str = ""


@kind("review.document_concluded")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReviewed(Event):
    """Formal document of mid-procedure reviewed (过程文书审核). `measure` is the id of the act that issues it, `passes`
    whether it may be issued. 洛政办〔2019〕37号 三(三)3."""

    measure: str = ""
    passes: bool = False


@kind("review.sampled")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSampled(Event):
    """Passed review drawn at random for a second reading (抽取复查). The facts `sample_month`, `sample_seed` and
    `sample_of` (how many stood in the urn) let anybody draw the same sample again."""


@kind("review.checked")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChecked(Event):
    """Sampled review read by a second person (审核质量复查). The faults stand in the fact `check_faults`."""


@kind("accountability.opened")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountabilityOpened(Event):
    """Accountability record opened (责任追究). It needs three findings: the system was not followed, the decision was
    wrong, grave loss or effect followed. 洛政办〔2019〕37号 三(三)4."""


@kind("accountability.handed_on")
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountabilityHandedOn(Event):
    """Accountability record handed on to the body that decides (移交处理), with its receipt.
    洛政办〔2019〕37号 三(三)4."""
