"""One theatre for all tests of the applications: cases are added to it, none is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def opened_theatre(django_db_setup: Any, django_db_blocker: Any) -> Any:
    from django.db import connections

    from tests.support.theatre import open_theatre

    with django_db_blocker.unblock():
        made = open_theatre()
        connections.close_all()
    return made


@pytest.fixture
def theatre(opened_theatre: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The theatre, with the database open to the test."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield opened_theatre
        connections.close_all()
