"""Events of review and suit against a decision, of fines paid later, of the court asked to enforce a decision
(行政复议、行政诉讼、暂缓和分期缴纳、申请法院强制执行)."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("remedy.sought")
@dataclass(frozen=True, slots=True, kw_only=True)
class RemedySought(Event):
    """The party applied for review or sued (申请行政复议、提起行政诉讼).
    Administrative Reconsideration Law, art. 20; Administrative Litigation Law, art. 45 and 46."""


@kind("remedy.accepted")
@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyAccepted(Event):
    """Review or suit accepted, its papers received (复议受理、法院立案，收到副本).
    Administrative Reconsideration Law, art. 48; Administrative Litigation Law, art. 67.

    `about` is the event of the application; `effective_on` the day on which the agency got the papers."""

    about: str = ""
    effective_on: str = ""


@kind("remedy.answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyAnswered(Event):
    """Answer of the agency with its evidence (复议答复、行政诉讼答辩).
    Administrative Reconsideration Law, art. 48; Administrative Litigation Law, art. 67."""

    about: str = ""


@kind("remedy.decided")
@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyDecided(Event):
    """Review or suit decided (复议决定、行政判决). Administrative Reconsideration Law, art. 63 to 69."""

    about: str = ""


@kind("remedy.ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyEnded(Event):
    """Review or suit over without a decision on the act: withdrawn, not accepted, ended (撤回、不予受理、终止).
    Administrative Reconsideration Law, art. 41; Administrative Litigation Law, art. 62."""

    about: str = ""


@kind("execution.stopped")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionStopped(Event):
    """Execution stopped during review or suit (停止执行).
    Administrative Reconsideration Law, art. 42; Administrative Litigation Law, art. 56."""

    about: str = ""


@kind("execution.resumed")
@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionResumed(Event):
    """Execution goes on again (恢复执行). Administrative Litigation Law, art. 56."""

    about: str = ""


@kind("payment.asked")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAsked(Event):
    """The party asks to pay a fine later or in parts (申请暂缓、分期缴纳罚款). Administrative Penalty Law, art. 66."""


@kind("payment.deferred")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDeferred(Event):
    """Payment of a fine later or in parts granted (批准暂缓、分期缴纳罚款). Administrative Penalty Law, art. 66."""


@kind("payment.refused")
@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefused(Event):
    """Payment of a fine later or in parts not granted (不批准暂缓、分期缴纳罚款).
    Administrative Penalty Law, art. 66."""


@kind("court.asked")
@dataclass(frozen=True, slots=True, kw_only=True)
class CourtAsked(Event):
    """The court asked to enforce a decision (申请人民法院强制执行). Administrative Compulsion Law, art. 53 to 55."""


@kind("court.noted")
@dataclass(frozen=True, slots=True, kw_only=True)
class CourtNoted(Event):
    """Noted in the case of a decision that the court was asked to enforce it (原案登记已经申请法院强制执行).
    Administrative Compulsion Law, art. 53.

    `about` is the case of the enforcement, `number` that of the application, `effective_on` its day where that is
    another than the day of the note."""

    about: str = ""
    number: str = ""
    effective_on: str = ""
