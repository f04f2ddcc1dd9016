"""What the events of the legal review change (法制审核的归约): rounds, who reviews, opinion, disagreement, quality."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanxiang.core.events import Recorded

from .reducing import on
from .state import CaseFile, Done, Opinion, Round

PROBLEM = "存在问题"
"""The finding on a point of the review that is wrong."""


@on("review.submitted")
def submitted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.submitted, case.reviewing = event.bound, True
    case.rounds = (*case.rounds, Round(recorded.id, recorded.seq, recorded.occurred_at, event.bound))


def _end_round(case: CaseFile, recorded: Recorded, outcome: str) -> None:
    case.reviewing, case.advisers, case.advised = False, frozenset(), frozenset()
    if case.rounds:
        ended = replace(case.rounds[-1], outcome=outcome, ended_seq=recorded.seq, ended_at=recorded.occurred_at)
        case.rounds = (*case.rounds[:-1], ended)


@on("review.returned")
def returned(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    _end_round(case, recorded, "退回")


@on("review.assigned")
def assigned(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.reviewer = event.officers[0] if event.officers else ""


@on("review.recused")
def recused(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.recused = case.recused | {recorded.actor.officer}
    if case.reviewer == recorded.actor.officer:
        case.reviewer = ""


@on("review.invited")
def invited(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.advisers, case.advised = case.advisers | set(event.officers), case.advised - set(event.officers)


@on("review.advised")
def advised(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """The opinion is kept with the act: one each, unless he is asked again. He sees the case until the review ends."""
    case.advised = case.advised | {recorded.actor.officer}


@on("review.disputed")
def disputed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.disputed_seq = recorded.seq


@on("review.coordinated")
def coordinated(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.coordinated_seq = recorded.seq


@on("review.document_submitted")
def document_submitted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.documents_submitted[event.measure] = recorded.seq


@on("review.document_concluded")
def document_reviewed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.documents_reviewed[event.measure] = (recorded.seq, event.passes)


@on("review.sampled")
def sampled(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.sampled, case.checked = str(event.facts.get("sample_month", "")), False


@on("review.checked")
def checked(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.checked = True


@on("review.concluded")
def concluded(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    _end_round(case, recorded, event.outcome)
    lines = event.facts.get("review_points") or ()
    problems = tuple(str(line.get("point", "")) for line in lines if line.get("finding") == PROBLEM)
    case.opinion = Opinion(
        recorded.id, recorded.seq, event.outcome, event.passes, event.bound, recorded.actor.officer, problems=problems
    )


@on("review.confirmed")
def confirmed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    if case.opinion and case.opinion.event == event.review:
        case.opinion = replace(case.opinion, confirmed_seq=recorded.seq)
