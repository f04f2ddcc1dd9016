"""What others may ask of the registers' lists (登记簿查询): pages by key, no page grows with the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet

from sanxiang.casework.inspectee_models import InspecteeRow

from .models import AgencyRow, CertificateRow, DepartmentRow, ItemRow, OfficerRow, PostRow

PAGE = 50
EXPORT_MAX = 50_000
EXPIRING = timedelta(days=60)
M = TypeVar("M", bound=Model)

FILTERS = {
    "expiring": "执法证 60 日内到期",
    "expired": "执法证已到期或停用",
    "no_certificate": "没有执法证",
    "no_exam": "没有考试合格记录",
    "left": "已离任",
}


@dataclass(frozen=True, slots=True)
class Found(Generic[M]):
    """One page of rows and the key of the next (empty at the end)."""

    rows: tuple[M, ...]
    next: str = ""


def _page(rows: QuerySet[M], column: str, cursor: str, size: int = PAGE) -> Found[M]:
    """Rows in the order of a text column, then of their stream, after a cursor `stream/text`."""
    stream, _, last = cursor.partition("/")
    try:
        key = UUID(stream) if stream else None
    except ValueError:
        key = None
    if key is not None:
        rows = rows.filter(Q(**{f"{column}__gt": last}) | Q(**{column: last, "stream__gt": key}))
    found = list(rows.order_by(column, "stream")[: size + 1])
    if len(found) <= size:
        return Found(tuple(found))
    end: Any = found[size - 1]
    return Found(tuple(found[:size]), f"{end.stream}/{getattr(end, column)}")


def marked(mark: str, own: str = "") -> str:
    """The name of another agency that exists and has this mark (机关代字); empty where none has."""
    others = AgencyRow.objects.filter(mark=mark, ended_on=None).exclude(stream=own or None) if mark else ()
    return next((one.name for one in others), "")


def agencies(among: QuerySet[AgencyRow], query: str = "", cursor: str = "") -> Found[AgencyRow]:
    """Agencies by name."""
    word = query.strip()[:60]
    if word:
        among = among.filter(Q(name__contains=word) | Q(credit_code=word.upper()))
    return _page(among, "name", cursor)


def officers_among(
    agencies: Iterable[Any] | QuerySet[AgencyRow], query: str = "", only: str = "", today: date | None = None
) -> QuerySet[OfficerRow]:
    """Officers of some agencies, by a part of the name or a certificate number, narrowed by one of FILTERS."""
    rows = OfficerRow.objects.filter(agency__in=agencies)
    word = query.strip()[:60]
    if word:
        holders = CertificateRow.objects.filter(number=word.upper()).values("stream")
        rows = rows.filter(Q(name__contains=word) | Q(stream__in=holders))
    if only == "left":
        return rows.filter(left_on__isnull=False)
    if only in FILTERS or not word:
        rows = rows.filter(left_on=None)
    if only == "no_exam":
        return rows.filter(exam_on=None)
    if only == "no_certificate":
        return rows.filter(certificates=0)
    if only == "expired" and today:
        return rows.filter(certificates__gt=0).exclude(certified_until__gte=today)
    if only == "expiring" and today:
        return rows.filter(certified_until__range=(today, today + EXPIRING))
    return rows


def officers(rows: QuerySet[OfficerRow], cursor: str = "") -> Found[OfficerRow]:
    return _page(rows, "name", cursor)


def items_among(
    agencies: Iterable[Any] | QuerySet[AgencyRow], query: str = "", category: str = ""
) -> QuerySet[ItemRow]:
    """Items on the list today, by code or a part of the name."""
    rows = ItemRow.objects.filter(agency__in=agencies, removed_on=None)
    word = query.strip()[:60]
    if word:
        rows = rows.filter(Q(name__contains=word) | Q(code=word.upper()))
    return rows.filter(category=category) if category else rows


def listed(agency: str, category: str, day: date) -> dict[str, str]:
    """The items of a category that stood on an agency's list on a day: their codes by name."""
    rows = ItemRow.objects.filter(agency=agency, category=category, listed_on__lte=day)
    rows = rows.filter(Q(removed_on=None) | Q(removed_on__gt=day)).order_by("code", "stream")
    return dict(rows.values_list("name", "code"))


def items(rows: QuerySet[ItemRow], cursor: str = "") -> Found[ItemRow]:
    return _page(rows, "code", cursor)


def inspectees(rows: QuerySet[InspecteeRow], cursor: str = "") -> Found[InspecteeRow]:
    return _page(rows, "name", cursor)


def every(rows: QuerySet[M], column: str) -> Iterator[Any]:
    """All rows for an export, fetched in pieces, at most EXPORT_MAX."""
    return rows.order_by(column, "stream")[:EXPORT_MAX].iterator(chunk_size=500)


def departments(agency: Any) -> list[DepartmentRow]:
    return list(DepartmentRow.objects.filter(stream=agency).order_by("until", "name"))


def department_names(agencies: Iterable[Any]) -> dict[tuple[str, str], str]:
    """Names of departments by agency and id."""
    rows = DepartmentRow.objects.filter(stream__in=agencies).values_list("stream", "department", "name")
    return {(str(stream), department): name for stream, department, name in rows}


def agency_names(agencies: Iterable[Any]) -> dict[str, str]:
    found = AgencyRow.objects.filter(stream__in=agencies).values_list("stream", "name")
    return {str(stream): name for stream, name in found}


def agencies_in(jurisdiction: str) -> list[str]:
    """The streams of the agencies that there are in a jurisdiction."""
    rows = AgencyRow.objects.filter(jurisdiction=jurisdiction, ended_on=None).order_by("stream")
    return [str(stream) for stream in rows.values_list("stream", flat=True)]


def since(agency: Any) -> date | None:
    """The day from which an agency is registered."""
    return AgencyRow.objects.filter(stream=agency).values_list("since", flat=True).first()


def officer(stream: UUID) -> OfficerRow | None:
    return OfficerRow.objects.filter(pk=stream).first()


def item(stream: UUID) -> ItemRow | None:
    return ItemRow.objects.filter(pk=stream).first()


def holds_certificate(number: str, but: str) -> bool:
    """Whether somebody else than `but` has a certificate of this number."""
    rows = CertificateRow.objects.filter(number=number)
    return (rows.exclude(stream=but) if but else rows).exists()


def known_person(token: bytes, but: str) -> bool:
    """Whether somebody with this identity number serves somewhere."""
    rows = OfficerRow.objects.filter(id_token=token, left_on=None)
    return (rows.exclude(stream=but) if but else rows).exists()


def certificate_holders(agency: Any, today: date) -> tuple[int, int]:
    """How many officers serve in an agency, and how many of them have a certificate that is valid today."""
    rows = OfficerRow.objects.filter(agency=agency, left_on=None)
    valid = Q(certified_from__lte=today, certified_until__gte=today)
    found = rows.aggregate(every=Count("stream"), valid=Count("stream", filter=valid))
    return found["every"], found["valid"]


def posts_held(agency: Any, post: str, department: str, today: date) -> bool:
    """Whether anybody holds a post in a department."""
    rows = PostRow.objects.filter(agency=agency, department=department)
    rows = rows.filter(post=post) if post else rows
    return rows.filter(Q(until=None) | Q(until__gt=today)).exists()
