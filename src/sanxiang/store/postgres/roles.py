"""The four logins of the product: owner (migrations only), web, portal, sequencer. Rights are the schema's to give."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql

from sanxiang.store.postgres.binaries import OLDEST
from sanxiang.store.postgres.dsn import parts, with_login
from sanxiang.store.postgres.errors import PostgresError
from sanxiang.store.postgres.secrets import secret

GIVEN = {"web": "SANXIANG_WEB_URL", "portal": "SANXIANG_PORTAL_URL", "sequencer": "SANXIANG_SEQUENCER_URL"}
"""Roles beside the owner, and the environment variable in which an operator gives a role's address."""


def require_server(url: str) -> int:
    """The version number of the server at this address, e.g. 150018. Refuses one that we cannot run on, by reason."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as error:
        place = parts(url)
        where = f"{place.get('host', '本机')}:{place.get('port', '5432')}/{place.get('dbname', '')}"
        raise PostgresError(f"连不上数据库 {where}：{error}。请检查 DATABASE_URL 和数据库是否在运行") from error
    if version < OLDEST * 10000:
        raise PostgresError(f"需要 PostgreSQL {OLDEST} 或更高版本，这台服务器是 {version // 10000}，请升级")
    if encoding != "UTF8":
        raise PostgresError(f"数据库的编码必须是 UTF8，而不是 {encoding}。请用 ENCODING 'UTF8' 重新建库")
    return version


def ensure_roles(owner_url: str, *, secrets: Path, prefix: str = "sanxiang") -> dict[str, str]:
    """The address of each role, by name: `owner`, `web`, `portal`, `sequencer`.

    Missing logins are made, with random passwords kept in `secrets`. A role whose address the operator gives as
    SANXIANG_WEB_URL, SANXIANG_PORTAL_URL or SANXIANG_SEQUENCER_URL is taken as it is. Where the owner may not make
    roles, the error is the SQL that an administrator must run."""
    require_server(owner_url)
    urls = addresses(owner_url, secrets=secrets, prefix=prefix)
    for role, variable in GIVEN.items():
        if variable not in os.environ:
            _ensure(owner_url, urls[role], variable)
    return urls


def addresses(owner_url: str, *, secrets: Path, prefix: str = "sanxiang") -> dict[str, str]:
    """The same addresses without asking the server whether the roles are there."""
    urls = {"owner": owner_url}
    for role, variable in GIVEN.items():
        name = f"{prefix}_{role}"
        urls[role] = os.environ.get(variable) or with_login(owner_url, name, secret(secrets, f"postgres-{name}"))
    return urls


def _ensure(owner_url: str, url: str, variable: str) -> None:
    """Make the login of `url`, or set its password, unless it works already."""
    if _opens(url):
        return
    name, password = parts(url)["user"], parts(url)["password"]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        known = owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        verifier = owner.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        verb = "ALTER" if known else "CREATE"
        order = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(verifier))
        try:
            owner.execute(order)
        except psycopg.errors.InsufficientPrivilege as error:
            text = order.as_string(owner).replace(verifier, "自定密码")
            raise PostgresError(
                f"DATABASE_URL 的用户无权建立角色 {name}。请由数据库管理员执行：\n    {text};\n"
                f"再把该角色的连接地址写入 {variable}"
            ) from error
    if not _opens(url):
        raise PostgresError(f"角色 {name} 已建立，却不能登录数据库。请检查服务器的 pg_hba.conf")


def _opens(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True
