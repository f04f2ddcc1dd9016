"""The app of disclosure (公示)."""

from __future__ import annotations

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Its tables hold what is for the public: what was published, of every decision its number and where its
    publication stands, names of agencies, certificates. The portal's role may read them and no more; which
    registers a page is made from is the desk's alone."""

    name = "sanxiang.three_systems.disclosure"
    label = "disclosure"
    verbose_name = "公示"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE", "portal": "SELECT"}  # noqa: RUF012
    table_rights = {"page_source": {"portal": ""}, "feed_report": {"portal": ""}}  # noqa: RUF012

    def ready(self) -> None:
        from . import drawing, page_projections, projections, reporting

        projections.register()
        page_projections.register()
        reporting.register()
        drawing.register()
