"""What a party sends by its own page (当事人提交的内容), taken in by the one write path; and complaints, which go
past the body that handles the case to the supervision of the place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.noting import note
from sanxiang.casework.projections import library
from sanxiang.core.events.party import ComplaintAnswered, ComplaintReceived
from sanxiang.core.values import Actor
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.disclosure.models import PublicAgency

from .models import Outcome, PartyPage
from .sealed import key_of
from .sending import FILE_MAX, SentFile
from .taking import Item, Refused, Taken, kind, moment_of

NAME = "当事人（网上提交）"
STATEMENT, HEARING, RECORD, COMPLAINT = "party.statement", "party.hearing", "party.record", "complaint"
STREAM = "complaint"


def stream_of(connection: Any, payload: Mapping[str, Any]) -> str:
    """The case whose page was open when this was sent; empty where the secret is of none."""
    try:
        key = key_of(bytes.fromhex(str(payload.get("secret", ""))))
    except ValueError:
        return ""
    row = PartyPage.objects.using(connection.alias).filter(pk=key).values_list("stream", flat=True).first()
    return str(row) if row else ""


def done(connection: Any, item: Item, at: datetime, act: str, facts: Mapping[str, Any]) -> Taken | Refused:
    """Do an act of the party in its case, or tell why not."""
    stream = stream_of(connection, item.payload)
    if not stream:
        return Refused(("没有这件案件",), keep=False)
    contact = str(item.payload.get("contact", "")).strip()
    told = {**facts, **({"party_contact": contact} if contact else {})}
    wanted = Command(
        act=act, officer="", party=NAME, stream=stream, facts=told, files=kept(item.files), receipt=item.receipt
    )
    answer = handle(connection, library(), moment_of(wanted, item, at), at=at)
    if answer.done:
        return Taken(stream, answer.events[-1].id, answer.case.agency)
    reasons = (*(one.text for one in answer.verdict.reasons), *answer.problems.values())
    return Refused(tuple(dict.fromkeys(reasons)), agency=answer.case.agency, stream=stream)


def kept(files: tuple[SentFile, ...]) -> tuple[Mapping[str, Any], ...]:
    """The files put aside as an event names them."""
    found = []
    for file in files:
        blob = shelf().stage((file.content,), limit=FILE_MAX)
        found.append({"name": file.name, **blob.told, "type": file.media_type})
    return tuple({(one["name"], one["sha256"]): one for one in found}.values())


@kind(STATEMENT)
def statement(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """A statement or defence."""
    return done(connection, item, at, "submit_statement", {"party_statement": str(item.payload.get("text", ""))})


@kind(HEARING)
def hearing(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """A request for a hearing."""
    return done(connection, item, at, "request_hearing", {})


@kind(RECORD)
def record(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """An application to see the record."""
    return done(connection, item, at, "request_record", {"record_request": str(item.payload.get("text", ""))})


@kind(COMPLAINT)
def complaint(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """A complaint about a body. Nothing of it enters the case, which that body reads."""
    payload = item.payload
    body = PublicAgency.objects.using(connection.alias).filter(pk=str(payload.get("agency", ""))).first()
    if body is None:
        return Refused(("没有这个执法机关",), keep=False)
    facts = {"complaint_text": str(payload.get("text", "")), "party_contact": str(payload.get("contact", ""))}
    event = ComplaintReceived(
        jurisdiction=body.jurisdiction, agency=str(body.stream), case=stream_of(connection, payload),
        receipt=item.receipt, facts={name: value for name, value in facts.items() if value},
    )  # fmt: skip
    made = note(
        connection, STREAM, item.receipt, event, agency=body.jurisdiction, at=at, sealed=library().dictionary.sealed
    )
    return Taken(made.stream, made.id, about=str(body.stream))


def answer_complaint(connection: Any, outcome: Outcome, text: str, actor: Actor, *, at: datetime) -> None:
    """The supervision's answer, on the record of the complaint."""
    event = ComplaintAnswered(facts={"complaint_answer": text})
    note(
        connection, STREAM, outcome.receipt, event, agency=actor.agency, at=at, actor=actor,
        sealed=library().dictionary.sealed,
    )  # fmt: skip
