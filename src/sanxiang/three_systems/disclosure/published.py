"""What the portal may ask of disclosure (对外的查询): what was published, the numbers of decisions, the
certificates, through the portal's own role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from sanxiang.core.values.searching import plain, sought, words

from .models import (
    LICENCE,
    NumberedDay,
    PublicAgency,
    PublicCertificate,
    Published,
    PublishedCatalogue,
    PublishedNumber,
)

PAGE = 20
COUNT_MAX = 1_000
NEWEST = ("-published_on", "stream")
SAMPLE, COMMON = 500, 20
"""So many of the newest rows tell how common a word is: in every twentieth of them, it is."""
CHUNK = 1_000
SITEMAP_MAX = 50_000
"""The most addresses that one sitemap may hold (sitemaps.org)."""
SHOWN = [f'"{field.column}"' for field in Published._meta.concrete_fields if field.name not in ("pairs", "text")]
ONE = f"SELECT {', '.join(SHOWN)} FROM published WHERE stream = %s"  # noqa: S608 - columns of the model
"""What most visitors ask for; to make this statement anew each time costs more than to answer it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results: rows newest first, how many there are (counted to 1,000), the cursor of the next page."""

    rows: tuple[Published, ...]
    count: int
    more_than: bool
    next: str


def open_rows() -> QuerySet[Published]:
    """Everything that is public now, through the portal's connection."""
    return Published.objects.using("portal").filter(withdrawn_on=None)


def find(stream: UUID) -> Published | None:
    """One decision or its withdrawal notice; None where there never was one."""
    return next(iter(Published.objects.using("portal").raw(ONE, [stream])), None)


def later(row: Published) -> list[Published]:
    """The decisions that are public now and changed, renewed or ended this licence, the latest first."""
    if row.category != LICENCE or not row.number:
        return []
    rows = open_rows().filter(agency=row.agency, earlier=row.number).exclude(stream=row.stream)
    return list(rows.only("stream", "number", "became", "decided_on").order_by("-decided_on", "stream")[:PAGE])


def earlier(row: Published) -> UUID | None:
    """Where the licence stands that this decision is about; None where it is not public here."""
    if not row.earlier:
        return None
    rows = open_rows().filter(agency=row.agency, number=row.earlier, category=LICENCE).exclude(stream=row.stream)
    return rows.values_list("stream", flat=True).first()


def catalogues() -> list[PublishedCatalogue]:
    """The editions of the lists of major decisions that hold now, agency by agency; without their entries."""
    rows = PublishedCatalogue.objects.using("portal").filter(replaced_on=None).defer("entries")
    return list(rows.order_by("agency_name", "department")[:COUNT_MAX])


def catalogue(agency: UUID, department: str) -> list[PublishedCatalogue]:
    """Every published edition of one list, the newest first; empty where there is none."""
    rows = PublishedCatalogue.objects.using("portal").filter(stream=agency, department=department)
    return list(rows.order_by("-number")[:COUNT_MAX])


def agency_name(agency: UUID) -> str:
    """The public name of an agency; empty where there is none."""
    return PublicAgency.objects.using("portal").filter(pk=agency).values_list("name", flat=True).first() or ""


def months_counted() -> list[tuple[date, int]]:
    """The first day of every month in which something that is public now was published, and how much."""
    found = open_rows().annotate(month=TruncMonth("published_on")).values_list("month")
    return list(found.annotate(Count("stream")).order_by("month"))


def months() -> list[date]:
    """The first day of every such month."""
    return [month for month, _ in months_counted()]


def whole_month(first: date) -> Iterator[Published]:
    """Every decision published in a month that is public now, in the order of publication."""
    following = (first + timedelta(days=32)).replace(day=1)
    rows = open_rows().filter(published_on__gte=first, published_on__lt=following)
    return rows.order_by("published_on", "stream").defer("pairs", "text").iterator(CHUNK)


def gone() -> Iterator[Published]:
    """Every notice of what was withdrawn, the latest first."""
    rows = Published.objects.using("portal").exclude(withdrawn_on=None)
    return rows.order_by("-withdrawn_on", "stream").defer("pairs", "text", "public").iterator(CHUNK)


def of_month(first: date) -> list[tuple[UUID, date]]:
    """Every decision published in a month that is public now, with the day of its last change."""
    following = (first + timedelta(days=32)).replace(day=1)
    rows = open_rows().filter(published_on__gte=first, published_on__lt=following)
    return [
        (stream, corrected or day)
        for stream, day, corrected in rows.order_by("published_on", "stream").values_list(
            "stream", "published_on", "corrected_on"
        )[:SITEMAP_MAX]
    ]


