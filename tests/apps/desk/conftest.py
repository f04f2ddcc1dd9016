"""A played world for the pages: the demonstration's agencies and a few of its stories, rolled back after each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from sanxiang.store import schema


@dataclass
class World:
    """Who is there (agency → short name → officer's stream) and the cases by the name of their story."""

    people: dict[str, dict[str, str]]
    cases: dict[str, str]


def demonstration_cluster() -> None:
    """Mark the database of this test run as a demonstration, so that the clock may be moved; once."""
    from django.conf import settings

    place = settings.DATABASES["owner"]
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"]}
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as owner:
        founded = owner.execute("SELECT demo FROM record.cluster").fetchone()
        if founded is None:
            schema.found(owner, demo=True, origin="demo.test.invalid")


PHONES_ASK = frozenset({"recording:capture-cases", "recording:capture-news", "recording:capture-papers"})
"""What phones ask with a header of their own: test_budgets_capture counts it."""
COUNTED_BESIDE = frozenset({"casework:delegation-letter"})
"""Pages whose questions are counted where they are made: test_delegating."""
VISITS = frozenset({"counter:visit", "counter:visits", "registry:watch"})
OBJECTS = frozenset({"registry:inspectees", "registry:inspectee", "registry:inspectee-act", *VISITS})
"""Pages of the list of objects of inspection, and of visits to them: test_budgets_objects, _visits count them."""
MONITOR_FACTS = ("monitor_place", "monitor_behaviour", "monitor_basis")
STORIES = (
    ("archived", "ordinary", "2026-01-05", None),
    ("reviewing", "ordinary", "2026-09-07", "submit_review"),
    ("revoked", "revoked", "2025-03-03", None),
    ("person", "summary", (date.today() - timedelta(days=45)).isoformat(), None),
    ("filing", "ordinary", "2026-10-12", "request_filing"),
)
PERSON = {"party_name": "欧阳演示", "party_id_number": "41030519840717854X", "party_phone": "13900001234"}


@pytest.fixture(scope="session")
def played(django_db_setup: Any, django_db_blocker: Any) -> World:
    """Five stories played to where they stop, committed: the public site reads through a connection of its own. The
    archived one and the person's are still public: a worker that another test runs takes down what is past its term,
    each hour at :38."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.config import demo
    from sanxiang.config.demo_pages import enter_pages
    from tests.support.theatre import another_world

    with django_db_blocker.unblock():
        demonstration_cluster()
        book, connection = library(), connections["default"]
        told = another_world()
        told["agencies"] = told["agencies"][:3]
        people = demo.enter_world(connection, book, told)
        demo.make_accounts(told, people)
        enter_pages(connection, book, people, demo.now())
        cases = {name: play(demo, connection, book, people, name, *rest) for name, *rest in STORIES}
        connections.close_all()
    return World(people, cases)


def play(
    demo: Any, connection: Any, book: Any, people: Any, name: str, story: str, start: str, until: str | None
) -> str:
    case = {"story": story, "agency": "luoyang", "start": demo.date_of(start)}
    if until:
        case["until"] = until
    if name == "person":
        case["fill"] = PERSON
    (one,) = demo.told_cases(demo.read("stories.yaml"), [case], demo.now())
    demo.play_all(connection, book, people, [one], demo.now())
    return str(one.stream)


@pytest.fixture
def world(played: World, django_db_blocker: Any) -> Iterator[World]:
    """The played world, with the database open to the test."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield played
        connections.close_all()
