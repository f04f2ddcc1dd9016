"""The officers of an agency: for the picker who they are and whether their certificate is valid today; who headed a
department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from sanxiang.core.gates import naming
from sanxiang.core.values import legal_day

from .models import Colleague


def heads_ever(agency: str, department: str) -> list[str]:
    """The streams of everybody who ever headed a department, for the registers to say who did on a day."""
    rows = Colleague.objects.filter(agency=agency or None, held__contains=[f"unit_head@{department}"])
    return [str(stream) for stream in rows.order_by("stream").values_list("stream", flat=True)]


def house_of(agency: str) -> list[str]:
    """The streams of everybody of an agency, whoever left among them: a name on the record may be any of theirs."""
    rows = Colleague.objects.filter(agency=agency or None).order_by("stream")
    return [str(stream) for stream in rows.values_list("stream", flat=True)]


def written_names(agency: str) -> tuple[str, ...]:
    """The officers of an agency as a form lets choose one by name (`naming`): who serves first, then who left, for
    what is entered late; whoever shares a name is written with his number."""
    rows = list(Colleague.objects.filter(agency=agency or None).order_by("-serving", "name", "stream")[:500])
    times = Counter(row.name for row in rows)
    return tuple(dict.fromkeys(naming.written(row.name, row.certificate, alone=times[row.name] == 1) for row in rows))


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
