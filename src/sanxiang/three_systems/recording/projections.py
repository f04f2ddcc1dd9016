"""From the events of a recording to its line in the lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.casework.entries import lines
from sanxiang.casework.projections import library
from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.events import Recorded
from sanxiang.core.events.looking import CopyMasked, CopyReviewed, FileLooked
from sanxiang.core.gates.backdating import against_device
from sanxiang.core.registers import fold_blanks
from sanxiang.core.values import legal_day
from sanxiang.core.values.searching import keys, plain
from sanxiang.store.projecting import Projection, Rows
from sanxiang.store.projecting import register as register_projection


def register() -> None:
    register_projection(
        Projection(
            name="recordings", stream_kinds=("recording",), tables=("recording_row", "recording_text"), rows=rows
        )
    )
    register_projection(Projection(name="blanks", stream_kinds=("blanks",), tables=("capture_blank",), rows=blank_rows))
    register_projection(
        Projection(name="masked", stream_kinds=("mask",), tables=("recording_masked_copy",), rows=masked_rows)
    )
    register_projection(Projection(name="looks", stream_kinds=("look",), tables=("recording_look",), rows=look_rows))


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """The line of one recording, exemption or engagement."""
    one = fold_recording(events)
    doubts = [doubt.text for doubt in against_device(one)]
    row = {
        "stream": stream, "sort": one.sort, "state": one.state, "jurisdiction": one.jurisdiction,
        "agency": one.agency, "department": one.department, "case": one.case or None, "activity": one.activity,
        "event": one.event, "source": one.source, "medium": one.medium, "maker": one.maker,
        "maker_name": one.maker_name, "device": one.device, "notice": one.notice,
        "began": one.began or events[0].occurred_at, "ended": one.ended, "seconds": one.seconds, "grade": one.grade,
        "gaps": len(one.gaps), "open_gaps": len(one.unexplained),
        "size": sum(int(file.get("size", 0)) for file in one.files),
        "digests": [str(file.get("sha256", "")) for file in one.files], "doubts": doubts, "doubted": bool(doubts),
    }  # fmt: skip
    return {"recording_row": [row], "recording_text": text_rows(one)}


def text_rows(one: Recording) -> list[dict[str, Any]]:
    """What a recording is found by; nothing once its content was destroyed."""
    if one.state == "destroyed":
        return []
    rules = library().on(one.jurisdiction, legal_day(one.began)) if one.began else None
    stated = (one.facts, *(gap.explained or {} for gap in one.gaps))
    told = [
        ("", one.maker_name),
        *(("", str(file.get("name", ""))) for file in one.files),
        *((str(mark.get("kind", "标记")), str(mark.get("note", ""))) for mark in one.marks),
        *(line for facts in stated if rules for line in lines(rules, facts)),
    ]  # fmt: skip
    said = [f"{label}：{value}".strip("：") for label, value in told if label or value]
    text = "\n".join(line for line in map(plain, said) if line)
    return [{"stream": one.id, "agency": one.agency, "said": "\n".join(said), "text": text, "pairs": keys(text)}]


def look_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """One row for each look at a file; without its name once the content was destroyed."""
    rows, gone = [], any(one.kind == "content.destroyed" for one in events)
    for one in events:
        event: Any = one.event
        if one.kind != FileLooked.KIND:
            continue
        rows.append({
            "id": one.id, "stream": stream, "owner": event.owner, "event": event.event, "index": event.index,
            "sha256": event.sha256, "name": "" if gone else event.name, "manner": event.manner, "second": event.second,
            "made": event.made,
            "officer": one.actor.officer, "officer_name": one.actor.name, "agency": one.actor.agency,
            "at": one.occurred_at, "day": legal_day(one.occurred_at),
            "purpose": str(event.facts.get("look_purpose", "")),
        })  # fmt: skip
    return {"recording_look": rows}


def masked_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Each masked copy as it stands now; none once the content was destroyed."""
    found: dict[str, dict[str, Any]] = {}
    for one in events:
        event: Any = one.event
        if one.kind == CopyMasked.KIND:
            found[one.id] = {
                "id": one.id, "stream": stream, "owner": event.owner, "request": event.request,
                "event": event.event, "index": event.index, "sha256": event.sha256, "since": event.since,
                "until": event.until, "name": event.name, "made": event.files[0]["sha256"],
                "media_type": event.files[0]["type"], "size": event.files[0]["size"],
                "shapes": [dict(shape) for shape in event.shapes], "manner": _manner(event), "state": "made",
                "note": str(event.facts.get("mask_note", "")), "maker": one.actor.officer,
                "maker_name": one.actor.name, "at": one.occurred_at, "checker_name": "", "checked_at": None,
            }  # fmt: skip
        elif one.kind == CopyReviewed.KIND and event.about in found:
            found[event.about] |= {
                "state": "passed" if event.passed else "returned", "checker_name": one.actor.name,
                "checked_at": one.occurred_at,
                "note": str(event.facts.get("mask_note", "")) or found[event.about]["note"],
            }  # fmt: skip
        elif one.kind == "content.destroyed":
            return {"recording_masked_copy": []}
    return {"recording_masked_copy": list(found.values())}


def _manner(event: CopyMasked) -> dict[str, Any]:
    muted = [dict(span) for span in event.muted]
    return {"muted": muted, "picture": event.picture, "sound": event.sound, "pages": list(event.pages)}


def blank_rows(stream: str, events: Sequence[Recorded]) -> Rows:
    """Each number of a block."""
    block = fold_blanks(events)
    assert block.at is not None
    rows = [
        {
            "number": one.number, "stream": stream, "agency": block.agency, "officer": block.officer,
            "name": block.name, "year": legal_day(block.at).year, "handed_out": block.at, "state": one.state,
            "at": one.at, "case": one.case or None, "reason": one.reason,
        }
        for one in block.blanks.values()
    ]  # fmt: skip
    return {"capture_blank": rows}
