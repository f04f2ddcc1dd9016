"""What a gate returns: a value, never an exception (裁断).

A verdict may carry reasons and questions together; it is refused while there is a reason, asks while there is a
question, and is allowed when there is neither. The same value feeds page, interface, checklist and supervision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an act is refused: what is refused, which clause says so, what is missing, where to mend it, who can help.

    `code` is stable; `clause` its id in the rulebook, `law` the citation in Chinese, `fix` an act id."""

    code: str
    clause: str
    law: str
    text: str
    missing: tuple[str, ...] = ()
    fix: str = ""
    helper: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "clause": self.clause,
            "law": self.law,
            "text": self.text,
            "missing": list(self.missing),
            "fix": self.fix,
            "helper": self.helper,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An open norm that a person must answer before the act: wording, who may answer, what must be written down."""

    id: str
    text: str
    by: tuple[str, ...]
    record: str
    clause: str
    law: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "text": self.text,
            "by": list(self.by),
            "record": self.record,
            "clause": self.clause,
            "law": self.law,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to "may this be done now": all reasons at once, all questions at once, and the finding (适用依据):
    rulebook, digest of all rules, digest of the law alone, day, clauses applied, facts used."""

    reasons: tuple[Reason, ...]
    questions: tuple[Question, ...]
    finding: Mapping[str, Any]

    @property
    def outcome(self) -> Literal["allowed", "refused", "ask"]:
        return "refused" if self.reasons else "ask" if self.questions else "allowed"

    @property
    def allowed(self) -> bool:
        return not self.reasons and not self.questions


def breaches_of(verdict: Verdict) -> tuple[dict[str, Any], ...]:
    """What a reported fact breaks: every reason, and every question that nobody answered before."""
    asked = (
        Reason(code=f"question/{one.id}", clause=one.clause, law=one.law, text=one.text) for one in verdict.questions
    )
    return tuple(reason.to_dict() for reason in (*verdict.reasons, *asked))
