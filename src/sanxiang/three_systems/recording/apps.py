"""The app of the record of the whole process (全过程记录): papers, volumes, archive."""

from __future__ import annotations

from django.apps import AppConfig


class RecordingConfig(AppConfig):
    """Papers are made from events, volumes and recordings stand among the evidence files; its rows are projections of
    recordings and cases, and what is being sent until it is whole."""

    name = "sanxiang.three_systems.recording"
    label = "recording"
    verbose_name = "全过程记录"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE", "portal": ""}  # noqa: RUF012
    table_rights = {"paper_proof": {"portal": "SELECT (key, sealed)"}}  # noqa: RUF012

    def ready(self) -> None:
        from sanxiang.casework import doubting, following, preparing

        from . import clues, file_projections, finding, projections, supplements, tasks, volumes

        projections.register()
        preparing.register("case.archived", volumes.prepare)
        preparing.register(supplements.KIND, supplements.prepare)
        following.register(tasks.hear)
        doubting.register(clues.of_case)
        file_projections.register()
        finding.register()
