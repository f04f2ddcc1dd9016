"""What the portal may ask about the yearly reports (年报的对外查询): which were published, and which are due and are
not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sanxiang.casework.projections import library
from sanxiang.core.events import Recorded
from sanxiang.core.gates.reporting import owed
from sanxiang.core.registers import fold_agency
from sanxiang.core.registers.reports import TEXTS
from sanxiang.core.values import legal_day
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection

from .models import PublicAgency, PublishedNumber, PublishedReport

ROWS_MAX = 5_000


def register() -> None:
    register_projection(
        Projection(name="published_reports", stream_kinds=("agency",), tables=("published_report",), rows=rows)
    )


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Every version of a report that was made public; those before stay, with the day they ended."""
    agency = fold_agency(events)
    found: list[dict[str, Any]] = []
    for filed in agency.reports.values():
        issued = [one for one in filed.section.versions if one.issued_at is not None and one.place]
        ends = [*(legal_day(one.issued_at) for one in issued[1:] if one.issued_at), None]
        for version, replaced_on in zip(issued, ends, strict=False):
            held: Any = version.content
            sheets = [{**one, "figures": [dict(figure) for figure in one["figures"]]} for one in held["tables"]]
            texts = {library().dictionary[name].label: held[name] for name in TEXTS if held.get(name)}
            found.append(
                {
                    "id": f"{stream}/{filed.key}/{version.number}",
                    "stream": stream,
                    "jurisdiction": agency.jurisdiction,
                    "agency_name": agency.name,
                    "report": filed.report,
                    "period": filed.period,
                    "number": version.number,
                    "since": held["since"],
                    "until": held["until"],
                    "issued_on": legal_day(version.issued_at) if version.issued_at else None,
                    "replaced_on": replaced_on,
                    "place": version.place,
                    "note": version.note,
                    "tables": sheets,
                    "texts": texts,
                }
            )
    return {"published_report": found}


@dataclass(frozen=True, slots=True)
class Due:
    """A public report of an agency and year: until when, by which law, and the version that is public; none yet."""

    agency: UUID
    agency_name: str
    report: str
    label: str
    year: int
    due: date
    laws: tuple[str, ...]
    public: PublishedReport | None

    def overdue(self, today: date) -> bool:
        return self.public is None and self.due < today


def dues(today: date) -> list[Due]:
    """Every public report for the years in which an agency decided anything and the last one: the latest year first."""
    held = {(row.stream, row.report, row.period): row for row in standing_rows()}
    years: dict[UUID, set[int]] = {}
    for agency, year in PublishedNumber.objects.using("portal").values_list("agency", "year").distinct():
        years.setdefault(agency, set()).add(year)
    found = []
    for body in PublicAgency.objects.using("portal").order_by("name", "stream")[:ROWS_MAX]:
        if body.jurisdiction not in library().jurisdictions:
            continue
        asked = owed(library().on(body.jurisdiction, today)).values()
        for year in sorted({*years.get(body.stream, ()), today.year - 1}, reverse=True):
            for report in asked:
                due = report.due_on(str(year)) if report.due and report.public and year < today.year else None
                if due is not None:
                    row = held.get((body.stream, report.id, str(year)))
                    found.append(Due(body.stream, body.name, report.id, report.label, year, due, report.laws, row))
    return sorted(found, key=lambda one: -one.year)


def standing_rows() -> list[PublishedReport]:
    """The versions that stand now, without their content."""
    rows = PublishedReport.objects.using("portal").filter(replaced_on=None)
    return list(rows.defer("tables", "texts").order_by("stream", "report", "period")[:ROWS_MAX])


def versions(agency: UUID, report: str, period: str) -> list[PublishedReport]:
    """Every published version of a report, the newest first."""
    rows = PublishedReport.objects.using("portal").filter(stream=agency, report=report, period=period)
    return list(rows.order_by("-number")[:ROWS_MAX])
