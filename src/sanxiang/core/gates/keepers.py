"""Who enters which fact into a register (登记由谁办理)."""

from __future__ import annotations

from collections.abc import Mapping

KEEPERS: Mapping[str, tuple[str, ...]] = {
    "agency.settled": ("legal_head", "head"),
    **dict.fromkeys(("post.delegated", "post.delegation_ended"), ("head", "legal_head", "unit_head", "reviewer")),
    "catalogue.compiled": ("officer", "unit_head"),
    **dict.fromkeys(("catalogue.returned", "catalogue.filed"), ("reviewer", "legal_head", "supervisor")),
    "catalogue.published": ("publisher", "disclosure_checker"),
    "page.collected": ("officer", "unit_head", "publisher"),
    "page.forwarded": ("unit_head",),
    "page.returned": ("disclosure_checker",),
    "page.approved": ("disclosure_checker",),
    "page.issued": ("publisher", "disclosure_checker"),
    "law.changed": ("reviewer", "legal_head"),
    **dict.fromkeys(("device.registered", "device.changed", "device.allocated", "device.scrapped"), ("device_keeper",)),
    **dict.fromkeys(
        ("device.entrusted", "device.checked", "device.issued", "device.returned", "device.repaired"),
        ("device_keeper", "unit_head"),
    ),
    **dict.fromkeys(("draw.committed", "draw.drawn"), ("unit_head", "officer")),
    **dict.fromkeys(("draw.replaced", "draw.assigned"), ("unit_head",)),
    "draw.published": ("publisher", "disclosure_checker"),
    "visit.made": ("officer", "unit_head", "head"),
    **dict.fromkeys(("monitor.registered", "monitor.ended"), ("device_keeper",)),
    "monitor.reviewed": ("reviewer", "legal_head", "device_keeper", "unit_head"),
    "device.faulted": ("device_keeper", "unit_head", "officer"),
    **dict.fromkeys(("equipment.planned", "equipment.answered", "equipment.purchased"), ("device_keeper",)),
    "equipment.reported": ("head",),
    "recording_list.submitted": ("device_keeper", "legal_head"),
    **dict.fromkeys(("recording_list.returned", "recording_list.filed"), ("supervisor",)),
    "usage.prepared": ("device_keeper", "unit_head"),
    **dict.fromkeys(("usage.returned", "usage.approved"), ("head", "legal_head")),
    "report.requested": ("legal_head", "head", "supervisor"),
    "report.compiled": ("officer", "unit_head", "publisher", "reviewer"),
    "report.returned": ("legal_head", "head"),
    "report.approved": ("legal_head", "head"),
    "report.issued": ("publisher", "disclosure_checker", "legal_head", "head"),
    "report.received": ("publisher", "disclosure_checker", "legal_head", "head", "unit_head"),
}
"""Who enters a kind of fact into a register, where it is not the registrar."""


def keepers_of(kind: str) -> tuple[str, ...]:
    """The posts that enter a kind of fact into a register."""
    return KEEPERS.get(kind, ("registrar",))
