"""Officers and items in the search over everything (检索人员、事项), of the agencies whose registers one may read."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from sanxiang.casework import finding
from sanxiang.casework.access import Reader
from sanxiang.core.values.searching import excerpt

from .access import visitor_of
from .models import AgencyRow, ItemRow, OfficerRow


def register() -> None:
    finding.register(finding.Kind("officer", "人员", officers))
    finding.register(finding.Kind("item", "事项", items))


def officers(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """Officers by name, title or certificate, those who left too."""
    rows = OfficerRow.objects.filter(agency__in=visitor_of(reader).agencies().values("stream"))
    rows = finding.by_columns(rows, ("name", "title", "certificate_number"), wanted)
    found = list(rows.filter(name__gt=after).order_by("name", "stream")[: limit + 1])
    names = dict(AgencyRow.objects.filter(pk__in={row.agency for row in found}).values_list("stream", "name"))
    hits = []
    for row in found[:limit]:
        said = "　".join(filter(None, (row.certificate_number, "已离任" if row.left_on else "")))
        place, agency = reverse("registry:officer", args=[row.stream]), names.get(row.agency, "")
        hits.append(finding.Hit(f"{row.name} {row.title}".strip(), place, agency, parts=excerpt(said, wanted)))
    return finding.Hits(hits, found[limit - 1].name if len(found) > limit else "")


def items(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """Items on the list today, by code or name."""
    rows = ItemRow.objects.filter(agency__in=visitor_of(reader).agencies().values("stream"), removed_on=None)
    rows = finding.by_columns(rows, ("name", "code"), wanted)
    found = list(rows.filter(code__gt=after).order_by("code", "stream")[: limit + 1])
    hits = [
        finding.Hit(row.name, reverse("registry:item", args=[row.stream]), f"{row.category} {row.code}".strip())
        for row in found[:limit]
    ]  # fmt: skip
    return finding.Hits(hits, found[limit - 1].code if len(found) > limit else "")
