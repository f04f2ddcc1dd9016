"""What the records of a case are used for (记录的六种用途), as whoever looks at them states it: the reasons that forms
offer, and under which use a reason counts. 洛政办〔2019〕37号 三(二)4, 武政规〔2019〕 二(二)5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When

USES: Mapping[str, str] = {
    "evaluation": "案卷评查", "supervision": "执法监督", "assessment": "评议考核", "opinion": "舆情应对",
    "decision": "行政决策", "credit": "信用建设",
}  # fmt: skip
REASONS: Mapping[str, tuple[str, ...]] = {
    "evaluation": ("案卷评查",),
    "supervision": ("日常监督检查", "投诉举报核查", "督办事项", "期限预警核实"),
    "assessment": ("评议考核",),
    "opinion": ("舆情应对",),
    "decision": ("行政决策参考",),
    "credit": ("信用建设核实",),
}
"""The reasons that a form offers, by use; every one counts, with or without more words after it."""

OFFERED = tuple(reason for reasons in REASONS.values() for reason in reasons)
SAID = "："


def stated(form: Mapping[str, Any]) -> str:
    """The reason as a form states it: the one that was chosen, with what was written beside it."""
    parts = (str(form.get(name, "")).strip() for name in ("purpose", "other"))
    return SAID.join(part for part in parts if part)


def use_of(reason: str) -> str:
    """The use that a reason counts for; empty for every other one.

    >>> use_of("督办事项：第3号督办单"), use_of("办理本案")
    ('supervision', '')
    """
    chosen = reason.partition(SAID)[0]
    return next((use for use, reasons in REASONS.items() if chosen in reasons), "")


def by_use(rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows with a `purpose` there are for each use; those of no use are left out. One query."""
    found = (
        rows.annotate(use=Case(*(When(_says(use), then=Value(use)) for use in USES), output_field=TextField()))
        .exclude(use=None)
        .values_list("use")
        .annotate(Count("pk"))
        .order_by()
    )
    return dict(found)


def _says(use: str) -> Q:
    said = Q(purpose__in=REASONS[use])
    for reason in REASONS[use]:
        said |= Q(purpose__startswith=f"{reason}{SAID}")
    return said
