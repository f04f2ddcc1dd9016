"""Events of a case: from its source to its archive. Legal acts only; what was said in them stands in `facts`."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("source.registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRegistered(Event):
    """Source of a case registered (案源登记). Administrative Penalty Law, art. 54.

    Opens the stream of a case: under which jurisdiction, by which agency and department, in which category and
    procedure it is handled."""

    jurisdiction: str
    agency: str
    department: str
    category: str
    procedure: str
    case_number: str = ""


@kind("application.received")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReceived(Event):
    """Application received (申请). Administrative Licensing Law, art. 29. Opens the stream of a case on application."""

    jurisdiction: str
    agency: str
    department: str
    category: str
    procedure: str
    case_number: str = ""


@kind("application.accepted")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAccepted(Event):
    """Application accepted (受理). Administrative Licensing Law, art. 32."""


@kind("application.refused")
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused(Event):
    """Application not accepted (不予受理). Administrative Licensing Law, art. 32. Ends the case."""


@kind("supplement.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(Event):
    """Supplement requested, once and in full (补正告知). Administrative Licensing Law, art. 32."""


@kind("filing.requested")
@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRequested(Event):
    """Filing requested by the handlers (立案呈批). Administrative Penalty Law, art. 54."""


@kind("case.filed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiled(Event):
    """Case filed (立案). Administrative Penalty Law, art. 54(2)."""


@kind("case.not_filed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotFiled(Event):
    """Case not filed (不予立案). Administrative Penalty Law, art. 54. Ends the case."""


@kind("handlers.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class HandlersChanged(Event):
    """Handlers named or changed (确定、更换、移交、代理承办人). Administrative Penalty Law, art. 42 and 43.

    `about` is the officer who hands the case over to the one in `officers`; empty where the handlers are named."""

    about: str = ""


@kind("activity.done")
@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDone(Event):
    """Enforcement activity done on the spot or with a person (现场检查、询问、勘验等执法活动).
    Administrative Penalty Law, art. 42 and 55; Administrative Compulsion Law, art. 18."""

    started_at: str = ""
    ended_at: str = ""


@kind("evidence.taken")
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTaken(Event):
    """Evidence taken (取证). Administrative Penalty Law, art. 46 and 54."""


@kind("measure.approved")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureApproved(Event):
    """Compulsory measure approved, or `measure` that was urgent afterwards (批准、补办批准强制措施).
    Administrative Compulsion Law, art. 18 and 19."""

    measure: str = ""


@kind("measure.taken")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTaken(Event):
    """Compulsory measure taken (查封、扣押、先行登记保存等措施). Administrative Compulsion Law, art. 18, 24 and 25."""

    measure: str = ""


@kind("measure.extended")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureExtended(Event):
    """Compulsory measure extended (延长查封、扣押期限). Administrative Compulsion Law, art. 25."""

    measure: str = ""


@kind("measure.lifted")
@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLifted(Event):
    """Compulsory measure lifted (解除查封、扣押). Administrative Compulsion Law, art. 28."""

    measure: str = ""


@kind("investigation.concluded")
@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationConcluded(Event):
    """Investigation concluded (调查终结). Administrative Penalty Law, art. 57.

    States the draft: facts, evidence, basis, sanction. `bound` holds the digests of these four,
    `review_due` whether the draft falls under legal review, `grounds` the clauses that say so, `listed` the entries of
    the list of major decisions that name it."""

    bound: tuple[str, ...] = ()
    review_due: bool = False
    grounds: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@kind("draft.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(InvestigationConcluded):
    """Draft changed after the investigation (变更拟处理意见). Administrative Penalty Law, art. 57 and 58."""


@kind("decision.made")
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(Event):
    """Decision made (作出决定). Administrative Penalty Law, art. 57 and 59.

    `number` is the document number; `review` the id of the event of the passed review that it rests on, needed
    where `review_due`; `bound` the digests of facts, evidence, basis and sanction as decided."""

    number: str = ""
    review: str = ""
    review_due: bool = False
    bound: tuple[str, ...] = ()


@kind("decision.refused")
@dataclass(frozen=True, slots=True, kw_only=True)
class NoPenaltyDecided(Event):
    """No penalty, no grant, or a transfer decided instead (不予处罚、不予给付、移送).
    Administrative Penalty Law, art. 33 and 57."""

    number: str = ""
    review: str = ""
    review_due: bool = False
    bound: tuple[str, ...] = ()


@kind("document.served")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentServed(Event):
    """Document served (送达). Administrative Penalty Law, art. 61; Civil Procedure Law, art. 87 to 95.

    `served` names what was served: the act that made it; `effective_on` the day on which it counts as served
    (送达日期), empty where that is the day of the act."""

    served: str = ""
    effective_on: str = ""
    started_at: str = ""
    ended_at: str = ""


@kind("decision.carried_out")
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCarriedOut(Event):
    """Decision carried out, in whole or in part (履行、执行). Administrative Penalty Law, art. 66 and 67."""

    complete: bool = False


@kind("case.closed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """Case closed (结案)."""


@kind("case.terminated")
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTerminated(Event):
    """Investigation or case terminated, withdrawn or transferred (终止调查、撤销立案、移送). Ends the case."""


@kind("decision.revoked")
@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRevoked(Event):
    """Decision revoked, found unlawful, or to be made anew (撤销、确认违法、责令重作).
    Administrative Penalty Law, art. 48; Administrative Reconsideration Law, art. 64 and 65."""


@kind("judgement.answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementAnswered(Event):
    """Open norm answered by a person (对不确定概念的判断). `judgement` is its id, `answer` yes or no; the reason
    stands in the fact `judgement_reason`. `review_due` and `grounds` as the draft, if there is one, stands with it."""

    judgement: str
    answer: bool = False
    review_due: bool = False
    grounds: tuple[str, ...] = ()


@kind("period.extended")
@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodExtended(Event):
    """A period extended with approval (延长期限). `duty` is the duty whose clock it moves."""

    duty: str


@kind("waiver.given")
@dataclass(frozen=True, slots=True, kw_only=True)
class DutyExcused(Event):
    """A duty excused on a ground of law (依法不适用的认定). `duty` is its id; the ground names a law."""

    duty: str
