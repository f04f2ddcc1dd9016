"""Reports of violations by anybody (网上举报), taken in as clues.

Name and contact are facts of their own, sealed in the stream of the clue (行政处罚法 art. 50; 须核定 who may look). A
report comes without a department: the head of one assigns it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanxiang.casework.noting import note, stream_of
from sanxiang.casework.projections import library
from sanxiang.core.events.clue import ClueReceived
from sanxiang.core.rulebook import check_facts
from sanxiang.core.values import legal_day
from sanxiang.three_systems.disclosure.models import PublicAgency

from . import clues
from .party import kept
from .slips import TIP
from .taking import Item, Refused, Taken, kind

FACTS = {
    "text": "source_summary", "party": "party_name", "place": "party_address", "name": "clue_reporter",
    "contact": "clue_reporter_contact",
}  # fmt: skip
"""Which fact each field of the form is."""


@kind(TIP)
def report(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """Register a report as a clue of the agency that it was sent to."""
    payload = item.payload
    body = PublicAgency.objects.using(connection.alias).filter(pk=str(payload.get("agency", ""))).first()
    if body is None:
        return Refused(("没有这个执法机关",), keep=False)
    book, received = library(), legal_day(item.sent_at)
    rules = book.on(body.jurisdiction, received)
    said = {fact: str(payload.get(field, "")) for field, fact in FACTS.items()}
    stated = {
        **{name: text for name, text in said.items() if text}, "clue_channel": "网上举报", "clue_number": item.receipt,
        "source_on": received.isoformat(), **clues.terms_of(rules, received, "clue_answer_by"),
    }  # fmt: skip
    facts, problems = check_facts(book.dictionary, stated)
    if problems:
        return Refused(tuple(problems.values()), agency=str(body.stream))
    event = ClueReceived(
        jurisdiction=body.jurisdiction, agency=str(body.stream), department="",
        number=clues.number_of(stream_of(clues.KIND, item.receipt), item.sent_at), facts=facts, files=kept(item.files),
    )  # fmt: skip
    made = note(
        connection, clues.KIND, item.receipt, event, agency=str(body.stream), at=at, sealed=book.dictionary.sealed
    )
    return Taken(made.stream, made.id, agency=str(body.stream), about=str(body.stream))
