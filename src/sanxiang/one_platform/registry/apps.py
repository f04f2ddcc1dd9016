"""The app of the registers (主体、人员、事项)."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Its rows are projections of the register streams; beside them only uploads that wait for confirmation."""

    name = "sanxiang.one_platform.registry"
    label = "registry"
    verbose_name = "主体、人员、事项"
    database_rights = {"web": "SELECT, INSERT, UPDATE, DELETE"}  # noqa: RUF012

    def ready(self) -> None:
        from sanxiang.casework import inspecting, sources

        from . import finding, inspectee_source, projections, queries, watching

        projections.register()
        watching.register()
        finding.register()
        inspecting.list_items(queries.listed)
        sources.register(inspectee_source.KEEPER)
