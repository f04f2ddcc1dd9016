"""What the portal may ask of the agencies' pages (机关公示页): sections that were published, and which ones the rules
ask for; through the portal's own role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sanxiang.casework.projections import library
from sanxiang.core.gates.charting import chart
from sanxiang.core.gates.paging import Demand, demanded
from sanxiang.core.registers import SECTIONS, Kind
from sanxiang.core.rulebook import Procedure, RuleSet

from .models import PublicAgency, PublishedCatalogue, PublishedFile, PublishedSection, SharedList
from .moves import Difference, columns_of, compared
from .photographs import bytes_of
from .procedures import open_procedures

SHORT = 8
"""So many rows of a table stand on the page of the agency; the rest on the section's own."""
AGENCIES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One section as the public sees it: `row` the version that holds (none: not published), `demands` the clauses
    that ask for it, `heads` and `lines` its table, `more` how many lines are left out."""

    kind: Kind
    demands: tuple[Demand, ...]
    row: PublishedSection | None
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    more: int = 0
    catalogues: Sequence[PublishedCatalogue] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        return self.row.content if self.row and isinstance(self.row.content, str) else ""

    @property
    def missing(self) -> bool:
        return self.row is None and not self.catalogues


def agencies() -> list[PublicAgency]:
    """Every agency, by name."""
    return list(PublicAgency.objects.using("portal").order_by("name", "stream")[:AGENCIES_MAX])


def agency(stream: UUID) -> PublicAgency | None:
    return PublicAgency.objects.using("portal").filter(pk=stream).first()


def rules_of(body: PublicAgency, day: date) -> RuleSet | None:
    book = library()
    return book.on(body.jurisdiction, day) if body.jurisdiction in book.jurisdictions else None


def sections(body: PublicAgency, day: date) -> list[Shown]:
    """The sections of an agency's page: those that its rules ask for and those that it published."""
    rules = rules_of(body, day)
    demands = demanded(rules) if rules else {}
    rows = {row.section: row for row in _rows(body.stream).filter(replaced_on=None)}
    lists = PublishedCatalogue.objects.using("portal").filter(stream=body.stream, replaced_on=None).defer("entries")
    catalogues = list(lists.order_by("department"))
    found = []
    for kind in SECTIONS.values():
        row = rows.get(kind.id)
        asked = () if kind.held and row is None else demands.get(kind.id, ())
        own = catalogues if kind.id == "catalogue" else ()
        if asked or row or own:
            found.append(shown(kind, asked, row, limit=SHORT, catalogues=own))
    return found


def shown(
    kind: Kind, demands: tuple[Demand, ...], row: PublishedSection | None, *, limit: int = 0,
    catalogues: Sequence[PublishedCatalogue] = (),
) -> Shown:  # fmt: skip
    """A section laid out: columns that nobody filled are left out, and pictures stand elsewhere."""
    content = row.content if row and isinstance(row.content, list) else []
    columns = [one for one in columns_of(kind) if one.type != "photo" and any(line.get(one.id) for line in content)]
    lines = tuple(tuple(str(line.get(one.id, "")) for one in columns) for line in content)
    kept = lines[:limit] if limit else lines
    heads = tuple(one.label for one in columns)
    return Shown(kind, demands, row, heads, kept, len(lines) - len(kept), catalogues)


def _rows(stream: UUID) -> QuerySet[PublishedSection]:
    return PublishedSection.objects.using("portal").filter(stream=stream)


def versions(stream: UUID, section: str) -> list[PublishedSection]:
    """Every published version of a section without its content, the newest first."""
    return list(_rows(stream).filter(section=section).defer("content").order_by("-number")[:AGENCIES_MAX])


def version(stream: UUID, section: str, number: int | None = None) -> PublishedSection | None:
    """One version, the one that holds where no number is given."""
    rows = _rows(stream).filter(section=section)
    return (rows.filter(replaced_on=None) if number is None else rows.filter(number=number)).first()


def attached(stream: UUID, section: str, number: int, n: int) -> tuple[dict[str, Any], bytes] | None:
    """One attachment of a published version: how it is told, and its content; None where there is none."""
    row = version(stream, section, number)
    if row is None or n >= len(row.files):
        return None
    held = PublishedFile.objects.using("portal").filter(pk=row.files[n]["sha256"]).first()
    return (row.files[n], bytes(held.content)) if held else None


def comparison(kind: Kind, old: PublishedSection, new: PublishedSection) -> Difference:
    return compared(kind, old.content, new.content)


def procedures(body: PublicAgency, day: date) -> list[Procedure]:
    """The procedures whose flow charts belong to an agency."""
    rules = rules_of(body, day)
    return open_procedures(rules) if rules else []


def charts_changed(body: PublicAgency, row: PublishedSection, at: Any) -> bool:
    """Whether the procedures that run have other stages than the published version tells."""
    rules = rules_of(body, at.date())
    if rules is None:
        return False
    now = {(one.name, box.name) for one in open_procedures(rules) for box in chart(rules, one, at)}
    return now != {(line.get("name"), line.get("stage")) for line in row.content}


def windows(row: PublishedSection) -> list[tuple[str, list[tuple[list[tuple[str, str]], bytes]]]]:
    """The windows of the published boards in their order: name, then its posts as fields (label, text) and photo."""
    found: dict[str, list[tuple[list[tuple[str, str]], bytes]]] = {}
    columns = [one for one in columns_of(SECTIONS["boards"]) if one.id not in ("window", "photo")]
    for line in row.content:
        fields = [(one.label, str(line[one.id])) for one in columns if line.get(one.id)]
        photo = bytes_of(str(line["photo"])) if line.get("photo") else b""
        found.setdefault(str(line["window"]), []).append((fields, photo))
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Shared:
    """A list that another system shares: whose word it is, and its table."""

    row: SharedList
    name: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def shared(stream: UUID) -> list[Shared]:
    """The lists that other systems share about an agency, each with its source and time."""
    rows = SharedList.objects.using("portal").filter(agency=stream).order_by("source", "fact", "id")[:AGENCIES_MAX]
    return [_laid_out(row) for row in rows]


def shared_list(stream: UUID, feed: UUID, fact: str) -> Shared | None:
    """One shared list."""
    row = SharedList.objects.using("portal").filter(agency=stream, stream=feed, fact=fact).first()
    return _laid_out(row) if row else None


def _laid_out(row: SharedList) -> Shared:
    fact = library().dictionary.get(row.fact)
    columns = [one for one in fact.columns if any(line.get(one.id) for line in row.content)] if fact else []
    lines = tuple(tuple(str(line.get(one.id, "")) for one in columns) for line in row.content)
    return Shared(row, fact.label if fact else row.fact, tuple(one.label for one in columns), lines)
