"""An installation whose agencies have electronic seals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.config import demo_seals


@pytest.fixture(scope="session")
def folder(opened_theatre: Any, tmp_path_factory: Any) -> Path:
    """The seals of two agencies and the certificate of the authority that signed them."""
    place: Path = tmp_path_factory.mktemp("seals")
    people = opened_theatre.people
    demo_seals.make(place, {people["luoyang"][""]: "洛阳市市场监督管理局（演示）", people["changning"][""]: "长宁"})
    return place


@pytest.fixture
def installation(theatre: Any, folder: Path) -> Iterator[Any]:
    """The theatre with the seals in place; jobs are done when the test says so."""
    from django.conf import settings

    from sanxiang.store.seals import Seals
    from tests.apps.sealing.sealed import Installation

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SANXIANG_SEALS", folder)
        yield Installation(theatre, Seals(folder))
