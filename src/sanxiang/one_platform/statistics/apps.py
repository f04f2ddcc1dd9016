"""The app of statistics (统计、年报)."""

from __future__ import annotations

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Its rows are projections of the case streams: what each case counts for. Reports stand in the agencies'."""

    name = "sanxiang.one_platform.statistics"
    label = "statistics"
    verbose_name = "统计、年报"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from . import projections

        projections.register()
