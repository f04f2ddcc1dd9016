"""A case in which evidence is about to be taken, and whoever comes to it by the interface."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def caller(theatre: Any) -> Any:
    """Makes callers: `caller(role, agency)`."""
    from django.utils import timezone

    from sanxiang.interchange.keys import give

    from .brought import Caller

    def make(role: str, agency: str = "luoyang") -> Caller:
        key = give(theatre.account(role, agency), "演示", days=1, at=timezone.now())
        return Caller({"HTTP_AUTHORIZATION": f"Bearer {key}"})

    return make


@pytest.fixture
def told(theatre: Any) -> Any:
    return theatre.played(before="take_evidence", start="2026-10-12")
