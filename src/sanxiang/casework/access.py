"""Who may see which case (查看权限): one rule for a single case and for lists, deny by default.

Officers and heads of a unit see the cases of their departments, reviewers those under legal review, heads, publishers,
checkers, archivists of the agency all of the agency, supervisors every case of their jurisdiction, having said why.
An invited adviser is a guest: he sees no list and no case, only the package of the review that he is invited to, while
it runs, and only where a page lets guests in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from sanxiang.core.gates import BY_NAME
from sanxiang.core.registers import Agency, Lent, Officer, Post
from sanxiang.core.values import legal_day

from .models import ADVISED, REVIEWED, AccessNote, CaseRow
from .registers import registers_for

FRESH_S = 5.0
"""A post that ended is felt by every process within so many seconds."""

WHOLE_AGENCY = frozenset({"head", "publisher", "disclosure_checker", "registrar", "legal_head"})
REVIEWERS = frozenset({"reviewer", "legal_head"})
PUBLISHERS = frozenset({"publisher", "disclosure_checker"})
OWN_DEPARTMENT = frozenset({"officer", "unit_head", "archivist", "device_keeper"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: the officer behind an account, with agency, posts and departments of the day, and those in which he
    acts in the place of another (授权代行); `stands_for` the reviewers whose reviews he does, `keeps` the departments
    whose named archivist he is, `held` each post with its department: a post opens its own department alone."""

    officer: str
    name: str
    agency: str
    agency_name: str
    jurisdiction: str
    posts: frozenset[str]
    departments: frozenset[str]
    stands_for: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    held: frozenset[tuple[str, str]] = frozenset()

    def within(self, posts: Collection[str]) -> frozenset[str]:
        """The departments in which he has one of these posts."""
        return frozenset(department for post, department in self.held if post in posts)

    @property
    def everywhere(self) -> bool:
        return "supervisor" in self.posts


NOBODY = Reader("", "", "", "", "", frozenset(), frozenset())


def officer_of(account: Any) -> str:
    """The officer of an account; empty for one that has none."""
    officer = getattr(account, "officer", None)
    return str(officer) if officer and getattr(account, "is_active", False) else ""


def reader_of(account: Any, day: date | None = None) -> Reader:
    """The reader behind an account today; nobody where the account has no serving officer."""
    stream = officer_of(account)
    return reader_for(stream, day) if stream else NOBODY


def reader_for(stream: str, day: date | None = None) -> Reader:
    """An officer as a reader today; nobody where he does not serve."""
    day = day or legal_day(timezone.now())
    connection = connections["default"]
    officer = registers_for(connection, "", (stream,), age_s=FRESH_S).officer(stream)
    if officer is None or not officer.serving(day):
        return NOBODY
    agency = registers_for(connection, officer.agency, (), age_s=FRESH_S).agency(officer.agency)
    return _reader(officer, agency, day)


def _reader(officer: Officer, agency: Agency | None, day: date) -> Reader:
    lent = officer.lent_on(day)
    posts: list[Post | Lent] = [*officer.posts_on(day), *(one for one in lent if one.post != BY_NAME)]
    return Reader(
        officer.id,
        officer.name,
        officer.agency,
        agency.name if agency else "",
        agency.jurisdiction if agency else "",
        frozenset(held.post for held in posts),
        frozenset(held.department for held in posts),
        frozenset(one.giver for one in lent if one.post == BY_NAME and officer.holds(BY_NAME, day)),
        frozenset(held.department for held in officer.posts_on(day) if held.post == "archivist"),
        frozenset((held.post, held.department) for held in posts),
    )


def scopes(reader: Reader, own: Q | None = None) -> list[Q]:
    """What a reader may see, as alternatives. Each is a list for which an index stands (see CaseRow), so that the first
    rows of all are found without reading the rest. `own` another way to find what he handles himself."""
    if not reader.officer or not reader.posts:
        return []
    if reader.everywhere:
        return [Q(jurisdiction=reader.jurisdiction)]
    mine = Q(agency=reader.agency)
    if reader.posts & WHOLE_AGENCY:
        return [mine]
    found = [mine & (own or Q(handlers__contains=[reader.officer]))]
    found += [mine & Q(department=department) for department in sorted(reader.within(OWN_DEPARTMENT))]
    if "reviewer" in reader.posts:
        found.append(mine & REVIEWED)
    return found


def invited_to(reader: Reader) -> Q | None:
    """The cases whose review an adviser is invited to and that runs; None for everybody else."""
    if "adviser" not in reader.posts:
        return None
    return Q(agency=reader.agency) & ADVISED & Q(advisers__contains=[reader.officer])


def is_guest(reader: Reader, row: CaseRow) -> bool:
    """Whether the reader is there as an invited adviser alone."""
    invited = "adviser" in reader.posts and str(row.agency) == reader.agency and reader.officer in row.advisers
    return invited and not may_see(reader, row)


def visible(reader: Reader) -> QuerySet[CaseRow]:
    """The cases that a reader may see, for those that are asked for by their key."""
    allowed = scopes(reader)
    return CaseRow.objects.filter(reduce(or_, allowed)) if allowed else CaseRow.objects.none()


def may_see(reader: Reader, row: CaseRow) -> bool:
    """The same rule for one case."""
    if not reader.officer or not reader.posts:
        return False
    return (reader.everywhere and row.jurisdiction == reader.jurisdiction) or _within(reader, row)


def _within(reader: Reader, row: CaseRow) -> bool:
    """Whether a post other than the supervisor's opens the case."""
    if str(row.agency) != reader.agency:
        return False
    if reader.posts & WHOLE_AGENCY or reader.officer in row.handlers:
        return True
    if row.department in reader.within(OWN_DEPARTMENT):
        return True
    return "reviewer" in reader.posts and (row.review_due or bool(row.review_state))


class PurposeDue(PermissionDenied):
    """A supervisor has not said today why he opens this case, `stream` (调阅事由)."""

    def __init__(self, stream: UUID) -> None:
        super().__init__("查看其他单位的案件，要先在案件页写明调阅事由")
        self.stream = stream


def purpose_due(reader: Reader, row: CaseRow, day: date) -> bool:
    """Whether the reader sees the case as a supervisor alone and has not yet said why on this day."""
    return bool(purposes_due(reader, (row,), day))


def purposes_due(reader: Reader, rows: Iterable[CaseRow], day: date) -> list[CaseRow]:
    """Those of the cases that the reader sees as a supervisor alone without having said why on this day."""
    foreign = [row for row in rows if not _within(reader, row)]
    if not foreign:
        return []
    streams = [row.stream for row in foreign]
    notes = AccessNote.objects.filter(officer=reader.officer, stream__in=streams, day=day)
    told = set(notes.values_list("stream", flat=True))
    return [row for row in foreign if row.stream not in told]


def find_case(account: Any, stream: UUID, *, guests: bool = False) -> CaseRow | None:
    """A case that an account may see; None where it may not or there is none. With `guests` also for an adviser whom
    its review invited: the page must show him the package alone. Raises PurposeDue (no access, 403) where the purpose
    has to be told first."""
    reader, row = reader_of(account), CaseRow.objects.filter(pk=stream).first()
    if row is not None and guests and is_guest(reader, row):
        return row
    if row is None or not may_see(reader, row):
        return None
    if purpose_due(reader, row, legal_day(timezone.now())):
        raise PurposeDue(row.stream)
    return row
