"""One prepared statement in one round trip by libpq itself, for the hot paths: there psycopg's cursor costs as much
client time as all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, errors
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

TEXT, BYTEA = 25, 17
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_prepared: WeakKeyDictionary[Connection[Any], set[bytes]] = WeakKeyDictionary()


class Statement:
    """A query with parameters $1, $2, … each TEXT (given as str) or BYTEA (given as bytes); None is NULL. Columns come
    back in binary: read them with `get_value(row, column)` as bytes.

    Where the connection is set not to prepare (`prepare_threshold` None, as behind a pooler), nothing is prepared."""

    def __init__(self, name: str, query: str, types: Sequence[int]) -> None:
        self._name, self._query, self._types = name.encode(), query.encode(), types
        self._formats = [int(kind == BYTEA) for kind in types]

    def run(self, connection: Connection[Any], values: Sequence[str | bytes | None]) -> PGresult:
        """Send it and wait for its result, in the connection's transaction. Raises psycopg.Error."""
        given: list[Any] = [value.encode() if isinstance(value, str) else value for value in values]
        server = connection.pgconn
        if not connection.autocommit and server.transaction_status == TransactionStatus.IDLE:
            connection.execute("SELECT")
        with connection.lock:
            if connection.prepare_threshold is None:
                result = server.exec_params(self._query, given, self._types, self._formats, 1)
            else:
                self._prepare(connection)
                result = server.exec_prepared(self._name, given, self._formats, 1)
        return _checked(connection, result)

    def _prepare(self, connection: Connection[Any]) -> None:
        names = _prepared.setdefault(connection, set())
        if self._name not in names:
            _checked(connection, connection.pgconn.prepare(self._name, self._query, self._types))
            names.add(self._name)


def _checked(connection: Connection[Any], result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise errors.error_from_result(result, connection.info.encoding)
    return result
