"""A case that another agency of this system transfers (移送其他机关) comes in as a clue of the agency that it names,
with what the file knows of party and facts: nobody types a letter of transfer again.

The letter itself goes as it always went; evidence follows through the case that is opened (移入已有证据)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sanxiang.casework.noting import note, stream_of
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.events.clue import ClueReceived
from sanxiang.core.rulebook import RuleSet, check_facts
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import PublicAgency

from . import clues
from .models import ClueRow

ENDS, RECEIVER, LETTER = "case.terminated", "transfer_receiver", "transfer_letter"
TOLD = ("found_facts", "violation_facts", "suspected_violation", "source_summary")
"""What a file says was done, the best known first."""


def hands_on(one: Recorded) -> bool:
    """Whether an act gives its case to another body."""
    return one.kind == ENDS and bool(one.event.facts.get(RECEIVER))


def arrive(connection: Any, stream: str, *, at: datetime) -> str:
    """Register a transferred case with the agency of this system that it names; the stream of the clue, empty where
    nobody here is named. Twice is nothing new."""
    events = reading.load(connection, stream)
    given = next((one for one in reversed(events) if hands_on(one)), None)
    if given is None:
        return ""
    case = fold(events)
    bodies = PublicAgency.objects.using(connection.alias).filter(name=str(given.event.facts[RECEIVER]).strip())
    found = list(bodies.exclude(stream=case.agency)[:2])
    subject = f"transfer/{given.id}"
    clue = stream_of(clues.KIND, subject)
    if len(found) != 1 or ClueRow.objects.using(connection.alias).filter(pk=clue).exists():
        return clue if len(found) == 1 else ""
    body, book, received = found[0], library(), legal_day(given.occurred_at)
    stated = of_case(connection, case, given, book.on(body.jurisdiction, received))
    facts, problems = check_facts(book.dictionary, stated)
    event = ClueReceived(
        jurisdiction=body.jurisdiction, agency=str(body.stream), department="",
        number=clues.number_of(clue, given.occurred_at),
        facts={name: value for name, value in facts.items() if name not in problems},
    )  # fmt: skip
    note(connection, clues.KIND, subject, event, agency=str(body.stream), at=at, sealed=book.dictionary.sealed)
    return clue


def of_case(connection: Any, case: CaseFile, given: Recorded, rules: RuleSet) -> Mapping[str, Any]:
    """What the clue states: who transfers, by which letter, why, and what the file knows of party and facts."""
    sender = registers_for(connection, case.agency, ()).agency(case.agency)
    received = legal_day(given.occurred_at)
    said = next((str(case.facts[name]) for name in TOLD if case.facts.get(name)), "")
    why = str(given.event.facts.get("termination_reason", ""))
    known = {name: case.facts[name] for name in clues.CARRIED if case.facts.get(name)}
    return {
        **known, "clue_channel": "移送来函", "clue_number": letter_of(given.event.documents) or case.case_number,
        "clue_sender": sender.name if sender else "", "source_on": received.isoformat(),
        "source_summary": "\n".join(filter(None, (said, why and f"移送的理由：{why}", f"原案号：{case.case_number}"))),
        **clues.terms_of(rules, received, "clue_answer_by"),
    }  # fmt: skip


def letter_of(papers: Sequence[Mapping[str, Any]]) -> str:
    """The number of the letter of transfer."""
    return next((str(paper["number"]) for paper in papers if paper["template"] == LETTER and paper["number"]), "")
