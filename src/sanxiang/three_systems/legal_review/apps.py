"""The app of the legal review (法制审核)."""

from __future__ import annotations

from django.apps import AppConfig


class LegalReviewConfig(AppConfig):
    """Its rows are projections of cases and of the agencies' lists of major decisions."""

    name = "sanxiang.three_systems.legal_review"
    label = "legal_review"
    verbose_name = "法制审核"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from . import projections

        projections.register()
