"""Judging the record again (复核留痕): every act on the record is put through the gates as they stood on its day.

What was allowed must still be allowed, what was recorded with breaches must break the same clauses, and the finding
must name the same law. Anything else means that a rule file, the code or the record was changed afterwards. Dictionary
and calendar grow with every edition; a verdict that they change is told as their doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sanxiang.core.casefile import NOTED, CaseFile, Recording, apply, fold, fold_recording
from sanxiang.core.events import Event, Recorded
from sanxiang.core.gates import Proposal, Situation, Verdict, breaches_of, bringing, consider
from sanxiang.core.gates.fulltext import deciders
from sanxiang.core.gates.naming import names_in
from sanxiang.core.registers import Registers, fold_agency, fold_officer
from sanxiang.core.rulebook import Library, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .people import house_of
from .registers import givers_among

OPENING = ("jurisdiction", "agency", "department", "category", "procedure")
OWN = {item.name for item in fields(Event)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One event whose verdict today is not that of the record."""

    stream: str
    seq: int
    event: str
    act: str
    text: str


class RegisterHistory:
    """The registers as they were known at any moment, each stream read once.

    What was known is what the record had taken before, by its order and not by its clock, which may have been set
    back: an act is refused where a register moved after it was read (DESIGN 9.5)."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._streams: dict[str, tuple[Recorded, ...]] = {}
        self._registers: dict[str, dict[str, int]] = {}
        self._case: tuple[str, dict[str, int]] = ("", {})

    def fetch(self, events: Sequence[Recorded]) -> None:
        """Read at once what the acts of one case relied on: whose cases are many reads them one by one."""
        case = fold(events)
        named = (case.agency, *deciders(case))
        named += tuple(name for one in events for name in (one.actor.officer, *one.event.officers))
        registers = [name for name in dict.fromkeys(named) if name]
        rested = dict.fromkeys(stream for one in events for stream in one.event.recordings)
        self._streams.update(reading.load_many(self._connection, [*registers, *rested]))
        places = reading.positions(self._connection, case.id, *registers)
        self._case = case.id, places
        self._registers.update(dict.fromkeys(registers, places))

    def at(self, recorded: Recorded, case: CaseFile, others: Sequence[str] = ()) -> Registers:
        """What the write path looks at: the agency, who acts and takes part, who made the decision, whom a paper
        published in full names, and the `others` among whom the act names somebody."""
        officers, agencies = {}, {}
        for stream in (case.agency, recorded.actor.officer, *recorded.event.officers, *deciders(case), *others):
            events = self._before(stream, recorded)
            if not events:
                continue
            if events[0].kind.startswith("agency."):
                agencies[stream] = fold_agency(events)
            else:
                officers[stream] = fold_officer(events)
        for stream in givers_among(officers.values()) - officers.keys():
            officers[stream] = fold_officer(self._before(stream, recorded))
        return Registers(officers, agencies)

    def recordings(self, recorded: Recorded) -> tuple[Recording, ...]:
        """The recordings that an act rests on, as they stood before it."""
        return tuple(
            fold_recording(
                one
                for one in self._events(stream)
                if one.recorded_at <= recorded.recorded_at and getattr(one.event, "event", "") != recorded.id
            )
            for stream in recorded.event.recordings
        )

    def _before(self, stream: str, recorded: Recorded) -> list[Recorded]:
        """The events of a stream that the record had taken when it took that one."""
        if stream and stream not in self._registers:
            self._registers[stream] = reading.positions(self._connection, stream)
        if self._case[0] != recorded.stream:
            self._case = recorded.stream, reading.positions(self._connection, recorded.stream)
        until = self._case[1][recorded.id]
        return [one for one in self._events(stream) if self._registers[stream][one.id] < until]

    def _events(self, stream: str) -> tuple[Recorded, ...]:
        if stream and stream not in self._streams:
            self._streams[stream] = reading.load(self._connection, stream)
        return self._streams.get(stream, ())


def replay(connection: Any, library: Library) -> Iterator[Difference | None]:
    """Judge every event of every case again; yields a difference, or None for an event that stands."""
    history = RegisterHistory(connection)
    for page in reading.every_stream(connection, "case", batch=200):
        for stream, events in reading.load_many(connection, page).items():
            yield from replay_case(stream, events, library, history)


def replay_case(
    stream: str, events: Sequence[Recorded], library: Library, history: RegisterHistory
) -> Iterator[Difference | None]:
    """The events of one case, each judged on the state that the ones before it leave. None where the content was
    destroyed (销毁): the facts that the acts rested on are gone, and only the ledger still speaks for them."""
    if any(recorded.kind == "archive.destroyed" for recorded in events):
        return
    case = CaseFile()
    for recorded in events:
        text = "" if recorded.kind in NOTED else judged_again(case, recorded, library, history)
        yield Difference(stream, recorded.seq, recorded.id, recorded.event.act, text) if text else None
        apply(case, recorded)


def judged_again(case: CaseFile, recorded: Recorded, library: Library, history: RegisterHistory) -> str:
    """How the verdict differs, in Chinese; empty where it stands."""
    case, proposal = proposed_again(case, recorded)
    if case.jurisdiction not in library.jurisdictions:
        return f"没有“{case.jurisdiction}”这个法域的规则"
    rules = library.on(case.jurisdiction, legal_day(recorded.occurred_at))
    named = names_in(library.dictionary, recorded.event.facts)
    registers = history.at(recorded, case, house_of(case.agency) if named else ())
    s = Situation(rules, case, registers, proposal, recordings=history.recordings(recorded))
    s.brought = bringing.of_record(recorded.event)
    verdict = consider(s)
    return told_apart(recorded, rules, verdict)


def proposed_again(case: CaseFile, recorded: Recorded) -> tuple[CaseFile, Proposal]:
    """The act of an event as somebody proposed it, and the case that it met: an opening act brings its own."""
    event: Any = recorded.event
    opening = {}
    if case.opened_at is None:
        opening = {name: getattr(event, name, "") for name in OPENING}
        case = case.copied()
        for name, value in opening.items():
            setattr(case, name, value)
    return case, Proposal(
        act=event.act,
        actor=recorded.actor,
        at=recorded.occurred_at,
        facts=event.facts,
        officers=event.officers,
        link=getattr(event, "measure", "") or getattr(event, "served", "") or getattr(event, "about", ""),
        files=() if event.KIND == bringing.KIND else event.files,
        opening=opening,
        extra={item.name: getattr(event, item.name) for item in fields(event) if item.name not in OWN},
    )


def told_apart(recorded: Recorded, rules: RuleSet, verdict: Verdict) -> str:
    """How a verdict differs from the one on the record, in Chinese; empty where it does not."""
    finding: Mapping[str, Any] = recorded.finding or {}
    if finding.get("law") != rules.law:
        return "适用的规定与当时记载的不是同一版本（规则文件被改动）"
    since = "" if finding.get("digest") == rules.digest else "（填写字典、日历或者法域设置与当时不同）"
    reported = breaches_of(verdict) if recorded.breaches else [reason.to_dict() for reason in verdict.reasons]
    broken = sorted({str(breach["clause"]) for breach in reported})
    noted = sorted({str(breach.get("clause", "")) for breach in recorded.breaches})
    if broken != noted:
        then = f"记为违反 {'、'.join(noted)}" if noted else "准予办理"
        return f"当时{then}，现在判断为违反 {'、'.join(broken) or '无'}{since}"
    asked = bool(verdict.questions) and not recorded.breaches
    return f"当时准予办理，现在还有问题没有回答{since}" if asked else ""
