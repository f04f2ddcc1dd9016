"""What was asked for and refused (被拒绝的办理): kept beside the record, for those who answer for the agency.

A form that was not yet filled in is no attempt at anything and is left out; everything else that a gate, a separation
of posts or the record itself refused is noted once it is certain that nothing was written, also where somebody acted
on a case as it no longer stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from sanxiang.core.gates import Reason
from sanxiang.core.rulebook import Library
from sanxiang.core.values import legal_day

from .access import Reader
from .models import CaseRow, Refusal
from .registers import is_stream, registers_for

UNFINISHED = ("/facts", "/recording", "/files")
PAGE = 50
READERS = frozenset({"legal_head", "head", "supervisor"})


class Asked(Protocol):
    """What of a command is kept."""

    @property
    def act(self) -> str: ...
    @property
    def officer(self) -> str: ...
    @property
    def stream(self) -> str: ...
    @property
    def opening(self) -> Mapping[str, str]: ...
    @property
    def report(self) -> bool: ...


def note(
    connection: Any, library: Library, command: Asked, reasons: Iterable[Reason], *, forged: bool, at: datetime
) -> None:
    """Keep why an act was refused; nothing where only its form was not filled in. `forged`: fields were sent that
    nobody may give."""
    kept = [one for one in reasons if not _unfinished(one, forged=forged)]
    if kept:
        _keep(connection, library, command, [_told(one) for one in kept], at)


def note_record(connection: Any, library: Library, command: Asked, refused: Exception, *, at: datetime) -> None:
    """Keep what the record itself refused although the gate had let it pass."""
    code = str(getattr(refused, "code", ""))
    _keep(connection, library, command, [{"code": code, "clause": "", "law": "案卷的约束", "text": str(refused)}], at)


def _unfinished(reason: Reason, *, forged: bool) -> bool:
    return reason.code.endswith(UNFINISHED) or (reason.code == "input" and not forged)


def _told(reason: Reason) -> dict[str, str]:
    """Without what is missing: that may name people."""
    return {"code": reason.code, "clause": reason.clause, "law": reason.law, "text": reason.text}


def _keep(
    connection: Any, library: Library, command: Asked, reasons: Iterable[Mapping[str, str]], at: datetime
) -> None:
    row = CaseRow.objects.using(connection.alias).filter(stream=command.stream).first() if command.stream else None
    officer = registers_for(connection, "", (command.officer,)).officer(command.officer)
    agency = str(row.agency) if row else officer.agency if officer else ""
    body = registers_for(connection, agency, ()).agency(agency)
    place = row.jurisdiction if row else body.jurisdiction if body else ""
    procedure = row.procedure if row else command.opening.get("procedure", "")
    act = library.on(place, legal_day(at)).act(procedure, command.act) if place in library.jurisdictions else None
    Refusal.objects.using(connection.alias).create(
        at=at,
        officer=UUID(command.officer) if is_stream(command.officer) else None,
        name=officer.name if officer else "",
        jurisdiction=place,
        agency=UUID(agency) if is_stream(agency) else None,
        stream=row.stream if row else None,
        case_number=row.case_number if row else "",
        act=command.act[:60],
        act_name=act.name if act else command.act[:60],
        report=command.report,
        reasons=list(reasons),
    )


def visible(reader: Reader) -> QuerySet[Refusal]:
    """What a reader may see of it: the legal unit and the head that of their agency, a supervisor that of his range."""
    if not reader.posts & READERS:
        return Refusal.objects.none()
    if reader.everywhere:
        return Refusal.objects.filter(jurisdiction=reader.jurisdiction)
    return Refusal.objects.filter(agency=reader.agency or None)


def page_of(reader: Reader, after: str = "") -> tuple[list[Refusal], str]:
    """The latest first, and the place of the next page (empty at the end)."""
    rows = visible(reader).order_by("-id")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""
