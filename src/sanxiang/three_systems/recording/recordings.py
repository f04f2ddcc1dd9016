"""What is known of the recordings of a case (音像资料), for the storage statement of the volume.

Where each lies, how, when and by whom it was made, on which device, how long it is, its digest; nobody types this
again. A regulation that wants one of these and did not get it names the gap (`core.gates.archiving`).
"""

from __future__ import annotations

import wave
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.gates.archiving import RECORDED, is_recording
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import legal_day
from sanxiang.store.blobs import NotThere, shelf

UNTOLD = "（未写明）"
KEPT = "证据库，随案卷包归档"
WAVE = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"})


def recordings(
    events: Sequence[Recorded], rules: RuleSet, procedure: str, registers: Registers
) -> list[dict[str, str]]:
    """Every recording that the events of a case know, in their order: what the storage statement says of each."""
    found: list[dict[str, str]] = []
    for one in events:
        act = rules.act(procedure, one.event.act)
        common = told(one, registers)
        name = f"{act.name if act else one.event.act}（{legal_day(one.occurred_at).isoformat()}）"
        files = [file for file in one.event.files if is_recording(file)]
        for file in files:
            found.append({**common, **of_file(file), "name": f"{name} {file['name']}"})
        if not files and (one.event.facts.get("recording_mode") in RECORDED or one.event.facts.get("recording_place")):
            found.append({**common, "name": f"{name} {one.event.facts.get('recording_mode', '补交')}"})
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
        "sha256": "",
    }


def of_file(file: Mapping[str, Any]) -> dict[str, str]:
    """What a file itself says: that it is kept with the case, its digest, its length where that can be told."""
    seconds = length_of(file)
    return {
        "place": KEPT,
        "sha256": str(file["sha256"]),
        **({"length": f"时长 {seconds // 60} 分 {seconds % 60} 秒"} if seconds is not None else {}),
    }


def length_of(file: Mapping[str, Any]) -> int | None:
    """Whole seconds of a recording; None where it cannot be told."""
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