def certificates(asked: str) -> list[tuple[PublicCertificate, str]]:
    """The certificates of exactly this name or number, each with the name of its agency; part of one finds nothing,
    so that nobody can leaf through the officers."""
    key = plain(asked)
    if not key:
        return []
    rows = PublicCertificate.objects.using("portal").filter(Q(name_key=key) | Q(number_key=key))
    found = list(rows.order_by("number", "id")[:PAGE])
    names = PublicAgency.objects.using("portal").in_bulk([row.agency for row in found])
    return [(row, names[row.agency].name if row.agency in names else "") for row in found]


def is_certificate(asked: str) -> bool:
    """Whether this is the number of a certificate."""
    return PublicCertificate.objects.using("portal").filter(number_key=plain(asked)).exists()


def numbered() -> list[tuple[PublicAgency, list[tuple[int, int]]]]:
    """Every agency that decided anything, by name, with its years, the latest first: year and how many."""
    rows = PublishedNumber.objects.using("portal").values_list("agency", "year").annotate(Count("stream"))
    found: dict[UUID, list[tuple[int, int]]] = {}
    for agency, year, count in rows.order_by("agency", "-year"):
        found.setdefault(agency, []).append((year, count))
    agencies = PublicAgency.objects.using("portal").filter(pk__in=found).order_by("name", "stream")
    return [(agency, found[agency.stream]) for agency in agencies]


def numbers(agency: UUID, year: int) -> list[PublishedNumber]:
    """Every decision of an agency in a year, in the order of its numbers."""
    rows = PublishedNumber.objects.using("portal").filter(agency=agency, year=year)
    return list(rows.order_by("series", "n", "decided_on", "stream"))


def numbered_days(agency: UUID, year: int) -> list[NumberedDay]:
    """The last counts of an agency and year that stand in the ledger, the latest first; without their lists."""
    rows = NumberedDay.objects.using("portal").filter(agency=agency, year=year).defer("snapshot", "proof")
    return list(rows.order_by("-day")[:PAGE])


def numbered_day(agency: UUID, year: int, day: date) -> NumberedDay | None:
    """One count."""
    return NumberedDay.objects.using("portal").filter(agency=agency, year=year, day=day).first()


def search(
    query: str = "",
    *,
    jurisdiction: str = "",
    agency: str = "",
    category: str = "",
    since: date | None = None,
    until: date | None = None,
    cursor: str = "",
) -> Found:
    """Newest first; every word must occur. An impossible cursor begins at the start."""
    rows = open_rows()
    if jurisdiction:
        rows = rows.filter(jurisdiction=jurisdiction)
    if agency:
        rows = rows.filter(agency_name=agency)
    if category:
        rows = rows.filter(category=category)
    if since:
        rows = rows.filter(decided_on__gte=since, published_on__gte=since)
    if until:
        rows = rows.filter(decided_on__lte=until)
    wanted = words(query)
    if query.strip() and not wanted:
        return Found((), 0, False, "")
    counted, listed = matching(rows, wanted, cursor) if wanted else (rows, after(rows, cursor))
    page = list(listed.order_by(*NEWEST).defer("pairs", "text")[: PAGE + 1])
    whole = not cursor and len(page) <= PAGE
    count = len(page) if whole else len(counted.order_by().values_list("pk")[: COUNT_MAX + 1])
    following = f"{page[PAGE - 1].published_on.isoformat()}_{page[PAGE - 1].stream}" if len(page) > PAGE else ""
    return Found(tuple(page[:PAGE]), min(count, COUNT_MAX), count > COUNT_MAX, following)


def matching(
    rows: QuerySet[Published], wanted: Sequence[str], cursor: str = ""
) -> tuple[QuerySet[Published], QuerySet[Published]]:
    """Rows whose text holds every word, as they are best counted, and from the cursor on as they are best listed.

    A rare word is found through its keys. A common one stands on nearly every page: there the newest rows are read one
    after another until enough are found, for its keys name too many. Which of the two it is the newest rows tell."""
    holding = rows
    for word in wanted:
        holding = holding.filter(text__contains=word)
    by_keys = holding.filter(pairs__contains=sought(wanted))
    later = after(rows, cursor).order_by(*NEWEST)
    edge = later.values_list("published_on", flat=True)[SAMPLE : SAMPLE + 1].first()
    if edge is None:
        return holding, after(holding, cursor)
    newest = after(holding, cursor).filter(published_on__gte=edge)
    met = len(newest.order_by(*NEWEST).values_list("pk")[: SAMPLE // COMMON])
    return (
        holding if met == SAMPLE // COMMON else by_keys,
        newest if met > PAGE else after(by_keys, cursor),
    )


def after(rows: QuerySet[Published], cursor: str) -> QuerySet[Published]:
    """Rows after a cursor `2024-09-27_uuid`."""
    day, _, stream = cursor.partition("_")
    try:
        last_on, last = date.fromisoformat(day), UUID(stream)
    except ValueError:
        return rows
    return rows.filter(Q(published_on__lt=last_on) | Q(stream__gt=last), published_on__lte=last_on)
