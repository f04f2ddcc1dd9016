"""What becomes known of the recordings of an act after it was done: one more is laid beside it, an interruption is
found (办后关联、办后检验).

An activity happened when it happened: it does not wait until the camera is emptied, nor for the worker to look into its
film. So a recording that is linked to an act that is done is noted in its case and belongs to its file from then on
(decision 57); and an interruption that comes to light later is noted there as what it breaks, its explanation is asked
for, and the file is not complete before (decision 34). The two streams are compared each time, so that nothing is noted
twice and nothing that a crash left out stays out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.casework.noting import note_in_case
from sanxiang.casework.projections import library
from sanxiang.casework.recordings import Noted, RecordingCommand, Said, enter, rest_on, system_of
from sanxiang.core.casefile import CaseFile, Recording, fold, fold_recording
from sanxiang.core.events import Event, Recorded
from sanxiang.core.events.coverage import CoverageExplained, CoverageInterrupted, CoverageJoined, CoverageParted
from sanxiang.core.events.recording import RecordingLinked
from sanxiang.core.gates import Reason, broken_afterwards
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.errors import VersionConflict
from sanxiang.three_systems.recording.activities import activities_of, recorded_by

TRIES = 4
SUPPLEMENTED = "archive.supplemented"
MATCHED = ("station", "import")
"""What was recorded by these belongs to the act of its time without anybody's word; an act from a phone names its own
recordings when it comes in, however late."""
CLOSED = (
    "案卷已经归档封存，卷内的录音录像不能取出；归档以后才找到的，关联到本案，由本科室档案员办理“归档后补充材料”，"
    "原卷不作改动"
)
GONE = (
    "案卷的内容已经依法销毁，不能再补充材料；属于别的案件的，改选那个案件；与执法无关的，由设备管理员或者承办机构负责人"
    "定为不予使用"
)


def link(
    connection: Any, stream: str, case: str, activity: str, *, about: str = "", officer: str, at: datetime
) -> Noted:
    """Join a recording to an act of a case (关联): to `about` where that is done, else to the next of its kind; with no
    case it belongs to none again. What was laid beside another act before is taken away there. Raises VersionConflict
    where a case went on meanwhile, each time."""
    event = RecordingLinked(case=case, activity=activity)
    for attempt in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias):
                return _linked(connection, stream, event, about, officer, at)
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the loop above returns or raises")


def _linked(connection: Any, stream: str, event: RecordingLinked, about: str, officer: str, at: datetime) -> Noted:
    before = fold_recording(reading.load(connection, stream))
    left = before.case if before.event and before.afterwards else ""
    if left and fold(reading.load(connection, left)).archived is not None:
        return Noted(reasons=(_closed(CLOSED),), recording=before)
    if event.case:
        event, taken = _for_archivist(reading.load(connection, event.case), before, event, about)
        if not taken:
            return Noted(reasons=(_closed(GONE),), recording=before)
    command = RecordingCommand(stream=stream, said=(Said(event=event, occurred_at=at),), officer=officer)
    noted = enter(connection, library(), command, at=at)
    if noted.done and left:
        parted = CoverageParted(recording=stream, about=before.event)
        note_in_case(connection, reading.load(connection, left), parted, agency=before.agency, at=at)
    if noted.done and event.case:
        settle(connection, stream, about=about, linked=True, at=at)
    return noted


def _closed(text: str) -> Reason:
    return Reason(code="recording.linked/archived", clause="", law="案卷归档（须核定）", text=text,
                  fix="recording.linked", helper="archivist")  # fmt: skip


def _for_archivist(
    events: Sequence[Recorded], found: Recording, event: RecordingLinked, about: str
) -> tuple[RecordingLinked, bool]:
    """What is linked to an archived file waits for the archivist to take it in (归档后补充材料), with the act that it
    records as far as that is known; whether that file takes anything yet."""
    case = fold(events)
    if case.archived is None:
        return event, True
    acts = library().on(case.jurisdiction, legal_day(case.archived.occurred_at)).acts_of(case.procedure)
    takes = next((act.id for act in acts if act.emits == SUPPLEMENTED), "")
    activities = activities_of(events)
    one = next((one for one in activities if one.event == about), None) or recorded_by(activities, found)
    waits = replace(event, activity=takes, about=one.event if one else "")
    return waits, bool(takes) and not case.keeping.destroyed


def settle(connection: Any, stream: str, *, at: datetime, about: str = "", linked: bool = False) -> Recording:
    """Note in the case what it does not know yet of a recording: that it records an act that is done (`about`, or the
    one of its time where it was `linked` by somebody or matched), what was found in it since and what was explained;
    the recording. Raises VersionConflict where the case went on meanwhile, each time."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias):
                return _settled(connection, stream, about, linked, at)
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the loop above returns or raises")


def _settled(connection: Any, stream: str, about: str, linked: bool, at: datetime) -> Recording:
    told = reading.load(connection, stream)
    state = fold_recording(told)
    waits = state.sealed and state.case and not state.event and (linked or about or state.source in MATCHED)
    if not waits and not (state.event and found_late(told)):
        return state
    events = reading.load(connection, state.case)
    act = done_by(events, state, about) if waits else None
    if act is not None:
        event = CoverageJoined(recording=stream, about=act.id)
        events = (*events, note_in_case(connection, events, event, agency=state.agency, at=at))
        rest_on(connection, [state], act, system_of(state.agency), at=at, afterwards=True)
        told = reading.load(connection, stream)
        state = fold_recording(told)
    for note in owed(fold(events), state, found_late(told)) if state.event else ():
        broken = _broken(events, note) if isinstance(note, CoverageInterrupted) else ()
        done = note_in_case(connection, events, note, agency=state.agency, at=at, breaches=broken)
        events = (*events, done)
    return state


def done_by(events: Sequence[Recorded], state: Recording, about: str) -> Recorded | None:
    """The act of a case that a recording records: the one named, or the one of its time; none of a file that is
    archived."""
    activities = [one for one in activities_of(events) if not one.closed]
    named = next((one for one in activities if one.event == about), None)
    found = named or recorded_by(activities, state)
    return next((one for one in events if found and one.id == found.event), None)


def found_late(told: Sequence[Recorded]) -> list[Mapping[str, Any]]:
    """The interruptions that came to light after an act relied on the recording; of one that was laid beside its act
    afterwards, those too that nobody had explained by then."""
    relied = False
    found: list[Mapping[str, Any]] = []
    waiting: dict[str, Mapping[str, Any]] = {}
    for one in told:
        event: Any = one.event
        if one.kind == "recording.linked":
            relied, found = bool(event.event), list(waiting.values()) if event.event and event.afterwards else []
        elif one.kind == "recording.interrupted":
            waiting |= {gap["id"]: gap for gap in event.gaps}
            found += event.gaps if relied else ()
        elif one.kind == "recording.explained":
            waiting.pop(event.gap, None)
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
