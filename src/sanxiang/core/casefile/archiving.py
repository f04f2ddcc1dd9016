"""What the steps after the end of a case do to its file (归档、利用、销毁的归约)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sanxiang.core.events import EMPTY, Recorded

from .keeping import Request
from .reducing import on
from .state import CaseFile, Done


@on("archive.urged")
def urged(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(case.keeping, urged_seq=recorded.seq)


@on("archive.supplied")
def supplied(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    kept = case.keeping
    case.keeping = replace(kept, supplied_seq=recorded.seq, supplied=kept.supplied | {event.about})


@on("archive.supplemented")
def supplemented(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """The file was archived when it was archived: no period begins anew."""


@on("archive.held")
def held(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(case.keeping, held=case.keeping.held + 1, approved="", approver="")


@on("archive.hold_lifted")
def hold_lifted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(case.keeping, held=max(0, case.keeping.held - 1))


@on("archive.appraised")
def appraised(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(
        case.keeping,
        appraisal=str(event.facts.get("appraisal_result", "")),
        appraised_until=str(event.facts.get("appraisal_until", "")),
        appraised_seq=recorded.seq,
        approved="",
        approver="",
    )


@on("archive.destruction_approved")
def destruction_approved(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(case.keeping, approved=recorded.id, approver=recorded.actor.name)


@on("archive.destroyed")
def destroyed(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    case.keeping = replace(case.keeping, destroyed=recorded.id, backups_until=event.backups_until)


@on("record.requested")
def applied(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """The party asks by itself; the archivist registers it before it is decided."""
    made = Request(recorded.id, recorded.occurred_at, state="applied", facts=event.facts)
    case.keeping = replace(case.keeping, requests=(*case.keeping.requests, made))


@on("access.requested")
def requested(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    sent = case.keeping.request(event.about)
    began, facts = (sent.at, {**sent.facts, **event.facts}) if sent else (recorded.occurred_at, event.facts)
    made = Request(event.about or recorded.id, began, event.about, facts=facts)
    others = tuple(one for one in case.keeping.requests if one.id != event.about)
    case.keeping = replace(case.keeping, requests=(*others, made))


@on("access.decided")
def decided(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    state = "granted" if event.granted else "refused"
    _change(case, event.about, state=state, facts=event.facts, by=recorded.actor.name)


@on("access.given")
def given(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    _change(case, event.about, state="given", facts=event.facts, until=event.until)


@on("access.used")
def used(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    one = case.keeping.request(event.about)
    _change(case, event.about, used=one.used + 1 if one else 0)


def _change(case: CaseFile, name: str, **changes: Any) -> None:
    """Take a step of a request into the state; nothing where the file knows no such request."""
    found = []
    for one in case.keeping.requests:
        if one.id == name:
            facts = {**one.facts, **changes.get("facts", EMPTY)}
            one = replace(one, **{**changes, "facts": facts})
        found.append(one)
    case.keeping = replace(case.keeping, requests=tuple(found))
