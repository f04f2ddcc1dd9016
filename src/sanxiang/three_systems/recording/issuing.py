"""Noting the bytes of papers that go out without an electronic seal (制发登记): once, soon after the act, by a worker.

A paper is rendered from the record whenever it is asked for, and a later version of a form, or a font, would give other
bytes. So the bytes that go out are kept with the evidence and an event names them: from then on this paper is these
bytes, and its receipt can be had as soon as the ledger has signed that event. What stays inside the file, what was
entered only afterwards (its paper went out then) and the papers of an archived case, which the package names, need
none.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanxiang.casework import sealing
from sanxiang.casework.following import follow
from sanxiang.casework.noting import note_in_case
from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.events.sealing import PaperIssued
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.errors import VersionConflict
from sanxiang.store.seals import seals

from .documents import DocumentError, catalogue, render
from .gathering import is_demonstration, registers_of
from .papers import Paper, paper_data, papers_of
from .volumes import fonts_of

TRIES = 4

log = logging.getLogger(__name__)


def due(recorded: Recorded, *, sealed: bool) -> list[int]:
    """The places of the papers of an act that go out without a seal; `sealed` whether the agency has one."""
    if recorded.late:
        return []
    forms, borne = catalogue(), set(sealing.due(recorded)) if sealed else set()
    return [
        index
        for index, paper in enumerate(recorded.event.documents)
        if index not in borne and forms[str(paper["template"])].use != ("internal",)
    ]


def issue(connection: Any, stream: str, event: str, *, at: datetime) -> int:
    """Note the bytes of the papers of an act; how many. `at` is now. A paper that cannot be rendered is left out and
    told."""
    events = reading.load(connection, stream)
    case = fold(events)
    made = next((one for one in events if one.id == event), None)
    if made is None or case.archived is not None:
        return 0
    owed, done = due(made, sealed=seals().has(case.agency)), 0
    for paper in (one for one in papers_of(events) if one.event == event and one.index in owed):
        if f"{paper.event}/{paper.index}" not in case.issued:
            try:
                done += _issue(connection, paper, events, case.agency, at)
            except DocumentError as problem:
                log.warning("%s %s 没有登记制发，因为文书不能生成：%s", stream, paper.title, problem)
    return done


def _issue(connection: Any, paper: Paper, events: Sequence[Recorded], agency: str, at: datetime) -> bool:
    act = events[paper.seq - 1]
    rules = library().on(fold(events).jurisdiction, legal_day(act.occurred_at))
    data = paper_data(paper, events, rules, registers_of(connection, events), demo=is_demonstration(connection))
    pdf = render(paper.template, data, fonts=fonts_of()).pdf
    file = {"name": paper.file_name, **shelf().added(pdf).told, "type": "application/pdf"}
    note = PaperIssued(paper=paper.event, index=paper.index, files=(file,))
    for attempt in range(TRIES):
        now = reading.load(connection, events[0].stream)
        if f"{note.paper}/{note.index}" in fold(now).issued:
            return False
        try:
            with transaction.atomic(using=connection.alias):
                follow(agency, (note_in_case(connection, now, note, agency=agency, at=at),))
            return True
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the loop above returns or raises")
