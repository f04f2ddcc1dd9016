"""Mistakes that were seen in other systems, each with the scenarios and tests that show we do not make it (常见的错).

A scenario is named by its file under rulebooks/, a test by file and function. The scenarios have to go as they say, and
notice that their clause is off by one (`test_number_mutations.py`). A test has to be one that runs: it is there, nothing
in it or above it skips it or lets it fail, and where its file is collected in this run, so is it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sanxiang.casework.play import play
from sanxiang.store.rulebooks.library import default_folder
from tests.support.rules import LIBRARY, scenario

TESTS = Path(__file__).parents[1]
TRAPS = {
    "要求听证的期限写成三日；二〇二一年起是五个工作日": (
        "PL-64",
        ("national/penalty-law/scenarios/hearing-asked-on-last-day.yaml",
         "national/penalty-law/scenarios/hearing-asked-too-late.yaml"),
        (),
    ),
    "申请法院的三个月从缴款期限届满起算；应当从复议、起诉期限届满起算": (
        "CL-53",
        ("national/compulsion-law/scenarios/court-in-nine-months.yaml",
         "national/compulsion-law/scenarios/court-after-review-edge.yaml",
         "national/compulsion-law/scenarios/court-on-the-spot-edge.yaml"),
        ("apps/desk/test_enforcing.py::test_asking_the_court_ends_the_window_in_the_case_of_the_decision",),
    ),
    "公告送达六十日；应当是三十日": (
        "GP-3",
        ("national/general-practice/scenarios/public-notice-thirty-days.yaml",
         "national/general-practice/scenarios/public-notice-midweek.yaml"),
        (),
    ),
    "决定书的事项引第四十四条；应当是第五十九条": (
        "PL-59",
        ("national/penalty-law/scenarios/decision-without-address.yaml",
         "national/penalty-law/scenarios/decision-without-remedy.yaml"),
        (),
    ),
    "撤下公示五日、二十日；处罚应当是三日": (
        "PL-48",
        ("national/penalty-law/scenarios/withdraw-in-three-days.yaml",
         "national/penalty-law/scenarios/withdraw-over-new-year.yaml"),
        ("law/test_due.py::test_the_looser_local_period_stands_beside_the_statute",),
    ),
    "没有下一年的放假安排，就悄悄只按周末算": (
        "PL-61",
        ("national/penalty-law/scenarios/next-year-unknown.yaml",),
        ("law/test_due.py::test_a_year_without_an_arrangement_is_provisional",),
    ),
    "空的申辩算作已经申辩；再存一次，听证申请就没了": (
        "PL-62",
        ("national/penalty-law/scenarios/empty-defence.yaml",
         "national/penalty-law/scenarios/hearing-asked-twice.yaml"),
        (),
    ),
    "双公示还用二〇一五年的字段；应当用发改办财金〔2018〕424号的": (
        "",
        (),
        ("apps/interchange/test_credit.py::test_files_are_those_that_were_agreed_and_are_read_back_the_same",),
    ),
    "当场处罚也写可以直接起诉；应当先申请复议": (
        "RC-23",
        ("national/reconsideration-law/scenarios/on-spot-without-review-body.yaml",),
        ("law/test_national_law.py::test_the_party_may_sue_for_six_months_where_it_need_not_ask_for_review_first",),
    ),
}  # fmt: skip
"""Per mistake the clause that it would break, the scenarios, the tests."""


@pytest.mark.parametrize("trap", TRAPS)
def test_a_mistake_of_others_is_shown_not_to_be_ours(trap: str, request: pytest.FixtureRequest) -> None:
    clause, files, tests = TRAPS[trap]
    assert files or tests
    told = [scenario(default_folder() / file) for file in files]
    assert [one.title for one in told if not play(LIBRARY, one).ok] == []
    assert not files or any(clause in one.shows for one in told)
    for test in tests:
        file, _, name = test.partition("::")
        assert kept_from_running((TESTS / file).read_text("utf-8"), name) == "", test
        here = [item for item in request.session.items if item.path == TESTS / file]
        if here and not chosen(request.config):
            mine = [item for item in here if item.name.partition("[")[0] == name]
            assert mine, f"{test} is not collected"
            assert not [mark for item in mine for mark in item.iter_markers() if mark.name in NOT_RUN], test


NOT_RUN = ("skip", "skipif", "xfail", "importorskip")


def chosen(config: pytest.Config) -> bool:
    """Whether this run takes single tests of its files."""
    return bool(config.option.keyword or config.option.markexpr) or any("::" in one for one in config.args)


def kept_from_running(source: str, name: str) -> str:
    """What keeps a test of a file from running or lets it fail; empty where nothing does."""
    tree = ast.parse(source)
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not own:
        return "it is not there"
    above = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    words = (node.attr for part in (*own, *above) for node in ast.walk(part) if isinstance(node, ast.Attribute))
    return next((word for word in words if word in NOT_RUN), "")


@pytest.mark.parametrize(("source", "told"), [
    ("def test_it(): pass", ""), ("def test_other(): pass", "it is not there"),
    ("@pytest.mark.skip\ndef test_it(): pass", "skip"), ("def test_it(): pytest.skip('later')", "skip"),
    ("pytestmark = [pytest.mark.skipif(True, reason='')]\ndef test_it(): pass", "skipif"),
    ("@pytest.mark.xfail\ndef test_it(): assert 0", "xfail"), ("@pytest.mark.skip\ndef test_other(): pass\ndef test_it(): pass", ""),
])  # fmt: skip
def test_a_test_that_would_not_run_shows_nothing(source: str, told: str) -> None:
    assert kept_from_running(source, "test_it") == told
