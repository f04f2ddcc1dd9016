"""The record of shown clauses: what ran is kept, a part replaces only its own, what is gone is forgotten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE = """
import pytest

@pytest.mark.clauses("LY-30", "LY-12")
def test_passes(): pass

@pytest.mark.clauses("LY-30")
@pytest.mark.journeys("review.adviser")
def test_fails(): assert False

@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.clauses("WD-12")
def test_each(n): assert n < 3

def test_unmarked(): pass
"""
TWO = """
import pytest

@pytest.fixture
def broken(): raise ValueError

@pytest.mark.clauses("CN-16")
def test_never_starts(broken): pass
"""


def run(folder: Path, *words: str) -> dict[str, dict]:
    """Run pytest in a folder of its own and read what it recorded: outcome by test and clauses."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugin_clauses", "-p", "no:django", *words]
    path = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "", "PYTEST_XDIST_AUTO_NUM_WORKERS": "2"}
    path.pop("PYTEST_XDIST_WORKER", None)
    subprocess.run(command, cwd=folder, env=path, capture_output=True, text=True, timeout=120, check=False)
    return json.loads((folder / "var" / "clauses.json").read_text("utf-8"))["tests"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  clauses(*ids): shown\n", "utf-8")
    (tmp_path / "test_one.py").write_text(ONE, "utf-8")
    (tmp_path / "test_two.py").write_text(TWO, "utf-8")
    return tmp_path


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_outcome_of_every_marked_test_is_kept(folder: Path, words: tuple[str, ...]) -> None:
    found = run(folder, *words)
    assert {test: result["outcome"] for test, result in found.items()} == {
        "test_one.py::test_passes": "passed",
        "test_one.py::test_fails": "failed",
        "test_one.py::test_each[1]": "passed",
        "test_one.py::test_each[2]": "passed",
        "test_two.py::test_never_starts": "failed",
    }
    assert found["test_one.py::test_passes"]["clauses"] == ["LY-12", "LY-30"]
    assert found["test_one.py::test_fails"]["journeys"] == ["review.adviser"]


def test_a_part_replaces_only_its_own_and_what_is_gone_is_forgotten(folder: Path) -> None:
    run(folder)
    (folder / "test_one.py").write_text(ONE.replace("assert False", "pass"), "utf-8")
    part = run(folder, "test_one.py::test_fails")
    assert part["test_one.py::test_fails"]["outcome"] == "passed"
    assert part["test_two.py::test_never_starts"]["outcome"] == "failed"
    (folder / "test_one.py").write_text(ONE.replace("test_fails", "test_other"), "utf-8")
    whole = run(folder, "test_one.py")
    assert "test_one.py::test_fails" not in whole
    assert whole["test_one.py::test_other"]["outcome"] == "failed"
    (folder / "test_two.py").unlink()
    assert "test_two.py::test_never_starts" not in run(folder, "-k", "passes")
