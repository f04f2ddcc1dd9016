"""Predicates about the duties of a case that run (义务的期限): whether a day lies within one, whether one is past."""

from __future__ import annotations

from collections.abc import Mapping

from sanxiang.core.casefile import Done
from sanxiang.core.values import chinese_date

from .duties import started_by
from .predicates import word
from .situation import Proposal, Situation
from .truth import YES, Truth, holds, no


@word("fact_within_duty")
def fact_within_duty(value: Mapping[str, str], s: Situation) -> Truth:
    """A day that a person sets must not lie after the last day of another duty of the case."""
    stated = s.value(value["fact"])
    if not stated:
        return no(s.label(value["fact"]))
    last = [
        candidate.due_on
        for kind, begun in s.case.kinds.items()
        for group in started_by(kind, s.case, s.rules, begun.took_effect, s.proposal)
        for candidate in group
        if candidate.duty == value["duty"]
    ]
    if not last:
        return YES
    return holds(str(stated) <= min(last).isoformat(), f"“{s.label(value['fact'])}”不晚于{chinese_date(min(last))}")


@word("in_duty")
def in_duty(value: str, s: Situation) -> Truth:
    """The last day of a duty of the case, as the acts that began it set it, is not past. A duty that nothing began is
    not past either."""
    last = [
        candidate.due_on
        for begun in s.case.done
        for group in started_by(begun.kind, s.case, s.rules, begun.took_effect, _again(s, begun))
        for candidate in group
        if candidate.duty == value
    ]
    return holds(not last or s.day <= min(last), f"期限到{chinese_date(min(last, default=s.day))}届满")


def _again(s: Situation, begun: Done) -> Proposal:
    """An act that was done, as it was proposed."""
    return Proposal(act=begun.act, actor=s.proposal.actor, at=begun.occurred_at, facts=begun.facts, link=begun.link)
