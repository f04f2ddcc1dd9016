"""The register of enforcement (执法台账): every act with its document, recording and data, or the gap; and the clues of
dates that do not fit. Filters stand in the address; the same list goes out as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from sanxiang.casework import levels
from sanxiang.casework.access import OWN_DEPARTMENT, WHOLE_AGENCY, Reader
from sanxiang.casework.desk import first
from sanxiang.casework.models import CaseRow
from sanxiang.core.gates.backdating import Doubt, Numbered, against_ledger, out_of_order
from sanxiang.core.rulebook.values import DAY_FIRST, DAY_LAST
from sanxiang.core.values import CHINA

from . import looking
from .file_models import DOUBTED, GAPS, LATEST, NumberRow, RegisterRow
from .models import RecordingRow

PAGE = 50
EXPORT_MAX = 10_000
MADE = {"sort": "recording"}
MARKS = {"gap": "缺证明", "doubt": "时间可疑", "late": "补录"}
DUTIES = {"full": "应当全程", "as_needed": "视情", "": ""}
HEAD = (
    "办理时间", "案号", "案件", "类别", "阶段", "环节", "办理人", "文书", "文号", "附件", "音像记录", "音像要求",
    "存储位置", "补录", "缺什么", "时间线索", "记录编号",
)  # fmt: skip
NEAR = 100
SERIES_MAX = 5_000
"""So many numbers of one series and year are compared at once."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the register is narrowed to; every choice stands in the address."""

    since: date | None = None
    until: date | None = None
    category: str = ""
    activity: str = ""
    act: str = ""
    mark: str = ""
    mine: bool = False
    after: str = ""


def day(text: str) -> date | None:
    """A day as an address states it; None for what is none, or lies beyond any record."""
    with suppress(ValueError):
        found = date.fromisoformat(text)
        return found if DAY_FIRST <= found <= DAY_LAST else None
    return None


def scopes(reader: Reader) -> list[Q]:
    """Whose acts somebody sees: all of the place, of the agency, of his departments, or his own."""
    if not reader.officer or not reader.posts:
        return []
    if reader.everywhere:
        return [Q(jurisdiction=reader.jurisdiction)]
    if reader.posts & WHOLE_AGENCY:
        return [Q(agency=reader.agency)]
    return [Q(agency=reader.agency, department=department) for department in sorted(reader.within(OWN_DEPARTMENT))]


def chosen(reader: Reader, choice: Choice, limit: int) -> QuerySet[RegisterRow]:
    """The first acts of a choice, the newest first."""
    rows = RegisterRow.objects.all()
    if choice.since:
        rows = rows.filter(occurred_at__gte=datetime.combine(choice.since, time(), CHINA))
    if choice.until:
        rows = rows.filter(occurred_at__lt=datetime.combine(choice.until + timedelta(days=1), time(), CHINA))
    exact = {"category": choice.category, "activity": choice.activity, "act": choice.act}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    marked = {"gap": GAPS, "doubt": DOUBTED, "late": Q(late=True)}.get(choice.mark)
    if marked is not None:
        rows = rows.filter(marked)
    if choice.mine:
        rows = rows.filter(officers__contains=[reader.officer])
    mine = scopes(reader)
    moment, _, last = choice.after.partition("_")
    with suppress(ValueError):
        at = datetime.fromisoformat(moment)
        mine = [one & part for one in mine for part in (Q(occurred_at=at, id__lt=last), Q(occurred_at__lt=at))]
    return first(rows, mine, LATEST, limit)


def cursor(row: RegisterRow) -> str:
    return f"{row.occurred_at.isoformat()}_{row.id}"


def with_cases(reader: Reader, rows: Iterable[RegisterRow]) -> list[tuple[RegisterRow, CaseRow | None]]:
    """Each act with its case and, as `made`, the recordings that it rests on; files and recordings of a level that the
    reader has not are left out."""
    rows = list(rows)
    cases = CaseRow.objects.in_bulk({row.stream for row in rows})
    hide(reader, rows, cases)
    made: dict[str, list[RecordingRow]] = {}
    resting = RecordingRow.objects.filter(case__in=cases, event__in=[str(row.event) for row in rows], **MADE)
    for one in looking.knowable(reader, resting.order_by("began")):
        made.setdefault(one.event, []).append(one)
    for row in rows:
        row.made = made.get(str(row.event), [])
    return [(row, cases.get(row.stream)) for row in rows]


