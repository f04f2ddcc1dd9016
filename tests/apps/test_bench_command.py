"""`sanxiang bench` as its readers see it; what it measures is not a test's business."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from sanxiang.config import cli
from sanxiang.config.commands import bench

ROWS = [
    {"name": "一项", "against": "另一项", "ratio": 2.0, "goal": 1.5, "met": True, "note": "两轮"},
    {"name": "数字", "against": "", "ratio": None, "goal": None, "met": True, "note": "每秒 3 件"},
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A measurement that tells how it was called."""
    calls: list[dict[str, Any]] = []

    def measure(**words: Any) -> list[dict[str, Any]]:
        calls.append(words)
        return ROWS

    found = SimpleNamespace(measure=measure, FULL={"count": 200_000})
    monkeypatch.setattr(bench, "known", lambda: ["lists"])
    monkeypatch.setattr(bench, "importlib", SimpleNamespace(import_module=lambda _: found))
    return calls


def run(*words: str) -> int:
    return int(cli.main(["bench", *words]))


def test_json_is_one_array_with_the_stable_keys(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--json") == 0
    told = capsys.readouterr()
    rows = json.loads(told.out)
    assert rows == ROWS
    assert all({"name", "against", "ratio", "goal", "met"} <= set(row) for row in rows)
    assert "Python" in told.err, "machine and versions are told"
    assert "分钟" in told.err, "how long it takes is told before it begins"
    assert asked == [{}]


def test_the_large_set_is_measured_where_it_is_asked_for(asked: list[dict[str, Any]]) -> None:
    assert run("lists", "--full") == 0
    assert asked == [{"count": 200_000}]


def test_as_many_cases_are_measured_as_are_asked_for(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lists", "--count", "3000") == 0
    assert run("lists", "--full", "--count", "12") == 0
    assert asked == [{"count": 3000}, {"count": 12}]
    for wrong in ("0", "-3", "viele"):
        with pytest.raises(SystemExit) as ended:
            run("lists", "--count", wrong)
        assert ended.value.code == 2
    assert "大于零的整数" in capsys.readouterr().err


def test_people_read_the_ratio_its_goal_and_whether_it_was_met(
    asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["一项 对 另一项：2.0 倍（目标 1.5，达到）两轮", "数字：每秒 3 件"]


def test_an_unknown_measurement_is_refused(asked: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("speed") == 2
    assert "lists" in capsys.readouterr().err


def test_every_measurement_of_the_house_is_known() -> None:
    assert set(bench.known()) == {
        "acts",
        "capture",
        "cases",
        "documents",
        "due_dates",
        "files",
        "ledger",
        "lists",
        "masking",
        "portal",
        "reviews",
        "search",
        "station",
        "tiles",
        "volumes",
        "withdrawal",
    }
