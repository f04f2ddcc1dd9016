"""Every scenario beside the law goes as it says (情景). Its `shows` names clauses and, with a dot, journeys."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanxiang.casework.play import play
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

FOLDER = default_folder()


def scenarios() -> list:
    found = []
    for file in sorted(FOLDER.glob("*/*/scenarios/*.yaml")):
        shows = scenario(file).shows
        journeys = [name for name in shows if "." in name]
        clauses = [name for name in shows if "." not in name]
        marks = [pytest.mark.clauses(*clauses), pytest.mark.journeys(*journeys)]
        found.append(pytest.param(file, marks=marks, id=file.relative_to(FOLDER).as_posix()))
    return found


SCENARIOS = scenarios()


@pytest.mark.parametrize("file", SCENARIOS)
def test_a_scenario_goes_as_it_says(file: Path) -> None:
    performance = play(LIBRARY, scenario(file))
    differing = [f"{played.step.act}：{text}" for played in performance.steps for text in played.differences]
    assert [*differing, *performance.differences] == []


def test_what_a_scenario_shows_is_there() -> None:
    clauses = {clause.id: clause for found in LIBRARY.versions.values() for clause in found[-1].clauses}
    journeys = {binding.journey for clause in clauses.values() for binding in clause.capabilities}
    for param in SCENARIOS:
        for name in scenario(param.values[0]).shows:
            assert name in journeys or name in clauses, f"{param.id}: {name}"


def test_a_clause_is_shown_only_by_its_own_regulation() -> None:
    """A scenario under one jurisdiction says nothing of a clause of another."""
    for param in SCENARIOS:
        told = scenario(param.values[0])
        place = LIBRARY.jurisdictions[told.rulebook]
        own = {clause.id for name in place.instruments for clause in LIBRARY.versions[name][-1].clauses}
        assert {name for name in told.shows if "." not in name} <= own, param.id


def test_the_same_penalty_has_its_scenario_in_every_jurisdiction() -> None:
    for place in LIBRARY.jurisdictions:
        played = [scenario(param.values[0]) for param in SCENARIOS if param.id.startswith(f"{place}/")]
        assert any(told.case.get("procedure") == "penalty.ordinary" for told in played), place
