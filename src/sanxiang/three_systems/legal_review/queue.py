"""The queue of reviews as one reader may see it (审核队列): which rows, in which order, from where on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from sanxiang.casework.access import REVIEWERS, Reader
from sanxiang.casework.desk import first, remaining
from sanxiang.casework.models import Colleague
from sanxiang.core.calendar import Calendar, Due, working_days_left
from sanxiang.core.registers import Agency
from sanxiang.core.values import legal_day

from .models import NO_TERM, URGENT, WAITING, PrecedentRow, ReviewRow

PAGE = 30
EXPORT_MAX = 5_000
VIEWS = {
    "": "全部待审", "mine": "分给我的", "unassigned": "还没有分配", "overdue": "已逾期", "disputed": "有异议",
    "sampled": "抽中复查",
}  # fmt: skip
UNSET = "未定期限"


def may_review(reader: Reader) -> bool:
    """Whether somebody works in the legal review of his agency: its reviewers and their head."""
    return bool(reader.agency and reader.posts & REVIEWERS)


def seen(reader: Reader) -> Q | None:
    """The reviews of the reader's agency, for an adviser those he is invited to; None for everybody else."""
    if may_review(reader):
        return Q(agency=reader.agency)
    if reader.agency and "adviser" in reader.posts:
        return Q(agency=reader.agency) & WAITING & Q(advisers__contains=[reader.officer])
    return None


def narrowed(reader: Reader, view: str, today: date) -> Q:
    """What a choice adds; each has an index of its own in the order of the list."""
    return {
        "mine": WAITING & Q(assigned__in=sorted({reader.officer, *reader.stands_for})),
        "unassigned": WAITING & Q(assigned=""),
        "overdue": WAITING & Q(due_on__lt=today),
        "disputed": Q(disputed=True),
        "sampled": Q(to_check=True),
    }.get(view, WAITING)


def reviews(reader: Reader, view: str, today: date, after: str, limit: int) -> QuerySet[ReviewRow]:
    """The first reviews of a choice: the fewest days left first, then the oldest."""
    mine = seen(reader)
    if mine is None:
        return ReviewRow.objects.none()
    chosen = mine & narrowed(reader, view, today)
    return first(ReviewRow.objects.all(), [chosen & part for part in beyond(after)], URGENT, limit)


def beyond(after: str) -> list[Q]:
    """The rows after the place that the address states, as ranges of an index; a strange place is the beginning."""
    with suppress(ValueError):
        day, at, stream = after.split("_")
        on, moment, last = date.fromisoformat(day), datetime.fromisoformat(at), UUID(stream)
        if moment.tzinfo is not None:
            return [
                Q(due_on=on, received_at=moment, stream__gt=last),
                Q(due_on=on, received_at__gt=moment),
                Q(due_on__gt=on),
            ]
    return [Q()]


def cursor(row: ReviewRow) -> str:
    """The place after this row, as the address states it in `after`."""
    return f"{row.due_on.isoformat()}_{row.received_at.isoformat()}_{row.stream}"


@dataclass(frozen=True, slots=True)
class Line:
    """One review as the page shows it."""

    row: ReviewRow
    sign: str
    due: str
    received: str
    department: str
    whose: str

    @property
    def why(self) -> str:
        return "；".join(f"{ground['say']}（{ground['law']}）" for ground in self.row.grounds)


def lines(rows: Sequence[ReviewRow], agency: Agency | None, today: date, calendar: Calendar) -> list[Line]:
    """The rows with what remains, the handling unit and the reviewer by name; one query for the names."""
    names = names_of({whose(row) for row in rows})
    parts = agency.departments if agency else {}
    found = []
    for row in rows:
        sign, due = left(row, today, calendar)
        part = parts.get(row.department)
        found.append(
            Line(
                row,
                sign,
                due,
                day(row.received_at, today),
                part.name if part else row.department,
                names.get(whose(row), ""),
            )
        )
    return found


def whose(row: ReviewRow) -> str:
    """The reviewer to whom a review was given; of one that ended, him who signed it."""
    return row.assigned if row.waiting or not row.reviewer else row.reviewer


def names_of(officers: Iterable[str]) -> Mapping[str, str]:
    wanted = sorted(officer for officer in officers if officer)
    return {str(row.stream): row.name for row in Colleague.objects.filter(stream__in=wanted)} if wanted else {}


def left(row: ReviewRow, today: date, calendar: Calendar) -> tuple[str, str]:
    """What remains of the period, as a sign and in words."""
    if not row.waiting and row.concluded_at is not None:
        return "plain", f"{day(row.concluded_at, today)}审结"
    if row.due_on == NO_TERM:
        return "plain", UNSET
    return remaining(row.due_on, working_days_left(today, Due(row.due_on), calendar), today)


def day(at: datetime, today: date) -> str:
    """A day in words, with its year where that is not this one."""
    on = legal_day(at)
    return f"{on:%-m月%-d日}" if on.year == today.year else f"{on:%Y年%-m月%-d日}"


def last_problems(reader: Reader, limit: int = 6) -> list[ReviewRow]:
    """The latest opinions of this reviewer that did not pass, with the points they found wrong."""
    mine = ReviewRow.objects.filter(reviewer=reader.officer).exclude(problems=[])
    return list(mine.order_by("-concluded_at")[:limit]) if may_review(reader) else []


def similar(agency: str, category: str, bases: Sequence[str], but: str, limit: int = 6) -> list[dict[str, Any]]:
    """The latest decisions of this agency in the same category under the same provisions, each once."""
    order = ("-decided_on", "stream")
    parts = [Q(agency=agency, category=category, basis=basis) for basis in bases]
    found: dict[UUID, dict[str, Any]] = {}
    for row in first(PrecedentRow.objects.exclude(stream=but), parts, order, limit * 2):
        entry = found.setdefault(row.stream, {"row": row, "bases": []})
        entry["bases"].append(row.basis)
    return list(found.values())[:limit]
