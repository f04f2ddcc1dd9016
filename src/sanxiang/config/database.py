"""Which database this installation works on: an own server named by DATABASE_URL, or the embedded one."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanxiang.config.paths import SECRETS, VAR
from sanxiang.store.postgres import Cluster, addresses, ensure_roles
from sanxiang.store.postgres.dsn import PLACE, parts

PREFIX = os.environ.get("SANXIANG_ROLE_PREFIX", "sanxiang")
ALIASES = {"default": "web", "owner": "owner", "portal": "portal", "sequencer": "sequencer"}
"""Django's name of each connection, and the role behind it."""

PUBLIC = "portal"
"""What SANXIANG_DATABASES says in a process that serves the public and nobody else."""

FILES = bool(os.environ.get("SANXIANG_FILES"))
POOLED = {"pool": {"min_size": 1, "max_size": 10, "timeout": 20}}
"""The many threads of the file process share few connections: most of them wait for somebody's net, not for us."""

NOTED = SECRETS / "addresses.json"


def known() -> dict[str, str]:
    """The address of each role as far as it can be told without asking a server; empty before the first start."""
    only_public = os.environ.get("SANXIANG_DATABASES") == PUBLIC
    given = os.environ.get("SANXIANG_PORTAL_URL")
    if only_public and given:
        return {"portal": given}
    own = os.environ.get("DATABASE_URL")
    if own:
        found = addresses(own, secrets=SECRETS, prefix=PREFIX)
    else:
        found = dict(json.loads(NOTED.read_text())) if NOTED.exists() else {}
    return {role: url for role, url in found.items() if role == "portal"} if only_public else found


def databases(urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Django's DATABASES. An address that is not known yet points at a place whose name says what to do. Where only the
    public is served, whatever asks without naming a connection asks as the portal."""
    wanted = os.environ.get("SANXIANG_DATABASES", ",".join(ALIASES)).split(",")
    found = {alias: _one(urls.get(ALIASES[alias])) for alias in wanted}
    return {"default": _one(urls.get("portal")), **found} if wanted == [PUBLIC] else found


def _one(url: str | None) -> dict[str, Any]:
    place = parts(url) if url else {"host": "/database-not-started-see-sanxiang-run", "dbname": "sanxiang"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.get("dbname", ""),
        "USER": place.get("user", ""),
        "PASSWORD": place.get("password", ""),
        "HOST": place.get("host", ""),
        "PORT": place.get("port", ""),
        "CONN_MAX_AGE": 0 if FILES else 600,
        "CONN_HEALTH_CHECKS": not FILES,
        "OPTIONS": {key: value for key, value in place.items() if key not in PLACE} | (POOLED if FILES else {}),
    }


def embedded() -> Cluster | None:
    """The embedded cluster, or None where DATABASE_URL names an own server."""
    return None if os.environ.get("DATABASE_URL") else Cluster(VAR / "postgres", secrets=SECRETS)


@dataclass
class Running:
    """A database that answers: the address of each role, and the cluster where it is our own."""

    urls: dict[str, str]
    cluster: Cluster | None = None

    def revive(self) -> bool:
        """Start the embedded server again if it died. True when its address has changed by that."""
        if self.cluster is None or self.cluster.alive:
            return False
        before = self.urls
        self.urls = ensure_roles(self.cluster.start(), secrets=SECRETS, prefix=PREFIX)
        _note(self.urls)
        return self.urls != before


@contextlib.contextmanager
def running() -> Iterator[Running]:
    """A database that answers.

    The embedded server is started if need be. Whoever uses it last stops it, so that a command run beside the web
    server neither starts a second one nor takes away the first."""
    cluster = embedded()
    if cluster is None:
        yield Running(ensure_roles(os.environ["DATABASE_URL"], secrets=SECRETS, prefix=PREFIX))
        return
    with _Users(VAR) as users:
        with users.door():
            owner_url = cluster.start()
            urls = ensure_roles(owner_url, secrets=SECRETS, prefix=PREFIX)
            _note(urls)
            users.enter()
        try:
            yield Running(urls, cluster)
        finally:
            with users.door():
                if users.leave():
                    cluster.stop()


def _note(urls: dict[str, str]) -> None:
    """Tell the other processes of this installation, in one step and to nobody else."""
    text = json.dumps(urls, indent=1)
    if NOTED.exists() and NOTED.read_text() == text:
        return
    draft = NOTED.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(NOTED)


class _Users:
    """Who uses the embedded server: a shared lock each, given back by the system even after `kill -9`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def __enter__(self) -> _Users:
        self._door = (self._folder / "postgres.door").open("w")
        self._seat = (self._folder / "postgres.users").open("w")
        return self

    def __exit__(self, *exc: object) -> None:
        self._door.close()
        self._seat.close()

    @contextlib.contextmanager
    def door(self) -> Iterator[None]:
        """One at a time starts or stops."""
        fcntl.flock(self._door, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._door, fcntl.LOCK_UN)

    def enter(self) -> None:
        fcntl.flock(self._seat, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Whether nobody else is left."""
        fcntl.flock(self._seat, fcntl.LOCK_UN)
        try:
            fcntl.flock(self._seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
