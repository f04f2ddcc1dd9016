"""Every end of every procedure, in every place whose regulation lets it be opened, has its closing and its archive: a
scenario plays to the archive by it. The list is read out of the rulebooks; nothing is named here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from sanxiang.casework.play import play
from sanxiang.core.casefile import ENDS
from sanxiang.core.gates.charting import may_open
from sanxiang.core.rulebook.ruleset import COMMON
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

DAY = date(2026, 8, 3)
End = tuple[str, str]


def ends(place: str) -> Iterator[End]:
    """Procedure and act of every way in which a case can end in a place."""
    rules = LIBRARY.on(place, DAY)
    for name, bound in rules.procedures.items():
        if name != COMMON and may_open(rules, bound.rule):
            yield from ((name, act.id) for act in rules.acts_of(name) if act.emits in ENDS)


@cache
def reached(place: str) -> frozenset[End]:
    """The ends by which a scenario of the place plays to the archive as it says."""
    found = set()
    for file in sorted(default_folder().glob("*/*/scenarios/*.yaml")):
        told = scenario(file)
        if told.rulebook == place and any(step.act == "archive" for step in told.steps):
            played = play(LIBRARY, told)
            if played.ok and played.case.archived:
                found |= {(played.case.procedure, done.act) for done in played.case.done if done.kind in ENDS}
    return frozenset(found)


@pytest.mark.parametrize("place", sorted(LIBRARY.jurisdictions))
def test_every_end_is_played_to_its_archive(place: str) -> None:
    assert sorted(set(ends(place)) - reached(place)) == [], "no scenario of this place archives a case that ended so"


def test_there_are_ends_to_reach() -> None:
    found = [(place, *end) for place in LIBRARY.jurisdictions for end in ends(place)]
    assert len(found) > 150
    assert {act for _, _, act in found} >= {
        "close_case",
        "terminate",
        "refuse_filing",
        "refuse_application",
        "transfer_crime",
    }
