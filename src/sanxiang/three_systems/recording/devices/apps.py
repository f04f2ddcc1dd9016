"""The app of recording devices (音像记录设备)."""

from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Its register rows are projections of the streams of devices and agencies."""

    name = "sanxiang.three_systems.recording.devices"
    label = "devices"
    verbose_name = "音像记录设备"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from . import finding, projections, tasks  # noqa: F401  the worker finds its tasks

        projections.register()
        finding.register()
