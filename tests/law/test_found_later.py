"""What is found in a film after its act holds back all that completes the matter, in every place; what has happened all
the same is recorded with what it breaks (办后检验发现的中断)."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.casework.play import play
from sanxiang.core.casefile import ENDS
from sanxiang.core.gates.charting import may_open
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

COMPLETING = (*ENDS, "investigation.concluded", "review.submitted", "decision.made", "decision.refused")


@pytest.mark.clauses("CN-09", "TS-3.2")
@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_all_that_completes_a_matter_waits_for_the_explanation(place: str) -> None:
    rules, free = LIBRARY.on(place, date(2026, 8, 3)), []
    for name, bound in rules.procedures.items():
        if name == COMMON or not may_open(rules, bound.rule):
            continue
        for act in rules.acts_of(name):
            gates = (leaf for one in rules.gates_for(name, act) for need in one.rule.needs for leaf in need.leaves())
            held = any((leaf.op, leaf.value) == ("recording", "settled") for leaf in gates)
            free += [f"{name} {act.id}"] if held != (act.emits in COMPLETING) else []
    assert free == []


@pytest.mark.clauses("TS-3.2")
def test_a_decision_that_was_made_all_the_same_is_recorded_with_its_breach() -> None:
    told = scenario(default_folder() / "wuding/three-systems/scenarios/recording-found-before-decision.yaml")
    played = play(LIBRARY, told)
    made = next(one for one in played.events if one.kind == "decision.made")
    (breach,) = made.breaches
    assert (breach["clause"], breach["fix"]) == ("TS-3.2", "recording.explained")
    assert "09:12:00–09:15:00 画面全黑" in breach["missing"][0]
