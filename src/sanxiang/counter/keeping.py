"""Papers held ready for their party (当事人可以打开的文书): sealed by the worker once they are served, taken away when
they cannot be opened any more.

What should be there stands in `party_paper`, a projection; what is there, beside it. The one is brought to the other
after each act that may change it, and every night for whatever was missed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from sanxiang.casework import levels, sealing
from sanxiang.casework.codes import case_code, factor_of, secret
from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.documents import DocumentError
from sanxiang.three_systems.recording.papers import papers_of

from .models import PartyPaper, PartyPaperContent
from .sealed import key_of, seal_file
from .served import secret_of

log = logging.getLogger(__name__)


def closed(stream: str, sha256: str, event: str) -> None:
    """Take away the signed paper whose file was marked as secret, and the papers of the act that took such a file."""
    rows = PartyPaper.objects.filter(Q(source=sha256) | Q(event=event), stream=stream)
    PartyPaperContent.objects.filter(pk__in=rows.values("key")).delete()


def keep(connection: Any, stream: str, *, at: datetime) -> int:
    """Bring what lies ready of a case to what should; how many papers were sealed. They are made outside any
    transaction, and put in place only where they are still wanted."""
    rows = list(PartyPaper.objects.using(connection.alias).filter(stream=stream))
    wanted = {one.key: one for one in rows if one.until is None or one.until >= legal_day(at)}
    there = PartyPaperContent.objects.using(connection.alias).filter(stream=stream)
    there.exclude(pk__in=wanted).delete()
    lacking = [wanted[key] for key in wanted.keys() - set(there.values_list("key", flat=True))]
    events = reading.load(connection, stream) if lacking else ()
    case = fold(events)
    opens = secret(case_code(stream), factor_of(case.facts))
    made = {row.key: one for row in lacking if (one := _sealed(connection, row, opens, events, case)) is not None}
    with transaction.atomic(using=connection.alias):
        still = PartyPaper.objects.using(connection.alias).select_for_update().filter(pk__in=made)
        found = [made[one.key] for one in still if not _hidden(one, events)]
        PartyPaperContent.objects.using(connection.alias).bulk_create(found, ignore_conflicts=True)
    return len(found)


def _hidden(row: PartyPaper, events: Sequence[Recorded]) -> bool:
    """Whether its signed file, or all that its act took as evidence, is marked as secret in whatever degree: then it is
    not handed out over the net."""
    marked = {sha256 for _, sha256, _ in levels.marked([row.stream])}
    return row.source in marked or str(row.event) in levels.closed(events, marked)


def _sealed(
    connection: Any, row: PartyPaper, opens: bytes, events: Sequence[Recorded], case: CaseFile
) -> PartyPaperContent | None:
    """The content of a row; None where its electronic seal is still to come, where it is marked as secret, where the
    party has another number since, or where it cannot be made."""
    event = str(row.event)
    key = secret_of(opens, f"{event}/{row.index}/{row.source}")
    waits = sealing.sealing_of(case, sealing.by_id(events), event, row.index)
    if (waits and waits.state == "waiting") or _hidden(row, events) or key_of(key) != row.key:
        return None
    try:
        if row.source:
            pdf = shelf().read(row.source)
        else:
            paper = next(one for one in papers_of(events) if (one.event, one.index) == (event, row.index))
            pdf = issued.made(connection, events, paper)
    except (DocumentError, NotThere) as problem:
        log.warning("%s 的文书没有放到当事人查询页：%s", row.stream, problem)
        return None
    return PartyPaperContent(key=row.key, stream=row.stream, sealed=seal_file(key, pdf))


def sweep(connection: Any, *, at: datetime) -> int:
    """Take away what nobody should open any more and seal what is missing; how many papers were."""
    today = legal_day(at)
    over = PartyPaper.objects.filter(key=OuterRef("key")).filter(Q(until=None) | Q(until__gte=today))
    PartyPaperContent.objects.filter(~Exists(over)).delete()
    there = PartyPaperContent.objects.filter(key=OuterRef("key"))
    lacking = PartyPaper.objects.filter(Q(until=None) | Q(until__gte=today)).filter(~Exists(there))
    streams = lacking.order_by("stream").values_list("stream", flat=True).distinct()
    return sum(keep(connection, str(stream), at=at) for stream in streams.iterator())
