"""What is said of a recording after it was made (中断说明、免录)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from sanxiang.casework.projections import library
from sanxiang.casework.recordings import Noted, RecordingCommand, Said, enter
from sanxiang.core.events import Event
from sanxiang.core.events.recording import (
    ExemptionApproved,
    RecordingExempted,
    RecordingExplained,
)

from . import afterwards

EXPLAINED = ("gap_cause", "gap_text", "gap_given", "gap_why_after")


def say(
    connection: Any, stream: str, event: Event, *, officer: str, at: datetime, said_at: datetime | None = None
) -> Noted:
    """Enter one thing about a recording, now; what was said on a phone without a net as of then."""
    command = RecordingCommand(stream=stream, said=(Said(event=event, occurred_at=said_at or at),), officer=officer)
    return enter(connection, library(), command, at=at)


def explain(connection: Any, take: UUID, gap: str, facts: Mapping[str, Any], *, officer: str, at: datetime) -> Noted:
    """Say why a recording was interrupted (中断说明)."""
    stated = {name: facts[name] for name in EXPLAINED if facts.get(name)}
    with transaction.atomic(using=connection.alias):
        noted = say(connection, str(take), RecordingExplained(gap=gap, facts=stated), officer=officer, at=at)
        if noted.done:
            afterwards.settle(connection, str(take), at=at)
    return noted


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
