"""The one write path (唯一写入口): command → gate → append → project, in one transaction.

Page, interface, phone, import and command line all come here. A command asks and may be refused; a reported fact is
always recorded, with what it breaks (DESIGN 9.1). Nothing here decides: the verdict is the core's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.core.casefile import NOTED, CaseFile, team_of
from sanxiang.core.events import EMPTY, Facts, Recorded
from sanxiang.core.gates import (
    Proposal,
    Question,
    Reason,
    Situation,
    Verdict,
    breaches_of,
    complete,
    consider,
    event_of,
    papers_of,
    series_of,
)
from sanxiang.core.gates.fulltext import deciders
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import PARTY, Library, RuleSet, check_facts
from sanxiang.core.values import Actor, legal_day
from sanxiang.store import numbering, reading
from sanxiang.store.appending import Draft, append
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.store.projecting import project

from . import asking, bringing, fining, inspecting, recordings, refusals, reporting, uploads
from .actors import actor_of
from .following import follow
from .once import Once, claim, give_back, keep
from .preparing import CannotPrepare, prepared
from .projections import reckoned
from .registers import SHELF, guards_of, named_in, registers_for

TRIES = 4
DECIDING = ("decision.made", "decision.refused")
GIVEN = {"judgement": str, "answer": bool, "duty": str}
"""The fields of an event that a person may give; all others follow from record and rules, or are prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """An act that `officer` wants to do now, or reports as done at `occurred_at`.

    `stream` the case, empty for the act that opens one (then `opening` holds category, procedure, department);
    `expected` the version that the person saw (None: whatever stands); `post` the post he acts in where he holds
    several; `report` a fact that already happened: recorded even where a gate would refuse, with the reason why it was
    not recorded in time (`reporting`); `once` the key under which the request may come again without being done
    again; `party` the name under which the party itself acts, through the counter alone (then `officer` is empty), and
    `receipt` the number under which the counter took it in; `recordings` ids of recordings that the act rests on beside
    those already linked to it."""

    act: str
    officer: str
    stream: str = ""
    expected: int | None = None
    facts: Facts = field(default_factory=lambda: EMPTY)
    officers: tuple[str, ...] = ()
    link: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    recordings: tuple[str, ...] = ()
    opening: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    report: bool = False
    post: str = ""
    once: Once | None = None
    party: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command: the verdict; the events it made (none where it was refused or asked back); the case
    after it; problems with what was typed, by fact id."""

    verdict: Verdict
    stream: str
    events: tuple[Recorded, ...] = ()
    case: CaseFile = field(default_factory=CaseFile)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return bool(self.events)


def handle(connection: Any, library: Library, command: Command, *, at: datetime) -> Answer:
    """Do an act, or say why not. `at` is now; `connection` the Django connection of the writer.

    Raises VersionConflict when the person saw an older version of the case (`expected`), RecordRefused when the
    database refuses what the gate let pass, Reused when the key of the request stands for another one, NoRoom where the
    disk cannot hold its files: that is no refusal of the act, which may be sent again as it is."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(using=connection.alias):
                answer = _once(connection, library, command, at)
            if not answer.done and not command.party:
                forged = bool(answer.problems.keys() & command.extra.keys())
                refusals.note(connection, library, command, answer.verdict.reasons, forged=forged, at=at)
            return answer
        except VersionConflict as conflict:
            SHELF.forget(conflict.stream)
            if attempt == TRIES - 1 or (conflict.stream == command.stream and stale(connection, command)):
                refusals.note_record(connection, library, command, conflict, at=at)
                raise
        except RecordRefused as refused:
            refusals.note_record(connection, library, command, refused, at=at)
            raise
    raise AssertionError("the loop above returns or raises")


def preflight(connection: Any, library: Library, command: Command, *, at: datetime) -> Answer:
    """The verdict that a command would get, with nothing written: the checklist before the act."""
    events = reading.load(connection, command.stream) if command.stream else ()
    s, problems = situation(connection, library, command, reckoned(events).case, at)
    return Answer(verdict=_with_problems(consider(s), problems), stream=command.stream, case=s.case, problems=problems)


def _once(connection: Any, library: Library, command: Command, at: datetime) -> Answer:
    """The answer that the same request got before, or an attempt whose answer is noted with its events."""
    if command.once is None:
        return _attempt(connection, library, command, at)
    known = claim(connection, command.officer, command.once, at)
    if known is not None:
        return again(connection, known)
    answer = _attempt(connection, library, command, at)
    if answer.done:
        keep(connection, command.officer, command.once, noted(answer))
    else:
        give_back(connection, command.officer, command.once)
    return answer


def noted(answer: Answer) -> dict[str, Any]:
    """What the record itself does not hold of an answer, and where in it the rest stands."""
    verdict = answer.verdict
    return {
        "stream": answer.stream,
        "events": [event.seq for event in answer.events],
        "reasons": [reason.to_dict() for reason in verdict.reasons],
        "questions": [question.to_dict() for question in verdict.questions],
    }


