"""How many review for how many that enforce (法制审核人员配备): counted from appointments and certificates on a day.

Who reviews is whoever may be given reviews on that day by the same gates as in a case: he holds the post of a reviewer,
belongs to the review department, and has the qualification that a new reviewer needs; an adviser (法律顾问、公职律师)
does not count. Who enforces holds a handling post or a certificate that is valid on that day. Nobody counts twice,
whatever he holds. What is the least stands in the indicator of the regulation in force (洛阳 三(三)1, 高新区 二(三)1,
长宁 第18条, 国办发〔2018〕118号 四（一）).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.core.gates import unfit_to_review
from sanxiang.core.registers import Agency, Officer, Post, Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA

from .models import AgencyRow, CertificateRow, OfficerRow, PostRow

HANDLING = ("officer", "unit_head")
MONTHS = 12
REVIEWERS_MAX = 200
FRESH_S = 5.0


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
    uncounted: int = 0
    """So many more hold the post and may not be given a review."""

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


def _serving(day: date) -> Q:
    return Q(registered_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))


def _enforcing(day: date) -> Q:
    valid = Q(valid_from__lte=day, valid_until__gte=day) & (Q(suspended_on=None) | Q(suspended_on__gt=day))
    handles = Exists(PostRow.objects.filter(_held(day), stream=OuterRef("stream"), post__in=HANDLING))
    certified = Exists(CertificateRow.objects.filter(valid, stream=OuterRef("stream")))
    return _serving(day) & (Q(handles) | Q(certified))


def _counted(rows: QuerySet[OfficerRow]) -> dict[UUID, int]:
    return dict(rows.values_list("agency").annotate(Count("stream")).order_by())


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who hold or held the post of a reviewer in some agencies, as the registers know them."""

    registers: Registers
    officers: Mapping[UUID, tuple[str, ...]]

    def lacking(self, jurisdiction: str, officer: str, day: date) -> tuple[str, ...]:
        """What keeps one of them from being given a review on a day."""
        book = library()
        if jurisdiction not in book.jurisdictions:
            return ()
        at = datetime.combine(day, time(12), CHINA)
        return unfit_to_review(book.on(jurisdiction, day), self.registers, officer, at)

    def counted(self, row: AgencyRow, day: date) -> tuple[int, int]:
        """How many may be given a review on a day, and how many more hold the post."""
        found = [self.registers.officers[one] for one in self.officers.get(row.stream, ())]
        held = [one for one in found if one.holds("reviewer", day)]
        fit = sum(1 for one in held if not self.lacking(row.jurisdiction, one.id, day))
        return fit, len(held) - fit


def crew_of(agencies: Iterable[AgencyRow], since: date, until: date) -> Crew:
    """Two queries, whatever the number of agencies; days are inclusive."""
    streams = [row.stream for row in agencies]
    posts = PostRow.objects.filter(
        Q(until=None) | Q(until__gt=since), agency__in=streams, post="reviewer", since__lte=until
    )
    held: dict[UUID, dict[str, None]] = {}
    for agency, officer in posts.values_list("agency", "stream"):
        held.setdefault(agency, {})[str(officer)] = None
    wanted = [*map(str, held), *(one for officers in held.values() for one in officers)]
    registers = registers_for(connections["default"], "", wanted, age_s=FRESH_S)
    officers = {agency: tuple(one for one in ids if one in registers.officers) for agency, ids in held.items()}
    return Crew(registers, officers)


def _agency(row: AgencyRow, day: date, crew: Crew, officers: int) -> Staffing:
    book = library()
    least = least_of(book.on(row.jurisdiction, day)) if row.jurisdiction in book.jurisdictions else Least(0, ())
    fit, unfit = crew.counted(row, day)
    return Staffing(str(row.stream), row.name, fit, officers, least, unfit)


def _is_one(row: AgencyRow, day: date) -> bool:
    return row.ended_on is None or row.ended_on > day


