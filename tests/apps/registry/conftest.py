"""The registers under test: rolled back after each test, or committed where other connections must see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What this process remembers of registers that were rolled back."""
    from sanxiang.casework.registers import SHELF

    yield
    SHELF.clear()


@pytest.fixture
def committed(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Django without the transaction around the test: what it enters stays, under names of its own."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()
