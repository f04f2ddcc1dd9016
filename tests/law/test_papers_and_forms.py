"""Every act demands at once what its papers must hold: a case can never be recorded so that it cannot be archived."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sanxiang.core.gates.fulltext import FACTS
from sanxiang.core.rulebook import Act, RuleSet
from sanxiang.three_systems.recording.documents.registry import SECTIONS, catalogue
from tests.support.rules import LIBRARY

TEMPLATES = {one.id: one for one in catalogue().templates}


def demanded(rules: RuleSet, procedure: str, act: Act) -> set[str]:
    """What the act cannot be done without, in any case of the procedure."""
    always = {name for bound in rules.gates_for(procedure, act) if bound.rule.when is None
              for need in bound.rule.needs for leaf in need.leaves() if leaf.op == "stated" for name in leaf.value}  # fmt: skip
    return always | {ask.fact for ask in act.asks if ask.required}


def only_here(rules: RuleSet, act: Act) -> Iterator[tuple[str, str, bool]]:
    """The facts that papers of this act must hold and that belong to one act alone: the paper, the fact (or several,
    joined by |), and whether it must hold them always. A paper that is made only where a fact is stated holds it."""
    for paper in act.papers:
        leaves = paper.when.leaves() if paper.when and paper.when.op in ("all", "fact") else ()
        given = {leaf.value["id"] for leaf in leaves if leaf.op == "fact" and leaf.value.get("present")}
        for field in TEMPLATES[paper.template].fields:
            for need in (one for one in field.needs if one not in given):
                facts = [rules.dictionary.get(name) for name in need.split("|")]
                if all(fact is not None and not fact.carried for fact in facts):
                    yield paper.template, need, not field.when


@pytest.mark.clauses("LY-14", "UR-09", "WD-07")
@pytest.mark.journeys("disclosure.full-text")
@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_the_full_text_of_every_decision_holds_what_its_form_prints(place: str) -> None:
    rules = LIBRARY.on(place, date(2026, 6, 1))
    allowed = {name for bound in rules.contents if bound.rule.of == FACTS for name in bound.rule.fields}
    papers = {
        paper.template
        for procedure in rules.procedures
        for act in rules.acts_of(procedure)
        if act.emits in ("decision.made", "decision.refused")
        for paper in act.papers
        if paper.series and not paper.inside
    }
    assert len(papers) >= 4
    for template in papers:
        paths = [one for field in TEMPLATES[template].fields for path in (*field.needs, *field.may)
                 for one in path.split("|")]  # fmt: skip
        facts = {path.partition(".")[0] for path in paths if path.partition(".")[0] not in SECTIONS}
        assert facts <= allowed, template
    assert allowed <= set(rules.dictionary)


@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_what_a_paper_must_hold_of_its_own_act_is_demanded(place: str) -> None:
    rules = LIBRARY.on(place, date(2026, 6, 1))
    missing: list[Any] = []
    checked = 0
    for procedure in rules.procedures:
        for act in rules.acts_of(procedure):
            had, asked = demanded(rules, procedure, act), {ask.fact for ask in act.asks}
            for template, need, always in only_here(rules, act):
                facts = set(need.split("|"))
                checked += 1
                here = facts & (had if always else asked)
                if not here and (facts & asked or not stated_before(rules, procedure, act, facts)):
                    missing.append((procedure, act.id, template, need))
    assert missing == []
    assert checked > 20


def stated_before(rules: RuleSet, procedure: str, act: Act, facts: set[str]) -> bool:
    """Whether an act that must come first, or one before that, demands it."""
    before = {name for part in act.after for name in part.split("|")}
    earlier = [one for one in rules.acts_of(procedure) if one.id in before and one.id != act.id]
    return any(
        facts & demanded(rules, procedure, one) or stated_before(rules, procedure, one, facts) for one in earlier
    )
