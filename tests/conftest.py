"""A real PostgreSQL for every test run, and Django on it. Each xdist worker has a server of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

pytest_plugins = ["tests.plugin_clauses", "tests.support.spreading"]
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")  # how fast a machine is decides no test

HOME = Path(tempfile.mkdtemp(prefix="sanxiang-tests-"))


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of this machine's installation is touched: the tests have their own folder, secrets and database."""
    HOME.chmod(0o711)
    os.environ["SANXIANG_VAR"] = str(HOME / "var")
    os.environ.setdefault("SANXIANG_TESTS_RUN", str(HOME))
    os.environ.pop("DATABASE_URL", None)
    os.environ["SANXIANG_SM3"] = (
        "0"  # what is compared with files byte by byte names one digest; tests of SM3 turn it on
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "sanxiang.config.settings"
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> None:
    """Every `Client` makes the middleware anew, which then reads the state of every static file: fifty times as long as
    an ordinary page takes. One list serves them all until the folder changes."""
    from whitenoise.base import WhiteNoise

    read = WhiteNoise.update_files_dictionary
    known: dict[tuple[str, str, int], dict[str, Any]] = {}

    def update(self: Any, root: str, prefix: str) -> None:
        key = (root, prefix, Path(root).stat().st_mtime_ns)
        if key not in known:
            read(self, root, prefix)
            known[key] = dict(self.files)
        self.files.update(known[key])

    WhiteNoise.update_files_dictionary = update


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL and the roles of one test run on it."""

    owner_url: str
    secrets: Path
    prefix: str

    def create_database(self, name: str, template: str | None = None) -> dict[str, str]:
        """A new database, empty or a copy of `template`, owned by the owner. Returns role → address for `owner`,
        `web`, `portal` and `sequencer`. Rights inside are the schema's to give."""
        from sanxiang.store.postgres import ensure_roles
        from sanxiang.store.postgres.dsn import address, parts

        full = f"{self.prefix}_{name}"
        make = sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}")
        source = f"{self.prefix}_{template}" if template else "template0"
        self._as_owner(make.format(sql.Identifier(full), sql.Identifier(source)))
        place = address(parts(self.owner_url) | {"dbname": full})
        return ensure_roles(place, secrets=self.secrets, prefix=self.prefix)

    def drop_database(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._as_owner(drop.format(sql.Identifier(f"{self.prefix}_{name}")))

    def _as_owner(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            owner.execute(statement)

    def clean_up(self) -> None:
        """Leave a server that others use as it was found."""
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            like = self.prefix.replace("_", r"\_") + r"\_%"
            for (name,) in owner.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall():
                owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            for (name,) in owner.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [like]).fetchall():
                owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Server]:
    """A server for this run: our own temporary one, or that of SANXIANG_TEST_DATABASE_URL. Not durable; a test of
    durability starts a `Cluster` of its own."""
    from sanxiang.store.postgres import Cluster

    prefix = f"t{os.getpid()}"
    own = os.environ.get("SANXIANG_TEST_DATABASE_URL")
    if own:
        server = Server(own, HOME / "secrets", prefix)
        yield server
        server.clean_up()
        return
    cluster = Cluster(HOME / "postgres", secrets=HOME / "secrets", fast=True)
    yield Server(cluster.start(), HOME / "secrets", prefix)
    cluster.stop()


@pytest.fixture(scope="session")
def django_db_setup(pg_server: Server, django_db_blocker: pytest.FixtureRequest) -> None:
    """The database behind `db` and `transactional_db`: migrated by the owner, used by the web role, founded as a
    demonstration so that tests may move the clock."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from sanxiang.config.database import databases
    from sanxiang.config.rights import grant
    from sanxiang.store import schema
    from sanxiang.store.postgres.dsn import parts

    urls = pg_server.create_database("django")
    settings.DATABASE_ROLES.update({role: parts(url)["user"] for role, url in urls.items()})
    for alias, entry in databases(urls).items():
        connections.databases[alias].update(entry)
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
        grant(connections["owner"])
        connections["owner"].ensure_connection()
        schema.found(connections["owner"].connection, demo=True, origin="demo.test.invalid")
        connections.close_all()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium under Playwright (`playwright.sync_api.Browser`); each test opens its own context. It ends
    with its module: as long as it is there its event loop runs in this thread, and whatever starts one fails."""
    from playwright.sync_api import sync_playwright

    from tests.support.browser import arguments, chromium, lettered

    path, env = chromium(), lettered(tmp_path_factory.mktemp("fonts"))
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=path, args=arguments(), env=env)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page in Chinese, on the clock of Shanghai. A script error on it fails the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []
