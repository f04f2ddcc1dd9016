"""Records of the credit exchange as they are kept (双公示记录的状态): made from published penalties and licences,
encrypted, each with where it stands between us and the platform.

A record of a case follows its case: corrected there, it waits to be sent again; withdrawn or expired there, it waits on
the list of those whose display has to stop. Whoever changes the records of an agency does so alone.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from sanxiang.casework.models import CaseRow
from sanxiang.casework.registers import registers_for
from sanxiang.core.calendar import Calendar, due
from sanxiang.core.casefile import fold
from sanxiang.core.values import Period, legal_day
from sanxiang.interchange.models import CreditRecord
from sanxiang.store import reading
from sanxiang.store.errors import CannotUnseal
from sanxiang.store.runtime import current
from sanxiang.store.sealing import NONCE
from sanxiang.three_systems.disclosure.models import Published

from .checking import problems_of
from .formats import Format, standard
from .permits import INVALID, ended_by, permit_record
from .records import penalty_record

STATES: Mapping[str, str] = {
    "faulty": "有问题，不能报送",
    "ready": "待报送",
    "changed": "已更正，待重新报送",
    "sent": "已报送，待回执",
    "accepted": "平台已接收",
    "rejected": "平台退回",
    "stop": "待报送停止公示",
    "stopping": "停止公示已报送，待回执",
    "stopped": "平台已停止公示",
    "gone": "报送以前已撤下",
}
NEVER_SENT = ("faulty", "ready")
AT_ONCE = 500
KIND_OF = {"处罚": "penalty", "许可": "permit"}
"""The categories that the credit platforms take, and as what."""


@contextmanager
def alone(connection: Any, agency: str) -> Iterator[None]:
    """One transaction at a time for the records of an agency."""
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"interchange.credit/{agency}"])
        yield


def seal(identity: uuid.UUID, content: bytes) -> tuple[bytes, bytes]:
    """The wrapped key and the encrypted content."""
    key, nonce = current().sealer.new_key(str(identity)), os.urandom(NONCE)
    return key.wrapped, nonce + key.cipher.encrypt(nonce, content, identity.bytes)


def opened(identity: uuid.UUID, wrapped: bytes, blob: bytes) -> bytes:
    """The content again. Raises CannotUnseal for one that was changed or whose key is another's."""
    key = current().sealer.unwrap(str(identity), bytes(wrapped))
    try:
        return key.cipher.decrypt(bytes(blob)[:NONCE], bytes(blob)[NONCE:], identity.bytes)
    except InvalidTag:
        raise CannotUnseal("双公示记录的内容已被改动") from None


def record_of(row: CreditRecord) -> dict[str, str]:
    found: dict[str, str] = json.loads(opened(row.id, row.key, row.content))
    return found


def mark_of(record: Mapping[str, str]) -> bytes:
    """A keyed hash of a record: nobody can guess from it what stands in it."""
    return current().sealer.party_token(json.dumps(record, ensure_ascii=False, sort_keys=True))


def known_by(form: Format, record: Mapping[str, str]) -> bytes:
    """By what the same record is known again: number, party, agency (the platforms take it as an update)."""
    party = record.get(form.party) or record.get(form.codes[0], "")
    return current().sealer.party_token("|".join((record.get(form.number, ""), party, record.get(form.agency, ""))))


def refresh(connection: Any, agency: str, *, at: datetime) -> int:
    """Bring the records to the cases as they are now; how many were looked at, at most AT_ONCE in one go, those first
    that nobody looked at for longest. A faulty one is looked at each time: its agency may have been mended."""
    mine = CreditRecord.objects.filter(stream=OuterRef("stream"))
    public = Published.objects.filter(agency=agency).values("stream")
    rows = CaseRow.objects.filter(agency=agency, category__in=KIND_OF, stream__in=public)
    rows = rows.annotate(known=Subquery(mine.values("version")[:1]), standing=Subquery(mine.values("state")[:1]))
    rows = rows.annotate(looked=Subquery(mine.values("changed_at")[:1]))
    stale = rows.filter(Q(known=None) | ~Q(known=F("version")) | Q(standing="faulty"))
    with alone(connection, agency):
        stale = stale.order_by(F("looked").asc(nulls_first=True), "stream")
        found = list(stale.values_list("stream", flat=True)[:AT_ONCE])
        for stream in found:
            _follow(connection, agency, stream, at)
    return len(found)


def follow(connection: Any, agency: str, stream: uuid.UUID, *, at: datetime) -> None:
    """Bring the record of one case to the case as it is now, whoever waits before it."""
    with alone(connection, agency):
        _follow(connection, agency, stream, at)


