"""Interruptions go on the record as soon as they are known (音像记录中断): when the piece that tells of one arrives,
while recording goes on; and when the worker finds one inside a file. So each can be explained before the activity is
done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import transaction

from sanxiang.casework.projections import library
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.core.casefile import Gap, Recording, fold_recording
from sanxiang.core.events.recording import RecordingInterrupted
from sanxiang.core.ledger import segments as chain
from sanxiang.core.values import legal_day
from sanxiang.core.values.media import kind_of
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import examining
from sanxiang.three_systems.recording.models import Found, Take

from . import afterwards

LEAST = {"gaps": 1, "silence": 10, "black": 10, "short": 10}
"""So many seconds of each make an interruption; silence, black and what a file is shorter than the device told by the
settings `recording_silence_seconds`, `recording_black_seconds` and `recording_short_seconds` of a jurisdiction
(须核定)."""
CAUSES = {
    "gaps": "时间戳不连续", "silence": "没有声音", "black": "画面全黑", "cut": "后面的部分缺失",
    "short": "内容比设备所报的短", "broken": "文件打不开，须人工查看",
}  # fmt: skip
AT_ONCE = 100
"""So many pieces are reckoned together."""
NEAR = timedelta(seconds=2)
"""What lies within so much of an interruption that is known is the same one."""


def gaps_of(spans: Iterable[chain.Span]) -> tuple[dict[str, Any], ...]:
    """The interruptions that a chain and its closing record tell, as events name them."""
    return tuple(
        {"id": gap.key, "from": gap.since.isoformat(), "to": gap.until.isoformat(), "cause": gap.cause,
         "found_by": gap.found_by}
        for gap in spans
    )  # fmt: skip


def waiting(state: Recording) -> list[dict[str, str]]:
    """The interruptions of a recording that have no explanation yet, for its phone."""
    return [
        {"id": gap.id, "from": gap.since.isoformat(), "to": gap.until.isoformat(), "cause": gap.cause,
         "found_by": gap.found_by}
        for gap in state.unexplained
    ]  # fmt: skip


def state_of(connection: Any, stream: str) -> Recording:
    return fold_recording(reading.load(connection, stream))


def told(connection: Any, take: Take, *, at: datetime) -> list[dict[str, str]]:
    """Put on the record what the pieces that arrived without a hole before them tell of interruptions; answers with
    those that still have to be explained. No piece is reckoned twice, however long the recording is."""
    state = state_of(connection, str(take.pk))
    if state.medium == "photo" or state.source != "phone":
        return []
    while new := _following(take):
        last = take.anchors[-1] if take.anchors else -1
        held = take.segments.filter(conflict=False, number__in=take.anchors).order_by("number")
        headers = [*map(bytes, held.values_list("header", flat=True)), *new]
        gaps = gaps_of(chain.reckon(bytes(take.opening), headers).gaps)
        state = note(connection, state, (gap for gap in gaps if int(gap["id"].partition(".")[0]) > last), at=at)
        take.anchors = list(chain.anchors(headers))
        take.save(update_fields=["anchors"])
    return waiting(state)


def _following(take: Take) -> list[bytes]:
    """The headers of the next pieces that follow those reckoned so far without a hole; none where the next is not
    there yet."""
    first = take.anchors[-1] + 1 if take.anchors else 0
    near = take.segments.filter(conflict=False, number__range=(first, first + AT_ONCE - 1)).order_by("number")
    rows = enumerate(near.values_list("number", "header"), first)
    return [bytes(header) for _, (_, header) in takewhile(lambda one: one[0] == one[1][0], rows)]


def note(connection: Any, state: Recording, gaps: Iterable[Mapping[str, Any]], *, at: datetime) -> Recording:
    """The recording with these interruptions on its record; what stands there already is left as it is."""
    known = {gap.id for gap in state.gaps}
    new = tuple(dict(gap) for gap in gaps if gap["id"] not in known)
    if not new:
        return state
    said = (Said(event=RecordingInterrupted(gaps=new), occurred_at=at),)
    command = RecordingCommand(stream=state.id, said=said, system=system_of(state.agency))
    with transaction.atomic(using=connection.alias):
        noted = enter(connection, library(), command, at=at).recording
        afterwards.settle(connection, state.id, at=at)
    return noted


def inspect(connection: Any, stream: str, *, at: datetime) -> Recording:
    """Look into the files of a recording and put on the record what is missing inside: holes in the time stamps, black
    picture, silence, an end that is not there. The same again changes nothing."""
    state = state_of(connection, stream)
    if state.sort != "recording" or state.state == "destroyed" or not state.files or state.medium == "photo":
        return state
    rules = library().on(state.jurisdiction, legal_day(at))
    least = {
        sort: timedelta(seconds=float(str(rules.setting(f"recording_{sort}_seconds", seconds))))
        for sort, seconds in LEAST.items()
    }
    films = [one for one in state.files if kind_of(str(one.get("type", ""))) in ("video", "audio")]
    spans = spans_of(state)
    found: list[dict[str, Any]] = []
    for place, file in enumerate(films):
        row = examining.examined(file["sha256"]) or examining.examine(file["sha256"], file["type"])
        if place < len(spans):
            found += _inside(row, spans[place], least)
    noted = note(connection, state, (gap for gap in found if not _same(gap, state.gaps)), at=at)
    afterwards.settle(connection, stream, at=at)  # what a crash left out the last time
    return noted


def spans_of(state: Recording) -> Sequence[tuple[datetime, datetime]]:
    """From when until when each of the films or sounds is said to last: a run of a phone, or the whole. Raises
    NotThere, Away where the list of the chain cannot be read."""
    listing = next((one for one in state.files if str(one["name"]).endswith(".jsonl")), None)
    if listing is None or state.source != "phone":
        return [(state.began, state.ended or state.began)] if state.began else []
    opening, *headers = shelf().read(str(listing["sha256"])).split(b"\n")
    reckoned = chain.reckon(opening, headers)
    return list(zip(reckoned.starts, reckoned.ends, strict=True))


def _inside(row: Found, said: tuple[datetime, datetime], least: Mapping[str, timedelta]) -> Iterator[dict[str, Any]]:
    """What one file lacks of what it is said to hold."""
    (start, last), found, sha256 = said, row.found, row.sha256
    if row.state == "broken" and last > start:
        yield _gap(f"{sha256[:8]}.broken", start, last, CAUSES["broken"])
    if row.state != "found":
        return
    end = start + timedelta(seconds=float(found.get("duration", 0)))
    if not found.get("cut") and end > start and last - end >= least["short"]:
        yield _gap(f"{sha256[:8]}.short", end, last, CAUSES["short"])
    for sort, shortest in least.items():
        for place, (since, until) in enumerate(found.get(sort, ())):
            span = (start + timedelta(seconds=since), start + timedelta(seconds=until))
            if span[1] - span[0] >= shortest:
                yield _gap(f"{sha256[:8]}.{sort}.{place}", *span, CAUSES[sort])
    if found.get("cut"):
        yield _gap(f"{sha256[:8]}.cut", end, max(end, last), CAUSES["cut"])


def _gap(name: str, since: datetime, until: datetime, cause: str) -> dict[str, Any]:
    return {"id": name, "from": since.isoformat(), "to": until.isoformat(), "cause": cause, "found_by": "inspection"}


def _same(gap: Mapping[str, Any], known: Sequence[Gap]) -> bool:
    since, until = datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"])
    return any(one.since - NEAR <= since and until <= one.until + NEAR for one in known)
