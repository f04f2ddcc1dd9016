"""The app of draws (双随机抽查)."""

from __future__ import annotations

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """Its rows are projections of the draws' streams: one line for each in the list."""

    name = "sanxiang.one_platform.draws"
    label = "draws"
    verbose_name = "双随机抽查"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from . import projections

        projections.register()