def again(connection: Any, known: Mapping[str, Any]) -> Answer:
    """The answer of which this was noted."""
    until = max(known["events"])
    events = reading.load(connection, known["stream"])[:until]
    made = tuple(event for event in events if event.seq in known["events"])
    verdict = Verdict(
        reasons=tuple(Reason(**{**one, "missing": tuple(one["missing"])}) for one in known["reasons"]),
        questions=tuple(Question(**{**one, "by": tuple(one["by"])}) for one in known["questions"]),
        finding=made[-1].finding or {},
    )
    return Answer(verdict=verdict, stream=known["stream"], events=made, case=reckoned(events).case)


def _attempt(connection: Any, library: Library, command: Command, at: datetime) -> Answer:
    before = reading.load(connection, command.stream) if command.stream else ()
    case = reckoned(before).case
    if command.expected is not None and moved(before, command.expected):
        raise VersionConflict("SX001", "这件案卷刚刚被他人更新，请刷新后再办", command.stream)
    s, problems = situation(connection, library, command, case, at)
    verdict = _with_problems(consider(s), problems)
    reported = command.report and reporting.may_report(s, at)
    if s.act is None or problems or not (verdict.allowed or reported):
        return Answer(verdict=verdict, stream=command.stream, case=case, problems=problems)
    stream = command.stream or str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    try:
        s.proposal = replace(s.proposal, extra={**s.proposal.extra, **prepared(connection, s, before)})
        uploads.keep(command.files)
    except CannotPrepare as problem:
        reason = Reason(code="prepare", clause="", law="办理准备", text=str(problem), fix=command.act)
        return Answer(verdict=replace(verdict, reasons=(*verdict.reasons, reason)), stream=command.stream, case=case)
    draft = _draft(connection, s, command, verdict, stream)
    rested = {one.id: one.version for one in s.recordings}
    recorded = append(
        connection,
        stream=stream,
        stream_kind="case",
        expected=case.version,
        drafts=(draft,),
        recorded_at=at,
        sealed_facts=library.dictionary.sealed,
        guards=guards_of(s.registers) | rested,
    )
    after = (*before, *recorded)
    project(connection, "case", stream, before, after)
    recordings.rest_on(connection, s.recordings, recorded[0], s.proposal.actor, at=at)
    asking.noted(connection, s.case, recorded[0], at=at)
    follow(s.case.agency, recorded)
    return Answer(verdict=verdict, stream=stream, events=recorded, case=reckoned(after).case)


def stale(connection: Any, command: Command) -> bool:
    """Whether what the person saw is out of date, and not only moved on by the system."""
    return command.expected is not None and moved(reading.load(connection, command.stream), command.expected)


def moved(before: Sequence[Recorded], seen: int) -> bool:
    """Whether somebody did something after the version that a person saw; what the system noted moves nothing."""
    return seen > len(before) or any(one.kind not in NOTED for one in before[seen:])


def situation(
    connection: Any, library: Library, command: Command, case: CaseFile, at: datetime
) -> tuple[Situation, dict[str, str]]:
    """What the gate looks at, and the problems with what was typed."""
    moment = command.occurred_at or at
    team = team_of(case, legal_day(moment)) if command.link else ()
    handing = team if command.link in team else ()
    people = (command.officer, *command.officers, *deciders(case), *handing)
    people += named_in(library.dictionary, case.agency, command.facts)
    registers = registers_for(connection, case.agency, people)
    acting = registers.officer(command.officer)
    if not case.agency and acting is not None:
        registers = registers_for(connection, acting.agency, (command.officer, *command.officers))
    opening: dict[str, str] = {}
    if case.opened_at is None:
        case, opening = _opened(case, command, registers)
    facts, problems = check_facts(library.dictionary, command.facts)
    rules = library.on(case.jurisdiction or next(iter(library.jurisdictions)), legal_day(moment))
    facts = inspecting.known(command.act, case, facts, registers, rules, legal_day(moment))
    problems |= strange_in(command.extra)
    if wrong := uploads.problem_of(command.files):
        problems["files"] = wrong
    named, wrong = recordings.of_act(connection, case, command.act, command.recordings, facts, moment, command.link)
    if wrong:
        problems["recordings"] = wrong
    if moment > at:
        problems["occurred_at"] = "办理时间不能晚于现在"
    unknown = [name for name in command.officers if registers.officer(name) is None]
    if unknown:
        problems["officers"] = f"没有“{'、'.join(name[:40] for name in unknown)}”这些执法人员"
    if command.report:
        problems |= reporting.problems_of(command.facts)
    proposal = Proposal(
        act=command.act,
        actor=_actor(registers, case, command, moment),
        at=moment,
        facts=facts,
        officers=command.officers,
        link=command.link,
        files=command.files,
        opening=opening,
        extra={**command.extra, "receipt": command.receipt} if command.receipt else command.extra,
    )
    if case.opened_at is None:
        problems |= misplaced(case, rules, registers)
    s = Situation(rules, case, registers, proposal, recordings=named)
    bringing.beside(connection, library, s)
    recordings.beside(s)
    fining.beside(s)
    return complete(s), problems


