"""Where the regulation lets the online record stand in place of the paper, the review makes no numbered paper, and the
volume holds the record."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from sanxiang.core.rulebook import Library
from tests.law.playing import LIBRARY, Played


def with_setting(place: str) -> Library:
    """The rulebooks of a place that settled on the online record."""
    found = LIBRARY.jurisdictions[place]
    settled = replace(found, settings=MappingProxyType({**found.settings, "review_online": True}))
    return replace(LIBRARY, jurisdictions={**LIBRARY.jurisdictions, place: settled})


def papers(place: str, library: Library) -> list[tuple[str, bool]]:
    played = Played(place, "conclude_investigation", library=library)
    played.submitted("2024-08-13T09:00").concluded("2024-08-14T09:00")
    return [(str(one["template"]), bool(one["number"])) for one in played.performance.events[-1].event.documents]


@pytest.mark.clauses("LY-37", "LY-38")
def test_luoyang_makes_a_numbered_paper_until_it_settles_on_the_online_record() -> None:
    assert papers("luoyang", LIBRARY) == [("review_opinion", True)]
    assert papers("luoyang", with_setting("luoyang")) == [("review_record", False)]


@pytest.mark.clauses("LY-38")
def test_a_regulation_that_does_not_know_it_is_not_changed_by_the_setting() -> None:
    assert papers("wuding", with_setting("wuding")) == [("review_opinion", True)]
