"""What is said of a recording after it was made (中断说明、免录)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sanxiang.casework.access import Reader
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import Noted, RecordingCommand, Said, enter
from sanxiang.core.casefile import Recording
from sanxiang.core.events import Event
from sanxiang.core.events.recording import (
    ExemptionApproved,
    RecordingExempted,
    RecordingExplained,
    RecordingNoticeStated,
)
from sanxiang.core.gates import Reason
from sanxiang.three_systems.recording.models import LookRow

from . import afterwards, passes
from .takes import NotTaken

EXPLAINED = ("gap_cause", "gap_text", "gap_given", "gap_why_after")


def say(
    connection: Any, stream: str, event: Event, *, officer: str, at: datetime, said_at: datetime | None = None
) -> Noted:
    """Enter one thing about a recording, now; what was said on a phone without a net as of then."""
    command = RecordingCommand(stream=stream, said=(Said(event=event, occurred_at=said_at or at),), officer=officer)
    return enter(connection, library(), command, at=at)


def explain(
    connection: Any, take: UUID, gap: str, facts: Mapping[str, Any], *, officer: str, at: datetime,
    said_at: datetime | None = None, sender: str = "",
) -> Noted:  # fmt: skip
    """Say why a recording was interrupted (中断说明)."""
    stated = {name: facts[name] for name in EXPLAINED if facts.get(name)}
    event = RecordingExplained(gap=gap, facts=stated, sender="" if sender == officer else sender)
    with transaction.atomic(using=connection.alias):
        noted = say(connection, str(take), event, officer=officer, at=at, said_at=said_at)
        if noted.done:
            afterwards.settle(connection, str(take), at=at)
    return noted


def notice(connection: Any, take: UUID, second: str, facts: Mapping[str, Any], *, officer: str, at: datetime) -> Noted:
    """Say where in a recording the party is told that it is recorded (指明告知的位置): minutes and seconds, by somebody
    who has had it open."""
    if not LookRow.objects.filter(owner=take, officer=officer).exists():
        return _unsaid("先打开这份录音录像查看，再指明告知的位置")
    if (place := seconds_in(second)) is None:
        return _unsaid("写明告知在录音录像的第几分几秒，如 0:08")
    return say(connection, str(take), RecordingNoticeStated(second=place, facts=dict(facts)), officer=officer, at=at)


def seconds_in(text: str) -> int | None:
    """So many seconds as a clock of a player says it: 8, 0:08, 1:02:03."""
    parts = text.strip().replace("：", ":").split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts):
        return None
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


def _unsaid(text: str) -> Noted:
    return Noted(reasons=(Reason(code="recording.notice_stated/looked", clause="", law="填写要求", text=text),))


def stands(state: Recording, gap: str, facts: Mapping[str, Any]) -> bool:
    """Whether an interruption is explained in just these words: they came before, and the answer was lost."""
    stated = {name: facts[name] for name in EXPLAINED if facts.get(name)}
    return any(one.id == gap and one.explained is not None and dict(one.explained) == stated for one in state.gaps)


def said_on_phone(connection: Any, reader: Reader, take: UUID, raw: bytes, *, at: datetime) -> Recording:
    """Take in an explanation that was written on a phone, as of then, by the officer of the pass; `reader` sends it.
    Raises NotTaken, NoPass."""
    try:
        told = json.loads(raw)
        gap, facts, text = str(told["gap"]), dict(told["facts"]), str(told.get("pass") or "")
        said_at, contact = datetime.fromisoformat(told["said_at"]), told.get("contact") or {}
        if contact:
            said_at += datetime.fromisoformat(contact["server"]) - datetime.fromisoformat(contact["device"])
        if said_at.tzinfo is None:
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise NotTaken("说明的内容不能识别") from None
    said_at = min(said_at, at)
    held = passes.of_act(text, reader.agency, said_at)
    noted = explain(
        connection, take, gap, facts, officer=held.maker, at=at, said_at=said_at, sender=reader.officer
    )  # fmt: skip
    if not noted.done and not stands(noted.recording, gap, facts):
        raise NotTaken(
            "；".join((*(one.text for one in noted.reasons), *(m for one in noted.reasons for m in one.missing)))
        )
    return noted.recording


def exempt(
    connection: Any, officer: str, case: Any, activity: str, facts: Mapping[str, str], approver: str, *, at: datetime,
    key: str = "", said_at: datetime | None = None, sender: str = "",
) -> Noted:  # fmt: skip
    """Ask that an act of a case need not be recorded, or approve it at once where one may. Under its `key` the same
    comes in once, however often it is sent."""
    event = RecordingExempted(
        jurisdiction=case.jurisdiction, agency=str(case.agency), department=case.department, case=str(case.stream),
        activity=activity, approver=approver, facts=dict(facts), officers=(officer,),
        sender="" if sender == officer else sender,
    )  # fmt: skip
    stream = key or str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    return say(connection, stream, event, officer=officer, at=at, said_at=said_at)


def answer_exemption(connection: Any, stream: UUID, *, refused: bool, officer: str, at: datetime) -> Noted:
    """Approve or refuse what was asked."""
    return say(connection, str(stream), ExemptionApproved(refused=refused), officer=officer, at=at)
