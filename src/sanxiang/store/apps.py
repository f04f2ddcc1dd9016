"""The app of the record. It has no models: its tables are laid by one migration from schema.sql."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "sanxiang.store"
    label = "store"
    verbose_name = "记录"

    def ready(self) -> None:
        from . import blobs, objects

        blobs.fetch_with(objects.bring)
