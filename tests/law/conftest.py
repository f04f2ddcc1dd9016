"""What the tests of rule files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.law.small import written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small library without a fault."""
    return written(tmp_path)
