"""One case that was played to its end, and its package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def packed(opened_theatre: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    """One ordinary penalty played to the archive, numbered by a sequencer, packed."""
    from django.conf import settings
    from django.db import connections

    from sanxiang.three_systems.recording.packages import NotArchived, package

    from .packed import Packed, number_all

    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_LEDGER", home / "published")
        told = opened_theatre.played(before="archive")
        with pytest.raises(NotArchived):
            package(connections["default"], told.stream)
        opened_theatre.go_on(told)
        vkey = number_all(home, settings)
        with package(connections["default"], told.stream) as made:
            data = made.read()
        connections.close_all()
    return Packed(data, vkey, told.stream, home / "published")


@pytest.fixture
def bag(packed: Any, tmp_path: Path) -> Path:
    return packed.unpack(tmp_path / "bag")
