"""The counter as the world of these tests sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections


@pytest.fixture
def portal_role(theatre: Any) -> Iterator[psycopg.Connection[Any]]:
    """A connection of our own as the portal's role."""
    place = connections["portal"].settings_dict
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _nobody_tried(theatre: Any) -> None:
    """Each test begins with nobody having tried anything."""
    from sanxiang.counter.models import Attempt

    Attempt.objects.all().delete()
