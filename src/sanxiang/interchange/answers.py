"""What the interface answers (接口的应答), as its OpenAPI document says it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from ninja import Schema


class ReasonOut(Schema):
    """Why an act is refused: which clause says so, what is missing, which act mends it, who can help."""

    code: str
    clause: str
    law: str
    text: str
    missing: list[str]
    fix: str
    helper: str


class QuestionOut(Schema):
    """An open norm that a person of one of the posts `by` must answer first."""

    id: str
    text: str
    by: list[str]
    record: str
    clause: str
    law: str


class Told(Schema):
    """The verdict about an act; `version` is that of the case now, `problems` what was typed wrongly, by field."""

    verdict: Literal["allowed", "refused", "ask"]
    stream: str
    version: int
    events: list[str]
    documents: list[dict[str, Any]]
    reasons: list[ReasonOut]
    questions: list[QuestionOut]
    problems: dict[str, str]
    finding: dict[str, Any]


class Plain(Schema):
    """One sentence and its stable code."""

    code: str
    text: str


class Detail(Schema):
    """What was not found, or not taken."""

    detail: Any


class CaseOut(Schema):
    """One case in one line."""

    stream: UUID
    version: int
    case_number: str
    title: str
    category: str
    procedure: str
    stage: str
    state: str
    decision_number: str
    decided_on: date | None
    review_state: str
    public_state: str
    next_due: date | None


NOT_DONE: dict[int, Any] = {
    401: Detail, 404: Detail, 409: Told | Plain, 412: Plain, 422: Told | Detail, 428: Told,
}  # fmt: skip
"""409 refused by a clause or by the record, 412 the case has moved on, 422 typed wrongly, 428 to be judged first."""
