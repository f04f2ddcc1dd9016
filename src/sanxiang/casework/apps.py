"""The app of case handling (办案)."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The officer's desk and its lists. Its tables are projections: written by the write path, rebuilt from events."""

    name = "sanxiang.casework"
    label = "casework"
    verbose_name = "办案"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012
    table_rights = {  # noqa: RUF012
        "case_access_note": {"web": "SELECT, INSERT"},
        "case_paper_draft": {"web": "SELECT, INSERT"},
        "case_refusal": {"web": "SELECT, INSERT"},
    }

    def ready(self) -> None:
        from . import bringing, entries, finding, inspectees, levels, projections, recordings, visiting

        projections.register()
        levels.register()
        recordings.register()
        bringing.register()
        entries.register()
        inspectees.register()
        visiting.register()
        finding.begin()
