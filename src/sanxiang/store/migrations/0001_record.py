"""The record, its ledger and its keys, and the secrets that a new record needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import migrations

from sanxiang.store import custody, runtime, schema


def lay(apps: Any, schema_editor: Any) -> None:
    custody.prepare(Path(settings.SECRETS))
    roles = schema.Roles(**{role: settings.DATABASE_ROLES[role] for role in schema.Roles._fields})
    schema.install(runtime.plain(schema_editor.connection), roles)


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunPython(lay)]
