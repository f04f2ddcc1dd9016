"""Everything of one party (同一执法对象): its cases, and their documents, recordings and events, for who may see them.

The same party is found by a keyed hash of its number, never by its name; a reader sees the cases that he may see
anyway, and a supervisor says first why he looks at all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Value, When

from sanxiang.casework.access import Reader, purposes_due, visible
from sanxiang.casework.models import CaseRow
from sanxiang.core.values import legal_day

from . import looking, register
from .file_models import RegisterRow
from .models import RecordingRow

CASES = 20
"""So many cases stand on one page."""


@dataclass(slots=True)
class Held:
    """One case of the party with its acts and recordings; `closed` where the reader has to say first why he looks."""

    row: CaseRow
    steps: list[RegisterRow] = field(default_factory=list)
    recordings: list[RecordingRow] = field(default_factory=list)


@dataclass(slots=True)
class Party:
    """What one page of a party holds: of the cases that the reader may see those of this page, and how many `others`
    there are that he may not see."""

    cases: list[Held]
    pages: Page[CaseRow]
    others: int
    due: list[CaseRow]

    @property
    def papers(self) -> int:
        return sum(len(step.papers) for one in self.cases for step in one.steps)

    @property
    def sounds(self) -> int:
        media = ("audio", "video")
        files = sum(file["kind"] in media for one in self.cases for step in one.steps for file in step.files)
        return files + sum(len(one.recordings) for one in self.cases)


def held_of(reader: Reader, row: CaseRow, at: object, number: Any = 1) -> Party:
    """Everything of the party of a case, page by page: the case itself, then the newest."""
    same = CaseRow.objects.filter(pk=row.pk)
    if row.party_token is not None:
        same = CaseRow.objects.filter(party_token=row.party_token)
    first = Case(When(pk=row.pk, then=Value(0)), default=Value(1))
    mine = (visible(reader) & same).order_by(first, "-opened_at", "stream")
    pages = Paginator(mine, CASES).get_page(number)
    found, total = list(pages), same.count()
    day = legal_day(at)  # type: ignore[arg-type]
    due = purposes_due(reader, found, day)
    shown = [] if due else found
    cases = {one.stream: Held(one) for one in shown}
    steps = list(RegisterRow.objects.filter(stream__in=list(cases)).order_by("stream", "seq"))
    register.hide(reader, steps, {stream: one.row for stream, one in cases.items()})
    for step in steps:
        cases[step.stream].steps.append(step)
    made = RecordingRow.objects.filter(case__in=list(cases), sort="recording").order_by("began")
    for recording in looking.knowable(reader, made):
        if recording.case is not None:
            cases[recording.case].recordings.append(recording)
    return Party(list(cases.values()), pages, total - pages.paginator.count, due)
