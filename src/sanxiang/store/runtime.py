"""What this process appends and loads with: the sealer, and whether entries carry SM3 beside SHA-256.

Taken from the settings SECRETS (a folder) and SANXIANG_SM3_ENTRIES at first use, or set by `configure`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from . import custody
from .sealing import Sealer


@dataclass(frozen=True, slots=True)
class Runtime:
    sealer: Sealer
    sm3: bool = False


_current: Runtime | None = None


def configure(secrets: Path, *, sm3: bool = False) -> Runtime:
    """Use the secrets of a folder from now on. Raises custody.SecretProblem."""
    global _current
    sealer = Sealer(custody.read(secrets, custody.MASTER), custody.read(secrets, custody.PARTY))
    _current = Runtime(sealer, sm3)
    return _current


def current() -> Runtime:
    if _current is not None:
        return _current
    from django.conf import settings

    return configure(Path(settings.SECRETS), sm3=bool(getattr(settings, "SANXIANG_SM3_ENTRIES", False)))


def plain(connection: Any) -> Connection[Any]:
    """The psycopg connection under a Django connection; a psycopg connection as it is."""
    if isinstance(connection, Connection):
        return connection
    connection.ensure_connection()
    under: Connection[Any] = connection.connection
    return under
