"""Lays the schemas `record` and `keyring` into a database. Run once, by the owner role."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any, NamedTuple

from psycopg import Connection, sql


class Roles(NamedTuple):
    """The names of the database roles beside the owner: who writes through `record.append`, who shows the public
    what was published, who orders the ledger."""

    web: str = "web"
    portal: str = "portal"
    sequencer: str = "sequencer"


def script(roles: Roles) -> str:
    """The SQL with the roles' names in place."""
    text = files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
    names = roles._asdict()
    return re.sub(r':"(\w+)"', lambda found: sql.Identifier(names[found[1]]).as_string(None), text)


def install(owner: Connection[Any], roles: Roles) -> None:
    """Create everything, in the owner's open transaction. The roles must exist already."""
    owner.execute(script(roles).encode())


def found(owner: Connection[Any], *, demo: bool, origin: str) -> None:
    """Say once and for ever what this cluster is. A demonstration must name itself so in its `origin`.

    `origin` is the name of the ledger in its checkpoints, by custom the address it is published at, without scheme.
    Raises psycopg.errors.UniqueViolation if it was said before, CheckViolation for an unfit origin."""
    owner.execute("INSERT INTO record.cluster (demo, origin) VALUES (%s, %s)", (demo, origin))
