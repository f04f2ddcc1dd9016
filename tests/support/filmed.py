"""Recordings that live in streams of their own, linked to an act of a case before it is done."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.config.demo import Told
from sanxiang.core.events import recording as told_of
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.models import RecordingRow

from .films import film
from .theatre import Theatre

WHY = "接到家里电话，号码一三八"
EXPLAINED = {"gap_cause": "电话呼入", "gap_text": WHY, "gap_given": "在录像中说明"}


def unlike(data: bytes) -> bytes:
    """A film with something behind it that players pass over and no other film has: an element or box of nothing."""
    void = uuid.uuid4().bytes
    return data + (b"\x00\x00\x00\x18free" + void if data[4:8] == b"ftyp" else b"\xec\x90" + void)


def chained(take: str, runs: Sequence[bytes], began: datetime, pause: int, seconds: int) -> tuple[bytes, str]:
    """The list of the chain of a recording whose runs last so many seconds each, with so many between, two pieces a
    run; and its end."""
    opening = json.dumps({"take": take}).encode()
    lines, number = [opening], 0
    for run, data in enumerate(runs):
        start, half = began + timedelta(seconds=run * (seconds + pause)), len(data) // 2
        for at, piece in enumerate((data[:half], data[half:])):
            since, until = (
                start + timedelta(seconds=at * seconds / 2),
                start + timedelta(seconds=(at + 1) * seconds / 2),
            )
            mono = [1000 * (moment - began).total_seconds() for moment in (since, until)]
            header = {
                "take": take, "i": number, "run": run, "prev": hashlib.sha256(lines[-1]).hexdigest(),
                "sha256": hashlib.sha256(piece).hexdigest(), "bytes": len(piece), "from": since.isoformat(),
                "to": until.isoformat(), "mono": mono, "marks": [], "gaps": [], "contact": None,
            }  # fmt: skip
            lines.append(json.dumps(header).encode())
            number += 1
    return b"\n".join(lines), hashlib.sha256(lines[-1]).hexdigest()


def lasts(told: Told, activity: str, began: datetime, ended: datetime) -> None:
    """The coming step states the times of its film, where it states any."""
    step = told.steps[told.done]
    if step["act"] == activity and step["facts"].get("started_on_site"):
        said = {"started_on_site": began.replace(second=0, microsecond=0).isoformat(),
                "ended_on_site": ended.replace(second=0, microsecond=0).isoformat()}  # fmt: skip
        told.steps[told.done] = {**step, "facts": {**step["facts"], **said}}


def times_of(case: str, activity: str = "inspect") -> dict[str, str]:
    """When an activity began and ended, for whom its films show all of it."""
    rows = RecordingRow.objects.filter(case=case, activity=activity, sort="recording").exclude(ended=None)
    spans = [(one.began, one.ended) for one in rows if one.ended]
    if not spans:
        return {}
    since, over = min(began for began, _ in spans), max(ended for _, ended in spans)
    return {"started_on_site": since.isoformat(), "ended_on_site": over.isoformat()}


def says(theatre: Theatre, stream: str, at: datetime, *events: Any, officer: str = "", agency: str = "") -> None:
    said = tuple(Said(event=one, occurred_at=at) for one in events)
    command = RecordingCommand(stream=stream, said=said, officer=officer, system=system_of(agency) if agency else None)
    answer = enter(theatre.connection, theatre.book, command, at=at)
    assert answer.done, answer.reasons


def phone(
    theatre: Theatre, told: Told, activity: str, folder: Path, *, seconds: int = 4, pause: int = 60, runs: int = 2,
    note: str = "", explained: bool = True,
) -> str:  # fmt: skip
    """A recording of a phone in `runs` runs, sealed, each interruption explained; its stream. It began a minute
    after the last act of the case; a mark stands in the middle of each run."""
    stream, maker, at = str(uuid.uuid4()), theatre.who(told, "a"), told.at + timedelta(minutes=1)
    agency = theatre.people[told.agency][""]
    films = [
        unlike(film(folder / f"{stream}{n}.webm", "webm", ("libvpx", "libopus"), seconds=seconds)) for n in range(runs)
    ]
    listing, head = chained(stream, films, at, pause, seconds)
    starts = [at + timedelta(seconds=n * (seconds + pause)) for n in range(runs)]
    end = starts[-1] + timedelta(seconds=seconds)
    files = [
        {"name": f"录像{stream[:8]}-{n}.webm", "sha256": shelf().add(data), "size": len(data), "type": "video/webm"}
        for n, data in enumerate(films, 1)
    ]
    files.append({"name": f"片段链{stream[:8]}.jsonl", "sha256": shelf().add(listing), "size": len(listing),
                  "type": "application/jsonl"})  # fmt: skip
    gaps = tuple(
        {"id": f"g{n}", "from": (start - timedelta(seconds=pause)).isoformat(), "to": start.isoformat(), "cause": "来电",
         "found_by": "server"}
        for n, start in enumerate(starts[1:], 1)
    )  # fmt: skip
    marks = tuple(
        {"at": (start + timedelta(seconds=seconds / 2)).isoformat(), "kind": "亮证", "note": note} for start in starts
    )
    started = told_of.RecordingStarted(
        jurisdiction=told.agency, agency=agency, department="enforcement", case=told.stream, activity=activity,
        maker=maker, officers=(maker,), began=at.isoformat(), notice=True, device="演示手机",
    )  # fmt: skip
    whole = told_of.RecordingSealed(
        began=at.isoformat(), ended=end.isoformat(), segments=2 * runs, head=head, marks=marks, files=tuple(files),
        seconds=round((end - at).total_seconds()),
    )  # fmt: skip
    lasts(told, activity, at, end)
    says(theatre, stream, at, started, officer=maker)
    says(theatre, stream, end, *([told_of.RecordingInterrupted(gaps=gaps)] if gaps else []), whole, agency=agency)
    if explained:
        for gap in gaps:
            says(theatre, stream, end, told_of.RecordingExplained(gap=gap["id"], facts=EXPLAINED), officer=maker)
    return stream


def station(theatre: Theatre, told: Told, activity: str, folder: Path, *, seconds: int = 4) -> str:
    """A film of a body-worn camera that a station took in; its stream."""
    stream, maker, at = str(uuid.uuid4()), theatre.who(told, "a"), told.at + timedelta(minutes=1)
    data = unlike(film(folder / f"{stream}.mp4", seconds=seconds))
    name = f"JL0001_{stream[:8]}.mp4"
    end = at + timedelta(seconds=seconds)
    received = told_of.RecordingReceived(
        jurisdiction=told.agency, agency=theatre.people[told.agency][""], department="enforcement", source="station",
        case=told.stream, activity=activity, maker=maker, officers=(maker,), device="JL-0001", began=at.isoformat(),
        ended=end.isoformat(), grade="C", notice=True,
        files=({"name": name, "sha256": shelf().add(data), "size": len(data), "type": "video/mp4"},),
    )  # fmt: skip
    lasts(told, activity, at, end)
    says(theatre, stream, end, received, officer=maker)
    return stream
