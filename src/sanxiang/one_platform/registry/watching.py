"""What is to be noticed about inspections (检查预警): an enterprise near or beyond its yearly cap, several agencies
within few days, the code at the door not scanned, another day than approved, an item that is not published.

The gates refuse what they can; what was done all the same, is entered late or is lawful with a reason stands here for
unit heads, heads and the supervision. 国办发〔2024〕54号 (条号须核定)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connections
from django.db.models import Count, F, QuerySet

from sanxiang.casework import inspecting
from sanxiang.casework.access import Reader
from sanxiang.casework.inspectee_models import InspecteeRow
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Agency
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .models import InspectionRow

INSPECTS, ENTERS = "inspect", "site.entered"
HEADS = frozenset({"head", "legal_head"})
MOST, GROUPS = 50, 200


def register() -> None:
    register_projection(Projection(name="inspections", stream_kinds=("case",), tables=("inspection_row",), rows=rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    opened: Any = events[0].event
    if getattr(opened, "category", "") != inspecting.CATEGORY:
        return {"inspection_row": []}
    case = fold(events)
    facts, code = case.facts, str(case.facts.get("party_credit_code") or "")
    acts = {one.event.act for one in events}
    visited = [legal_day(one.occurred_at) for one in events if one.event.act == INSPECTS]
    refused = any(one.kind == "case.not_filed" for one in events)
    counts = bool(acts & set(inspecting.DONE)) and not refused and not inspecting.special(facts)
    row = {
        "stream": stream, "jurisdiction": case.jurisdiction, "agency": case.agency, "department": case.department,
        "code": code, "registered_on": legal_day(events[0].occurred_at), "counts": counts,
        "meant_on": facts.get("inspection_on") or None, "visited_on": visited[-1] if visited else None,
        "scanned": any(one.kind == ENTERS for one in events), "not_scanned": str(facts.get("not_scanned_reason") or ""),
        "published": bool(facts.get(inspecting.PUBLISHED)),
    }  # fmt: skip
    return {"inspection_row": [row]}


def visible(reader: Reader) -> QuerySet[InspectionRow] | None:
    """The inspections that a reader watches over: of the place, of his agency, of the departments that he heads."""
    if reader.everywhere:
        return InspectionRow.objects.filter(jurisdiction=reader.jurisdiction)
    mine = InspectionRow.objects.filter(agency=reader.agency or None)
    if reader.posts & HEADS:
        return mine
    headed = reader.within({"unit_head"})
    return mine.filter(department__in=headed) if headed else None


@dataclass(frozen=True, slots=True)
class Often:
    """An enterprise at or near the cap of an agency in this year; `row` the newest inspection of it."""

    row: InspectionRow
    count: int
    cap: int
    level: str

    @property
    def over(self) -> bool:
        return self.count > self.cap

    @property
    def reached(self) -> bool:
        return self.count == self.cap


def often(rules: RuleSet, watched: QuerySet[InspectionRow], day: date) -> list[Often]:
    """The enterprises that an agency inspected so often in the year of a day that one more comes to the published cap
    or goes beyond it; the furthest beyond first. It is counted by the agency, whichever department was there."""
    watched = watched.filter(registered_on__year=day.year)
    bodies = _agencies(watched.order_by("agency").values_list("agency", flat=True).distinct())
    least = min((cap for one in bodies.values() for cap in inspecting.all_caps(rules, one) if cap), default=0)
    if not least:
        return []
    year = InspectionRow.objects.filter(counts=True, registered_on__year=day.year, agency__in=list(bodies))
    year = year.filter(code__in=watched.exclude(code="").values("code"))
    groups = year.values("agency", "code").annotate(times=Count("stream")).filter(times__gte=max(1, least - 1))
    times = {(one["agency"], one["code"]): one["times"] for one in groups.order_by("-times", "agency", "code")[:GROUPS]}
    codes = {code for _, code in times}
    newest: dict[tuple[Any, str], InspectionRow] = {}
    for row in year.filter(code__in=codes).order_by("-registered_on", "stream"):
        newest.setdefault((row.agency, row.code), row)
    listed = InspecteeRow.objects.filter(agency__in=list(bodies), code__in=codes, latest=True, gone=False)
    levels = {(one.agency, one.code): one.level for one in listed}
    found = []
    for key, count in times.items():
        level = levels.get(key, "")
        cap = inspecting.cap_of(rules, bodies[key[0]], level)
        if 0 < cap <= count + 1:
            found.append(Often(newest[key], count, cap, level))
    return sorted(found, key=lambda one: (one.cap - one.count, str(one.row.stream)))[:MOST]


def together(
    rules: RuleSet, watched: QuerySet[InspectionRow], day: date
) -> list[tuple[InspectionRow, InspectionRow, int]]:
    """Visits of this year beside which another agency was with the same enterprise within the days that the place sets,
    the newest first: both inspections and the days between, each pair once. Those who went together on one day are
    told too: nothing on the record says that they did (须核定)."""
    window = int(str(rules.setting("inspection_joint_days", 0)) or 0)
    if not window:
        return []
    year = watched.filter(visited_on__year=day.year).exclude(code="").order_by("-visited_on", "stream")[:GROUPS]
    mine = list(year)
    own = {row.stream for row in mine}
    others: dict[str, list[InspectionRow]] = {}
    nearby = InspectionRow.objects.filter(jurisdiction=rules.jurisdiction.id, code__in={row.code for row in mine})
    since = date(day.year, 1, 1) - timedelta(days=window)
    for row in nearby.filter(visited_on__gte=since).order_by("-visited_on", "stream"):
        others.setdefault(row.code, []).append(row)
    found = [
        (row, other, abs(apart))
        for row in mine
        for other in others.get(row.code, ())
        if other.agency != row.agency and row.visited_on and other.visited_on
        and abs(apart := (row.visited_on - other.visited_on).days) <= window
        and (other.stream not in own or (apart, str(row.stream)) > (0, str(other.stream)))
    ]  # fmt: skip
    return found[:MOST]


def unscanned(watched: QuerySet[InspectionRow], day: date) -> list[InspectionRow]:
    """Visits of this year without a scan, of agencies that want one."""
    been = watched.filter(visited_on__year=day.year, scanned=False).exclude(code="")
    bodies = _agencies(been.order_by("agency").values_list("agency", flat=True).distinct())
    wanting = [key for key, body in bodies.items() if body.facts.get("agency_door_scan")]
    return list(been.filter(agency__in=wanting).order_by("-visited_on", "stream")[:MOST])


def another_day(watched: QuerySet[InspectionRow], day: date) -> list[InspectionRow]:
    """Visits of this year on another day than the one for which they were approved."""
    been = watched.filter(visited_on__year=day.year, meant_on__isnull=False).exclude(visited_on=F("meant_on"))
    return list(been.order_by("-visited_on", "stream")[:MOST])


def unpublished(watched: QuerySet[InspectionRow], day: date) -> list[InspectionRow]:
    """Visits of this year under an item that did not stand on the published list when it was registered."""
    been = watched.filter(visited_on__year=day.year, published=False)
    return list(been.order_by("-visited_on", "stream")[:MOST])


def _agencies(streams: Iterable[Any]) -> dict[Any, Agency]:
    """The agencies as they stand in their register, by id; read at once."""
    several = {str(one): one for one in streams}
    found = registers_for(connections["default"], "", several)
    return {several[key]: body for key in several if (body := found.agency(key)) is not None}
