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
from .models import Outcome

AT_ONCE, ROUNDS = 200, 3
"""So many are looked through at once, and so many times for one page: what they say stands in the record or beside it,
in no index."""


def register() -> None:
    finding.register(finding.Kind("letter", "来件", letters))
    finding.register(finding.Kind("clue", "线索来件", clues_found))


def letters(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """What somebody has to answer, the newest first, by number, words and answer: piece by piece, until there is a page
    of it."""
    found: list[tuple[Outcome, str]] = []
    for _ in range(ROUNDS if limit == finding.PAGE else 1):
        rows = finding.beyond(inbox_views.visible(reader), after, "receipt").order_by("-at", "receipt")
        piece = list(rows[: AT_ONCE + 1])
        more, piece = len(piece) > AT_ONCE, piece[:AT_ONCE]
        found += holding(reader, piece, wanted)
        after = cursor(piece[-1]) if more else ""
        if found or not more:
            break
    hits = [
        finding.Hit(
            slips.NAMES.get(row.kind, row.kind), reverse("counter:item", args=[row.receipt]), row.receipt, row.sent_at,
            excerpt(told, wanted),
        )
        for row, told in found[:limit]
    ]  # fmt: skip
    if len(found) > limit:
        return finding.Hits(hits, cursor(found[limit - 1][0]))
    return finding.Hits(hits, after, piece[-1].at if after else None)


def holding(reader: Reader, rows: Sequence[Outcome], wanted: Sequence[str]) -> list[tuple[Outcome, str]]:
    """Those that hold every word and of whose case the reader may read, each with what it says."""
    streams = {row.stream for row in rows}
    seen = set(finding.readable(reader).filter(pk__in=streams).values_list("stream", flat=True))
    cases = set(CaseRow.objects.filter(pk__in=streams).values_list("stream", flat=True))
    found = []
    for row, text in zip(rows, inbox_views.texts(rows), strict=True):
        told = "\n".join(line for line in (row.receipt, *text.splitlines(), row.answer) if line)
        hidden = row.stream in cases and row.stream not in seen
        if not hidden and all(word in plain(told) for word in wanted):
            found.append((row, told))
    return found


def cursor(row: Outcome) -> str:
    return f"{row.at.isoformat()}_{row.receipt}"


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
