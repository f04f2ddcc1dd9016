"""What the statistics of use count (统计范围): whose records, of which days. Deny by default: a supervisor those of the
jurisdiction, the posts that see a whole agency that agency, who works in a department that department, nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Q, QuerySet

from sanxiang.casework.access import OWN_DEPARTMENT, WHOLE_AGENCY, Reader
from sanxiang.casework.models import CaseRow
from sanxiang.casework.registers import registers_for
from sanxiang.core.values import CHINA
from sanxiang.one_platform.registry.queries import agencies_in
from sanxiang.three_systems.recording.models import RecordingRow

from .access import FRESH_S


@dataclass(frozen=True, slots=True)
class Unit:
    """What one may choose: an agency, or a department of one."""

    agency: str
    department: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.agency}/{self.department}"


@dataclass(frozen=True, slots=True)
class Range:
    """Whose records are counted (`units`, each an agency's or a department's) and of which days, both included.
    `whole` where that is all that the reader sees, `posts` what he may open beside."""

    units: tuple[Unit, ...]
    since: date
    until: date
    whole: bool = True
    posts: frozenset[str] = frozenset()

    @property
    def query(self) -> str:
        """The range as addresses state it."""
        unit = {} if self.whole else {"unit": self.units[0].key}
        return urlencode({"since": self.since.isoformat(), "until": self.until.isoformat(), **unit})

    @property
    def whose(self) -> Q:
        """The condition on `agency` and `department`."""
        whole = [one.agency for one in self.units if not one.department]
        found = Q(agency__in=whole)
        for one in self.units:
            if one.department:
                found |= Q(agency=one.agency, department=one.department)
        return found

    def moments(self, column: str) -> Q:
        """The condition on a moment of these days."""
        first, after = (datetime.combine(day, time(), CHINA) for day in (self.since, self.until + timedelta(days=1)))
        return Q(**{f"{column}__gte": first, f"{column}__lt": after})

    def days(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lte": self.until})

    def cases(self) -> QuerySet[CaseRow]:
        return CaseRow.objects.filter(self.whose)

    def owned(self, column: str) -> Q:
        """The condition that `column` names a case or a recording of these units."""
        recordings = RecordingRow.objects.filter(self.whose, case=None)
        return Q(**{f"{column}__in": self.cases().values("stream")}) | Q(
            **{f"{column}__in": recordings.values("stream")}
        )


def units_of(reader: Reader) -> list[Unit]:
    """The units that a reader may choose, agencies before their departments; none: he sees none of these figures."""
    if not reader.officer or not reader.posts:
        return []
    streams = agencies_in(reader.jurisdiction) if reader.everywhere else [reader.agency]
    bodies: Any = registers_for(connections["default"], "", streams, age_s=FRESH_S).agencies.values()
    whole = reader.everywhere or bool(reader.posts & WHOLE_AGENCY)
    if not whole and not reader.posts & OWN_DEPARTMENT:
        return []
    found = []
    for body in sorted(bodies, key=lambda one: (one.id != reader.agency, one.name)):
        if whole:
            found.append(Unit(body.id, "", body.name))
        found += [
            Unit(body.id, part.id, f"{body.name}·{part.name}" if reader.everywhere else part.name)
            for part in body.departments.values()
            if whole or part.id in reader.departments
        ]
    return found


def chosen(reader: Reader, units: list[Unit], key: str, since: date, until: date) -> Range | None:
    """The range of a choice: all that the reader sees, or one unit; None for a unit that is not his to see."""
    widest = [one for one in units if not one.department] or units
    picked = [one for one in units if one.key == key] if key else widest
    if not picked:
        return None
    return Range(tuple(picked), since, until, whole=not key, posts=reader.posts)
