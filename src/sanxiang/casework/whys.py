"""Why somebody looks into the record of a case (调阅事由): said once a case and day, the first of a day stands."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from sanxiang.core.rulebook.values import CONTROL
from sanxiang.core.values import legal_day

from .access import REVIEWERS, Reader
from .models import AccessNote, CaseRow

SHORTEST, LONGEST = 4, 300
RUNNING = frozenset({"documents", "reviewing"})
"""States of a review that is under way."""
REVIEWING, HANDLING = "法制审核", "办理本案"


class WhyDue(PermissionError):
    """A reader has not said today why he looks into the files of this case or recording, `stream`."""

    def __init__(self, stream: UUID) -> None:
        super().__init__("要先写明当天的调阅事由")
        self.stream = stream


def said(reader: Reader, stream: UUID) -> str:
    """Why a reader looks into a case or recording, as he said today; empty where he has not."""
    notes = AccessNote.objects.filter(officer=reader.officer, stream=stream, day=legal_day(timezone.now()))
    return notes.values_list("purpose", flat=True).first() or ""


def of_review(reader: Reader, row: CaseRow | None) -> str:
    """The purpose of whoever reviews a case (or advises) while its review runs: it is given with the task."""
    running = row is not None and row.review_state in RUNNING and str(row.agency) == reader.agency
    return REVIEWING if running and reader.posts & (REVIEWERS | {"adviser"}) else ""


def given(reader: Reader, row: CaseRow) -> str:
    """Why a reader looks into a case: as he said today, or by his task; empty where he has to say it."""
    return said(reader, row.stream) or of_review(reader, row)


def last(reader: Reader, stream: UUID) -> str:
    """What a reader said of this case the last time; of the first time 办理本案 where he handles it, else nothing."""
    notes = AccessNote.objects.filter(officer=reader.officer, stream=stream).order_by("-day")
    if told := notes.values_list("purpose", flat=True).first():
        return str(told)
    handles = CaseRow.objects.filter(pk=stream, handlers__contains=[reader.officer]).exists()
    return HANDLING if handles else ""


def works_on(reader: Reader, row: CaseRow) -> bool:
    """Whether an open case is a reader's own work: he handles it, or signs its papers as reviewer or as head of unit or
    agency."""
    if row.state != "open" or str(row.agency) != reader.agency:
        return False
    heads = "head" in reader.posts or row.department in reader.within({"unit_head"})
    reviews = bool(row.review_state) and bool(reader.posts & REVIEWERS)
    return heads or reviews or reader.officer in row.handlers


def wrong(typed: str) -> str:
    """What is wrong with a purpose; empty where nothing is."""
    if not SHORTEST <= len(typed) <= LONGEST:
        return f"事由写 {SHORTEST} 到 {LONGEST} 个字，现有 {len(typed)} 个字。"
    return "事由里有不能保存的控制字符，请删去。" if CONTROL.search(typed) else ""


def note(reader: Reader, streams: Iterable[UUID], typed: str) -> None:
    """Keep a purpose for cases or recordings; the first of a day stands."""
    now = timezone.now()
    AccessNote.objects.bulk_create(
        [AccessNote(
            officer=reader.officer, name=f"{reader.name}（{reader.agency_name}）", stream=stream,
            day=legal_day(now), at=now, purpose=typed,
        ) for stream in streams],
        ignore_conflicts=True,
    )  # fmt: skip
