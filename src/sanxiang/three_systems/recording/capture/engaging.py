"""Third parties that record for an agency (聘请第三方记录): a pass for one act of one case, for a term, and nothing
else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanxiang.casework.access import Reader
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import Noted
from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.events.recording import RecordingEntrusted, TrustEnded
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .explaining import say
from .passes import Pass


def entrust(
    connection: Any,
    reader: Reader,
    case: Any,
    activity: str,
    facts: Mapping[str, str],
    term: tuple[str, str],
    *,
    at: datetime,
) -> Noted:
    """Engage a third party to record an act of a case; `term` from and until as ISO texts."""
    event = RecordingEntrusted(
        jurisdiction=case.jurisdiction, agency=str(case.agency), department=case.department, case=str(case.stream),
        activity=activity, facts=dict(facts), valid_from=term[0], valid_until=term[1],
    )  # fmt: skip
    stream = str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    return say(connection, stream, event, officer=reader.officer, at=at)


def end(connection: Any, stream: str, *, officer: str, at: datetime) -> Noted:
    """End an engagement before its day."""
    return say(connection, stream, TrustEnded(), officer=officer, at=at)


def engagement(connection: Any, stream: str) -> Recording | None:
    """An engagement by its stream."""
    events = reading.load(connection, stream)
    if not events or events[0].kind != "recording.entrusted":
        return None
    return fold_recording(events)


def pass_of(one: Recording) -> Pass:
    """The pass of an engagement."""
    assert one.valid_until is not None
    return Pass(
        agency=one.agency, jurisdiction=one.jurisdiction, department=one.department, maker=one.id,
        until=one.valid_until, third_party=True,
        person=f"{one.facts.get('third_party_name', '')} {one.facts.get('third_party_person', '')}".strip()[:100],
        case=one.case, activity=one.activity,
    )  # fmt: skip


def running(connection: Any, held: Pass, at: datetime) -> bool:
    """Whether the engagement behind a pass still stands. What was recorded in its term may be sent for a week after."""
    one = engagement(connection, held.maker)
    return one is not None and one.state == "running" and one.valid_from is not None and one.valid_from <= at


def package(connection: Any, held: Pass, text: str) -> dict[str, Any]:
    """The package of a third party: the one activity that it may record."""
    one = engagement(connection, held.maker)
    row = CaseRow.objects.filter(pk=held.case).first()
    act = library().on(row.jurisdiction, legal_day(held.until)).act(row.procedure, held.activity) if row else None
    name = act.name if act else held.activity
    task = {"case": held.case, "title": f"第三方记录：{name}", "acts": [], "only": held.activity}
    return {
        "third": True, "name": held.person, "until": held.until.isoformat(), "pass": text, "tasks": [task],
        "contract": str(one.facts.get("third_party_contract", "")) if one else "", "marks": ["发现", "陈述", "其他"],
        "officer": held.maker, "phrases": {}, "causes": list(library().dictionary["gap_cause"].choices), "given": [],
    }  # fmt: skip
