"""Predicates about the duties of a case that run (义务的期限): whether a day lies within one, whether one is past."""

from __future__ import annotations

from collections.abc import Mapping

from sanxiang.core.casefile import Done
from sanxiang.core.rulebook import Extension
from sanxiang.core.values import chinese_date

from .candidates import Candidate
from .duties import started_by
from .predicates import word
from .situation import Situation
from .stopping import ENDS, again, anew, met, stopped
from .truth import YES, Truth, holds, no


@word("fact_within_duty")
def fact_within_duty(value: Mapping[str, str], s: Situation) -> Truth:
    """A day that a person sets must not lie after the last day of another duty of the case."""
    stated = s.value(value["fact"])
    if not stated:
        return no(s.label(value["fact"]))
    last = [one.due_on for _, one in _standing(value["duty"], s) if not one.halted]
    if not last:
        return YES
    return holds(str(stated) <= min(last).isoformat(), f"“{s.label(value['fact'])}”不晚于{chinese_date(min(last))}")


@word("in_duty")
def in_duty(value: str, s: Situation) -> Truth:
    """The last day of a duty of the case that nothing met is not past, time that does not count left out. A duty that
    nothing began is not past either; of several measures, that of the one the act is about."""
    last = [one.due_on for _, one in _standing(value, s) if not one.halted]
    return holds(not last or s.day <= min(last), f"期限到{chinese_date(min(last, default=s.day))}届满")


@word("extension")
def extension(value: str, s: Situation) -> Truth:
    """The duty that an extension names: one that a regulation lets be extended, that runs (its last day is not past),
    that was not extended as often as it may be (延长期限)."""
    name, kind = str(s.proposal.extra.get("duty", "")), s.act.emits if s.act is not None else ""
    ways = [(begun, one, way) for begun, one in _standing(name, s) if (way := _way(one, kind))]
    if value == "known":
        return holds(bool(ways), "选明一项正在计算、依法可以延长的期限")
    given = [done.seq for done in s.case.done if done.kind == kind and done.link == name]
    left = [one for begun, one, way in ways if sum(seq > begun.seq for seq in given) < way.times]
    if value == "left":
        return holds(bool(left) or not ways, "还没有延长过")
    last = max((s.day if one.halted else one.due_on for one in left), default=s.day)
    return holds(s.day <= last, f"期限已于{chinese_date(last)}届满")


def _way(candidate: Candidate, kind: str) -> Extension | None:
    rule = candidate.bound.rule
    return next((way for way in (rule.extension, rule.fallback) if way is not None and way.event == kind), None)


def _standing(name: str, s: Situation) -> list[tuple[Done, Candidate]]:
    """The deadlines of a duty that no act of the case has met, with the act that began each."""
    return [
        (begun, _stood(one, begun, s))
        for begun in s.case.done
        for group in started_by(begun.kind, s.case, s.rules, begun.took_effect, again(s, begun).proposal)
        for one in group
        if one.duty == name and not met(one.bound.rule, begun, s)
    ]


def _stood(candidate: Candidate, begun: Done, s: Situation) -> Candidate:
    """The deadline as later acts let it begin anew, with the time left out that they took from it."""
    for later in s.case.done:
        other = later.kind == "measure.paused" and later.link != begun.link
        if later.seq > begun.seq and candidate.touched_by(later.kind) and not other:
            about = later.link if later.kind == ENDS else ""
            seen = again(s, later)
            fresh = anew(candidate, later.kind, seen, s.rules)
            candidate = stopped(fresh, later.kind, later.event, about, seen, s.rules)
    return candidate
