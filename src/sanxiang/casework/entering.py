"""Judging what is to be entered into a register (登记的判断): every fact through the gates, each seeing the register as
the ones before it leave it. Writes nothing: the same for the act itself, a check before an import, and a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Event, Recorded
from sanxiang.core.gates import Proposal, Reason, Situation, Verdict, consider_register, keepers_of
from sanxiang.core.registers import Agency, Registers, fold_device, fold_draw, fold_inspectee, fold_officer
from sanxiang.core.rulebook import Library, check_facts
from sanxiang.core.values import Actor, legal_day

from .actors import actor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact for a register and when it happened."""

    event: Event
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCommand:
    """Facts for one register stream. `stream` empty for a new one; `kind` agency, officer, item, device, draw,
    inspectee or visit; `agency` the agency that the subject belongs to; `officer` who enters it, or `installer` at the
    command line."""

    kind: str
    entries: tuple[Entry, ...]
    agency: str = ""
    stream: str = ""
    officer: str = ""
    installer: Actor | None = None
    expected: int | None = None


def judge(
    library: Library, command: RegisterCommand, before: Sequence[Recorded], people: Registers, *, at: datetime
) -> tuple[Verdict, tuple[Entry, ...], Actor]:
    """The verdict that a command gets on a stream with the events `before`, its entries with clean facts, and who
    acts. Writes nothing: the same for a check before an import and for the act itself."""
    actor = command.installer or actor_of(people, command.officer, at, _post(command, people, at))
    entries, problems = _checked(library, command.entries)
    return _considered(library, command, entries, before, people, actor, at, problems), entries, actor


def _post(command: RegisterCommand, people: Registers, at: datetime) -> str:
    """The post in which somebody enters it: one of its keepers' that he holds."""
    officer = people.officer(command.officer)
    keepers = [post for entry in command.entries[:1] for post in keepers_of(entry.event.KIND)]
    return next((post for post in keepers if officer and officer.holds(post, legal_day(at))), "registrar")


