"""Imports go one way, and the core stays pure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ALL_OF_CORE = """
import importlib, pkgutil, sys
import sanxiang.core
names = [found.name for found in pkgutil.walk_packages(sanxiang.core.__path__, "sanxiang.core.")]
for name in names:
    importlib.import_module(name)
print(len(names), *sorted({name.split(".")[0] for name in sys.modules} & {"django", "psycopg", "yaml", "pydantic"}))
"""


def test_every_module_of_the_core_imports_without_a_framework() -> None:
    said = subprocess.run([sys.executable, "-c", ALL_OF_CORE], capture_output=True, text=True, check=True, cwd=ROOT)
    count, *frameworks = said.stdout.split()
    assert int(count) > 20
    assert frameworks == []


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert checked.returncode == 0, checked.stdout
