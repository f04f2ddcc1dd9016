"""How long the file of a case is kept (保管期限): the longest period that applies, counted from the year after its end.

The periods are data of a rulebook; which of them an agency's own table confirms is its to say (须核定)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.registers import Agency, Registers
from sanxiang.core.rulebook import Bound, Retention, RuleSet
from sanxiang.core.values import Actor, chinese_date, legal_day

from .predicates import evaluate, word
from .situation import Proposal, Situation
from .truth import YES, Truth, holds

AT_END = "archive_at_end"
"""The setting of a place that says what an appraisal proposes at the end of the period, one of the opinions that the
form offers (须核定)."""
OWN_END = "agency_archive_end"
"""What an agency settled for itself instead, in its register (长宁区实施方案 第13条 leaves it to the agency)."""


def retentions(s: Situation) -> list[Bound[Retention]]:
    """The periods that apply to a case, the longest first."""
    found = [bound for bound in s.rules.retentions if evaluate(bound.rule.when, s).state is not False]
    return sorted(found, key=lambda bound: bound.rule.years or float("inf"), reverse=True)


def at_least(s: Situation) -> Bound[Retention] | None:
    """The period that a file must be kept at least; None where no rule names one."""
    return next(iter(retentions(s)), None)


def at_end(rules: RuleSet, agency: Agency | None) -> str:
    """What is proposed for a file at the end of its period: what the agency settled, else what its place does; empty
    where nobody settled anything."""
    own = agency.facts.get(OWN_END) if agency is not None else ""
    return str(own or rules.setting(AT_END) or "")


def suggested(rules: RuleSet, case: CaseFile, asked: set[str], agency: Agency | None = None) -> dict[str, Any]:
    """What the form of an act of the archive brings along: the longest period that applies; of the only request that
    waits to be decided its extent and form; of an appraisal what the agency or its place does at the end."""
    found: dict[str, Any] = {}
    if "archive_retention" in asked and case.ended:
        actor = Actor(officer="", name="", agency="", department="", post="", certificate=None)
        s = Situation(rules, case, Registers(), Proposal(act="", actor=actor, at=case.ended.occurred_at))
        bound = at_least(s)
        found["archive_retention"] = bound.rule.name if bound else ""
    proposed = at_end(rules, agency)
    if "appraisal_result" in asked and proposed:
        found["appraisal_result"] = proposed
    waiting = [one for one in case.keeping.requests if one.state == "requested"]
    if "access_until" in asked and len(waiting) == 1:
        found |= {name: waiting[0].facts.get(name, "") for name in ("access_extent", "access_form")}
    return found


def kept_until(case: CaseFile, rules: RuleSet, name: str) -> date | None:
    """The last day of a period of this name, counted from the year after the one in which the case ended; None where it
    is kept for ever, has not ended, or no rule knows the period. A later appraisal may have set another day."""
    if case.keeping.appraised_until:
        return date.fromisoformat(case.keeping.appraised_until)
    years = {bound.rule.name: bound.rule.years for bound in rules.retentions}.get(name, 0)
    ended = case.ended or case.archived
    if not years or ended is None:
        return None
    return date(legal_day(ended.occurred_at).year + 1 + years, 1, 1) - timedelta(days=1)


def kept_for(case: CaseFile) -> str:
    """The period under which the file was archived; empty where it was not."""
    return str(case.archived.facts.get("archive_retention", "")) if case.archived else ""


@word("retention")
def retention(value: str, s: Situation) -> Truth:
    """`enough` the period chosen is not shorter than the longest that applies; `ended` it has run out."""
    if value == "ended":
        end = kept_until(s.case, s.rules, kept_for(s.case))
        when = f"保管期限届满（{chinese_date(end)}）" if end else "保管期限届满（永久保管的不届满）"
        return holds(end is not None and s.day > end, when)
    bound = at_least(s)
    years = {one.rule.name: one.rule.years or float("inf") for one in s.rules.retentions}
    chosen = s.value("archive_retention")
    if bound is None or chosen is None:
        return YES
    enough = years.get(str(chosen), 0) >= years[bound.rule.name]
    return holds(enough, f"保管期限不少于“{bound.rule.name}”：{bound.rule.say}（{bound.citation}，须核定）")
