"""The numbers of a head's home (负责人首页的指标): counted from duties and decisions of the last three months.

Only what follows from the record is shown. A duty counts in the month of its last day: kept where it was met in time,
not kept where it was met late or is still open after its day; one that was excused does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q

from .models import CaseRow, DutyRow

WINDOW = timedelta(days=90)
TIMELY = {"publish": "公示及时率", "withdraw": "撤下及时率", "review": "审核及时率", "archive": "归档及时率"}
REVIEWED = "法制审核率"


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of the last three months, and that of the three before for the arrow."""

    name: str
    good: int
    of: int
    good_before: int
    of_before: int

    @property
    def percent(self) -> str:
        """Cut, not rounded: one that was missed is never a hundred percent."""
        return f"{self.good * 100 // self.of}%" if self.of else "没有到期的"

    @property
    def arrow(self) -> str:
        """up, down, same; empty where there is nothing to compare with."""
        if not (self.of and self.of_before):
            return ""
        now, before = self.good * self.of_before, self.good_before * self.of
        return "up" if now > before else "down" if now < before else "same"

    @property
    def words(self) -> str:
        told = {"up": "比前三个月上升", "down": "比前三个月下降", "same": "与前三个月持平"}
        return told.get(self.arrow, "前三个月没有可比的")


def figures(agency: str, today: date) -> list[Figure]:
    """The numbers of an agency; none for somebody without one."""
    if not agency:
        return []
    since, before = today - WINDOW, today - 2 * WINDOW
    rows = DutyRow.objects.filter(agency=agency, duty__in=TIMELY, due_on__gt=before, due_on__lte=today, excused=False)
    rows = rows.exclude(met_at=None, due_on=today)
    kept, new = Q(met_at__isnull=False, late=False), Q(due_on__gt=since)
    counted = {row["duty"]: row for row in rows.values("duty").annotate(**_counts(kept, new)).order_by()}
    found = [_figure(name, counted.get(duty)) for duty, name in TIMELY.items()]
    decided = CaseRow.objects.filter(agency=agency, review_due=True, decided_on__gt=before, decided_on__lte=today)
    passed = Q(review_state="passed") & ~Q(decision_number="")
    found.insert(2, _figure(REVIEWED, decided.aggregate(**_counts(passed, Q(decided_on__gt=since), key="stream"))))
    return found


def _counts(good: Q, new: Q, key: str = "id") -> dict[str, Any]:
    return {
        "good": Count(F(key), filter=good & new),
        "total": Count(F(key), filter=new),
        "good_before": Count(F(key), filter=good & ~new),
        "total_before": Count(F(key), filter=~new),
    }


def _figure(name: str, row: Any) -> Figure:
    return Figure(name, *(int(row[key]) if row else 0 for key in ("good", "total", "good_before", "total_before")))
