"""What is due by when (义务与期限): computed from the events and the rules of their days, never stored as truth.

Every deadline that an event starts is one candidate; candidates of the same duty and the same event are compared
across layers. An agency's duty takes the earliest day, a party's right the latest; the others stay visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sanxiang.core.casefile import CaseFile, apply, effect_of
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day, opening_of

from .candidates import Candidate, choose, count, extended, way_of
from .predicates import evaluate
from .situation import Proposal, Situation
from .stopping import anew, meets, stopped

BY_EVENT = ("measure.taken", "record.requested", "access.requested")
"""Events that a later one names by their id."""
Status = Literal["open", "met", "late", "overdue", "lapsed", "excused", "halted"]
RuleBook = Callable[[date], RuleSet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A dated obligation of a case. `binding` is the candidate that binds, `others` those it is stricter than;
    `event` the event that started it, `met_by` the one that met it."""

    event: str
    link: str
    started_at: datetime
    binding: Candidate
    others: tuple[Candidate, ...] = ()
    met_at: datetime | None = None
    met_by: str = ""
    extended: int = 0
    excused: bool = False

    def status(self, at: datetime) -> Status:
        """Where it stands at an instant: open, met, late (met after its day), overdue, excused; a right that its
        party did not use has lapsed; one whose clock stands still is halted."""
        if self.excused:
            return "excused"
        if self.binding.halted and not self.met_at:
            return "halted"
        moment = self.met_at or at
        end = self.binding
        past = moment > end.due_at if end.due_at else legal_day(moment) > end.due_on
        if self.met_at:
            return "late" if past else "met"
        if not past:
            return "open"
        return "lapsed" if end.favours == "party" else "overdue"


