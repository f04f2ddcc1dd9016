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
