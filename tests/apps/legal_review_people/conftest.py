"""The tests of a module have agencies of their own: lists that show the first few never hold what others played."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def opened_theatre(django_db_setup: Any, django_db_blocker: Any) -> Any:
    from django.db import connections

    from tests.support.theatre import open_theatre

    with django_db_blocker.unblock():
        made = open_theatre(again=True)
        connections.close_all()
    return made
