"""The page that sets five regulations side by side is played, not written: its cells are what the door answers."""

from __future__ import annotations

import pytest

from sanxiang.config.five_places import PLACES, told
from tests.support.rules import LIBRARY


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, str]]:
    return {place: told(LIBRARY, place).rows for place in PLACES}


@pytest.mark.parametrize(
    ("place", "row", "shown"),
    [
        pytest.param("luoyang", "属于审核范围吗", "属于", marks=pytest.mark.clauses("LY-34")),
        pytest.param("urumqi", "属于审核范围吗", "属于", marks=pytest.mark.clauses("UR-17")),
        pytest.param("wuding", "属于审核范围吗", "不属于", marks=pytest.mark.clauses("WD-20")),
        pytest.param("changning", "属于审核范围吗", "不属于", marks=pytest.mark.clauses("CN-16")),
        pytest.param("dongxihu", "登记这件处罚", "DXH-01", marks=pytest.mark.clauses("DXH-01")),
        pytest.param("luoyang", "没有审核就决定", "LY-30", marks=pytest.mark.clauses("LY-30")),
        pytest.param("wuding", "没有审核就决定", "WD-18", marks=pytest.mark.clauses("WD-18")),
        pytest.param("urumqi", "没有审核就决定", "UR-19", marks=pytest.mark.clauses("UR-19")),
        pytest.param("changning", "没有审核就决定", "CN-21", marks=pytest.mark.clauses("CN-21")),
        pytest.param("luoyang", "没有通过就决定", "LY-37", marks=pytest.mark.clauses("LY-37")),
        pytest.param("urumqi", "没有通过就决定", "UR-18", marks=pytest.mark.clauses("UR-18")),
        pytest.param("changning", "没有通过就决定", "CN-19", marks=pytest.mark.clauses("CN-19")),
        pytest.param("luoyang", "文书", "网上记录代替意见书（LY-38）", marks=pytest.mark.clauses("LY-38")),
        pytest.param("urumqi", "文书", "在内部审批表中体现（UR-17）", marks=pytest.mark.clauses("UR-17")),
        pytest.param("luoyang", "审核期限", "5个工作日（LY-39）", marks=pytest.mark.clauses("LY-39")),
        pytest.param("changning", "送审", "CN-19", marks=pytest.mark.clauses("CN-19")),
        pytest.param("luoyang", "承办科室的审核人员来审", "LY-32", marks=pytest.mark.clauses("LY-32")),
        pytest.param("wuding", "承办科室的审核人员来审", "WD-19", marks=pytest.mark.clauses("WD-19")),
        pytest.param("urumqi", "承办科室的审核人员来审", "UR-16", marks=pytest.mark.clauses("UR-16")),
        pytest.param("changning", "承办科室的审核人员来审", "CN-17", marks=pytest.mark.clauses("CN-17")),
    ],
)
def test_a_cell(rows: dict[str, dict[str, str]], place: str, row: str, shown: str) -> None:
    assert shown in rows[place][row]


@pytest.mark.parametrize("place", PLACES)
def test_every_place_names_points_outcomes_and_papers(rows: dict[str, dict[str, str]], place: str) -> None:
    assert {"审核要点", "结论", "文书", "审核机构", "审核人员比例"} <= rows[place].keys()
    assert "不通过" in rows[place]["结论"]
