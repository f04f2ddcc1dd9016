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
FIRST: tuple[str, ...] = (
    PRODUCT, "tests/journeys/", "tests/apps/devices/", "tests/apps/evidence/", "tests/apps/interchange/",
)  # fmt: skip
"""What goes to the first worker: as much as makes both take about the same time."""
LAST = ("tests/apps/",)
"""What else goes to the last: all of it adds to one database."""
EARLY = (
    "tests/apps/test_enacting.py", "tests/apps/test_taken_up_again.py", "tests/apps/registry/test_import_whole.py",
)  # fmt: skip
"""What has the worker go through all cases of the database: before the others have put theirs there."""


def shared(file: Path) -> bool:
    """Whether the tests of a file walk through the product that all journeys share."""
    text = file.read_text("utf-8")
    return "def product(" not in text and re.search(r"\bproduct: ", text) is not None


TOGETHER = {f"tests/journeys/{file.name}" for file in JOURNEYS.glob("test_*.py") if shared(file)}


class Spread(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return PRODUCT if file in TOGETHER else file

    def _next_of(self, node: Any) -> str | None:
        """The next file for a worker; None where what is left is meant for another."""
        nodes = self.nodes
        for scope in self.workqueue:
            meant = nodes[0] if scope.startswith(FIRST) else nodes[-1] if scope.startswith(LAST) else node
            if meant is node:
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
    return 0 if file in TOGETHER else 1 if file.startswith(FIRST) else 2 if file in EARLY else 3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    config.option.loadscopereorder = False
    return Spread(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=rank)
