"""What is known of the recordings of a case (音像资料), for the storage statement of the volume.

Where each lies, how, when and by whom it was made, on which device, how long it is, how far its origin can be shown,
its digest; nobody types this again. A regulation that wants one of these and did not get it names the gap
(`core.gates.archiving`).
"""

from __future__ import annotations

import wave
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connections

from sanxiang.core.casefile import Recording, fold_recording, resting
from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import RECORDED, is_recording
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.core.values.origin import GRADES, grade_of
from sanxiang.store import reading
from sanxiang.store.blobs import NotThere, shelf

from .examining import known as known_of
from .models import Found

ELSEWHERE = "recording_elsewhere"
"""Where a place lets an act say why its film is not here yet (录音录像没有入库的说明)."""
UNTOLD = "（未写明）"
KEPT = "证据库，随案卷包归档"
SOURCES = {"phone": "手机录制", "camera": "手机相机拍摄", "station": "执法记录仪，采集站导入", "import": "导入"}
WAVE = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"})


def recordings(
    events: Sequence[Recorded], rules: RuleSet, procedure: str, registers: Registers, unseen: Collection[str] = ()
) -> list[dict[str, str]]:
    """Every recording that the events of a case know, in their order: what the storage statement says of each.
    `unseen` the digests of those that whoever asks may not know."""
    found: list[dict[str, str]] = []
    rested = resting(events)
    names = list(dict.fromkeys(name for own in rested.values() for name in own))
    streams = reading.load_many(connections["default"], names) if names else {}
    held = (file for own in (events, *streams.values()) for one in own for file in one.event.files)
    seen = known_of(str(file["sha256"]) for file in held if is_recording(file))
    for one in events:
        act = rules.act(procedure, one.event.act)
        common = told(one, registers)
        name = f"{act.name if act else one.event.act}（{legal_day(one.occurred_at).isoformat()}）"
        files = [file for file in one.event.files if is_recording(file)]
        for file in files:
            found.append({**common, **of_file(file, seen.get(file["sha256"])), "name": f"{name} {file['name']}"})
        linked = [fold_recording(streams[own]) for own in rested.get(one.id, ()) if own in streams]
        for recording in linked:
            found += [
                {**common, **made, "name": f"{name} {made['name']}"} for made in of_recording(recording, unseen, seen)
            ]
        if (
            not files
            and not linked
            and (one.event.facts.get("recording_mode") in RECORDED or one.event.facts.get("recording_place"))
        ):
            away = str(one.event.facts.get(ELSEWHERE) or "")
            place = f"{common['place']}（没有入库的说明：{away}）" if away else common["place"]
            title = f"{name} {one.event.facts.get('recording_mode', '补交')}"
            found.append({**common, "name": title, "place": place})
    return found


def told(one: Recorded, registers: Registers) -> dict[str, str]:
    """What an act says of its recording; who made it and when follow from the act where nobody said otherwise."""
    facts = one.event.facts
    people = [officer.name for name in one.event.officers if (officer := registers.officer(name)) is not None]
    return {
        "place": str(facts.get("recording_place") or UNTOLD),
        "method": str(facts.get("recording_method") or UNTOLD),
        "maker": str(facts.get("recording_maker") or "、".join(people) or one.actor.name),
        "on": str(facts.get("recording_on") or legal_day(one.occurred_at).isoformat()),
        "device": f"设备 {facts['recording_device']}" if facts.get("recording_device") else "",
        "length": "",
        "grade": "",
        "origin": "",
        "sha256": "",
        "sm3": "",
    }


def of_file(file: Mapping[str, Any], known: Found | None) -> dict[str, str]:
    """What a file itself says: that it is kept with the case, its digest, how far its origin can be shown, its length
    where that can be told."""
    seconds = length_of(file, known)
    return {
        "place": KEPT,
        **graded(grade_of(file)),
        "sha256": str(file["sha256"]),
        "sm3": str(file.get("sm3", "")),
        **({"length": f"时长 {seconds // 60} 分 {seconds % 60} 秒"} if seconds is not None else {}),
    }


def of_recording(one: Recording, unseen: Collection[str], seen: Mapping[str, Found]) -> Iterator[dict[str, str]]:
    """What a recording of a phone or a station says of each of its films, which nobody has to type."""
    films = [file for file in one.files if is_recording(file) and file["sha256"] not in unseen]
    for file in films:
        alone = f"时长 {one.seconds // 60} 分 {one.seconds % 60} 秒" if len(films) == 1 and one.seconds else ""
        told = {
            "place": KEPT, "method": SOURCES.get(one.source, ""), "maker": one.maker_name,
            "on": legal_day(one.began).isoformat() if one.began else "", "length": alone,
            "device": f"设备 {one.device}" if one.device else "",
        }  # fmt: skip
        yield {
            **{key: text for key, text in told.items() if text},
            **of_file(file, seen.get(file["sha256"])),
            **(graded(one.grade) if one.grade else {}),
            "name": str(file["name"]),
        }


def graded(grade: str) -> dict[str, str]:
    return {"grade": grade, "origin": GRADES[grade]}


def length_of(file: Mapping[str, Any], known: Found | None) -> int | None:
    """Whole seconds of a recording, as it was inspected; None where it cannot be told."""
    if known is not None and known.found.get("duration"):
        return round(float(known.found["duration"]))
    try:
        path = shelf().waiting(str(file["sha256"]))
    except NotThere:
        return None
    return wave_length(path) if file.get("type") in WAVE else None


def wave_length(path: Path) -> int | None:
    try:
        with wave.open(str(path), "rb") as sound:
            return round(sound.getnframes() / (sound.getframerate() or 1))
    except (wave.Error, EOFError, OSError):
        return None
