"""Which connection a model uses. Tables are made by the owner alone; the portal's are read by the portal's role."""

from __future__ import annotations

from typing import Any

PORTAL_APPS = frozenset({"portal"})


class ByRole:
    """Django database router."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "portal" if model._meta.app_label in PORTAL_APPS else None

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
