"""Search over everything that one may see (全局检索): each room says what it finds for a reader, and finds it within
that reader's range alone, so that neither a hit nor a count tells of what he may not know.

Chinese words are found as the portal finds them (`core.values.searching`): keys narrow, LIKE decides; where a word
stands in many of the newest rows they are read one after another, for its keys name too many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import excerpt, plain, sought, words
from sanxiang.store.runtime import current

from . import desk, levels
from .access import Reader, scopes
from .finding_models import LATEST
from .models import AccessNote, CaseEntry, CaseRow
from .projections import library

PAGE, FEW = 20, 5
SAMPLE = 500
ROUNDS = 5
"""So many times more rows are fetched for those that a reader may not know."""
SORTS = {"said": "案情", "paper": "文书", "file": "附件"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: its `place` (an address; empty where it has no page), what it is called, where it
    belongs, the line that holds the words, in parts, and the papers that it made."""

    title: str
    place: str = ""
    about: str = ""
    at: datetime | None = None
    parts: Sequence[tuple[str, bool]] = ()
    papers: Sequence[tuple[str, str]] = ()
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The first hits of one kind, and where the next begin (empty at the end). Where a kind is looked through piece by
    piece, none of the first may be one, and there is a next all the same; `looked` says how far back it was looked."""

    hits: Sequence[Hit] = ()
    next: str = ""
    looked: datetime | None = None


Find = Callable[[Reader, Sequence[str], int, str], Hits]
"""(reader, words, how many at most, where to begin) → hits, within what he may see."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be looked for: its key in the address, its name, how it is found."""

    key: str
    name: str
    find: Find
    note: str = field(default="", compare=False)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let a room take part in the search. Two of one key are an error."""
    if KINDS.get(kind.key, kind) != kind:
        raise ValueError(f"two rooms find {kind.key}")
    KINDS[kind.key] = kind


def look(reader: Reader, query: str, kind: str = "", after: str = "") -> list[tuple[Kind, Hits]]:
    """The first few of every kind that has any or was not looked through to its end, or one page of one kind."""
    wanted = words(query)[:4]
    if not wanted:
        return []
    if kind in KINDS:
        return [(KINDS[kind], KINDS[kind].find(reader, wanted, PAGE, after))]
    found = [(one, one.find(reader, wanted, FEW, "")) for one in KINDS.values() if one.key not in SORTS]
    return [(one, hits) for one, hits in found if hits.hits or hits.next]


# ── cases by name and number ────────────────────────────────────────────────────────────────────────────────────────


def cases(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> Hits:
    """Cases by name, party and numbers, as their register finds them; or by the whole number of the party."""
    today = legal_day(timezone.now())
    choice = desk.Choice(query=" ".join(wanted), after=after)
    rows = list(desk.chosen(reader, choice, today, limit + 1))
    if not rows and len(wanted) == 1 and not after:
        token = current().sealer.party_token(wanted[0].upper())
        rows = list(
            desk.first(CaseRow.objects.filter(party_token=token), scopes(reader), ("-last_at", "stream"), limit)
        )
    hits = [
        Hit(row.title, reverse("casework:case", args=[row.stream]), desk.STATES[row.state], row.last_at,
            excerpt("\n".join(filter(None, (row.party, row.case_number, row.decision_number))), wanted))
        for row in rows[:limit]
    ]  # fmt: skip
    return Hits(hits, desk.cursor(choice, rows[limit - 1]) if len(rows) > limit else "")


# ── what was stated in cases ────────────────────────────────────────────────────────────────────────────────────────


def readable(reader: Reader) -> QuerySet[CaseRow]:
    """The cases whose words a reader may read: of his agency those that a post of his opens; as a supervisor those of
    which he said today why he opens them. The names of all others are in the register, what they say is not."""
    found = [Q(agency=reader.agency) & one for one in scopes(replace(reader, posts=reader.posts - {"supervisor"}))]
    if reader.everywhere:
        noted = AccessNote.objects.filter(officer=reader.officer, day=legal_day(timezone.now()))
        found.append(Q(jurisdiction=reader.jurisdiction, stream__in=noted.values("stream")))
    return CaseRow.objects.filter(reduce(or_, found)) if found else CaseRow.objects.none()


def stated(*sorts: str) -> Find:
    """How entries of cases of these sorts are found."""

    def find(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> Hits:
        mine = Exists(readable(reader).filter(stream=OuterRef("stream")))
        rows: list[CaseEntry] = []
        cases: dict[UUID, CaseRow] = {}
        for _ in range(ROUNDS):
            fresh = matching(reader, within(reader).filter(mine, sort__in=sorts), wanted, limit + 1, after)
            cases |= CaseRow.objects.in_bulk({row.stream for row in fresh} - cases.keys())
            rows += known(reader, fresh, cases)
            if len(fresh) <= limit or len(rows) > limit:
                break
            after = cursor(fresh[-1])
        shown = rows[:limit]
        return Hits([hit(row, cases[row.stream], wanted) for row in shown], cursor(shown[-1]) if rows[limit:] else "")

    return find


def within(reader: Reader) -> QuerySet[CaseEntry]:
    """The entries of the reader's agency, of which an index has the newest first; a supervisor's of everywhere."""
    return CaseEntry.objects.all() if reader.everywhere else CaseEntry.objects.filter(agency=reader.agency or None)


def known(reader: Reader, rows: Sequence[CaseEntry], cases: dict[UUID, CaseRow]) -> list[CaseEntry]:
    """Those of the entries that a reader may know of (涉密涉私): not all of their files are of levels that he has
    not."""
    gone = levels.gone(reader, {row.stream: cases[row.stream] for row in rows if row.files})
    return [row for row in rows if not row.files or any((row.stream, sha256) not in gone for sha256 in row.files)]


def matching(
    reader: Reader, rows: QuerySet[CaseEntry], wanted: Sequence[str], limit: int, after: str
) -> list[CaseEntry]:
    """The first entries that hold every word, the newest first."""
    for word in wanted:
        rows = rows.filter(text__contains=word)
    rows = beyond(rows, after).order_by(*LATEST).defer("text", "pairs")
    if not reader.everywhere:
        newest = list(beyond(within(reader), after).order_by(*LATEST).values_list("pk", flat=True)[:SAMPLE])
        found = list(rows.filter(pk__in=newest)[:limit])
        if len(found) == limit or len(newest) < SAMPLE:
            return found
    return list(rows.filter(pairs__contains=sought(wanted))[:limit])


def beyond(rows: QuerySet[Any], after: str, key: str = "id") -> QuerySet[Any]:
    """The rows after the place that the address states; `key` tells those of one moment apart."""
    moment, _, last = after.partition("_")
    with suppress(ValueError):
        at = datetime.fromisoformat(moment)
        return rows.filter(Q(at__lt=at) | Q(**{f"{key}__gt": last}), at__lte=at)
    return rows


def cursor(row: CaseEntry) -> str:
    return f"{row.at.isoformat()}_{row.id}"


def hit(row: CaseEntry, case: CaseRow, wanted: Sequence[str]) -> Hit:
    """An entry as the page shows it: it opens where the act stands in the timeline, its papers and files beside it."""
    page = f"{reverse('casework:case', args=[row.stream])}#e-{row.event}"
    papers = [
        (f"{one['title']} {one['number']}".strip(),
         reverse("recording:paper", args=[row.stream, row.event, one["index"]]))
        for one in row.papers
    ]  # fmt: skip
    if row.sort == "file":
        papers = [("打开附件", reverse("recording:look", args=[row.stream, row.event, row.index]))]
    about = f"{case.title} {case.case_number}".strip()
    return Hit(row.title, page, about, row.at, excerpt(row.said, wanted), papers, SORTS[row.sort])


# ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────────────


_told: dict[str, list[tuple[str, str, str]]] = {}


def _clauses(rules: RuleSet) -> list[tuple[str, str, str]]:
    """Every clause that holds in a place: citation, our own words of it, both as they are searched."""
    if rules.digest not in _told:
        told = [(str(instrument.cite(clause)), clause.text) for instrument, clause in rules.clauses()]
        _told[rules.digest] = [(law, text, f"{plain(law)}\n{plain(text)}") for law, text in told]
    return _told[rules.digest]


def clauses(reader: Reader, wanted: Sequence[str], limit: int, after: str) -> Hits:
    """Clauses of the rules that hold today for the reader's place."""
    rules = library().on(reader.jurisdiction, legal_day(timezone.now()))
    begin = int(after) if after.isdecimal() and len(after) < 6 else 0
    found = [(law, text) for law, text, held in _clauses(rules) if all(word in held for word in wanted)]
    page = found[begin : begin + limit]
    hits = [Hit(law, parts=excerpt(text, wanted, 200)) for law, text in page]
    return Hits(hits, str(begin + limit) if len(found) > begin + limit else "")


def by_columns(rows: QuerySet[Any], columns: Iterable[str], wanted: Sequence[str]) -> QuerySet[Any]:
    """Rows of a small table, every word in one of these columns."""
    columns = list(columns)
    for word in wanted:
        rows = rows.filter(reduce(or_, [Q(**{f"{column}__icontains": word}) for column in columns]))
    return rows


def begin() -> None:
    """What casework itself finds."""
    register(Kind("case", "案件", cases))
    register(Kind("stated", "案情、文书和附件", stated(*SORTS)))
    for sort, name in SORTS.items():
        register(Kind(sort, name, stated(sort)))
    register(Kind("clause", "规定", clauses))
