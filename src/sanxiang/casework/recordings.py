"""Recordings in sound and picture on the record (音像记录入库): what is said of a recording goes through the gates
and into its own stream, and an act of a case finds the recordings that it rests on.

That something was recorded happened already: it is taken as it is, what it breaks attached. What is said of it later
(an explanation, an exemption) may be refused.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sanxiang.core.casefile import CaseFile, Recording, fold_recording
from sanxiang.core.casefile.recordings import TAKES
from sanxiang.core.events import Event, Facts, Recorded
from sanxiang.core.events.recording import RecordingLinked
from sanxiang.core.gates import Reason, Situation, consider_recording
from sanxiang.core.gates.asking import ENDED, STARTED
from sanxiang.core.gates.covering import SLACK, stated
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Library, RuleSet, check_facts
from sanxiang.core.values import CHINA, Actor, chinese_date, legal_day
from sanxiang.store import reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import VersionConflict
from sanxiang.store.projecting import Projection, Rows, project
from sanxiang.store.projecting import register as register_projection

from .models import CaseRecording
from .registers import is_stream, registers_for

KIND = "recording"
TRIES = 4
MOST = 50
OUT = ("set_aside", "destroyed")
"""States of a recording that belongs into no file."""
REPORTED = frozenset({"recording.started", "recording.received"})
"""Facts that happened: recorded whatever they break."""
OWN = frozenset({"recording.sealed", "recording.interrupted"})
"""What the system alone enters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing said of a recording, and when it happened."""

    event: Event
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCommand:
    """What `officer` enters about the recording `stream`, all or nothing; a stream that is not there yet is opened.
    `system` with an actor where no officer acts: what a third party recorded, what sealing and inspection find."""

    stream: str
    said: tuple[Said, ...]
    officer: str = ""
    system: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What became of it: why it was refused or what was typed wrong, the recording after it, its events."""

    reasons: tuple[Reason, ...] = ()
    recording: Recording = field(default_factory=Recording)
    events: tuple[Recorded, ...] = ()

    @property
    def done(self) -> bool:
        return bool(self.events)


def system_of(agency: str) -> Actor:
    """The system itself, for what sealing and inspection find in a recording of an agency."""
    return Actor(officer="", name="系统", agency=agency, department="", post="system", certificate=None)


