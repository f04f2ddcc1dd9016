"""How a run is shared out among workers, the same way every time: what one file leaves in the database of its worker is
seen by the files after it, so which files meet, and in which order, must not hang on how fast a machine is.

A file stays whole, so that what it prepares is prepared once; the journeys that walk through the one filled product stay
together and begin. Files with a world of their own fill up whoever is free."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = Path(__file__).resolve().parents[1] / "journeys"
PRODUCT = "the product"
FILLING = "tests/journeys/test_filling.py"
FIRST: dict[int, tuple[str, ...]] = {
    2: (PRODUCT, "tests/journeys/", "tests/apps/devices/", "tests/apps/evidence/", "tests/apps/interchange/"),
    3: (PRODUCT, FILLING, "tests/apps/capture/"),
}
"""What goes to the first worker of so many: as much as makes all take about the same time."""
LAST = ("tests/apps/",)
"""What else goes to the last: all of it adds to one database. The rest goes to the second of three, where it waits more
than it works, or to whoever is free of two."""
EARLY = (
    "tests/apps/test_enacting.py", "tests/apps/test_taken_up_again.py", "tests/apps/registry/test_import_whole.py",
)  # fmt: skip
"""What has the worker go through all cases of the database: before the others have put theirs there."""


def shared(file: Path) -> bool:
    """Whether the tests of a file walk through the product that all journeys share."""
    text = file.read_text("utf-8")
    return "def product(" not in text and re.search(r"\bproduct: ", text) is not None


def home(scope: str, workers: int) -> int | None:
    """Which worker of so many a file is meant for; None for whoever is free."""
    if scope.startswith(FIRST[min(workers, 3)]):
        return 0
    if scope.startswith(LAST):
        return workers - 1
    return 1 if workers > 2 else None


TOGETHER = {f"tests/journeys/{file.name}" for file in JOURNEYS.glob("test_*.py") if shared(file)}


class Spread(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return PRODUCT if file in TOGETHER else file

    def _next_of(self, node: Any) -> str | None:
        """The next file for a worker; None where what is left is meant for another."""
        workers = node.workerinput["workercount"]
        mine = int(node.workerinput["workerid"].removeprefix("gw")) % workers  # one that crashed is followed by another
        for scope in self.workqueue:
            if workers == 1 or home(scope, workers) in (None, mine):
                return str(scope)
        return None

    def _assign_work_unit(self, node: Any) -> None:
        scope = self._next_of(node)
        if scope is None:
            node.shutdown()
        else:
            self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    def _reschedule(self, node: Any) -> None:
        if not node.shutting_down and self._next_of(node) is None:
            node.shutdown()
        else:
            super()._reschedule(node)


def rank(item: Any) -> int:
    file = item.nodeid.partition("::")[0]
    if file in TOGETHER or file == FILLING:
        return 0
    alone = not file.startswith(("tests/journeys/", *LAST))  # needs no copy of what the filling makes
    return 1 if alone else 2 if file.startswith("tests/journeys/") or file in EARLY else 3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    config.option.loadscopereorder = False
    return Spread(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=rank)
