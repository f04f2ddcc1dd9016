"""Playing a scenario: a case told step by step goes through the same door as the product, in memory (演练).

A step may also be a fact for a register (登记): it is judged as the product judges it, and later steps know it.

Nothing is stored; the folds, gates, duties and publications are those of the product. A scenario says what it
expects; `play` tells where the rules answer otherwise.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sanxiang.core.casefile import NOTED, CaseFile, apply, fold
from sanxiang.core.casefile.recordings import fold_recording
from sanxiang.core.events import KINDS, Event, Recorded
from sanxiang.core.gates import (
    Duty,
    Proposal,
    Reason,
    Situation,
    Verdict,
    breaches_of,
    broken_afterwards,
    complete,
    consider,
    consider_recording,
    duties,
    evaluate,
    event_of,
    number_text,
    papers_of,
    scope_of,
    series_of,
)
from sanxiang.core.gates.situation import Brought
from sanxiang.core.gates.supposing import suppose
from sanxiang.core.rulebook import PARTY, Library, Record, RuleSet, check_facts
from sanxiang.core.values import Actor, legal_day
from sanxiang.store.rulebooks.typed import Mistyped, typed

from .actors import actor_of
from .entering import Entry, RegisterCommand, judge, register_of
from .scenario import Brings, Scenario, Step
from .world import AGENCY, NAMESPACE, recorded_in, registers_of, told_of

RECORDING = "recording."
FOUND = frozenset({"recording.sealed", "recording.interrupted"})
"""What the system itself says of a recording."""
COMMON_FIELDS = frozenset(one.name for one in fields(Event))


@dataclass(slots=True)
class Played:
    """One step as it went: its verdict, and how it differs from what the scenario expects."""

    step: Step
    verdict: Verdict
    differences: tuple[str, ...] = ()


@dataclass(slots=True)
class Performance:
    """A scenario as it went."""

    scenario: Scenario
    steps: list[Played] = field(default_factory=list)
    events: list[Recorded] = field(default_factory=list)
    case: CaseFile = field(default_factory=CaseFile)
    duties: list[Duty] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    last_at: datetime | None = None

    @property
    def ok(self) -> bool:
        return not self.differences and not any(played.differences for played in self.steps)


class Stage:
    """The world of a scenario in memory: the streams of its registers, numbers, and the record of one case."""

    def __init__(self, library: Library, scenario: Scenario) -> None:
        self.library, self.scenario = library, scenario
        self.told = told_of(scenario)
        self.registers = registers_of(self.told)
        self.numbers: dict[tuple[str, int], int] = {}
        self.stream = str(uuid.uuid5(NAMESPACE, scenario.title))

    def rules(self, day: date) -> RuleSet:
        rules = self.library.on(self.scenario.rulebook, day)
        if not self.scenario.settings:
            return rules
        place = rules.jurisdiction
        return replace(rules, jurisdiction=replace(place, settings={**place.settings, **self.scenario.settings}))

    def actor(self, officer_id: str, at: datetime) -> Actor:
        if officer_id == PARTY:
            return Actor(officer="", name="当事人", agency="", department="", post=PARTY, certificate=None)
        return actor_of(self.registers, officer_id, at)


def play(library: Library, scenario: Scenario) -> Performance:
    """Play every step and compare with what is expected."""
    stage, performance = Stage(library, scenario), Performance(scenario)
    for step in scenario.steps:
        performance.steps.append(take(stage, performance, step))
        performance.last_at = step.at
    performance.duties = [*duties(performance.events, stage.rules), *register_duties(stage, performance)]
    performance.differences += compare(performance)
    return performance


def take(stage: Stage, performance: Performance, step: Step) -> Played:
    """One step: propose, consider, and where allowed (or only reported) take the event into the record."""
    if step.act in NOTED:
        return noted(stage, performance, step)
    if step.act in KINDS:
        return (record_said if step.act.startswith(RECORDING) else enter)(stage, step)
    s = situation(stage, performance.case, replace(step, link=linked(performance, step.link)))
    _, problems = check_facts(stage.library.dictionary, step.facts)
    verdict = consider(s)
    differences = [f"填写有误：{text}" for text in problems.values()]
    differences += [*scope_differences(s, step), *recording_differences(s, step)]
    if s.act is not None and (verdict.allowed or step.report):
        breaches = breaches_of(verdict) if step.report else ()
        unlawful = bool(breaches) and s.act.emits in ("decision.made", "decision.refused")
        event = event_of(s, () if unlawful else numbered(stage, s))
        recorded = record(stage, performance, step, s.proposal.actor, event, verdict, breaches)
        apply(performance.case, recorded)
        performance.events.append(recorded)
    return Played(step, verdict, (*differences, *step.differs(verdict)))


def noted(stage: Stage, performance: Performance, step: Step) -> Played:
    """What the system notes by itself (the end of a publication): no gate stands before it."""
    verdict = Verdict(reasons=(), questions=(), finding={})
    extra = {"about": linked(performance, step.link), **step.extra} if step.link else dict(step.extra)
    if "paper" in extra:
        extra["paper"] = linked(performance, str(extra["paper"]))
    event: Any = KINDS[step.act](**extra)
    gaps = getattr(event, "gaps", ())
    broken = broken_afterwards(stage.rules(legal_day(step.at)), performance.case, event.about, gaps) if gaps else ()
    told = tuple(reason.to_dict() for reason in broken)
    recorded = record(stage, performance, step, stage.actor(step.by, step.at), event, verdict, told)
    apply(performance.case, recorded)
    performance.events.append(recorded)
    return Played(step, verdict)


def scope_differences(s: Situation, step: Step) -> list[str]:
    """What should bring the case under legal review at this act and does not: clause and criterion; with an empty list,
    what does although nothing should."""
    if step.expect.scopes is None:
        return []
    found = [f"{bound.clause.id} {bound.rule.say}" for bound in scope_of(s)[1]]
    if not step.expect.scopes:
        return [f"不应进入审核范围，实际是 {found}"] if found else []
    return [f"应因“{want}”进入审核范围，实际是 {found}" for want in step.expect.scopes if want not in found]


def linked(performance: Performance, link: str) -> str:
    """`@` and an act id stands for the event of the last such act."""
    events = performance.events if link.startswith("@") else []
    return next((one.id for one in reversed(events) if getattr(one.event, "act", "") == link[1:]), link)


def recording_differences(s: Situation, step: Step) -> list[str]:
    """What should ask how the act is recorded and does not: clause and duty."""
    found = [f"{bound.clause.id} {bound.rule.duty}" for bound in s.rules.records if asks(s, bound.rule)]
    return [f"应由“{want}”要求记录，实际是 {found}" for want in step.expect.recording if want not in found]


def asks(s: Situation, rule: Record) -> bool:
    """Whether a duty to record stands before the act of a situation; one that names none stands before all."""
    if s.act is None or rule.duty == "exempt":
        return False
    named = s.act.id in rule.acts or s.act.activity in rule.activities or not (rule.acts or rule.activities)
    return named and evaluate(rule.when, s).state is not False


def situation(stage: Stage, case: CaseFile, step: Step) -> Situation:
    """The situation of a step; an opening act brings category and procedure with it."""
    rules = stage.rules(legal_day(step.at))
    facts, _ = check_facts(stage.library.dictionary, step.facts)
    opening: dict[str, str] = {}
    if case.opened_at is None:
        opening = {"jurisdiction": stage.scenario.rulebook, "agency": AGENCY, **stage.scenario.case}
        case = fold(()).copied()
        case.jurisdiction, case.agency = stage.scenario.rulebook, AGENCY
        case.department = opening.get("department", "")
        case.category, case.procedure = opening.get("category", ""), opening.get("procedure", "")
    proposal = Proposal(
        act=step.act,
        actor=stage.actor(step.by, step.at),
        at=step.at,
        facts=facts,
        officers=step.officers,
        link=step.link,
        opening=opening,
        extra=step.extra,
    )
    streams = [stage.told.get(("recording", name), ()) for name in step.recordings]
    rested = tuple(fold_recording(events) for events in streams if events)
    s = Situation(rules, case, stage.registers, proposal, recordings=rested, users=step.used_by)
    s.brought = item_of(step.brings) if step.brings else None
    return complete(s)


def item_of(told: Brings) -> Brought:
    """An item of another file as a scenario tells it."""
    return Brought(
        about=told.id, origin={"case": told.case, "act": told.act}, facts=told.facts,
        files=tuple({"name": name, "sha256": sha256(name.encode()).hexdigest(), "size": 1, "type": "application/pdf"}
                    for name in told.files),
        originals=tuple({"event": told.id, "index": at, "template": "", "title": title, "number": ""}
                        for at, title in enumerate(told.papers)),
        ours=told.ours, gone=told.gone, withheld=told.withheld,
    )  # fmt: skip


def numbered(stage: Stage, s: Situation) -> tuple[dict[str, str], ...]:
    """The papers of the act with the next number of their series."""
    found = []
    assert s.act is not None
    agency = s.registers.agency(s.case.agency or AGENCY)
    for paper in papers_of(s, s.act):
        series, number = series_of(agency, paper), ""
        if series:
            key = (series, s.day.year)
            stage.numbers[key] = stage.numbers.get(key, 0) + 1
            number = number_text(series, s.day.year, stage.numbers[key])
        found.append({"template": paper.template, "title": paper.title, "number": number})
    if found and s.act.emits in ("decision.made", "decision.refused"):
        s.proposal = replace(s.proposal, extra={**s.proposal.extra, "number": found[0]["number"]})
    return tuple(found)


def record(
    stage: Stage, performance: Performance, step: Step, actor: Actor, event: Event, verdict: Verdict, breaches: Any
) -> Recorded:
    seq = len(performance.events) + 1
    return Recorded(
        id=str(uuid.uuid5(NAMESPACE, f"{stage.stream}/{seq}")),
        stream=stage.stream,
        seq=seq,
        prev=None,
        occurred_at=step.at,
        recorded_at=step.recorded_at or step.at,
        actor=actor,
        finding=verdict.finding,
        breaches=breaches,
        event=event,
    )


def enter(stage: Stage, step: Step) -> Played:
    """One fact for a register: judged as in the product, and where allowed taken into its stream."""
    wrong, event = event_told(stage, step)
    if event is None:
        return Played(step, Verdict(reasons=(mistyped(wrong),), questions=(), finding={}), wrong)
    kind = register_of(step.act)
    stream = AGENCY if kind == "agency" else step.link
    before, at = stage.told.get((kind, stream), ()), step.recorded_at or step.at
    command = RegisterCommand(
        kind=kind, agency=AGENCY, officer=step.by, stream=stream if before else "",
        entries=(Entry(event=event, occurred_at=step.at),),
    )  # fmt: skip
    verdict, entries, actor = judge(stage.library, command, before, stage.registers, at=at)
    if verdict.allowed:
        made = [(entry.occurred_at, entry.event) for entry in entries]
        stage.told[kind, stream] = (*before, *recorded_in(stream, made, actor, after=len(before), known=at))
        stage.registers = registers_of(stage.told)
    return Played(step, verdict, step.differs(verdict))


def record_said(stage: Stage, step: Step) -> Played:
    """One fact about a recording, an exemption or a third party: judged as in the product, and where allowed taken into
    its stream. What the system finds in a recording stands behind no gate."""
    wrong, event = event_told(stage, step)
    if event is None:
        return Played(step, Verdict(reasons=(mistyped(wrong),), questions=(), finding={}), wrong)
    before, actor = stage.told.get(("recording", step.link), ()), stage.actor(step.by, step.at)
    _, problems = check_facts(stage.library.dictionary, step.facts)
    reasons = [mistyped(tuple(problems.values()))] if problems else []
    if step.act not in FOUND:
        rules, state = stage.rules(legal_day(step.at)), fold_recording(before)
        reasons += consider_recording(rules, stage.registers, state, event, actor, step.at)
    verdict = Verdict(reasons=tuple(reasons), questions=(), finding={})
    if verdict.allowed:
        made = recorded_in(step.link, [(step.at, event)], actor, after=len(before), known=step.recorded_at)
        stage.told["recording", step.link] = (*before, *made)
    return Played(step, verdict, step.differs(verdict))


def mistyped(wrong: tuple[str, ...]) -> Reason:
    return Reason(code="input", clause="", law="填写要求", text="有填写错误", missing=wrong)


def register_duties(stage: Stage, performance: Performance) -> Iterator[Duty]:
    """What the facts for the registers start (a page that must follow a change), and the first later one that meets it.
    Which section of which page meets it is judged by the product alone."""
    told = [one.step for one in performance.steps if one.step.act in KINDS and one.verdict.allowed]
    for at, step in enumerate(told):
        for found in suppose(stage.rules(legal_day(step.at)), step.act, step.at):
            until = found.binding.bound.rule.until
            met = next((later for later in told[at + 1 :] if later.act in until), None)
            yield Duty(
                event="", link=step.link, started_at=step.at, binding=found.binding, others=found.others,
                met_at=met.at if met else None,
            )  # fmt: skip


def event_told(stage: Stage, step: Step) -> tuple[tuple[str, ...], Event | None]:
    """The event that a step for a register tells: its own fields stand in `extra`. What is wrong with them, and None
    where something is."""
    kind = KINDS[step.act]
    own = {one.name: one for one in fields(kind) if one.name not in COMMON_FIELDS}
    here = {"agency": AGENCY, "jurisdiction": stage.scenario.rulebook}
    told = {**{name: value for name, value in here.items() if name in own}, **step.extra}
    if strange := tuple(f"“{step.act}”没有“{name}”这一项（extra）" for name in told if name not in own):
        return strange, None
    plain = {name: str(value) if own[name].type == "str" else value for name, value in told.items()}
    try:
        return (), typed(kind, {**plain, "facts": dict(step.facts), "officers": step.officers})
    except Mistyped as fault:
        return tuple(f"“{step.act}”的{text}（extra）" for text in fault.texts), None


def compare(performance: Performance) -> list[str]:
    """How duties, publication and end differ from what the scenario expects."""
    wanted = performance.scenario.expect
    at = wanted.at or performance.last_at
    differences = []
    for want in wanted.duties:
        matching = [duty for duty in performance.duties if duty.binding.duty == want.duty]
        if want.nth:
            matching = matching[want.nth - 1 : want.nth]
        if not any(want.matches(duty, at) for duty in matching):
            seen = "；".join(describe(duty, at) for duty in matching) or "没有这项义务"
            differences.append(f"义务“{want.duty}”应为{want.told()}，实际是：{seen}")
    differences += publication_differences(performance)
    if wanted.ended is not None and (performance.case.ended is not None) != wanted.ended:
        differences.append("案件应当已经办结" if wanted.ended else "案件不应已经办结")
    if wanted.archived is not None and (performance.case.archived is not None) != wanted.archived:
        differences.append("案件应当已经归档" if wanted.archived else "案件不应已经归档")
    return differences


def publication_differences(performance: Performance) -> list[str]:
    wanted, case = performance.scenario.expect.publication, performance.case
    if wanted is None:
        return []
    state = "withdrawn" if case.withdrawn else "published" if case.public else "none"
    found = [] if state == wanted.state else [f"公示状态应为 {wanted.state}，实际是 {state}"]
    public = case.public or {}
    for name, value in wanted.holds.items():
        if value not in str(public.get(name, "")):
            found.append(f"公示的“{name}”应含“{value}”，实际是“{public.get(name, '')}”")
    everything = str(dict(public))
    found += [f"公示内容不应出现“{secret}”" for secret in wanted.hides if secret in everything]
    return found


def describe(duty: Duty, at: datetime | None) -> str:
    status = duty.status(at) if at else ""
    return f"{duty.binding.clause} {duty.binding.due_on.isoformat()} {status}"
