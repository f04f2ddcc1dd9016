"""The examples in the docstrings of the core say what is true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

PACKAGES = ("sanxiang.core.values", "sanxiang.core.calendar")


def modules() -> list[str]:
    return [
        f"{package}.{found.name}"
        for package in PACKAGES
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__)
    ]


@pytest.mark.parametrize("name", modules())
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    assert result.attempted > 0, "a public module shows at least one example"
