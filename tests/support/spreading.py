"""How a run is shared out among workers: a file stays whole, so that what it prepares is prepared once; the journeys that
walk through the one filled product stay together, so that it is filled once; and these begin, as they take longest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = Path(__file__).resolve().parents[1] / "journeys"


def shared(file: Path) -> bool:
    """Whether the tests of a file walk through the product that all journeys share."""
    text = file.read_text("utf-8")
    return "def product(" not in text and re.search(r"\bproduct: ", text) is not None


TOGETHER = {f"tests/journeys/{file.name}" for file in JOURNEYS.glob("test_*.py") if shared(file)}


class Spread(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "the product" if file in TOGETHER else file


def rank(item: Any) -> int:
    file = item.nodeid.partition("::")[0]
    return 0 if file in TOGETHER else 1 if file.startswith("tests/journeys/") else 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    config.option.loadscopereorder = False
    return Spread(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=rank)
