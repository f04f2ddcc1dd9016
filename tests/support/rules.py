"""The rulebooks that come with the product and the scenarios beside them, read once for all tests of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sanxiang.casework.scenario import Scenario, load_scenario
from sanxiang.store.rulebooks.library import load_library

LIBRARY = load_library()


@cache
def scenario(file: Path) -> Scenario:
    """What a file tells, with all that it takes over from others."""
    return load_scenario(file)