def _checked(library: Library, entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """The entries with clean facts, and the problems with what was typed."""
    clean, problems = [], {}
    for entry in entries:
        facts, wrong = check_facts(library.dictionary, entry.event.facts)
        problems.update(wrong)
        clean.append(replace(entry, event=replace(entry.event, facts=facts)))
    return tuple(clean), problems


def _considered(
    library: Library,
    command: RegisterCommand,
    entries: Sequence[Entry],
    before: Sequence[Recorded],
    people: Registers,
    actor: Actor,
    at: datetime,
    problems: Mapping[str, str],
) -> Verdict:
    """Every entry through the gates, each seeing the register as the ones before it leave it."""
    agency = people.agency(command.agency)
    case = CaseFile(agency=command.agency, jurisdiction=_jurisdiction(library, agency, entries))
    reasons = list(_beyond(library, command, entries, before, people, at))
    findings: dict[str, Any] = {}
    if misfit := _misfit(command, before):
        return Verdict(reasons=(Reason(code="register/subject", clause="", law="登记簿", text=misfit),), questions=(),
                       finding=findings)  # fmt: skip
    for index, entry in enumerate(entries):
        seen = _as_recorded(command, before, entries[:index], actor, at)
        officers = dict(people.officers)
        if command.kind == "officer":
            officers[SUBJECT] = fold_officer(seen)
        devices = {SUBJECT: fold_device(seen)} if command.kind == "device" else {}
        draws = {SUBJECT: fold_draw(seen)} if command.kind == "draw" else {}
        listed = {SUBJECT: fold_inspectee(seen)} if command.kind == "inspectee" else people.inspectees
        rules = library.on(case.jurisdiction, legal_day(entry.occurred_at))
        proposal = Proposal(act=entry.event.KIND, actor=actor, at=at, facts=entry.event.facts, link=SUBJECT,
                            officers=entry.event.officers,
                            extra={"event": entry.event, "occurred_at": entry.occurred_at})  # fmt: skip
        registers = Registers(officers, people.agencies, devices=devices, draws=draws, inspectees=listed)
        s = Situation(rules, case, registers, proposal)
        verdict = consider_register(s, entry.event.KIND, installing=command.installer is not None)
        reasons += verdict.reasons
        findings = dict(verdict.finding)
    if problems:
        reasons.append(
            Reason(code="input", clause="", law="填写要求", text="有填写错误", missing=tuple(problems.values()))
        )
    return Verdict(reasons=tuple(dict.fromkeys(reasons)), questions=(), finding=findings)


SUBJECT = "subject"
OPENING = {"agency": "agency.registered", "officer": "officer.registered", "item": "item.listed",
           "device": "device.registered", "draw": "draw.committed", "inspectee": "inspectee.listed",
           "visit": "visit.made"}  # fmt: skip
HOLDS = {
    "agency": (
        "agency.",
        "department.",
        "catalogue.",
        "page.",
        "law.",
        "report.",
        "equipment.",
        "recording_list.",
        "usage.",
        "monitor.",
    ),
    "officer": ("officer.", "post.", "exam.", "training.", "certificate."),
    "item": ("item.",),
    "device": ("device.",),
    "draw": ("draw.",),
    "inspectee": ("inspectee.",),
    "visit": ("visit.",),
}
LEADING = "supervision"
"""The function of a department whose registrar keeps the registers of the whole jurisdiction (司法行政部门)."""


def register_of(kind: str) -> str:
    """The kind of register that a kind of fact stands in; empty where it stands in none."""
    return next((name for name, holds in HOLDS.items() if kind.startswith(holds)), "")


def _misfit(command: RegisterCommand, before: Sequence[Recorded]) -> str:
    """Why these facts cannot stand in that stream; empty where they can."""
    kinds = [recorded.kind for recorded in before] + [entry.event.KIND for entry in command.entries]
    if command.kind not in OPENING or not command.entries:
        return "没有要登记的内容"
    if command.stream and not before:
        return "没有这条登记"
    fits = kinds[0] == OPENING[command.kind] and all(kind.startswith(HOLDS[command.kind]) for kind in kinds)
    return "" if fits else "登记的内容与登记对象不符"


def _beyond(
    library: Library,
    command: RegisterCommand,
    entries: Sequence[Entry],
    before: Sequence[Recorded],
    people: Registers,
    at: datetime,
) -> Iterator[Reason]:
    """What lies beyond a registrar: subjects of another agency than the command names, and agencies that are neither
    his own nor in the jurisdiction that his agency leads."""
    officer, agency = people.officer(command.officer), people.agency(command.agency)
    law, opening = "登记权限", command.kind == "agency" and not command.stream
    subject = command.stream if command.kind == "agency" else ""
    if command.kind != "agency" and before:
        subject = str(getattr(before[0].event, "agency", ""))
    named = {str(getattr(entry.event, "agency", command.agency)) for entry in entries}
    if (subject and subject != command.agency) or (command.kind != "agency" and named != {command.agency}):
        yield Reason(code="register/subject", clause="", law=law, text="登记对象不属于所选的机关")
    if command.installer is not None or officer is None:
        return
    own = people.agency(officer.agency)
    leads = own is not None and bool(own.with_function(LEADING, legal_day(at)))
    jurisdiction = _jurisdiction(library, None if opening else agency, entries)
    if leads and own is not None and own.jurisdiction == jurisdiction:
        return
    if opening or officer.agency != command.agency:
        text = "只能登记本机关的信息；新设机关由主管登记的机关办理"
        yield Reason(code="register/agency", clause="", law=law, text=text)


def _jurisdiction(library: Library, agency: Agency | None, entries: Sequence[Entry]) -> str:
    if agency is not None:
        return agency.jurisdiction
    named = next((str(getattr(entry.event, "jurisdiction", "")) for entry in entries), "")
    return named if named in library.jurisdictions else next(iter(library.jurisdictions))


def _as_recorded(
    command: RegisterCommand, before: Sequence[Recorded], entries: Sequence[Entry], actor: Actor, at: datetime
) -> tuple[Recorded, ...]:
    stream = command.stream or SUBJECT
    later = tuple(
        Recorded(
            id="", stream=stream, seq=seq, prev=None, occurred_at=entry.occurred_at, recorded_at=at, actor=actor,
            finding=None, breaches=(), event=entry.event,
        )
        for seq, entry in enumerate(entries, len(before) + 1)
    )  # fmt: skip
    return (*before, *later)
