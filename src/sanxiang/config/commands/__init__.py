"""The commands of `sanxiang`, one a module: `add_parser(subparsers)`, and `run(args)` set as the parser's default."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def modules() -> dict[str, str]:
    """Command → module. A module named like a word of Python carries an underscore at its end."""
    found = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return {name.rstrip("_"): name for name in found}


def load(name: str) -> Any:
    """The module of a command."""
    return import_module(f"{__name__}.{modules()[name]}")