def enter(connection: Any, library: Library, command: RecordingCommand, *, at: datetime) -> Noted:
    """Enter what is said about a recording, or say why not. Raises VersionConflict where others were faster each
    time."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias):
                return _attempt(connection, library, command, at)
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the loop above returns or raises")


def _attempt(connection: Any, library: Library, command: RecordingCommand, at: datetime) -> Noted:
    before = reading.load(connection, command.stream)
    if before and before[0].kind not in TAKES:
        return Noted(reasons=(_typed("这个编号不是录音录像"),))
    state = fold_recording(before)
    if state.state == "destroyed":
        return Noted(reasons=(_typed("这份录音录像已经随案卷依法销毁，不能再登记"),), recording=state)
    people = _people(connection, command, state)
    reasons: list[Reason] = []
    drafts: list[Draft] = []
    for said in command.said:
        event, actor, broken = _judged(library, people, state, said, command, at)
        reported = event.KIND in REPORTED and bool(actor.name)
        reasons += () if reported else broken
        breaches = tuple(one.to_dict() for one in broken) if reported else ()
        draft = Draft(id=_new(), event=event, occurred_at=said.occurred_at, actor=actor, breaches=breaches)
        drafts.append(draft)
        state = TAKES[event.KIND](state, draft.follow(command.stream, len(before) + len(drafts), None, at), event)
    if reasons or not drafts:
        return Noted(reasons=tuple(dict.fromkeys(reasons)), recording=fold_recording(before))
    return _written(connection, library, command.stream, before, drafts, at)


def _judged(
    library: Library, people: Registers, state: Recording, said: Said, command: RecordingCommand, at: datetime
) -> tuple[Event, Actor, tuple[Reason, ...]]:
    """What is said with clean facts, who says it, and what speaks against it."""
    facts, problems = check_facts(library.dictionary, said.event.facts)
    event = replace(said.event, facts=facts)
    actor = command.system or _actor(people, command.officer, said.occurred_at)
    against: list[Reason] = []
    if problems:
        against.append(_typed("有填写错误，改正后再提交", *problems.values()))
    if said.occurred_at > at:
        against.append(_typed("时间不能晚于现在"))
    if command.system is None:
        place = state.jurisdiction or str(getattr(event, "jurisdiction", "")) or next(iter(library.jurisdictions))
        rules = library.on(place, legal_day(said.occurred_at))
        against += consider_recording(rules, people, state, event, actor, said.occurred_at)
    return event, actor, tuple(against)


def _typed(text: str, *missing: str) -> Reason:
    return Reason(code="input", clause="", law="填写要求", text=text, missing=missing)


def _written(
    connection: Any, library: Library, stream: str, before: Sequence[Recorded], drafts: Sequence[Draft], at: datetime
) -> Noted:
    recorded = append(
        connection,
        stream=stream,
        stream_kind=KIND,
        expected=len(before),
        drafts=drafts,
        recorded_at=at,
        sealed_facts=library.dictionary.sealed,
    )
    after = (*before, *recorded)
    project(connection, KIND, stream, before, after)
    return Noted(recording=fold_recording(after), events=recorded)


def _new() -> str:
    return str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge


def _people(connection: Any, command: RecordingCommand, state: Recording) -> Registers:
    """The officers and the agency that what is said is judged by."""
    named = [command.officer, *(str(getattr(said.event, "approver", "")) for said in command.said)]
    agency = state.agency or next((str(getattr(one.event, "agency", "")) for one in command.said), "")
    return registers_for(connection, agency, [name for name in named if name])


def _actor(people: Registers, officer_id: str, at: datetime) -> Actor:
    officer, day = people.officer(officer_id), legal_day(at)
    if officer is None:
        return Actor(officer=officer_id, name="", agency="", department="", post="", certificate=None)
    held, card = next(iter(officer.posts_on(day)), None), officer.certificate(day)
    return Actor(
        officer=officer.id, name=officer.name, agency=officer.agency, department=held.department if held else "",
        post=held.post if held else "none", certificate=card.number if card else None,
    )  # fmt: skip


def of_act(
    connection: Any, case: CaseFile, act: str, named: Sequence[str], facts: Facts, moment: datetime, link: str = ""
) -> tuple[tuple[Recording, ...], str]:
    """The recordings and exemptions that an act of a case rests on: those linked to it that no act rests on yet and
    whose time is that of the act, and those named; and what is wrong with the names. An act about another (`link`)
    takes none that is said to be about a third."""
    ids = waiting_for(case.id, act) if case.id else []
    strange = [name for name in named if not is_stream(name)]
    wanted = list(dict.fromkeys((*ids, *(name for name in named if is_stream(name)))))
    if not wanted:
        return (), "没有这份录音录像" if strange else ""
    streams = reading.load_many(connection, wanted).values()
    states = [fold_recording(events) for events in streams if events[0].kind in TAKES]
    wrong = strange or len(states) < len(wanted) or any(one.agency != case.agency for one in states)
    if wrong or any(one.event or (one.case and one.case != case.id) for one in states):
        return (), "所选的录音录像不存在、属于别的案件，或者已经附在别的环节里"
    mine = [one for one in states if not (one.about and link) or one.about == link]
    fitting = [one for one in mine if one.id in named or in_time(one, case, act, facts, moment)]
    return tuple(sorted(fitting, key=lambda one: wanted.index(one.id))), ""


def beside(s: Situation) -> None:
    """What archiving has to know beside the case: the recordings that are linked to it and lie in no act of it."""
    act = s.rules.act(s.case.procedure, s.proposal.act)
    if act is not None and act.emits == "case.archived":
        s.unentered = tuple(unentered(s.rules, s.case))


def _waiting(cases: Collection[Any]) -> QuerySet[CaseRecording]:
    """The recordings that are linked to these cases and that none of their acts rests on."""
    return CaseRecording.objects.filter(case__in=cases, sort="recording", event="").exclude(state__in=OUT)


def unentered_in(cases: Collection[Any]) -> Counter[Any]:
    """How many of these each case has."""
    return Counter(_waiting(cases).values_list("case", flat=True)) if cases else Counter()


def unentered(rules: RuleSet, case: CaseFile) -> list[str]:
    """Each recording that is linked to a case and that none of its acts rests on, in words: it would belong to no
    file."""
    found = []
    for row in _waiting([case.id]).order_by("began")[:MOST]:
        act = rules.act(case.procedure, row.activity)
        at = row.began.astimezone(CHINA)
        to = f"关联到“{act.name}”" if act else "关联到本案"
        found.append(
            f"{chinese_date(at.date())}{at:%H:%M}录制、{to}的录音录像还没有附入办过的环节：补录该环节，或者改关联、取消关联"
        )
    return found


def in_time(one: Recording, case: CaseFile, act: str, facts: Facts, moment: datetime) -> bool:
    """Whether a recording may be one of this act: it runs while the act is said to run, or where nobody states that,
    after the last act of the same kind was done; else the film of the first inspection would state the second."""
    if one.sort != "recording" or one.began is None or case.archived is not None:
        return True  # what comes to an archived file is of a time before
    ended, since, until = one.ended or moment, stated(facts, STARTED), stated(facts, ENDED)
    last = max((stated(done.facts, ENDED) or done.occurred_at for done in case.done if done.act == act), default=None)
    if since is None and last is not None and one.began <= last:
        return False
    return (since is None or ended > since - SLACK) and (until is None or one.began < until + SLACK)


def waiting_for(case: str, act: str) -> list[str]:
    """The recordings and exemptions linked to an act of a case that no act rests on yet."""
    rows = CaseRecording.objects.filter(case=case, activity=act, event="").exclude(sort="engagement")
    return [str(stream) for stream in rows.order_by("began").values_list("stream", flat=True)[:MOST]]


def rest_on(
    connection: Any, used: Sequence[Recording], act: Recorded, actor: Actor, *, at: datetime, afterwards: bool = False
) -> None:
    """Note in each recording the act that rests on it, in the transaction of the act, or `afterwards` of the note that
    lays it beside the act."""
    for one in used:
        before = reading.load(connection, one.id)
        event = RecordingLinked(case=act.stream, activity=act.event.act, event=act.id,
                                happened=act.occurred_at.isoformat(), afterwards=afterwards)  # fmt: skip
        (recorded,) = append(
            connection,
            stream=one.id,
            stream_kind=KIND,
            expected=len(before),
            drafts=[Draft(id=_new(), event=event, occurred_at=at, actor=actor)],
            recorded_at=at,
            sealed_facts=lambda fact: False,
        )
        project(connection, KIND, one.id, before, (*before, recorded))


def register() -> None:
    register_projection(Projection(name="case_recordings", stream_kinds=(KIND,), tables=("case_recording",), rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    one = fold_recording(events)
    row = {
        "stream": stream,
        "sort": one.sort,
        "state": one.state,
        "agency": one.agency,
        "case": one.case or None,
        "activity": one.activity,
        "event": one.event,
        "people": sorted({name for name in (one.maker, one.approver, *one.officers) if name}),
        "began": one.began or events[0].occurred_at,
    }
    return {"case_recording": [row]}
