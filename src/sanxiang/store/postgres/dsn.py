"""A connection address, taken apart and put together again."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from sanxiang.store.postgres.errors import PostgresError

PLACE = ("user", "password", "host", "port", "dbname")


def parts(url: str) -> dict[str, str]:
    """The libpq parameters of an address (`postgresql://…` or `host=… dbname=…`)."""
    try:
        found = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise PostgresError(f"数据库地址写法有误：{error}。应为 postgresql://用户:密码@主机:端口/库名") from error
    return {key: str(value) for key, value in found.items() if value is not None}


def address(params: dict[str, str]) -> str:
    """The URL of the parameters; the opposite of `parts`. A socket folder as host is percent-encoded, as libpq asks."""

    def word(key: str) -> str:
        return quote(params.get(key, ""), safe="")

    login = word("user") + (f":{word('password')}" if "password" in params else "")
    port = f":{word('port')}" if "port" in params else ""
    rest = urlencode({key: value for key, value in params.items() if key not in PLACE})
    return f"postgresql://{login}@{word('host')}{port}/{word('dbname')}" + (f"?{rest}" if rest else "")


def with_login(url: str, user: str, password: str) -> str:
    """The same server and database, another login."""
    return address(parts(url) | {"user": user, "password": password})
