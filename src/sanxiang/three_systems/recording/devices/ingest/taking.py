"""Taking in the folder of a station (采集入库): each file is kept under its digest and comes onto the record as a
recording, whole, once, whoever interrupts; what it could not be matched with is left to people.

The stream of a recording is made of agency and digest, so that no run, and no two runs at once, take a file in twice.
A file and the note that it was taken are written in one transaction: a run that was killed goes on with the next file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sanxiang.casework.noting import stream_of
from sanxiang.casework.recordings import KIND, RecordingCommand, Said, enter, system_of
from sanxiang.core.events.recording import RecordingReceived
from sanxiang.core.rulebook import Library, RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store import media
from sanxiang.store.blobs import Blob, Blobs, NoRoom, room
from sanxiang.store.errors import VersionConflict
from sanxiang.store.film.length import seconds
from sanxiang.three_systems.recording.capture import afterwards
from sanxiang.three_systems.recording.devices.models import DeviceRow, StationFile, StationRun
from sanxiang.three_systems.recording.models import RecordingRow

from .finding import Found, Register
from .walking import Lying, lying

CHUNK = 1 << 20
LIMIT = 1 << 41
AT_ONCE, TELL = 500, 20
FULL = "存储空间已满，已经入库的不受影响；腾出空间后再运行，会接着没有完成的"
STATES = {"matched": "已关联", "loose": "待认领", "duplicate": "重复", "broken": "损坏", "other": "不是录音录像"}
Tell = Callable[[int, int], None]


class CannotTake(RuntimeError):
    """Nothing more can be taken in; the Chinese text says why. What was taken stays taken."""


@dataclass(slots=True)
class Taken:
    """What a run did: files by what became of them, how many were known before, bytes read, which could not be read."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    known: int = 0
    size: int = 0
    unread: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """Where a run reads and for whom: the station's row, its folder, the jurisdiction of its agency."""

    row: DeviceRow
    folder: Path
    jurisdiction: str


def take(
    connection: Any, library: Library, blobs: Blobs, station: Station, *, clock: Callable[[], datetime],
    tell: Tell = lambda done, total: None, settle_s: int = 0,
) -> Taken:  # fmt: skip
    """Take in every file of the folder that was not taken yet. Raises CannotTake where the folder is not there or the
    disk is full."""
    if not station.folder.is_dir():
        raise CannotTake(f"没有这个文件夹：{station.folder}")
    before = clock().timestamp() - settle_s if settle_s else float("inf")
    files = list(lying(station.folder, settled_before=before))
    rules = library.on(station.jurisdiction, legal_day(clock()))
    register = Register(connection, str(station.row.agency), patterns(rules))
    taken, done = Taken(), 0
    with _running(station, len(files), clock) as told:
        for at in range(0, len(files), AT_ONCE):
            chunk = files[at : at + AT_ONCE]
            known = _known(station, chunk)
            for file in chunk:
                done += 1
                if not file.path:
                    taken.unread.append(f"{file.place.name!r}（文件名太长，或者有不能显示的字符）")
                elif (file.path, file.size, file.mtime_ns) in known:
                    taken.known += 1
                else:
                    try:
                        _one(connection, library, blobs, station, register, file, clock(), taken)
                    except NoRoom as full:
                        raise CannotTake(FULL) from full
                if done % TELL == 0 or done == len(files):
                    told(done)
                    tell(done, len(files))
    return taken


def patterns(rules: RuleSet) -> tuple[str, ...]:
    """How recorders name their files here (setting station_patterns, 须核定)."""
    told = rules.setting("station_patterns", ())
    return told if isinstance(told, tuple) else (str(told),)


@contextmanager
def _running(station: Station, total: int, clock: Callable[[], datetime]) -> Iterator[Callable[[int], None]]:
    """Notes for the page how far a run has come."""
    row, _ = StationRun.objects.update_or_create(
        station=station.row.stream,
        defaults={"agency": station.row.agency, "total": total, "done": 0, "begun_at": clock(), "ended_at": None},
    )

    def told(done: int) -> None:
        StationRun.objects.filter(station=row.station).update(done=done, told_at=clock())

    yield told
    StationRun.objects.filter(station=row.station).update(ended_at=clock())


def _known(station: Station, files: list[Lying]) -> set[tuple[str, int, int]]:
    rows = StationFile.objects.filter(station=station.row.stream, path__in=[file.path for file in files])
    return set(rows.values_list("path", "size", "mtime_ns"))


