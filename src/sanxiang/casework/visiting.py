"""Visits to enterprises that are no inspections (入企登记): their lines, who reads them, how many there were.

They stand beside inspections and never in the yearly cap of these. 国办发〔2024〕54号 (条号须核定)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from sanxiang.core.events import Recorded
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .access import OWN_DEPARTMENT, WHOLE_AGENCY, Reader
from .inspectee_models import VISITED_ONCE, VisitRow

KIND = "visit"
TWICE = "今天同样的来访已经登记过：同一家企业、同样的目的、同样的人；在“入企登记”里能看到"


def register() -> None:
    register_projection(
        Projection(name="visits", stream_kinds=(KIND,), tables=("visit_row",), rows=rows, once={VISITED_ONCE: TWICE})
    )


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    first = events[0]
    event: Any = first.event
    facts, people = event.facts, sorted(event.officers)
    code, purpose = str(facts.get("party_credit_code", "")), str(facts.get("visit_purpose", ""))
    same = (event.agency, code, legal_day(first.occurred_at).isoformat(), purpose, *people)
    row = {
        "stream": stream, "jurisdiction": event.jurisdiction, "agency": event.agency, "department": event.department,
        "code": code, "name": str(facts.get("visit_enterprise", "")), "purpose": purpose,
        "matter": str(facts.get("visit_matter", "")), "others": str(facts.get("visit_others", "")),
        "officers": list(event.officers), "at": first.occurred_at, "same": "/".join(same),
    }  # fmt: skip
    return {"visit_row": [row]}


def scopes(reader: Reader) -> list[Q]:
    """The visits that a reader may see, as alternatives: a supervisor those of the place, a head those of the agency,
    officers those of their departments and their own; nobody else any."""
    if not reader.officer or not reader.posts:
        return []
    if reader.everywhere:
        return [Q(jurisdiction=reader.jurisdiction)]
    mine = Q(agency=reader.agency)
    if reader.posts & WHOLE_AGENCY:
        return [mine]
    departments = reader.within(OWN_DEPARTMENT)
    return [mine & (Q(department__in=departments) | Q(officers__contains=[reader.officer]))] if departments else []


def visible(reader: Reader) -> QuerySet[VisitRow]:
    """These as rows."""
    allowed = scopes(reader)
    return VisitRow.objects.filter(reduce(or_, allowed)) if allowed else VisitRow.objects.none()


def count(code: str, day: date, *, agency: str = "") -> int:
    """How often an enterprise was visited in the year of a day without an inspection; by an agency, or by all."""
    where: dict[str, Any] = {"agency": agency} if agency else {}
    begin, end = (datetime.combine(date(year, 1, 1), time(), CHINA) for year in (day.year, day.year + 1))
    return VisitRow.objects.filter(code=code, at__gte=begin, at__lt=end, **where).count() if code else 0
