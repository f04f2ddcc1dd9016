"""Putting the seal on papers (加盖电子印章): once, soon after the act, by a worker; what was signed is kept and noted.

A paper is rendered from the record whenever it is asked for, but a signature cannot be made twice alike. So the signed
bytes are kept with the evidence under their digest and a `paper.sealed` of the case names them: from then on this paper
is these bytes, on the page, in the volume and in the archive package. Where there is no seal the paper stays unsigned,
and says nothing of one.
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
from sanxiang.core.events.sealing import PaperSealed
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.store.errors import VersionConflict
from sanxiang.store.seals import seals

from .documents import DocumentError, render
from .gathering import is_demonstration, registers_of
from .papers import Paper, paper_data, papers_of
from .volumes import fonts_of

TRIES = 4

log = logging.getLogger(__name__)


def seal(connection: Any, stream: str, event: str = "", *, at: datetime) -> int:
    """Put the seal on the papers of an act, or of all acts of a case, that should bear one and do not; how many were
    sealed. `at` is now. Raises store.seals.SealUnusable; a paper that cannot be rendered is left out and told."""
    events = reading.load(connection, stream)
    case = fold(events)
    if not events or not seals().has(case.agency):
        return 0
    owed = {one.id: sealing.due(one) for one in events if event in ("", one.id)}
    done = 0
    for paper in papers_of(events):
        if paper.index in owed.get(paper.event, ()) and f"{paper.event}/{paper.index}" not in case.sealed:
            try:
                done += _seal(connection, paper, events, case.agency, at)
            except DocumentError as problem:
                log.warning("%s %s 没有盖章，因为文书不能生成：%s", stream, paper.title, problem)
    return done


def _seal(connection: Any, paper: Paper, events: Sequence[Recorded], agency: str, at: datetime) -> bool:
    act = events[paper.seq - 1]
    rules = library().on(fold(events).jurisdiction, legal_day(act.occurred_at))
    data = paper_data(paper, events, rules, registers_of(connection, events), demo=is_demonstration(connection))
    data["document"]["sealed"] = "电子"
    made = render(paper.template, data, fonts=fonts_of()).pdf
    who = f"{rules.posts.get(act.actor.post, '经办人')}{act.actor.name}"
    reason = f"《{paper.title}》{paper.number}，{who}"
    signed = seals().sign(made, agency, name=act.actor.name, reason=reason, at=at)
    name = paper.file_name.removesuffix(".pdf") + "（电子印章）.pdf"
    file = {"name": name, **shelf().added(signed.pdf).told, "type": "application/pdf"}
    note = PaperSealed(
        paper=paper.event, index=paper.index, files=(file,), certificate=signed.certificate, subject=signed.subject,
        stamped=signed.stamped,
    )  # fmt: skip
    return _noted(connection, note, events[0].stream, agency, at)


def _noted(connection: Any, note: PaperSealed, stream: str, agency: str, at: datetime) -> bool:
    """Note the seal after whatever the case holds by now; not where another worker was first."""
    for attempt in range(TRIES):
        now = reading.load(connection, stream)
        if f"{note.paper}/{note.index}" in fold(now).sealed:
            return False
        try:
            with transaction.atomic(using=connection.alias):
                follow(agency, (note_in_case(connection, now, note, agency=agency, at=at),))
            return True
        except VersionConflict:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("the loop above returns or raises")
