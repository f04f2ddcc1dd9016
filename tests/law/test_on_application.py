"""Confirmation, award and what else is done on application: from the start to the archive where a regulation covers it,
and every other end too."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.casework.play import Performance, play
from sanxiang.core.values.naming import category_name
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

FOUR = ("luoyang", "wuding", "urumqi", "changning")
RUN = [
    *((place, name) for place in FOUR for name in ("confirmation", "award", "ruling", "other")),
    ("dongxihu", "award"),
    ("dongxihu", "other"),
]
OTHERWISE = (
    "confirmation-disputed", "confirmation-not-accepted", "confirmation-withdrawn", "confirmation-transferred",
    "award-refused", "ruling-mediated", "ruling-refused", "other-refused",
)  # fmt: skip
FURTHER = {"review", "notice", "investigation"}
"""The stages that not every case needs: a review, a notice and somebody who looks at the place."""


def performed(place: str, name: str) -> Performance:
    folder = default_folder() / place / "three-systems" / "scenarios"
    performance = play(LIBRARY, scenario(folder / f"{name}.yaml"))
    assert performance.ok, [performance.differences, *(step.differences for step in performance.steps)]
    return performance


def whole(place: str, name: str, spared: frozenset[str] = frozenset()) -> Performance:
    """A case that passed every stage of its procedure and was closed and archived, its papers numbered."""
    further = FURTHER | spared
    performance = performed(place, name)
    case = performance.case
    procedure = LIBRARY.on(place, date(2026, 6, 1)).procedures[case.procedure].rule
    done = {one.act for one in case.done}
    assert [stage.name for stage in procedure.stages if stage.id not in further and not done & set(stage.done_by)] == []
    assert {paper["title"] for paper in case.papers if paper["number"]}
    assert case.public is not None
    assert case.public["执法类别"] == category_name(case.category)
    assert case.archived is not None
    return performance


@pytest.mark.parametrize(("place", "name"), RUN)
def test_a_matter_on_application_runs_from_its_start_to_the_archive(place: str, name: str) -> None:
    whole(place, name)


@pytest.mark.parametrize("name", OTHERWISE)
def test_every_other_end_of_it_is_archived(name: str) -> None:
    performance = performed("luoyang", name)
    assert performance.case.ended is not None
    assert performance.case.archived is not None
    assert performance.case.papers, "its volume holds something"


@pytest.mark.clauses("DXH-01")
@pytest.mark.journeys("cases.award-other-inspection")
def test_dongxihu_runs_awards_other_powers_and_inspections_to_the_archive_and_nothing_else() -> None:
    run = {name: whole("dongxihu", name).case.category for name in ("award", "other")}
    # nothing was ordered to be put right, so there is nothing to look at again
    run["inspection-batch"] = whole("dongxihu", "inspection-batch", frozenset({"execution"})).case.category
    assert run == {"award": "奖励", "other": "其他", "inspection-batch": "检查"}
    for name in ("confirmation-out-of-scope", "penalty-out-of-scope", "other-unit"):
        (step,) = performed("dongxihu", name).steps
        assert {reason.clause for reason in step.verdict.reasons} == {"DXH-01"}
