"""The app of the record of the whole process (全过程记录): papers, volumes, archive."""

from __future__ import annotations

from django.apps import AppConfig


class RecordingConfig(AppConfig):
    """No tables of its own yet: papers are made from events, volumes stand in the archive folder."""

    name = "sanxiang.three_systems.recording"
    label = "recording"
    verbose_name = "全过程记录"

    def ready(self) -> None:
        from sanxiang.casework import following, preparing

        from . import tasks, volumes

        preparing.register("case.archived", volumes.prepare)
        following.register(tasks.hear)