def _follow(connection: Any, agency: str, stream: uuid.UUID, at: datetime) -> None:
    case = fold(reading.load(connection, str(stream)))
    row = CreditRecord.objects.filter(stream=stream).first()
    shown = Published.objects.get(pk=stream)
    kind = KIND_OF.get(case.category)
    if case.decision is None or kind is None or (kind == "penalty" and case.decision.kind != "decision.made"):
        return
    if shown.withdrawn_on is not None:
        if row is not None:
            settle(row, None, (), gone_on=shown.withdrawn_on, said=shown.withdrawn_cause)
            row.version, row.changed_at, ended, row.ends = case.version, at, row.ends, ""
            row.save()
            _once_more(connection, agency, ended, at)
        return
    body = registers_for(connection, agency, ()).agency(agency)
    record = (penalty_record if kind == "penalty" else permit_record)(case, shown.public, body)
    before, ends = row.ends if row is not None else "", ended_by(case) if kind == "permit" else ""
    keep(agency, standard()[kind], record, at=at, stream=stream, version=case.version, ends=ends)
    for number in (before, ends) if before != ends else ():
        _once_more(connection, agency, number, at)


def _once_more(connection: Any, agency: str, number: str, at: datetime) -> None:
    """Bring the record of a licence to what another decision says of it. One of a case is made anew; one of a file is
    set to 2 where it was ended, and what a file said is said again by a file."""
    row = CreditRecord.objects.filter(agency=agency, kind="permit", number=number).first() if number else None
    if row is None or row.gone_on is not None:
        return
    if row.stream is not None:
        _follow(connection, agency, row.stream, at)
    else:
        keep(agency, standard()["permit"], record_of(row), at=at, stream=None)


def as_it_stands(agency: str, form: Format, record: Mapping[str, str]) -> Mapping[str, str]:
    """A licence that a later decision of the agency withdrew, revoked or cancelled is in force no longer."""
    number = record.get(form.number, "")
    if form.id != "permit" or not number or not CreditRecord.objects.filter(agency=agency, ends=number).exists():
        return record
    return {**record, "XK_ZT": INVALID}


def keep(
    agency: str,
    form: Format,
    record: Mapping[str, str],
    *,
    at: datetime,
    stream: uuid.UUID | None,
    version: int = 0,
    ends: str = "",
) -> CreditRecord:
    """Write one record, new or in the place of what stood there. `ends` is the number of the licence that it ends."""
    record = as_it_stands(agency, form, record)
    token, today = known_by(form, record), legal_day(at)
    same = CreditRecord.objects.filter(agency=agency, kind=form.id)
    row = (same.filter(stream=stream).first() if stream else None) or same.filter(known_by=token).first()
    identity = uuid.uuid4()  # noqa: TID251  identifiers are made here, at the edge
    row = row or CreditRecord(id=identity, agency=agency, kind=form.id, state="ready")
    found = problems_of(standard(), form, record, today)
    if bytes(row.mark or b"") != mark_of(record):
        row.key, row.content = seal(row.id, json.dumps(record, ensure_ascii=False, sort_keys=True).encode())
    row.stream, row.version, row.known_by, row.changed_at, row.ends = stream, version, token, at, ends
    row.number, row.decided_on = record.get(form.number, "")[:200], decided(form, record)
    settle(row, mark_of(record), tuple(f"{one.name}：{one.rule}" for one in found))
    row.save()
    return row


def decided(form: Format, record: Mapping[str, str]) -> date | None:
    """The day of the decision, where it is one."""
    try:
        return date.fromisoformat(record.get("CF_JDRQ" if form.id == "penalty" else "XK_JDRQ", ""))
    except ValueError:
        return None


def due_of(row: CreditRecord, calendar: Calendar) -> date | None:
    """Until when a record that was never sent is to be sent; None where its day is unknown or it was."""
    if row.decided_on is None or row.sent_mark is not None or row.state not in NEVER_SENT:
        return None
    return due(row.decided_on, Period.parse(standard().within), calendar, roll=True).on


def settle(
    row: CreditRecord, mark: bytes | None, problems: tuple[str, ...], *, gone_on: date | None = None, said: str = ""
) -> None:
    """Where a record stands after its content became `mark` (None: unchanged), or after it went on a day."""
    was_sent = row.sent_mark is not None
    row.problems, row.gone_on = list(problems), gone_on
    if mark is not None:
        row.mark = mark
    if gone_on is not None:
        if row.state not in ("stopping", "stopped"):
            row.state, row.said = ("stop", said) if was_sent else ("gone", said)
    elif problems:
        row.state = "faulty"
    elif not was_sent:
        row.state = "ready"
    elif bytes(row.sent_mark or b"") != bytes(row.mark) or row.state in ("stop", "stopping", "stopped", "gone"):
        row.state = "changed"
    elif row.state == "faulty":
        row.state = "sent"
