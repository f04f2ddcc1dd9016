"""The product on a PostgreSQL that others run (DATABASE_URL), made as docs/how-to/own-postgresql.md says: an owner that
is no superuser. Where the machine has a server program of a distribution, that one; it is started apart from us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from sanxiang.store.postgres import Cluster
from sanxiang.store.postgres.binaries import OLDEST, Binaries, candidates
from tests.support.busy import ask, filing, opening
from tests.support.serving import Serving

ROOT = Path(__file__).resolve().parents[2]
STORE = ("test_append_only.py", "test_decisions.py", "test_sealing.py")
ADMINISTRATOR = (
    "CREATE ROLE sanxiang_owner LOGIN CREATEROLE PASSWORD 'probe'",
    "CREATE DATABASE enforcement OWNER sanxiang_owner ENCODING 'UTF8' TEMPLATE template0",
)
"""What the how-to gives an administrator."""


def programs() -> Binaries:
    """The server of the distribution. Where there is none, in CI the wheel's, started apart; elsewhere say loudly that
    this did not run."""
    found = [one for one in candidates() if one.major >= OLDEST]
    foreign = [one for one in found if one.origin == "distribution"]
    if foreign or os.environ.get("CI") == "true":
        return (foreign or found)[0]
    said = "NOT RUN: no PostgreSQL 15 or later of the distribution (apt-get install postgresql)"
    print(f"\n*** {said} ***", file=sys.stderr)
    pytest.skip(said)


@pytest.fixture(scope="module")
def superuser() -> Iterator[str]:
    """A server of its own; the address of its administrator."""
    chosen = programs()
    with tempfile.TemporaryDirectory(prefix="sanxiang-own-") as name:
        home = Path(name)
        home.chmod(0o711)
        server = Cluster(home / "server", secrets=home / "secrets", programs=chosen, owner="someone", fast=True)
        server.start()
        yield server.url("postgres", "postgres")
        server.stop()


@pytest.fixture(scope="module")
def owner(superuser: str) -> str:
    """The address that goes into DATABASE_URL."""
    with psycopg.connect(superuser, autocommit=True) as administrator:
        for statement in ADMINISTRATOR:
            administrator.execute(statement.encode())
    return f"postgresql://sanxiang_owner:probe@127.0.0.1:{urlsplit(superuser).port}/enforcement"


def python(serving: Serving, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=serving.env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_store_holds_on_it(superuser: str) -> None:
    """The tests of the record, the decisions and the sealing, on that server."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *(f"tests/store/{name}" for name in STORE),
    ]
    env = {**os.environ, "SANXIANG_TEST_DATABASE_URL": superuser, "PYTEST_ADDOPTS": ""}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=580)
    assert done.returncode == 0, done.stdout[-3000:]
    with psycopg.connect(superuser) as administrator:
        left = administrator.execute("SELECT datname FROM pg_database WHERE datname LIKE 't%' AND NOT datistemplate")
        assert left.fetchall() == [], "the server is left as it was found"


def test_the_product_runs_on_it(owner: str) -> None:
    """Set up, cases opened and filed over the interface; the ledger, the lists and every
    verdict hold. No server of ours is started, and the owner's login serves no page."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-own-") as name:
        Path(name).chmod(0o711)
        serving = Serving(Path(name) / "var", {"DATABASE_URL": owner, "SANXIANG_ORIGIN": "own.test.invalid"})
        serving.start()
        try:
            assert not (serving.var / "postgres").exists()
            staff = json.loads(python(serving, "-m", "tests.support.staffed"))
            place = urlsplit(serving.url).netloc
            headers = {"Authorization": f"Bearer {staff['keys'][0]}", "Content-Type": "application/json"}
            for nth in range(20):
                opened = ask(place, "/api/v1/cases", headers, opening(staff["officers"], str(nth)))
                assert opened is not None
                address = f"/api/v1/cases/{opened['stream']}/acts/request_filing"
                assert ask(place, address, headers, filing(staff["officers"])) is not None
            with psycopg.connect(owner) as connection:
                until = time.monotonic() + 30
                while connection.execute("SELECT count(*) FROM record.pending").fetchone() != (0,):
                    assert time.monotonic() < until, serving.said()
                    connection.rollback()
                    time.sleep(0.1)
                kinds = connection.execute("SELECT kind, count(*) FROM record.event WHERE kind LIKE '%.re%' GROUP BY 1")
                assert {"source.registered": 20, "filing.requested": 20}.items() <= dict(kinds.fetchall()).items()
                users = connection.execute("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name <> 'psql'"
                                           " AND datname = 'enforcement' AND pid <> pg_backend_pid()").fetchall()  # fmt: skip
                assert ("sanxiang_web",) in users
                assert ("sanxiang_owner",) not in users
            for words in (["ledger", "verify", "--full"], ["projections", "compare"], ["audit", "replay"]):
                assert json.loads(python(serving, "-m", "sanxiang", *words, "--json")) == []
        finally:
            assert serving.stop() == 0
