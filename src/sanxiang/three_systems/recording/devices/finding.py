"""Devices in the search over everything (检索设备): one's own agency's, by code, kind, model, numbers or fault."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from sanxiang.casework import finding
from sanxiang.casework.access import Reader
from sanxiang.core.values.searching import excerpt

from .queries import STATES, of_agency

COLUMNS = ("code", "kind", "model", "serial", "asset_number", "fault")


def register() -> None:
    finding.register(finding.Kind("device", "设备", devices))


def devices(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """Devices in the order of their codes."""
    rows = finding.by_columns(of_agency(reader), COLUMNS, wanted).filter(code__gt=after).order_by("code", "stream")
    found = list(rows[: limit + 1])
    hits = [
        finding.Hit(
            f"{row.kind} {row.code}", reverse("devices:device", args=[row.stream]), STATES[row.state],
            parts=excerpt("　".join(filter(None, (row.model, row.serial, row.asset_number, row.fault))), wanted),
        )
        for row in found[:limit]
    ]  # fmt: skip
    return finding.Hits(hits, found[limit - 1].code if len(found) > limit else "")
