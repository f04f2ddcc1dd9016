"""Counting from the record (统计): the tables of a report for a span of days, and the cases behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from .models import Counted
from .tables import Figure, tables


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figures: of these agencies, or of one department of one."""

    agencies: tuple[str, ...]
    department: str = ""


def rows_of(whose: Whose, since: date, until: date) -> QuerySet[Counted]:
    rows = Counted.objects.filter(agency__in=whose.agencies, day__gte=since, day__lte=until)
    return rows.filter(department=whose.department) if whose.department else rows


def counted(whose: Whose, since: date, until: date) -> tuple[dict[str, Any], ...]:
    """Every table with its figures, as the event of a report holds them; what nothing counts for is 0."""
    found = rows_of(whose, since, until).values_list("figure").annotate(Count("id"), Sum("fen")).order_by()
    values = {figure: (times, fen or 0) for figure, times, fen in found}

    def value(figure: Figure) -> int:
        if figure.sum:
            return sum(values.get(part, (0, 0))[0] for part in figure.sum)
        return values.get(figure.id, (0, 0))[1 if figure.unit == "元" else 0]

    return tuple(
        {
            "id": table.id,
            "title": table.title,
            "figures": [
                {"id": one.id, "label": one.label, "unit": one.unit, "value": value(one)} for one in table.figures
            ],
        }
        for table in tables()
    )


def cases(whose: Whose, figure: str, since: date, until: date) -> QuerySet[Counted]:
    """The cases behind a figure, the latest first."""
    return rows_of(whose, since, until).filter(figure__in=tables().parts(figure)).order_by("-day", "id")
