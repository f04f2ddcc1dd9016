"""The points of a legal review (审核要点): which ones are asked, and what one still lacks before the opinion is signed.

Each point has a finding with its source (a page of a paper, a second of a recording); a problem says what it is; what
the opinion before found wrong is told solved or not. 国办发〔2018〕118号 四(三); 洛政办〔2019〕37号 三(三)3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import Outcome, RuleSet
from sanxiang.core.rulebook.ruleset import LAYER_ORDER

from .predicates import word
from .situation import Situation
from .truth import YES, Truth, no

PROBLEM, NOT_ASKED = "存在问题", "不适用"
SOLVED, UNSOLVED = "已解决", "未解决"


def points_of(rules: RuleSet) -> tuple[str, ...]:
    """The points as the most local regulation names them."""
    named = [bound for bound in rules.reviews if bound.rule.points]
    return max(named, key=lambda bound: LAYER_ORDER[bound.layer]).rule.points if named else ()


def outcomes_of(rules: RuleSet) -> tuple[Outcome, ...]:
    """The outcomes of a review as the most local regulation names them."""
    named = [bound for bound in rules.reviews if bound.rule.outcomes]
    return max(named, key=lambda bound: LAYER_ORDER[bound.layer]).rule.outcomes if named else ()


def found_before(case: CaseFile) -> dict[str, Mapping[str, Any]]:
    """The points with a problem in the last opinion, where that opinion did not pass: point → its line."""
    if case.opinion is None or case.opinion.passes:
        return {}
    lines = case.facts.get("review_points") or ()
    return {str(line.get("point")): line for line in lines if line.get("finding") == PROBLEM}


def lacking(line: Mapping[str, Any], *, before: bool = False) -> tuple[str, ...]:
    """What the line of one point still lacks, in words; empty where it can stand. `before` the last opinion found a
    problem in this point."""
    finding, earlier = line.get("finding"), line.get("earlier")
    if not finding:
        return ("结论",)
    found = []
    if finding != NOT_ASKED and not line.get("anchor"):
        found.append("出处")
    if finding == PROBLEM and not line.get("note"):
        found.append("问题的说明")
    if before and not earlier:
        found.append("上次的问题是否解决")
    if before and earlier == UNSOLVED and finding != PROBLEM:
        found.append("一致的结论（上次的问题没有解决，就还存在问题）")
    return tuple(found)


def open_points(
    wanted: Iterable[str], lines: Iterable[Mapping[str, Any]], before: Iterable[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The points that keep an opinion from being signed: point → what it lacks. Of several lines on one point the one
    that lacks most counts."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        told.setdefault(str(line.get("point")), []).append(line)
    pinned, found = set(before), {}
    for point in wanted:
        lacks = max((lacking(line, before=point in pinned) for line in told.get(point, [{}])), key=len)
        if lacks:
            found[point] = lacks
    return found


@word("points")
def points(value: bool, s: Situation) -> Truth:
    """Every point that the most local regulation names has a finding that can stand (审核要点)."""
    lines = s.value("review_points") or []
    missing = open_points(points_of(s.rules), lines, found_before(s.case))
    return no(*(f"“{point}”的{'、'.join(lacks)}" for point, lacks in missing.items())) if missing else YES
