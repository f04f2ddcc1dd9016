"""Interruptions go on the record as soon as they are known (音像记录中断): when the piece that tells of one arrives,
while recording goes on; and when the worker finds one inside a file. So each can be explained before the activity is
done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

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
from sanxiang.three_systems.recording.models import Take

LEAST = {"gaps": 1, "silence": 10, "black": 10}
"""So many seconds of each make an interruption; silence and black by the settings `recording_silence_seconds` and
`recording_black_seconds` of a jurisdiction (须核定)."""
CAUSES = {"gaps": "时间戳不连续", "silence": "没有声音", "black": "画面全黑", "cut": "后面的部分缺失"}
AT_ONCE = 100
"""So many pieces are reckoned together."""
NEAR = timedelta(seconds=2)
"""What lies within so much of an interruption that is known is the same one."""


def gaps_of(reckoned: chain.Reckoned) -> tuple[dict[str, Any], ...]:
    """The interruptions that a chain tells, as events name them."""
    return tuple(
        {"id": gap.key, "from": gap.since.isoformat(), "to": gap.until.isoformat(), "cause": gap.cause,
         "found_by": gap.found_by}
        for gap in reckoned.gaps
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
        gaps = gaps_of(chain.reckon(bytes(take.opening), headers))
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
    return enter(connection, library(), command, at=at).recording


def inspect(connection: Any, stream: str, *, at: datetime) -> Recording:
    """Look into the files of a recording and put on the record what is missing inside: holes in the time stamps, black
    picture, silence, an end that is not there. The same again changes nothing."""
    state = state_of(connection, stream)
    if state.sort != "recording" or not state.files or state.medium == "photo":
        return state
    rules = library().on(state.jurisdiction, legal_day(at))
    least = {
        sort: timedelta(seconds=float(str(rules.setting(f"recording_{sort}_seconds", seconds))))
        for sort, seconds in LEAST.items()
    }
    films = [one for one in state.files if kind_of(str(one.get("type", ""))) in ("video", "audio")]
    starts = _starts(state)
    found: list[dict[str, Any]] = []
    for place, file in enumerate(films):
        row = examining.examined(file["sha256"]) or examining.examine(file["sha256"], file["type"])
        if row.state == "found" and place < len(starts):
            found += _inside(str(file["sha256"]), row.found, starts[place], state, least)
    return note(connection, state, (gap for gap in found if not _same(gap, state.gaps)), at=at)


def _starts(state: Recording) -> Sequence[datetime]:
    """When each of the files begins: a run of a phone, or the whole."""
    listing = next((one for one in state.files if str(one["name"]).endswith(".jsonl")), None)
    if listing is None or state.source != "phone":
        return [state.began] if state.began else []
    opening, *headers = shelf().read(str(listing["sha256"])).split(b"\n")
    return chain.reckon(opening, headers).starts


def _inside(
    sha256: str, found: Mapping[str, Any], start: datetime, state: Recording, least: Mapping[str, timedelta]
) -> Iterator[dict[str, Any]]:
    for sort, shortest in least.items():
        for place, (since, until) in enumerate(found.get(sort, ())):
            span = (start + timedelta(seconds=since), start + timedelta(seconds=until))
            if span[1] - span[0] >= shortest:
                yield _gap(f"{sha256[:8]}.{sort}.{place}", *span, CAUSES[sort])
    if found.get("cut"):
        end = start + timedelta(seconds=float(found.get("duration", 0)))
        yield _gap(f"{sha256[:8]}.cut", end, max(end, state.ended or end), CAUSES["cut"])


def _gap(name: str, since: datetime, until: datetime, cause: str) -> dict[str, Any]:
    return {"id": name, "from": since.isoformat(), "to": until.isoformat(), "cause": cause, "found_by": "inspection"}


def _same(gap: Mapping[str, Any], known: Sequence[Gap]) -> bool:
    since, until = datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"])
    return any(one.since - NEAR <= since and until <= one.until + NEAR for one in known)