def staffing(agencies: Iterable[AgencyRow], day: date) -> list[Staffing]:
    """Each agency that still is one, the worst first: most persons short, then the least share."""
    bodies = [row for row in agencies if _is_one(row, day)]
    crew = crew_of(bodies, day, day)
    people = OfficerRow.objects.filter(agency__in=[row.stream for row in bodies])
    officers = _counted(people.filter(_enforcing(day)))
    found = [_agency(row, day, crew, officers.get(row.stream, 0)) for row in bodies]
    return sorted(found, key=lambda one: (-one.short, one.share is None, one.share or 0, one.name, one.agency))


def staffing_of(agency: UUID | str, day: date) -> Staffing | None:
    """One agency in a few numbers, for the side of another page."""
    return next(iter(staffing(AgencyRow.objects.filter(stream=agency), day)), None)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One who holds the post: department, qualification, certificate and training as they stand on the day; `lacks` why
    he may not be given a review, empty for whom counts."""

    stream: str
    name: str
    department: str
    since: date
    first_time: bool
    judicial_on: date | None
    certificate: str
    certified_until: date | None
    hours: int
    lacks: tuple[str, ...] = ()


def reviewers(row: AgencyRow, day: date) -> list[Reviewer]:
    """Who holds the post in an agency, by name; training hours of the calendar year until that day."""
    crew = crew_of([row], day, day)
    agency = crew.registers.agency(str(row.stream))
    found = [crew.registers.officers[one] for one in crew.officers.get(row.stream, ())]
    held = sorted((one for one in found if one.holds("reviewer", day)), key=lambda one: (one.name, one.id))
    return [_reviewer(one, day, agency, crew.lacking(row.jurisdiction, one.id, day)) for one in held[:REVIEWERS_MAX]]


def _reviewer(officer: Officer, day: date, agency: Agency | None, lacks: tuple[str, ...]) -> Reviewer:
    held: list[Post] = [post for post in officer.posts_on(day) if post.post == "reviewer"]
    parts = agency.departments if agency else {}
    card = officer.certificate(day)
    passed = officer.exams.get("judicial")
    return Reviewer(
        officer.id,
        officer.name,
        "、".join(parts[post.department].name for post in held if post.department in parts),
        min((post.since for post in held), default=day),
        any(post.first_time for post in held),
        passed if passed and passed <= day else None,
        card.number if card else "",
        card.valid_until if card else None,
        sum(hours for _, done, hours in officer.trainings if done.year == day.year and done <= day),
        lacks,
    )


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend: its last day (today for the running one), the numbers on it, who began and who ended."""

    day: date
    staffing: Staffing
    appointed: tuple[str, ...]
    ended: tuple[str, ...]


def trend(agency: AgencyRow, today: date, months: int = MONTHS) -> list[Month]:
    """The last months, the newest first, from the days of appointments and their ends; a few queries for all."""
    spans: list[tuple[date, date]] = []
    last = today
    while len(spans) < months and agency.since <= last:
        spans.append((last.replace(day=1), last))
        last = spans[-1][0] - timedelta(days=1)
    spans = [span for span in spans if _is_one(agency, span[1])]
    if not spans:
        return []
    crew = crew_of([agency], spans[-1][0], spans[0][1])
    asked = {f"officers_{at}": Count("stream", filter=_enforcing(day)) for at, (_, day) in enumerate(spans)}
    counted = OfficerRow.objects.filter(agency=agency.stream).aggregate(**asked)
    moves = _moves(agency.stream, spans)
    return [
        Month(day, _agency(agency, day, crew, counted[f"officers_{at}"]), *moves[at])
        for at, (_, day) in enumerate(spans)
    ]


Names = tuple[str, ...]


def _moves(agency: UUID, spans: list[tuple[date, date]]) -> list[tuple[Names, Names]]:
    """Whose appointment as a reviewer began and whose ended, by span."""
    within = (spans[-1][0], spans[0][1])
    posts = PostRow.objects.filter(Q(since__range=within) | Q(until__range=within), agency=agency, post="reviewer")
    held = list(posts.values_list("stream", "since", "until"))
    names = dict(OfficerRow.objects.filter(stream__in=[one for one, _, _ in held]).values_list("stream", "name"))
    return [
        (
            tuple(names.get(one, "") for one, since, _ in held if first <= since <= last),
            tuple(names.get(one, "") for one, _, until in held if until and first <= until <= last),
        )
        for first, last in spans
    ]
