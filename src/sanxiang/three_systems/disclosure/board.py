"""What the publishers of an agency have before them (公示看板): four columns, the fewest days left first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connections
from django.db.models import Count, Max

from sanxiang.casework import desk, judging
from sanxiang.casework.access import PUBLISHERS, Reader
from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.casework.registers import registers_for
from sanxiang.core.casefile import PUBLICATION_STATES, CaseFile, fold
from sanxiang.core.casefile.publication import PUBLIC
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import pane
from .models import PublishedNumber

CLOCKS = ("publish", "withdraw", "correct", "expire")
COLUMNS = (
    ("待脱敏", ("draft", "masking")), ("待审核", ("check",)), ("待发布", ("ready",)),
    ("已发布（7 天）", ("published", "corrected")),
)  # fmt: skip
EACH = 40
"""The most cards in a column."""
RECENT = timedelta(days=7)
SOON, ANY = 5, 10_000
"""Working days from which on something that has to come down is shown."""
EMPTY = ("没有等待脱敏的决定。", "没有等待审核的公示。", "没有审核通过、等待发布的公示。", "这七天没有发布。")


@dataclass(frozen=True, slots=True)
class Card:
    """One decision on the board; `clean` nobody has to decide about a passage; `spots` how many have to be looked at;
    `mine` the reader may do the next step."""

    row: CaseRow
    clock: desk.Clock | None
    state: str
    clean: bool = False
    spots: int = 0
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One state with its cards; `more`: not all are shown."""

    name: str
    cards: tuple[Card, ...]
    more: bool
    empty: str


@dataclass(frozen=True, slots=True)
class Board:
    """The strip and the columns."""

    columns: tuple[Column, ...]
    strip: tuple[tuple[str, int, str], ...]
    next_due: desk.Clock | None = None
    withdrawals: tuple[Card, ...] = ()
    corrections: tuple[Card, ...] = ()
    unconfirmed: tuple[Card, ...] = ()


def may_publish(reader: Reader) -> bool:
    """Whether somebody works on the publications of his agency."""
    return bool(reader.agency and reader.posts & PUBLISHERS)


def laid_out(reader: Reader, rules: RuleSet, at: datetime) -> Board:
    """The board of an agency as one reader sees it."""
    today = legal_day(at)
    duties = clocks(reader, rules, today)
    columns = []
    rows_of = [found(reader, states, duties, today) for _, states in COLUMNS]
    cases = folded([row for rows in rows_of[:3] for row in rows[:EACH]])
    named = [name for case in cases.values() for name in judging.people_of(case)]
    registers = registers_for(connections["default"], reader.agency, (reader.officer, *named))
    for (name, _), rows, empty in zip(COLUMNS, rows_of, EMPTY, strict=True):
        cards = [card(row, duties, reader, rules, registers, cases.get(str(row.stream)), at) for row in rows[:EACH]]
        columns.append(Column(name, tuple(cards), len(rows) > EACH, empty))
    revoked = called_for(reader, duties, ("withdraw", "expire"), SOON)
    wrong = called_for(reader, duties, ("correct",), ANY)
    taking_down = tuple(Card(row, duties.get(str(row.stream)), "须撤下") for row in revoked)
    silent = [row for row in called_for(reader, duties, ("publish",), ANY) if row.public_state in PUBLIC]
    unconfirmed = tuple(Card(row, duties.get(str(row.stream)), "等平台确认公开") for row in silent)
    to_correct = tuple(Card(row, duties.get(str(row.stream)), "更正线索") for row in wrong)
    line = strip(reader, duties, len(revoked), len(wrong), today)
    return Board(tuple(columns), line, next_of(duties), taking_down, to_correct, unconfirmed)


def clocks(reader: Reader, rules: RuleSet, today: date) -> dict[str, desk.Clock]:
    """The earliest open duty about publication of each case, the earliest cases first."""
    found: dict[str, desk.Clock] = {}
    for row in desk.duties_of(reader, limit=4 * EACH, only=CLOCKS):
        found.setdefault(str(row.stream), desk.clock(row, today, rules.calendar))
    return found


