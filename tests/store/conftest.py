"""A record of its own for every test that asks: a copy of a database in which the schema was laid."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sanxiang.store import custody, known, runtime, schema

from .logs import Log
from .records import Record


@pytest.fixture(scope="session")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    custody.prepare(folder)
    return folder


@pytest.fixture(scope="session")
def make_record(pg_server: Any, secrets_folder: Path, tmp_path_factory: Any) -> Callable[..., Record]:
    """Makes records: `make(demo=False, found=True)`."""
    counter = itertools.count()
    urls = pg_server.create_database("record")
    with psycopg.connect(urls["owner"]) as owner:
        schema.install(owner, schema.Roles(*(psycopg.conninfo.conninfo_to_dict(urls[r])["user"] for r in ROLES)))

    def make(*, demo: bool = False, found: bool = True) -> Record:
        name = f"record{next(counter)}"
        record = Record(pg_server.create_database(name, "record"), tmp_path_factory.mktemp(name))
        if found:
            with psycopg.connect(record.urls["owner"]) as owner:
                schema.found(owner, demo=demo, origin="demo.sanxiang.test" if demo else "sanxiang.test/record")
        return record

    return make


ROLES = ("web", "portal", "sequencer")


@pytest.fixture
def record(make_record: Callable[..., Record], secrets_folder: Path) -> Iterator[Record]:
    """A record that is not a demonstration."""
    runtime.configure(secrets_folder)
    made = make_record()
    yield made
    for connection in made.connections:
        connection.close()
    known._known.clear()


@pytest.fixture
def log(record: Record, secrets_folder: Path) -> Log:
    return Log(record, secrets_folder)


@pytest.fixture
def filled(log: Log) -> Log:
    """700 events in several batches: full and partial tiles on two levels."""
    sequencer = log.sequencer()
    for many in (1, 2, 253, 44, 400):
        log.add(many)
        sequencer.step()
    return log
