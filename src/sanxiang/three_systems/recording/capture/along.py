"""Which cases a phone takes along (带上的案件), how an officer finds any other of his, what the desk answered.

Of a day first what is due or overdue, then what the officer chose, then what is still to be served, then the latest of
his open cases. A phone keeps no more of the record than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sanxiang.casework import desk, serving
from sanxiang.casework.access import Reader
from sanxiang.casework.models import NEWEST, WORST, CaseRow, CaseText, HandlerRow, WaitRow
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import sought, words
from sanxiang.three_systems.recording.models import ArrivedAct

from . import exempting

MOST = 24
"""So many of each sort: due, chosen, open; of what is to be served half."""
RUNNING = ("open", "decided", "closed")
"""States in which something may still have to be done on site: a decision is served after it was made."""
LISTED = 30
WORDS = 4


def own(reader: Reader) -> QuerySet[CaseRow]:
    """The cases that the reader handles himself and that are not put away."""
    mine = CaseRow.objects.filter(agency=reader.agency or None, handlers__contains=[reader.officer])
    return mine.filter(state__in=RUNNING)


def taken(reader: Reader, rules: RuleSet, wanted: Sequence[UUID], at: datetime) -> list[CaseRow]:
    """The cases of a package, each once; of `wanted` those that are the reader's own."""
    today = legal_day(at)
    due = HandlerRow.objects.filter(officer=reader.officer, next_due__lte=today).order_by(*WORST)[:MOST]
    first = sorted(own(reader).filter(stream__in=due.values("stream")), key=lambda row: (str(row.next_due), row.stream))
    chosen = own(reader).filter(stream__in=wanted[:MOST]).order_by(*NEWEST)
    serves = {act.id for bound in rules.procedures.values() for act in bound.rule.acts if act.emits == serving.SERVES}
    waits = WaitRow.objects.filter(agency=reader.agency or None, post="officer", act__in=serves).values("stream")
    served = own(reader).filter(stream__in=waits).order_by(*NEWEST)[: MOST // 2]
    latest = desk.latest(reader, MOST, mine=True, state="open")
    return list({row.stream: row for row in (*first, *chosen, *served, *latest)}.values())


def found(reader: Reader, query: str, after: str) -> tuple[list[dict[str, Any]], str]:
    """A page of the reader's own cases, the newest activity first, and the place after it; `query` as the desk
    searches."""
    rows, choice = own(reader), desk.Choice(after=after)
    if wanted := words(query)[:WORDS]:
        texts = CaseText.objects.filter(pairs__contains=sought(wanted))
        for word in wanted:
            texts = texts.filter(text__contains=word)
        rows = rows.filter(stream__in=texts.values("stream"))
    parts = desk.beyond(choice) if after else []
    page = list(desk.first(rows, parts, NEWEST, LISTED + 1) if parts else rows.order_by(*NEWEST)[: LISTED + 1])
    more = desk.cursor(choice, page[LISTED - 1]) if len(page) > LISTED else ""
    return [
        {
            "case": str(row.stream), "title": row.title, "number": row.case_number, "party": row.party,
            "stage": row.stage, "due": row.next_due.isoformat() if row.next_due else "",
        }
        for row in page[:LISTED]
    ], more  # fmt: skip


def news(reader: Reader, cases: Iterable[UUID], acts: Iterable[UUID]) -> dict[str, Any]:
    """Where things stand that a phone waits for: how far each of its cases has come, its exemptions, and what became of
    the acts that it sent. What is not the reader's own is left out."""
    rows = {str(row.stream): row for row in own(reader).filter(stream__in=list(cases)[: 2 * MOST])}
    sent = ArrivedAct.objects.filter(pk__in=list(acts)[:LISTED], officer=reader.officer or None)
    known = {one.pk: one for one in sent}
    numbers = dict(
        CaseRow.objects.filter(pk__in=[one.case for one in known.values() if one.case]).values_list(
            "stream", "decision_number"
        )
    )
    return {
        "cases": {case: row.version for case, row in rows.items()}, "exempt": exempting.standing(rows),
        "acts": {str(key): answer(one, numbers) for key, one in known.items()},
    }  # fmt: skip


def answer(one: ArrivedAct, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    """What a phone is told of an act that it sent."""
    number = numbers.get(one.case, "") if one.case else ""
    return {
        "state": one.state, "reasons": one.reasons, "event": one.event, "number": number,
        "case": str(one.case) if one.case in numbers else "",
    }  # fmt: skip
