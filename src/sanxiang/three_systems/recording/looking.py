"""Who may look at a file of the record, and who has (调阅): one door for the player, downloads, small pictures and
stills.

Whoever may see the case (or, of a recording that belongs to none, whose department made it) and has the level that the
file is marked with. Every file asks everybody for the purpose once a case and day; a look leaves an event in a stream
of its own about the case. Papers that the system set are asked for alike, except by those whose open case it is
(decision 45)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from sanxiang.casework import levels, whys
from sanxiang.casework.access import OWN_DEPARTMENT, WHOLE_AGENCY, Reader, find_case, is_guest, reader_of
from sanxiang.casework.models import BroughtEvidence, CaseRow
from sanxiang.casework.noting import note
from sanxiang.casework.projections import library
from sanxiang.casework.whys import WhyDue
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.events.looking import FileLooked
from sanxiang.core.values import Actor, legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store import reading

from .models import LookRow, RecordingRow

KIND = "look"
GONE = frozenset({"archive.destroyed", "content.destroyed"})
"""After these there is nothing to look at any more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that a reader may look at: where it is named, and whose it is. `case` is None of a recording that belongs
    to no case."""

    reader: Reader
    owner: UUID
    event: str
    index: int
    file: Mapping[str, Any]
    events: tuple[Recorded, ...]
    agency: str
    title: str
    case: CaseRow | None = None
    level: str = ""

    @property
    def guest(self) -> bool:
        """Whether he is there as an invited adviser alone: he looks, and takes nothing away."""
        return self.case is not None and is_guest(self.reader, self.case)

    @property
    def runs(self) -> bool:
        """Whether it is sound or film."""
        return kind_of(str(self.file["type"])) in ("audio", "video")


def seen(account: Any, owner: UUID, event: UUID, index: int) -> Seen | None:
    """A file by the event that names it, for an account that may look at it; None where it may not or there is none.
    Raises casework's PurposeDue for a supervisor who has not said why he opens the case."""
    reader = reader_of(account)
    place = _case(account, reader, owner) or recording_of(account, reader, owner)
    if place is None:
        return None
    events, agency, title, case = place
    if any(one.kind in GONE for one in events):
        return None
    named = next((one for one in events if one.id == str(event)), None)
    if named is None or index >= len(named.event.files):
        return None
    file = named.event.files[index]
    level = levels.level_of(owner, str(file["sha256"]))
    if (level and not levels.may_see(reader, case, level)) or str(event) in levels.withheld(reader, case, events):
        return None
    return Seen(reader, owner, str(event), index, file, events, agency, title, case, level)


Place = tuple[tuple[Recorded, ...], str, str, CaseRow | None]


def recording_of(account: Any, reader: Reader, owner: UUID) -> Place | None:
    """What stands behind a recording that a reader may look at: its record, agency, title and case."""
    row = RecordingRow.objects.filter(pk=owner).first()
    if row is None:
        return None
    case = (find_case(account, row.case) if row.case else None) or _using(account, owner)
    mine = str(row.agency) == reader.agency and (
        reader.officer == row.maker or bool(reader.posts & WHOLE_AGENCY)
        or row.department in reader.within(OWN_DEPARTMENT)
    )  # fmt: skip
    over = reader.everywhere and row.jurisdiction == reader.jurisdiction
    if case is None and not ((mine or over) and reader.posts and not row.case):
        return None
    title = case.title if case else f"{row.maker_name}的录音录像"
    return reading.load(connections["default"], str(owner)), str(row.agency), title, case


def _using(account: Any, recording: UUID) -> CaseRow | None:
    """A case that uses a recording of another file and that an account may see."""
    users = BroughtEvidence.objects.filter(recordings__contains=[str(recording)]).order_by("id")
    found = (find_case(account, stream) for stream in users.values_list("stream", flat=True))
    return next((row for row in found if row is not None), None)


def knowable(reader: Reader, rows: Iterable[RecordingRow]) -> list[RecordingRow]:
    """Those recordings that a reader may come to know of: not all of its files are marked with levels that he has
    not."""
    rows = list(rows)
    cases = CaseRow.objects.in_bulk({row.case for row in rows if row.case})
    gone = levels.gone(reader, {row.stream: cases.get(row.case) for row in rows})
    return [row for row in rows if not row.digests or any((row.stream, sha256) not in gone for sha256 in row.digests)]


def _case(account: Any, reader: Reader, owner: UUID) -> Place | None:
    row = find_case(account, owner, guests=True)
    if row is None:
        return None
    events = reading.load(connections["default"], str(owner))
    if is_guest(reader, row):
        rounds = fold(events).rounds
        events = tuple(one for one in events if one.seq <= rounds[-1].seq)
    return events, str(row.agency), row.title, row


def purpose(found: Seen) -> str:
    """Why he looks, as he said today; of a reviewer at work, his review. Raises WhyDue where it has to be said
    first."""
    stream = found.case.stream if found.case else found.owner
    why = whys.said(found.reader, stream) or whys.of_review(found.reader, found.case)
    if not why:
        raise WhyDue(stream)
    return why


def looked(found: Seen, manner: str, *, second: str = "", made: str = "") -> None:
    """Leave the event of a look; a second of the same manner on the same day leaves none. Raises WhyDue."""
    why, now = purpose(found), timezone.now()
    if LookRow.objects.filter(**_key(found, manner, second, now)).exists():
        return
    event = FileLooked(
        owner=str(found.owner), event=found.event, index=found.index, sha256=str(found.file["sha256"]),
        name=str(found.file["name"]), manner=manner, second=second, made=made, facts={"look_purpose": why},
    )  # fmt: skip
    _note(found, event, now)


def _note(found: Seen, event: FileLooked, now: Any) -> None:
    """Looks at one case stand in line: a page may open twenty photos at once."""
    connection = connections["default"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"look/{found.owner}"])
        if not LookRow.objects.filter(**_key(found, event.manner, event.second, now)).exists():
            note(
                connection, KIND, str(found.owner), event, agency=found.agency, at=now, actor=actor_of(found.reader),
                sealed=library().dictionary.sealed,
            )  # fmt: skip


def _key(found: Seen, manner: str, second: str, now: Any) -> dict[str, Any]:
    """What is one look: once for each of these."""
    return {
        "owner": found.owner, "sha256": found.file["sha256"], "officer": found.reader.officer, "manner": manner,
        "second": second, "day": legal_day(now),
    }  # fmt: skip


def actor_of(reader: Reader) -> Actor:
    """Who looks, as the record names him."""
    return Actor(
        officer=reader.officer, name=reader.name, agency=reader.agency, department=min(reader.departments, default=""),
        post=min(reader.posts, default="none"), certificate=None,
    )  # fmt: skip


def looks_at(owner: UUID, also: Sequence[UUID] = ()) -> Any:
    """Who looked at the files of a case or recording, newest first."""
    return LookRow.objects.filter(owner__in=[owner, *also]).order_by("-at")
