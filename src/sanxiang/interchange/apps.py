"""The app of the interfaces (数据接口)."""

from __future__ import annotations

from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    """Keys of other systems; everything else is asked of casework."""

    name = "sanxiang.interchange"
    label = "interchange"
    verbose_name = "数据接口"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from sanxiang.casework import following
        from sanxiang.one_platform.statistics import uses

        from . import ended
        from .credit import used

        following.register(ended.hear)
        uses.register("credit", used.lines)