def _one(
    connection: Any, library: Library, blobs: Blobs, station: Station, register: Register, file: Lying, now: datetime,
    taken: Taken,
) -> None:  # fmt: skip
    """Take in one file, or say what is wrong with it."""
    try:
        with room():
            blob = blobs.stage(_pieces(file.place), limit=LIMIT)
        kind, problem = _told(blobs.waiting(blob.sha256))
    except NoRoom:
        raise
    except OSError as fault:
        taken.unread.append(f"{file.path}（{fault.strerror}）")
        return
    taken.size += blob.size
    medium = kind.partition("/")[0].replace("image", "photo")
    if medium not in ("video", "audio", "photo"):
        state = "broken" if not kind and not blob.size else "other"
        _note(station, file, blob, state, now, why=problem or "不是录音录像")
        taken.counts[state] += 1
        return
    lasts = 0 if medium == "photo" or problem else seconds(blobs.waiting(blob.sha256), kind)
    found = register.find(file.path, file.modified, lasts, now)
    state = _recorded(connection, library, blobs, station, file, blob, found, (medium, kind, problem), now)
    taken.counts[state] += 1


def _pieces(place: Path) -> Iterator[bytes]:
    with place.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def _told(place: Path) -> tuple[str, str]:
    """The media type of a file and what is wrong with it; one that is cut off still begins as what it was."""
    try:
        return media.told(place), ""
    except media.BadFile as bad:
        return media.begun(place), str(bad)


def _recorded(
    connection: Any, library: Library, blobs: Blobs, station: Station, file: Lying, blob: Blob, found: Found,
    told: tuple[str, str, str], now: datetime,
) -> str:  # fmt: skip
    """Put a recording on the record together with the note that it was taken; what became of it."""
    stream = stream_of(KIND, f"{station.row.agency}/{blob.sha256}")
    medium, kind, problem = told
    with transaction.atomic(using=connection.alias):
        if RecordingRow.objects.filter(stream=stream).exists():
            _note(station, file, blob, "duplicate", now, stream=stream, why="内容相同的文件已经入库")
            return "duplicate"
        blobs.keep(blob.sha256)
        event = _event(station, file, blob, found, medium, kind, problem, now)
        command = RecordingCommand(
            stream=stream, said=(Said(event=event, occurred_at=now),), system=system_of(str(station.row.agency))
        )
        try:
            noted = enter(connection, library, command, at=now)
        except VersionConflict:
            noted = None
        if noted is None or not noted.done:
            _note(station, file, blob, "duplicate", now, stream=stream, why="另一次采集同时入库")
            return "duplicate"
        if found.activity:
            afterwards.settle(connection, stream, about=found.activity.event, at=now)
        state = "matched" if found.activity else "loose"
        _note(station, file, blob, state, now, stream=stream, found=found, why=problem or found.why)
    return state


def _event(
    station: Station, file: Lying, blob: Blob, found: Found, medium: str, kind: str, problem: str, now: datetime
) -> RecordingReceived:
    """The recording as it is received: grade C, or D where it is cut off or its time cannot be believed."""
    device, one = found.device, found.activity
    believed = found.began is not None
    began, ended = found.began or now, found.ended or found.began or now
    facts = {"station_path": file.path, "station_note": problem or found.why, "station_offset_s": found.offset_s}
    return RecordingReceived(
        jurisdiction=station.jurisdiction, agency=str(station.row.agency),
        department=device.department if device else "", source="station", medium=medium,
        case=one.case if one else "", activity=one.act if one else "", maker=found.officer,
        device=device.id if device else "", began=began.isoformat(), ended=max(began, ended).isoformat(),
        not_after=now.isoformat(), grade="D" if problem or not believed else "C",
        files=({"name": file.path.rsplit("/", 1)[-1], **blob.told, "type": kind},),
        facts={name: value for name, value in facts.items() if value not in ("", None)},
    )  # fmt: skip


def _note(
    station: Station, file: Lying, blob: Blob, state: str, now: datetime, *, stream: str = "",
    found: Found | None = None, why: str = "",
) -> None:  # fmt: skip
    StationFile.objects.get_or_create(
        station=station.row.stream, path=file.path, size=file.size, mtime_ns=file.mtime_ns,
        defaults={
            "agency": station.row.agency, "sha256": blob.sha256, "state": state, "why": why[:500], "at": now,
            "recording": stream or None, "device": found.device.id if found and found.device else None,
        },
    )  # fmt: skip
