"""What came in, in the search over everything (检索来件): complaints for the supervision of the place, what was refused
for the agency that has to answer, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from sanxiang.casework import finding
from sanxiang.casework.access import Reader
from sanxiang.casework.models import CaseRow
from sanxiang.core.values.searching import excerpt, plain

from . import clues, inbox_views, slips

NEWEST = 200
"""So many of the newest are looked through: what they say stands in the record or beside it, in no index."""


def register() -> None:
    finding.register(finding.Kind("letter", "来件", letters, note=f"只查最近 {NEWEST} 件"))
    finding.register(finding.Kind("clue", "线索来件", clues_found))


def letters(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """The newest of what somebody has to answer, by number, words and answer."""
    rows = list(inbox_views.visible(reader).order_by("-at", "receipt")[:NEWEST])
    seen = set(finding.readable(reader).filter(pk__in={row.stream for row in rows}).values_list("stream", flat=True))
    cases = set(CaseRow.objects.filter(pk__in={row.stream for row in rows}).values_list("stream", flat=True))
    found = []
    for row, text in zip(rows, inbox_views.texts(rows), strict=True):
        told = "\n".join(line for line in (row.receipt, *text.splitlines(), row.answer) if line)
        hidden = row.stream in cases and row.stream not in seen
        if not hidden and all(word in plain(told) for word in wanted):
            found.append((row, told))
    begin = int(after) if after.isdecimal() and len(after) < 6 else 0
    hits = [
        finding.Hit(
            slips.NAMES.get(row.kind, row.kind), reverse("counter:item", args=[row.receipt]), row.receipt, row.sent_at,
            excerpt(told, wanted),
        )
        for row, told in found[begin : begin + limit]
    ]  # fmt: skip
    return finding.Hits(hits, str(begin + limit) if len(found) > begin + limit else "")


def clues_found(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """Clues that somebody looks after, by number, sender, party and words; never by who reported them."""
    rows = clues.visible(reader)
    for word in wanted:
        rows = rows.filter(text__contains=word)
    begin = int(after) if after.isdecimal() and len(after) < 6 else 0
    found = list(rows.order_by("-registered_at", "stream")[begin : begin + limit + 1])
    hits = [
        finding.Hit(
            f"线索来件 {row.number}", reverse("counter:clue", args=[row.stream]), row.party, row.registered_at,
            excerpt("\n".join(filter(None, (row.summary, row.sent_number, row.sender, row.party))), wanted),
        )
        for row in found[:limit]
    ]  # fmt: skip
    return finding.Hits(hits, str(begin + limit) if len(found) > limit else "")
