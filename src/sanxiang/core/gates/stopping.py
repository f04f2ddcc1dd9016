"""Clocks that stand still (期限的中止、扣除) or begin anew, as the rulebook says which act does it to which clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sanxiang.core.casefile import Done
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import Bound, Deadline, Pause, RuleSet
from sanxiang.core.values import chinese_date, legal_day

from .candidates import Candidate, Stop
from .predicates import evaluate, word
from .situation import Proposal, Situation
from .truth import Truth, holds, no

SUSPENDS = "suspend_case"
STOPS, ENDS = ("clock.stopped", "measure.paused"), "clock.resumed"
"""The acts by which a person stops clocks, and the one that names which of them it ends."""


def stopped(candidate: Candidate, kind: str, event: str, about: str, s: Situation, rules: RuleSet) -> Candidate:
    """The deadline after an event of a kind that ends stops of it, the one that it is `about` if it names one, or
    begins one."""
    stops = tuple(_ended(stop, candidate, kind, event, about, s) for stop in candidate.stops)
    for pause in candidate.bound.rule.pauses:
        if kind in pause.on and evaluate(pause.when, s).state is not False:
            stops = (*stops, _begun(pause, candidate.bound, event, s))
    return candidate if stops == candidate.stops else replace(candidate, stops=stops).counted(rules)


def _begun(pause: Pause, bound: Bound[Deadline], event: str, s: Situation) -> Stop:
    since = _stated(pause.since, s) or s.day
    law = str(s.proposal.facts.get("stopped_law") or pause.law or bound.citation)
    return Stop(event=event, why=why(pause, s), law=law, since=since, told=_stated(pause.told, s), link=s.proposal.link)


def why(pause: Pause, s: Situation) -> str:
    """What stops the clock: the cause that was stated, else what the regulation calls it."""
    return str(s.proposal.facts.get("stopped_for") or s.proposal.facts.get("suspended_for") or pause.say)


def _ended(stop: Stop, candidate: Candidate, kind: str, event: str, about: str, s: Situation) -> Stop:
    """The stop as the event ends it; what names another one leaves it alone."""
    if not stop.running or event == stop.event or about not in ("", stop.event, stop.link):
        return stop
    for pause in candidate.bound.rule.pauses:
        if (
            kind in pause.until
            and (about or why_alike(pause, stop))
            and evaluate(pause.until_when, s).state is not False
        ):
            return replace(stop, until=max(_stated(pause.ended, s) or s.day, stop.since))
    return stop


def why_alike(pause: Pause, stop: Stop) -> bool:
    """Whether a stop that nothing names was begun by this pause."""
    return stop.why == pause.say


def anew(candidate: Candidate, kind: str, s: Situation, rules: RuleSet) -> Candidate:
    """The deadline where an event of a kind lets it begin anew: what was left out before counts no more."""
    for one in candidate.bound.rule.restarts:
        if kind not in one.on or evaluate(one.when, s).state is False:
            continue
        day = _stated(one.fact, s) or s.day
        periods = tuple(period for period in (one.period, one.then) if period is not None)
        fresh = replace(candidate, start=day, periods=periods, due_on=day, due_at=None, provisional=False, stops=())
        return fresh.counted(rules)
    return candidate


def _stated(fact: str, s: Situation) -> date | None:
    value = s.proposal.facts.get(fact) if fact else None
    return date.fromisoformat(str(value)[:10]) if value else None


@word("clock")
def clock(value: str, s: Situation) -> Truth:
    """Whether a law lets the act stop a running clock of the case; whether it names a stop that has not ended, and ends
    it no earlier than it began; whether that one is a suspension of the case."""
    if value == "excludes":
        return holds(any(_stoppable(s)), "正在计算、依法可以不计入这段时间的期限")
    running = open_stops(s.case.done)
    if value == "going":
        return holds(not any(one.act == SUSPENDS for one in running), "恢复办理")
    if value == "open":
        return holds(bool(running), "还没有结束的中止或者扣除")
    begun = next((done for done in running if done.event == s.proposal.link), None)
    if begun is None:
        return no("选明一项还没有结束的中止或者扣除")
    if value == "suspended":
        return holds(begun.act == SUSPENDS, "中止办理")
    day, first = _stated("stop_ended_on", s) or s.day, legal_day(begun.occurred_at)
    return holds(first <= day <= s.day, f"结束的日期在{chinese_date(first)}以后、办理的当天以前")


def open_stops(done: tuple[Done, ...]) -> list[Done]:
    """The stops that nobody has ended yet."""
    over = {one.link for one in done if one.kind == ENDS}
    return [one for one in done if one.kind in STOPS and one.event not in over]


def _stoppable(s: Situation) -> Iterator[bool]:
    """For every clock that runs in the case, whether the act as it is stated would stop it."""
    kind = s.act.emits if s.act is not None else ""
    for begun in s.case.done:
        for bound in s.rules.deadlines.get(begun.kind, ()):
            pauses = [one for one in bound.rule.pauses if kind in one.on]
            if not pauses or met(bound.rule, begun, s) or evaluate(bound.rule.when, again(s, begun)).state is False:
                continue
            yield any(evaluate(one.when, s).state is not False for one in pauses)


def met(rule: Deadline, begun: Done, s: Situation) -> bool:
    """Whether something met the duty that an act began; of a measure, whether it is another one or over."""
    if rule.linked == "measure":
        measure = s.case.measures.get(s.proposal.link)
        return measure is None or measure.event != begun.event or measure.lifted_at is not None
    return any(done.kind in rule.until and done.seq > begun.seq and meets(rule, again(s, done)) for done in s.case.done)


def meets(rule: Deadline, s: Situation) -> bool:
    """Whether an event of a kind that may meet a duty does so, by the condition on it; in doubt it does not."""
    return evaluate(rule.until_when, s).state is True


def again(s: Situation, begun: Done) -> Situation:
    """The situation in which an act that was done was proposed."""
    proposal = Proposal(act=begun.act, actor=s.proposal.actor, at=begun.occurred_at, facts=begun.facts, link=begun.link)
    return Situation(s.rules, s.case, Registers(), proposal)
