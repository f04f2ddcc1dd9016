"""The six categories of Luoyang, each with its own procedure from the start to the archive, also where the agency is
an organisation authorised by law; every way in which a case of them can end is closed and archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sanxiang.casework.play import play
from sanxiang.casework.scenario import Scenario
from sanxiang.casework.world import world_of
from sanxiang.core.events import KINDS
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

FOLDER = default_folder() / "luoyang" / "three-systems" / "scenarios"
SIX = {
    "许可": ("licence",), "处罚": ("ordinary-penalty",), "强制": ("measure", "enforcement"), "征收": ("levy",),
    "收费": ("charge",), "检查": ("inspection",),
}  # fmt: skip
OTHERWISE = (
    "inspection-clean", "inspection-refused", "licence-refused", "licence-not-accepted", "licence-withdrawn",
    "measure-refused", "enforcement-court", "enforcement-court-late", "levy-exempt", "charge-exempt",
)  # fmt: skip


def told(name: str) -> Scenario:
    return scenario(FOLDER / f"{name}.yaml")


def authorised(scenario: Scenario) -> Scenario:
    """The same case at an organisation that a law authorises."""
    world = scenario.world
    assert world is not None
    return replace(scenario, world=replace(world, agency={**world.agency, "agency_kind": "法律法规授权组织"}))


@pytest.mark.clauses("LY-01", "LY-23")
@pytest.mark.journeys("cases.six-categories")
@pytest.mark.parametrize("category", SIX)
def test_a_category_runs_from_its_start_to_the_archive(category: str) -> None:
    for name in SIX[category]:
        scenario = authorised(told(name))
        assert world_of(scenario).agencies["agency"].facts["agency_kind"] == "法律法规授权组织"
        performance = play(LIBRARY, scenario)
        assert performance.ok, [performance.differences, *(step.differences for step in performance.steps)]
        case = performance.case
        assert case.category == category
        assert case.archived is not None
        procedure = LIBRARY.on("luoyang", date(2026, 6, 1)).procedures[case.procedure].rule
        done = {one.act for one in case.done}
        main = [stage for stage in procedure.stages if stage.id not in ("review", "discussion", "notice")]
        assert [stage.name for stage in main if not done & set(stage.done_by)] == []
        papers = {paper["title"] for paper in case.papers if paper["number"]}
        assert papers, "made by the system, with their numbers"


@pytest.mark.parametrize("name", OTHERWISE)
def test_every_other_end_is_closed_and_archived_too(name: str) -> None:
    performance = play(LIBRARY, told(name))
    assert performance.ok, [performance.differences, *(step.differences for step in performance.steps)]
    assert performance.case.ended is not None
    assert performance.case.archived is not None
    assert performance.case.papers, "its volume holds something"


def test_each_end_of_a_procedure_may_be_archived() -> None:
    rules = LIBRARY.on("luoyang", date(2026, 6, 1))
    ends = {"case.closed", "case.not_filed", "case.terminated", "application.refused"}
    assert ends <= set(KINDS)
    for bound in rules.procedures.values():
        archive = bound.rule.act("archive")
        if archive is not None:
            (allowed,) = (set(entry.split("|")) for entry in archive.after)
            assert {act.id for act in bound.rule.acts if act.emits in ends} <= allowed, bound.rule.id


def test_a_conclusion_says_once_what_was_decided() -> None:
    """The name of the decision says that it is granted; the content and its days follow, and no second 准予."""
    public = play(LIBRARY, told("licence")).case.public
    assert public is not None
    assert public["执法结论"].startswith("准予许可：")
    assert "食品销售（预包装食品）" in public["执法结论"]
    assert str(public["执法结论"]).count("准予") == 1
