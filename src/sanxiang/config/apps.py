"""The apps of the house. One is installed once its folder holds an `apps.py`, and has pages once it has `urls.py`."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec

HOUSE = {
    "sanxiang.portal": "",
    "sanxiang.counter": "counter/",
    "sanxiang.interchange": "api/",
    "sanxiang.interchange.desk": "exchange/",
    "sanxiang.casework": "work/",
    "sanxiang.three_systems.disclosure": "disclosure/",
    "sanxiang.three_systems.recording": "recording/",
    "sanxiang.three_systems.recording.devices": "devices/",
    "sanxiang.three_systems.legal_review": "review/",
    "sanxiang.one_platform.registry": "registry/",
    "sanxiang.one_platform.supervision": "supervision/",
    "sanxiang.one_platform.statistics": "statistics/",
    "sanxiang.one_platform.draws": "draws/",
    "sanxiang.one_platform.discretion": "discretion/",
    "sanxiang.one_platform.training": "training/",
    "sanxiang.store": None,
}
"""Each app and where its pages stand; None where it has none."""


def exists(module: str) -> bool:
    """Whether there is such a module, without importing it (its parents are)."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def installed() -> list[str]:
    """The apps of the house that are there."""
    return [app for app in HOUSE if exists(f"{app}.apps")]


def mounted(only: Collection[str] = tuple(HOUSE)) -> list[tuple[str, str]]:
    """Where pages stand and the module of their addresses; the root last, so that it hides nothing."""
    wanted = {app: place for app, place in HOUSE.items() if app in only and place is not None}
    found = [(place, f"{app}.urls") for app, place in wanted.items() if exists(f"{app}.urls")]
    return sorted(found, key=lambda pair: pair[0] == "")