def started_by(kind: str, case: CaseFile, rules: RuleSet, start: datetime, proposal: Proposal) -> list[list[Candidate]]:
    """The candidates that an event of a kind starts in a case, grouped by duty."""
    s = Situation(rules, case, Registers(), proposal)
    groups: dict[str, list[Candidate]] = {}
    for bound in rules.deadlines.get(kind, ()):
        stated: Mapping[str, Any] = case.facts
        if bound.rule.fact:
            stated = {bound.rule.fact: s.value(bound.rule.fact)}  # a day set for one submission is not that of the next
            if not stated[bound.rule.fact]:
                continue
        since = s.value(bound.rule.since) if bound.rule.since else ""
        if bound.rule.since and not since:
            continue
        if evaluate(bound.rule.when, s).state is not False:
            counted = count(bound, opening_of(str(since), start), rules, stated)
            groups.setdefault(bound.rule.duty, []).append(counted)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Where a case stands after its events, and every duty that they began."""

    case: CaseFile
    duties: tuple[Duty, ...]


def reckon(events: Iterable[Recorded], rules_on: RuleBook, start: Reckoning | None = None) -> Reckoning:
    """State and duties after `events`, from nothing or from an earlier reckoning. Raises UnknownKind."""
    case = start.case.copied() if start else CaseFile()
    found = list(start.duties) if start else []
    for recorded in events:
        apply(case, recorded)
        _close(found, recorded, case, rules_on)
        _stretch(found, recorded, rules_on)
        _stop(found, recorded, case, rules_on)
        if recorded.kind == "waiver.given":
            _excuse(found, recorded)
        found += _begun(case, recorded, rules_on)
    return Reckoning(case, tuple(found))


def duties(events: Iterable[Recorded], rules_on: RuleBook) -> list[Duty]:
    """Every duty of a case from its events, in the order in which they began."""
    return list(reckon(events, rules_on).duties)


def _begun(case: CaseFile, recorded: Recorded, rules_on: RuleBook) -> list[Duty]:
    """The duties that this event, the last of the case, begins."""
    rules = rules_on(legal_day(recorded.occurred_at))
    if recorded.kind not in rules.deadlines:
        return []
    link = case.done[-1].link
    about = link or (recorded.id if recorded.kind in BY_EVENT else recorded.event.act)
    event, at = recorded.event, case.done[-1].took_effect
    proposal = Proposal(act=event.act, actor=recorded.actor, at=recorded.occurred_at, facts=event.facts, link=link)
    found = []
    for group in started_by(recorded.kind, case, rules, at, proposal):
        binding, others = choose(group)
        began = opening_of(binding.start.isoformat(), at) if binding.bound.rule.since else at
        found.append(Duty(event=recorded.id, link=about, started_at=began, binding=binding, others=others))
    return found


def _close(found: list[Duty], recorded: Recorded, case: CaseFile, rules_on: RuleBook) -> None:
    """Meet the duties that this event meets; what was carried out in part, or archived with gaps, meets none."""
    if getattr(recorded.event, "complete", True) is False or getattr(recorded.event, "incomplete", False):
        return
    for index, duty in enumerate(found):
        rule = duty.binding.bound.rule
        named = not rule.acts or recorded.event.act in rule.acts
        if not duty.met_at and recorded.kind in rule.until and named and _about(duty, recorded):
            if rule.until_when and not meets(rule, _seen(recorded, case, rules_on(legal_day(recorded.occurred_at)))):
                continue
            met_at = effect_of(recorded.event, recorded.occurred_at)
            found[index] = replace(duty, met_at=met_at, met_by=recorded.id)


def _about(duty: Duty, recorded: Recorded) -> bool:
    """Whether the event is about the measure or the paper that the duty is about; any where it is about none."""
    linked = duty.binding.bound.rule.linked
    event = recorded.event
    link = getattr(event, "measure", "") or getattr(event, "served", "") or getattr(event, "about", "")
    return not linked or link == (duty.link if linked in ("measure", "act") else linked)


def _stop(found: list[Duty], recorded: Recorded, case: CaseFile, rules_on: RuleBook) -> None:
    """Let the running clocks stand still, go on or begin anew where their regulation lets this kind of event do so."""
    today = legal_day(recorded.occurred_at)
    for index, duty in enumerate(found):
        everyone = (duty.binding, *duty.others)
        other_measure = getattr(recorded.event, "measure", "") and not _about(duty, recorded)
        if duty.met_at is not None or other_measure or not any(one.touched_by(recorded.kind) for one in everyone):
            continue
        s = _seen(recorded, case, rules_on(today))
        rules = rules_on(legal_day(duty.started_at))
        about = getattr(recorded.event, "about", "")
        moved = [
            stopped(anew(one, recorded.kind, s, rules), recorded.kind, recorded.id, about, s, rules) for one in everyone
        ]
        binding, others = choose(moved)
        found[index] = replace(duty, binding=binding, others=others)


def _seen(recorded: Recorded, case: CaseFile, rules: RuleSet) -> Situation:
    """The situation in which an event that is already in the case was proposed."""
    event, link = recorded.event, case.done[-1].link if case.done else ""
    proposal = Proposal(act=event.act, actor=recorded.actor, at=recorded.occurred_at, facts=event.facts, link=link)
    return Situation(rules, case, Registers(), proposal)


def _excuse(found: list[Duty], recorded: Recorded) -> None:
    for index, duty in enumerate(found):
        if duty.binding.duty == getattr(recorded.event, "duty", "") and duty.met_at is None:
            found[index] = replace(duty, excused=True)


def _stretch(found: list[Duty], recorded: Recorded, rules_on: RuleBook) -> None:
    """Move the day of a running duty where the regulation lets this kind of event do so."""
    for index, duty in enumerate(found):
        other_measure = getattr(recorded.event, "measure", "") and not _about(duty, recorded)
        if duty.met_at is not None or other_measure:
            continue
        everyone = (duty.binding, *duty.others)
        if not any(way_of(candidate, recorded) for candidate in everyone):
            continue
        rules = rules_on(legal_day(duty.started_at))
        moved = [extended(candidate, recorded, duty.extended, rules) for candidate in everyone]
        binding, others = choose(moved)
        found[index] = replace(duty, binding=binding, others=others, extended=duty.extended + 1)