def heard(row: RegisterRow) -> str:
    """How an act was recorded, and the recordings that it rests on."""
    return "；".join(filter(None, [row.recording, *map(said, row.made)]))


def said(one: RecordingRow) -> str:
    """A recording in a few words."""
    return f"{one.began.astimezone(CHINA):%H:%M} {one.seconds} 秒（{str(one.stream)[:8]}）"


def hide(reader: Reader, rows: Iterable[RegisterRow], cases: Mapping[UUID, CaseRow]) -> None:
    """Take the files out of these rows that are marked with a level which the reader has not (涉密涉私)."""
    rows = list(rows)
    gone = levels.gone(reader, {row.stream: cases.get(row.stream) for row in rows})
    for row in rows:
        row.files = [file for file in row.files if (row.stream, file["sha256"]) not in gone]


def lines(rows: Iterable[tuple[RegisterRow, CaseRow | None]]) -> Iterator[tuple[str, ...]]:
    """The register as cells."""
    for row, case in rows:
        yield (
            f"{row.occurred_at.astimezone(CHINA):%Y-%m-%d %H:%M}", case.case_number if case else "",
            case.title if case else "", row.category, row.stage, row.act_name, row.by,
            "；".join(paper["title"] for paper in row.papers),
            "；".join(paper["number"] for paper in row.papers if paper["number"]),
            "；".join(file["name"] for file in row.files), heard(row), DUTIES.get(row.duty, row.duty), row.place,
            "补录" if row.late else "", "；".join(row.lacking), "；".join(one["text"] for one in row.doubts),
            str(row.event),
        )  # fmt: skip


# ── numbers and the ledger: clues across cases ───────────────────────────────────────────────────────────────────────


def number_clues(agency: str) -> list[tuple[Doubt, NumberRow]]:
    """Papers of an agency whose number and day run against each other, the newest series first."""
    return _unordered(NumberRow.objects.filter(agency=agency).order_by("-year", "series", "n")[:SERIES_MAX])


def numbers_of(stream: str) -> list[Doubt]:
    """The papers of one case whose day runs against the numbers just before them: a look of the same length however
    long the series is."""
    near = Q(pk__in=())
    for row in NumberRow.objects.filter(stream=stream):
        near |= Q(agency=row.agency, series=row.series, year=row.year, n__gte=row.n - NEAR, n__lte=row.n)
    rows = NumberRow.objects.filter(near).order_by("-year", "series", "n")[:SERIES_MAX]
    return [doubt for doubt, row in _unordered(rows) if str(row.stream) == stream]


def _unordered(rows: Iterable[NumberRow]) -> list[tuple[Doubt, NumberRow]]:
    groups: dict[tuple[str, int], list[NumberRow]] = {}
    for row in rows:
        groups.setdefault((row.series, row.year), []).append(row)
    found = []
    for series in groups.values():
        known = {str(row.event): row for row in series}
        for doubt in out_of_order(
            Numbered(str(row.event), row.n, row.text, row.dated_on, row.recorded_at) for row in series
        ):
            found.append((doubt, known[doubt.event]))
    return found


LEDGER = (
    "SELECT e.id::text, c.at FROM record.event e JOIN record.leaf l ON l.event_pos = e.pos"
    " JOIN LATERAL (SELECT at FROM record.checkpoint WHERE size <= l.log_index ORDER BY size DESC LIMIT 1) c ON true"
    " WHERE e.stream = %s::uuid"
)


def ledger_clues(stream: str, recorded: dict[str, datetime]) -> list[Doubt]:
    """Events of a case that the ledger took much later than they say they were recorded; `recorded` by event."""
    with connections["default"].cursor() as cursor:
        cursor.execute(LEDGER, [stream])
        found = cursor.fetchall()
    return [doubt for event, at in found if event in recorded for doubt in against_ledger(event, recorded[event], at)]
