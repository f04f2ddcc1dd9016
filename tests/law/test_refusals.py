"""A refusal is a decision too: in all five places it starts the duty to publish, with the days of its category."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.rules import LIBRARY

ON = date(2026, 6, 1)


@pytest.mark.clauses("DXH-07", "LY-12", "UR-08", "CN-06", "WD-07")
@pytest.mark.journeys("disclosure.every-category")
@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_whatever_starts_the_publication_of_a_decision_starts_that_of_a_refusal(place: str) -> None:
    rules = LIBRARY.on(place, ON)
    owed = [bound.rule for on in rules.deadlines.values() for bound in on if bound.rule.duty == "publish"]
    assert owed
    assert [rule.say for rule in owed if not {"decision.made", "decision.refused"} <= set(rule.on)] == []


@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_what_is_refused_can_be_prepared_checked_published_and_lawfully_withheld(place: str) -> None:
    """Wherever a procedure refuses, the acts that lead into public, or lawfully not, follow the refusal."""
    rules = LIBRARY.on(place, ON)
    seen = 0
    for procedure in rules.procedures:
        refusals = {act.id for act in rules.acts_of(procedure) if act.emits == "decision.refused"}
        for name in ("prepare_publication", "withhold_publication") if refusals else ():
            act = next(act for act in rules.acts_of(procedure) if act.id == name)
            seen += 1
            assert refusals <= {after for entry in act.after for after in entry.split("|")}, (procedure, name)
    assert seen >= 8
