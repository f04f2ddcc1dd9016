"""What is found in a recording after an act of a case relied on it (办后检验).

An activity happened when it happened: it does not wait for the worker to look into its film, and what the device and
the chain declare is what the gate goes by. So an interruption that comes to light later is noted in the case as what it
breaks, its explanation is asked for, and the file is not complete before (decision 34). The two streams are compared
each time, so that nothing is noted twice and nothing that a crash left out stays out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.casework.noting import note_in_case
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile, Recording, fold, fold_recording
from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.coverage import CoverageExplained, CoverageInterrupted
from sanxiang.core.gates import broken_afterwards
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict

TRIES = 4


def settle(connection: Any, stream: str, *, at: datetime) -> Recording:
    """Note in the case what was found in a recording, and explained, since an act relied on it; the recording. Raises
    VersionConflict where the case went on meanwhile, each time."""
    told = reading.load(connection, stream)
    state = fold_recording(told)
    late = found_late(told)
    for attempt in range(TRIES if late and state.event else 0):
        events = reading.load(connection, state.case)
        try:
            with transaction.atomic(using=connection.alias):
                for note in owed(fold(events), state, late):
                    broken = _broken(events, note) if isinstance(note, CoverageInterrupted) else ()
                    done = note_in_case(connection, events, note, agency=state.agency, at=at, breaches=broken)
                    events = (*events, done)
            return state
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    return state


def found_late(told: Sequence[Recorded]) -> list[Mapping[str, Any]]:
    """The interruptions that came to light after an act relied on the recording."""
    relied, found = False, []
    for one in told:
        event: Any = one.event
        relied = relied or (one.kind == "recording.linked" and bool(event.event))
        if relied and one.kind == "recording.interrupted":
            found += event.gaps
    return found


def owed(case: CaseFile, state: Recording, late: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
    """What the case does not know yet."""
    new = tuple(gap for gap in late if f"{state.id}/{gap['id']}" not in case.interrupted)
    if new:
        yield CoverageInterrupted(recording=state.id, about=state.event, gaps=new)
    explained = {gap.id for gap in state.gaps if gap.explained is not None}
    for gap in late:
        known = case.interrupted.get(f"{state.id}/{gap['id']}")
        if gap["id"] in explained and not (known and known.explained):
            yield CoverageExplained(recording=state.id, about=state.event, gap=str(gap["id"]))


def _broken(events: Sequence[Recorded], note: CoverageInterrupted) -> tuple[dict[str, Any], ...]:
    case = fold(events)
    act = next((one for one in case.done if one.event == note.about), None)
    if act is None:
        return ()
    rules = library().on(case.jurisdiction, legal_day(act.occurred_at))
    return tuple(reason.to_dict() for reason in broken_afterwards(rules, case, note.about, note.gaps))
