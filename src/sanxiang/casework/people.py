"""The officers of an agency: for the picker who they are and whether their certificate is valid today; who headed a
department."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from sanxiang.core.values import legal_day

from .models import Colleague


def heads_ever(agency: str, department: str) -> list[str]:
    """The streams of everybody who ever headed a department, for the registers to say who did on a day."""
    rows = Colleague.objects.filter(agency=agency or None, held__contains=[f"unit_head@{department}"])
    return [str(stream) for stream in rows.order_by("stream").values_list("stream", flat=True)]


def colleagues(agency: str, chosen: Collection[str] = ()) -> list[dict[str, Any]]:
    """Serving officers with a certificate of their own, those chosen marked and first; at most two hundred."""
    today = legal_day(timezone.now())
    rows = (
        Colleague.objects.filter(agency=agency or None, serving=True).exclude(certificate="").order_by("name", "stream")
    )
    found = [
        {
            "id": str(row.stream),
            "name": row.name,
            "certificate": row.certificate,
            "valid": row.valid_until is not None and row.valid_until >= today,
            "until": row.valid_until,
            "chosen": str(row.stream) in chosen,
        }
        for row in rows[:200]
    ]
    return sorted(found, key=lambda one: not one["chosen"])
