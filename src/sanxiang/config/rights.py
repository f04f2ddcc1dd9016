"""What each login may do with the tables of Django's apps. What is not said here or by an app is denied.

An app says it in its AppConfig: `database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE", "portal": "SELECT"}`, and
`table_rights = {"table": {"web": "SELECT, INSERT"}}` where one table has others; "" is none.
The record itself (events, ledger, keys) is not made of models; the store's schema gives those rights."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from psycopg import sql

FULL = "SELECT, INSERT, UPDATE, DELETE"
OTHERS = {
    "auth": {"web": FULL},
    "contenttypes": {"web": "SELECT"},
    "sessions": {"web": FULL},
    "procrastinate": {"web": FULL},
}
"""Rights on the tables of apps that are not ours. Jobs are added and worked off by the web role."""

_GRANT = sql.SQL("GRANT {rights} ON {table} TO {role}")
_TABLES = sql.SQL(
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC; GRANT TEMPORARY ON DATABASE {database} TO {web}"
)
"""PostgreSQL lets everybody make tables of their own, for a session; not so the portal."""
_SEQUENCES = """SELECT s.oid::regclass::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid
                WHERE s.relkind = 'S' AND d.refobjid = %s::regclass"""


def grant(connection: Any) -> None:
    """Give the rights, as the owner, to tables that exist; run after every migration, changes nothing twice."""
    with connection.cursor() as cursor:
        names = {"database": connection.settings_dict["NAME"], "web": settings.DATABASE_ROLES["web"]}
        cursor.execute(_TABLES.format(**{name: sql.Identifier(value) for name, value in names.items()}))
        for app in apps.get_app_configs():
            said = getattr(app, "database_rights", OTHERS.get(app.label, {}))
            fewer = getattr(app, "table_rights", {})
            tables = {model._meta.db_table for model in app.get_models(include_auto_created=True)}
            for role, rights in said.items():
                for table in sorted(tables):
                    _give(cursor, table, fewer.get(table, {}).get(role, rights), settings.DATABASE_ROLES[role])


def _give(cursor: Any, table: str, rights: str, role: str) -> None:
    if not rights:
        return
    name, who = sql.Identifier(*table.replace('"', "").split(".")), sql.Identifier(role)
    cursor.execute("SELECT to_regclass(%s)", [name.as_string(None)])
    if cursor.fetchone()[0] is None:
        return
    cursor.execute(_GRANT.format(rights=sql.SQL(rights), table=name, role=who))
    if "INSERT" in rights:
        cursor.execute(_SEQUENCES, [name.as_string(None)])
        for (sequence,) in cursor.fetchall():
            cursor.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.SQL(sequence), who))
