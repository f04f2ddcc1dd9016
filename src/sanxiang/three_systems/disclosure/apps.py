"""The app of disclosure (公示)."""

from __future__ import annotations

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Its one public table holds nothing but what was published; the portal's role may read that and no more."""

    name = "sanxiang.three_systems.disclosure"
    label = "disclosure"
    verbose_name = "公示"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE", "portal": "SELECT"}  # noqa: RUF012

    def ready(self) -> None:
        from . import projections

        projections.register()