def found(reader: Reader, states: Sequence[str], duties: dict[str, desk.Clock], today: date) -> list[CaseRow]:
    """The cases of a column: those with the fewest days left first, then the newest; one more than is shown."""
    mine = CaseRow.objects.filter(agency=reader.agency, public_state__in=states)
    if "published" in states:
        recent = PublishedNumber.objects.filter(agency=reader.agency, published_on__gt=today - RECENT)
        streams = list(recent.order_by("-published_on", "stream").values_list("stream", flat=True)[: EACH + 1])
        rows = mine.in_bulk(streams)
        return [rows[stream] for stream in streams if stream in rows]
    urgent = {str(row.stream): row for row in mine.filter(stream__in=list(duties))}
    rest = mine.exclude(stream__in=list(urgent)).order_by("-last_at", "stream")[: EACH + 1]
    return [*(urgent[stream] for stream in duties if stream in urgent), *rest]


def folded(rows: Sequence[CaseRow]) -> dict[str, CaseFile]:
    events = reading.load_many(connections["default"], [str(row.stream) for row in rows])
    return {stream: fold(one) for stream, one in events.items()}


def card(
    row: CaseRow, duties: dict[str, desk.Clock], reader: Reader, rules: RuleSet, registers: Registers,
    case: CaseFile | None, at: datetime,
) -> Card:  # fmt: skip
    """One case on the board, with its masks as they stand and whether the reader may go on with it."""
    state, clock = PUBLICATION_STATES[row.public_state], duties.get(str(row.stream))
    if case is None:
        return Card(row, clock, state)
    whole = pane.laid(rules, case, registers)
    name = "prepare_publication" if row.public_state in ("draft", "masking") else "publish"
    act = rules.act(case.procedure, name)
    mine = act is not None and judging.option(rules, case, registers, act, reader.officer, at).open
    changed = any(line.changed for line in whole.lines) and case.prepared is not None
    fresh = sum(spot.fresh for spot in whole.spots)
    return Card(row, clock, state, whole.clean and not changed, fresh, mine)


def called_for(reader: Reader, duties: dict[str, desk.Clock], kinds: Sequence[str], left: int) -> list[CaseRow]:
    """The cases with one of these duties that has so many working days left or fewer."""
    streams = [stream for stream, clock in duties.items() if clock.row.duty in kinds and clock.left <= left]
    rows = {str(key): row for key, row in CaseRow.objects.filter(agency=reader.agency).in_bulk(streams).items()}
    return [rows[stream] for stream in streams if stream in rows]


def strip(
    reader: Reader, duties: dict[str, desk.Clock], revoked: int, wrong: int, today: date
) -> tuple[tuple[str, int, str], ...]:
    """What the head line counts, and which of it is red: only what is really late."""
    due = [clock.row.due_on for clock in duties.values() if clock.row.duty == "publish"]
    numbers = PublishedNumber.objects.filter(agency=reader.agency, year=today.year, n__isnull=False)
    gaps = sum(one["last"] - one["held"] for one in numbers.values("series").annotate(last=Max("n"), held=Count("n")))
    late = sum(day < today for day in due)
    return (
        ("今日必须发布", sum(day == today for day in due), "warn"), ("已超期", late, "bad"),
        ("须撤下", revoked, "warn"), ("更正线索", wrong, "warn"), ("连号缺口", gaps, "bad"),
    )  # fmt: skip


def next_of(duties: dict[str, desk.Clock]) -> desk.Clock | None:
    return next((clock for clock in duties.values() if clock.row.duty == "publish"), None)


def following(reader: Reader, but: str) -> str:
    """The case with the fewest days left that waits for the same kind of step as the one just done; empty for none."""
    states = ("check", "ready") if "disclosure_checker" in reader.posts else ("draft", "masking")
    rows = CaseRow.objects.filter(agency=reader.agency, public_state__in=states).exclude(stream=but)
    streams = {str(stream) for stream in rows.order_by("-last_at").values_list("stream", flat=True)[:EACH]}
    due = DutyRow.objects.filter(stream__in=streams, duty="publish", met_at=None).order_by("due_on", "id").first()
    return str(due.stream) if due else next(iter(sorted(streams)), "")
