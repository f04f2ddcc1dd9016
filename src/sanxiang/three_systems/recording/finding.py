"""Recordings in the search over everything (检索录音录像): by their bookmarks, film names and makers, within the range
in which somebody may look at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from sanxiang.casework import finding
from sanxiang.casework.access import OWN_DEPARTMENT, WHOLE_AGENCY, Reader
from sanxiang.casework.models import CaseRow
from sanxiang.core.values.searching import excerpt, sought

from . import looking
from .models import MADE, NEWEST, RecordingRow, RecordingText

ROUNDS = 5


def register() -> None:
    finding.register(finding.Kind("recording", "录音录像", recordings))


def inside(reader: Reader) -> Q:
    """The recordings that a reader may look at: those of cases whose words he may read; without a case his own, those
    of his departments, or all of agency or place."""
    loose = Q(agency=reader.agency, maker=reader.officer)
    if reader.posts & WHOLE_AGENCY:
        loose = Q(agency=reader.agency)
    else:
        loose |= Q(agency=reader.agency, department__in=reader.within(OWN_DEPARTMENT))
    if reader.everywhere:
        loose |= Q(jurisdiction=reader.jurisdiction)
    return (loose & Q(case=None)) | Q(case__in=finding.readable(reader).values("stream"))


def recordings(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> finding.Hits:
    """Recordings that hold every word, the newest first."""
    if not reader.officer or not reader.posts:
        return finding.Hits()
    texts = RecordingText.objects.filter(pairs__contains=sought(wanted))
    for word in wanted:
        texts = texts.filter(text__contains=word)
    rows = RecordingRow.objects.filter(MADE, inside(reader), stream__in=texts.values("stream")).order_by(*NEWEST)
    found: list[RecordingRow] = []
    for _ in range(ROUNDS):
        fresh = list(beyond(rows, after)[: limit + 1])
        found += looking.knowable(reader, fresh)
        if len(fresh) <= limit or len(found) > limit:
            break
        after = cursor(fresh[-1])
    shown = found[:limit]
    said = dict(RecordingText.objects.filter(pk__in=[row.stream for row in shown]).values_list("stream", "said"))
    cases = CaseRow.objects.in_bulk({row.case for row in shown if row.case})
    hits = [hit(row, cases.get(row.case), said.get(row.stream, ""), wanted) for row in shown]
    return finding.Hits(hits, cursor(shown[-1]) if found[limit:] else "")


def beyond(rows: QuerySet[RecordingRow], after: str) -> QuerySet[RecordingRow]:
    moment, _, stream = after.partition("_")
    try:
        at, key = datetime.fromisoformat(moment), UUID(stream)
    except ValueError:
        return rows
    return rows.filter(Q(began__lt=at) | Q(stream__gt=key), began__lte=at)


def cursor(row: RecordingRow) -> str:
    return f"{row.began.isoformat()}_{row.stream}"


def hit(row: RecordingRow, case: CaseRow | None, said: str, wanted: Sequence[str]) -> finding.Hit:
    about = f"{case.title} {case.case_number}".strip() if case else "还没有归到案件"
    place = reverse("recording:play", args=[row.stream, 0])
    return finding.Hit(f"{row.maker_name}的录音录像", place, about, row.began, excerpt(said, wanted))
