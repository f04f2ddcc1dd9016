"""Predicates about handing a case over (移交、代理承办), and what such an act brings along.

Administrative Penalty Law, art. 42 and 43: handlers are certified, and avoid what they have an interest in."""

from __future__ import annotations

from dataclasses import replace

from sanxiang.core.casefile import team_of
from sanxiang.core.casefile.team import UNTIL

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, holds, no


@word("hands_over")
def hands_over(value: bool, s: Situation) -> Truth:
    """The act says which of the handlers hands the case over, and the one who takes it does not handle it yet."""
    team, giver = team_of(s.case, s.day), s.proposal.link
    problems = [] if giver in team else ["现承办人中由谁移交"]
    problems += [f"{name_of(s, one)}已经是本案的承办人" for one in s.proposal.officers if one in team]
    return YES if bool(not problems) == value else no(*problems)


@word("may_handle")
def may_handle(value: bool, s: Situation) -> Truth:
    """The officer neither avoids the case nor has reviewed it."""
    me, case = s.proposal.actor.officer, s.case
    problems = []
    if me in case.avoiding or me in case.recused:
        problems.append(f"{name_of(s, me)}已经回避本案")
    if me and me in (case.reviewer, case.opinion.reviewer if case.opinion else ""):
        problems.append(f"{name_of(s, me)}审核本案，不能承办")
    return YES if bool(not problems) == value else no(*problems)


@word("stands_in")
def stands_in(value: bool, s: Situation) -> Truth:
    """The last day of the standing-in lies after the day on which it begins."""
    until = str(s.value(UNTIL) or "")
    return holds((until > s.day.isoformat()) == value, f"“{s.label(UNTIL)}”晚于移交的当天")


def name_of(s: Situation, officer: str) -> str:
    found = s.registers.officer(officer)
    return found.name if found else ""


def with_names(s: Situation) -> Situation:
    """The act with the names of the handlers before and after it, as everybody reads them later."""
    team = team_of(s.case, s.day)
    if not s.proposal.link:
        return s
    after = [one for one in team if one != s.proposal.link]
    after += [one for one in s.proposal.officers if one not in after]
    told = {
        "handlers_before": "、".join(filter(None, (name_of(s, one) for one in team))),
        "handlers_after": "、".join(filter(None, (name_of(s, one) for one in after))),
    }
    s.proposal = replace(s.proposal, facts={**s.proposal.facts, **told})
    return s
