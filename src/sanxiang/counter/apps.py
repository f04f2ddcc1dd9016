"""The app of the counter (窗口)."""

from __future__ import annotations

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Its pages write through the portal's role, which may only add to the intake and never read what was added; the
    worker takes each item in by the one write path."""

    name = "sanxiang.counter"
    label = "counter"
    verbose_name = "窗口"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE", "portal": ""}  # noqa: RUF012
    table_rights = {  # noqa: RUF012
        "intake": {"portal": "INSERT"},
        "intake_file": {"portal": "INSERT"},
        "counter_attempt": {"portal": "SELECT, INSERT"},
        "showing": {"portal": "SELECT"},
        "party_page": {"portal": "SELECT (key, sealed)"},
        "party_paper_content": {"portal": "SELECT (key, sealed)"},
        "intake_slip": {"portal": "SELECT (key, sealed)"},
    }

    def ready(self) -> None:
        from sanxiang.casework import following

        from . import (  # noqa: F401 - they register what they take in
            clues,
            correcting,
            door,
            ended,
            finding,
            party,
            partypage,
            showing,
            tasks,
            tips,
        )

        partypage.register()
        finding.register()
        clues.register()
        following.register(ended.hear)
        following.register(tasks.hear)
