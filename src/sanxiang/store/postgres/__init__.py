"""PostgreSQL under our own small supervisor, or an agency's own server: found, started, stopped, its roles made."""

from sanxiang.store.postgres.binaries import Binaries, candidates, find
from sanxiang.store.postgres.cluster import Cluster
from sanxiang.store.postgres.errors import PostgresError
from sanxiang.store.postgres.roles import addresses, ensure_roles, require_server
from sanxiang.store.postgres.secrets import secret

__all__ = [
    "Binaries",
    "Cluster",
    "PostgresError",
    "addresses",
    "candidates",
    "ensure_roles",
    "find",
    "require_server",
    "secret",
]
