"""Nothing that a paper must hold of the case, of the party or of the agency's register can be missing when it is made: an
act demands it, or one that must come before, or the paper is made only where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.core.rulebook import Act, Paper, RuleSet
from sanxiang.three_systems.recording.documents.registry import SECTIONS
from tests.law.test_papers_and_forms import TEMPLATES, demanded
from tests.support.rules import LIBRARY

SAID = {
    "party.name": "party_name", "party.address": "party_address", "agency.phone": "agency_phone",
    "agency.address": "agency_address", "agency.review_body": "agency_review_body", "agency.court": "agency_court",
}  # fmt: skip
"""Where a part of the data of a paper comes from; the name of the agency every agency has, and the rest of the sections
(document, officers, lists) the product makes itself."""
OTHERWISE = {
    ("avoidance_decision", "avoidance_person"): "`avoidance: open`: an application stands, which states it",
    ("avoidance_decision", "avoidance_ground"): "`avoidance: open`: an application stands, which states it",
    ("levy_announcement", "levy_plan"): "GP-9: a levy of houses is decided only after its plan was announced",
    ("payment_notice", "sanctions|due_amount"): "the act is offered only where a sum is due",
}
"""What is made sure of by a rule that names no fact, and by which."""


def guaranteed(rules: RuleSet, procedure: str, act: Act) -> set[str]:
    """What the act cannot be done without, with what its gates want on its papers."""
    leaves = (leaf for bound in rules.gates_for(procedure, act) for need in bound.rule.needs for leaf in need.leaves())
    printed = {name for leaf in leaves if leaf.op == "on_paper" for one in leaf.value for name in one.split("|")}
    return demanded(rules, procedure, act) | printed


def before(rules: RuleSet, procedure: str, act: Act, facts: set[str], seen: frozenset[str] = frozenset()) -> bool:
    """Whether every way to the act passes one that guarantees it."""
    for part in act.after:
        ways = [one for one in rules.acts_of(procedure) if one.id in part.split("|") and one.id not in seen | {act.id}]
        if ways and all(facts & guaranteed(rules, procedure, one)
                        or before(rules, procedure, one, facts, seen | {act.id}) for one in ways):  # fmt: skip
            return True
    return False


def given(paper: Paper) -> set[str]:
    """The facts that must stand for the paper to be made at all, and those that say which of several it is."""
    leaves = paper.when.leaves() if paper.when else ()
    return {leaf.value["id"] for leaf in leaves if leaf.op == "fact"}


@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_nothing_that_a_paper_must_hold_can_be_missing(place: str) -> None:
    rules = LIBRARY.on(place, date(2026, 6, 1))
    missing, checked = set(), 0
    for procedure in rules.procedures:
        for act in rules.acts_of(procedure):
            for paper in act.papers:
                for need in (
                    one for field in TEMPLATES[paper.template].fields if not field.when for one in field.needs
                ):
                    facts = {SAID.get(path, path.partition(".")[0]) for path in need.split("|")}
                    if facts & set(SECTIONS) or (paper.template, need) in OTHERWISE:
                        continue
                    checked += 1
                    if not facts & (guaranteed(rules, procedure, act) | given(paper)) and not before(
                        rules, procedure, act, facts
                    ):
                        missing.add((paper.template, need, f"{procedure}/{act.id}"))
    assert sorted(missing) == []
    assert checked > 900


def test_what_is_made_sure_of_otherwise_is_still_a_need() -> None:
    assert {(template, need) for template, need in OTHERWISE
            if need not in {one for field in TEMPLATES[template].fields for one in field.needs}} == set()  # fmt: skip
