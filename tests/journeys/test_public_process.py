"""The process for the public alone (公示网站): the portal's pages, the portal's login, nothing else to be had through it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from urllib.parse import quote

from tests.support.serving import Serving

from .conftest import Moved

ASKS = """
import json
from django.apps import apps
from django.conf import settings
from django.db import Error, connections
import django
django.setup()
read, refused, wrote = [], [], []
for alias in settings.DATABASES:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        who = cursor.fetchone()[0]
        cursor.execute("SELECT format('%I.%I', table_schema, table_name) FROM (SELECT n.nspname AS table_schema,"
                       " c.relname AS table_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                       " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'record', 'keyring')) t")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            try:
                cursor.execute(f"SELECT * FROM {table} LIMIT 1")
                read.append(table)
            except Error:
                refused.append(table)
            try:
                cursor.execute(f"DELETE FROM {table}")
                wrote.append(table)
            except Error:
                pass
print(json.dumps({"who": who, "read": read, "refused": refused, "wrote": wrote, "key": settings.SECRET_KEY,
                  "aliases": sorted(settings.DATABASES), "users": sorted({one["USER"] for one in
                  settings.DATABASES.values()})}))
"""
PUBLIC = {
    "published", "published_catalogue", "public_agency", "public_certificate", "numbered_decision", "numbered_day",
}  # fmt: skip


def asked(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def test_the_public_process_serves_the_public_alone(product: Moved) -> None:
    product.now()
    for path in (
        "/",
        f"/search/?q={quote('演示')}",
        "/officers/",
        "/numbers/",
        "/procedures/",
        "/data/",
        "/counter/",
        "/counter/complain/",
        "/counter/report/",
    ):
        status, page = asked(product.public_port, path)
        assert status == 200, path
        assert "办案登录" not in page
    assert "办案登录" in asked(product.port, "/")[1], "where the desk is served, the way to it is shown"
    for path in ("/work/", "/login/", "/registry/", "/review/", "/counter/inbox/"):
        assert asked(product.public_port, path)[0] == 404, path
        assert asked(product.port, path)[0] != 404, path
    told = through_it(product)
    assert told["aliases"] == ["default", "portal"]
    assert told["users"] == [told["who"]]
    assert told["key"] != (product.var / "secrets" / "django").read_text()
    readable = {name.removeprefix("public.") for name in told["read"]}
    assert readable >= PUBLIC
    assert not {name for name in readable if name.startswith(("record.", "keyring.", "case", "registry", "auth"))}
    refused = {name.removeprefix("public.") for name in told["refused"]}
    assert {"record.event", "keyring.subject_key", "case_row", "django_session"} <= refused
    assert told["wrote"] == []


def through_it(serving: Serving) -> dict[str, list[str]]:
    """What a program in the place of the public process can read, table by table, with all that this process is given."""
    given = {**serving.env, "SANXIANG_DATABASES": "portal", "DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))
