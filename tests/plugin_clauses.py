"""Which clauses of the regulations were shown, by the tests that really ran: kept in `var/clauses.json`.

`@pytest.mark.clauses("LY-30", …)` says that a test shows clauses, `@pytest.mark.journeys("review.adviser", …)` that it
shows journeys, which a rulebook names as capabilities. A run of a part replaces the results of that part alone; tests
that are gone are forgotten. Workers of xdist report to the controller, which alone writes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

MARKS = ("clauses", "journeys")
WORST = ("passed", "skipped", "failed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "journeys(*names): this test shows these journeys, named by the rulebooks")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(config), "clauses-recorder")


def pytest_itemcollected(item: pytest.Item) -> None:
    """The marks travel with the reports, from any worker."""
    for name in MARKS:
        listed = [str(part) for mark in item.iter_markers(name) for part in mark.args]
        if listed:
            item.user_properties.append((name, sorted(set(listed))))


class Recorder:
    """Gathers the outcome of every marked test and writes it at the end of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.ran: dict[str, dict[str, Any]] = {}
        self.collected: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected.update(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.collected.update(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        marks = {name: list(listed) for name, listed in report.user_properties if name in MARKS}
        if not marks:
            return
        before = self.ran.get(report.nodeid, {"outcome": "passed"})["outcome"]
        outcome = max(before, report.outcome, key=WORST.index)
        self.ran[report.nodeid] = {"outcome": outcome, **{name: marks.get(name, []) for name in MARKS}}

    def pytest_sessionfinish(self) -> None:
        file = self.config.rootpath / "var" / "clauses.json"
        known = read(file)
        kept = {test: result for test, result in known.items() if not self._gone(test)}
        merged = {**kept, **self.ran}
        if merged != known:
            write(file, merged)

    def _gone(self, test: str) -> bool:
        """Its file is gone, or its file was collected whole and it was not there."""
        name = test.split("::")[0]
        if not (self.config.rootpath / name).exists():
            return True
        option = self.config.option
        part = option.keyword or option.markexpr or any("::" in arg for arg in self.config.args)
        whole = {found.split("::")[0] for found in self.collected}
        return not part and name in whole and test not in self.collected


def read(file: Path) -> dict[str, Any]:
    """The results known so far, by test; none where the file is not there or not whole."""
    try:
        return dict(json.loads(file.read_text("utf-8"))["tests"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(file: Path, tests: dict[str, Any]) -> None:
    """Replace the file at once, so that no reader sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}")
    half.write_text(json.dumps({"tests": tests}, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    half.replace(file)
