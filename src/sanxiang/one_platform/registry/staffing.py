"""How many review for how many that enforce (法制审核人员配备): counted from appointments and certificates on a day.

Who reviews holds the post of a reviewer; an adviser (法律顾问、公职律师) does not count. Who enforces holds a handling
post or a certificate that is valid on that day. Nobody counts twice, whatever he holds. What is the least stands in the
indicator of the regulation in force (洛阳 三(三)1, 高新区 二(三)1, 长宁 第18条, 国办发〔2018〕118号 四（一）).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.registers import Officer, Post
from sanxiang.core.rulebook import RuleSet

from .models import AgencyRow, CertificateRow, OfficerRow, PostRow

HANDLING = ("officer", "unit_head")
MONTHS = 12
REVIEWERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Least:
    """The least share in percent, and the clauses that say so, the most local last."""

    percent: int
    laws: tuple[str, ...]


def least_of(rules: RuleSet) -> Least:
    """What the regulations in force ask; the strictest binds (0 where none asks)."""
    found = [
        bound
        for bound in rules.indicators
        if (bound.rule.numerator, bound.rule.denominator) == ("reviewers", "officers") and bound.rule.least_percent
    ]
    return Least(
        max((bound.rule.least_percent for bound in found), default=0), tuple(str(one.citation) for one in found)
    )


@dataclass(frozen=True, slots=True)
class Staffing:
    """How an agency is staffed on a day: persons, not posts."""

    agency: str
    name: str
    reviewers: int
    officers: int
    least: Least

    @property
    def needed(self) -> int:
        """Whole persons: 41 officers at five percent are 2.05, so three."""
        return -(-self.officers * self.least.percent // 100)

    @property
    def short(self) -> int:
        return max(0, self.needed - self.reviewers)

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.reviewers, self.officers) if self.officers else None

    @property
    def percent(self) -> str:
        """The share with two places, cut and not rounded: 4.999 % is not yet five."""
        if self.share is None:
            return "没有执法人员"
        hundredths = int(self.share * 10_000)
        return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _held(day: date) -> Q:
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def _serving(agencies: Collection[Any] | QuerySet[AgencyRow], day: date) -> QuerySet[OfficerRow]:
    return OfficerRow.objects.filter(agency__in=agencies, registered_on__lte=day).filter(
        Q(left_on=None) | Q(left_on__gt=day)
    )


def _reviewing(rows: QuerySet[OfficerRow], day: date) -> QuerySet[OfficerRow]:
    return rows.filter(Exists(PostRow.objects.filter(_held(day), stream=OuterRef("stream"), post="reviewer")))


def _enforcing(rows: QuerySet[OfficerRow], day: date) -> QuerySet[OfficerRow]:
    valid = Q(valid_from__lte=day, valid_until__gte=day) & (Q(suspended_on=None) | Q(suspended_on__gt=day))
    return rows.filter(
        Exists(PostRow.objects.filter(_held(day), stream=OuterRef("stream"), post__in=HANDLING))
        | Exists(CertificateRow.objects.filter(valid, stream=OuterRef("stream")))
    )


def _counted(rows: QuerySet[OfficerRow]) -> dict[UUID, int]:
    return dict(rows.values_list("agency").annotate(Count("stream")).order_by())


def staffing(agencies: Iterable[AgencyRow], day: date) -> list[Staffing]:
    """Each agency that still is one, the worst first: most persons short, then the least share."""
    bodies = [row for row in agencies if row.ended_on is None or row.ended_on > day]
    serving = _serving([row.stream for row in bodies], day)
    reviewers, officers = _counted(_reviewing(serving, day)), _counted(_enforcing(serving, day))
    book = library()
    found = [
        Staffing(
            str(row.stream), row.name, reviewers.get(row.stream, 0), officers.get(row.stream, 0),
            least_of(book.on(row.jurisdiction, day)) if row.jurisdiction in book.jurisdictions else Least(0, ()),
        )
        for row in bodies
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.short, one.share is None, one.share or 0, one.name, one.agency))


def staffing_of(agency: UUID | str, day: date) -> Staffing | None:
    """One agency in a few numbers, for the side of another page."""
    return next(iter(staffing(AgencyRow.objects.filter(stream=agency), day)), None)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One who reviews: his qualification, certificate and training as they stand on the day."""

    stream: str
    name: str
    since: date
    first_time: bool
    judicial_on: date | None
    certificate: str
    certified_until: date | None
    hours: int


def reviewers(agency: UUID | str, day: date) -> list[Reviewer]:
    """Who reviews in an agency, by name; training hours of the calendar year until that day."""
    rows = _reviewing(_serving([agency], day), day).order_by("name", "stream")[:REVIEWERS_MAX]
    streams = [str(row.stream) for row in rows]
    officers = registers_for(connections["default"], "", streams, age_s=0).officers
    return [_reviewer(officers[stream], day) for stream in streams if stream in officers]


def _reviewer(officer: Officer, day: date) -> Reviewer:
    held: list[Post] = [post for post in officer.posts_on(day) if post.post == "reviewer"]
    card = officer.certificate(day)
    passed = officer.exams.get("judicial")
    return Reviewer(
        officer.id,
        officer.name,
        min((post.since for post in held), default=day),
        any(post.first_time for post in held),
        passed if passed and passed <= day else None,
        card.number if card else "",
        card.valid_until if card else None,
        sum(hours for _, done, hours in officer.trainings if done.year == day.year and done <= day),
    )


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend: its last day (today for the running one), the numbers on it, who began and who ended."""

    day: date
    staffing: Staffing
    appointed: tuple[str, ...]
    ended: tuple[str, ...]


def trend(agency: AgencyRow, today: date, months: int = MONTHS) -> list[Month]:
    """The last months, the newest first, from the days of appointments and of their ends."""
    found, last = [], today
    for _ in range(months):
        first = last.replace(day=1)
        if agency.since > last:
            break
        counted = staffing([agency], last)
        if counted:
            found.append(Month(last, counted[0], *_moves(agency.stream, first, last)))
        last = first - timedelta(days=1)
    return found


def _moves(agency: UUID, first: date, last: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whose appointment as a reviewer began and whose ended within these days."""
    posts = PostRow.objects.filter(agency=agency, post="reviewer")
    begun = posts.filter(since__range=(first, last)).values_list("stream", flat=True)
    over = posts.filter(until__range=(first, last)).values_list("stream", flat=True)
    names = dict(OfficerRow.objects.filter(stream__in=[*begun, *over]).values_list("stream", "name"))
    return tuple(names.get(one, "") for one in begun), tuple(names.get(one, "") for one in over)