def strange_in(extra: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the fields of the event that a person gave, by field."""
    found = {}
    for key, value in extra.items():
        if key not in GIVEN:
            found[key] = f"“{key[:40]}”由系统得出，不能填写"
        elif type(value) is not GIVEN[key] or len(str(value)) > 60:
            found[key] = f"“{key}”的写法不对"
    return found


def misplaced(case: CaseFile, rules: RuleSet, registers: Registers) -> dict[str, str]:
    """What is wrong with where a case would be opened: the category is that of the procedure, the department one of
    the agency."""
    found = {}
    procedure, agency = rules.procedures.get(case.procedure), registers.agency(case.agency)
    if procedure is not None and case.category != procedure.rule.category:
        found["category"] = f"“{procedure.rule.name}”的执法类别是{procedure.rule.category}，不是“{case.category[:20]}”"
    if agency is not None and case.department not in agency.departments:
        found["department"] = f"{agency.name}没有“{case.department[:40]}”这个科室"
    return found


def _opened(case: CaseFile, command: Command, registers: Registers) -> tuple[CaseFile, dict[str, str]]:
    """A case that the act would open: where, by whom, in which category and procedure."""
    acting = registers.officer(command.officer)
    agency = registers.agency(acting.agency) if acting else None
    opened = case.copied()
    opened.agency = agency.id if agency else ""
    opened.jurisdiction = agency.jurisdiction if agency else ""
    opened.category = command.opening.get("category", "")
    opened.procedure = command.opening.get("procedure", "")
    opened.department = command.opening.get("department", "")
    opening = {
        "jurisdiction": opened.jurisdiction,
        "agency": opened.agency,
        "department": opened.department,
        "category": opened.category,
        "procedure": opened.procedure,
    }
    return opened, opening


def _actor(registers: Registers, case: CaseFile, command: Command, at: datetime) -> Actor:
    """Who acts: an officer, or the party itself in a case that is open."""
    if command.party and not command.officer and case.agency:
        return Actor(
            officer="", name=command.party, agency=case.agency, department=case.department, post=PARTY, certificate=None
        )
    return actor_of(registers, command.officer, at, command.post)


def _with_problems(verdict: Verdict, problems: Mapping[str, str]) -> Verdict:
    if not problems:
        return verdict
    reason = Reason(
        code="input", clause="", law="填写要求", text="有填写错误，改正后再提交", missing=tuple(problems.values())
    )
    return replace(verdict, reasons=(reason, *verdict.reasons))


def _draft(connection: Any, s: Situation, command: Command, verdict: Verdict, stream: str) -> Draft:
    """The event with its numbers. Numbers are given last: their series stays locked until the commit.

    A decision reported with what it breaks is recorded, but gets neither a number nor a paper of ours."""
    event_id = str(uuid.uuid4())  # noqa: TID251  identifiers are made here, at the edge
    broken = breaches_of(verdict) if command.report else ()
    unlawful = bool(broken) and s.act is not None and s.act.emits in DECIDING
    papers = () if unlawful else _numbered(connection, s, stream, event_id)
    return Draft(
        id=event_id,
        event=event_of(s, papers),
        occurred_at=s.proposal.at,
        actor=s.proposal.actor,
        finding=verdict.finding,
        breaches=broken,
    )


def _numbered(connection: Any, s: Situation, stream: str, event_id: str) -> Sequence[Mapping[str, str]]:
    assert s.act is not None
    agency = s.registers.agency(s.case.agency)
    year, found = s.day.year, []
    extra = {key: value for key, value in s.proposal.extra.items() if key != "number"}

    def give(series: str) -> str:
        form = f"{series}〔{{year}}〕{{n}}号"
        return numbering.allocate(
            connection, series=series, year=year, form=form, stream=stream, event_id=event_id
        ).text

    if s.proposal.opening and agency is not None:
        mark = str(agency.facts.get("agency_mark", ""))
        s.proposal = replace(s.proposal, opening={**s.proposal.opening, "case_number": give(f"{mark}案")})
    for paper in papers_of(s, s.act):
        series = series_of(agency, paper)
        number = give(series) if series else ""
        found.append({"template": paper.template, "title": paper.title, "number": number})
        if number and s.act.emits in (*DECIDING, "review.concluded"):
            extra["number"] = number
    s.proposal = replace(s.proposal, extra=extra)
    return found


__all__ = ["Answer", "Command", "RecordRefused", "VersionConflict", "actor_of", "handle", "preflight", "situation"]
