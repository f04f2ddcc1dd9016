"""What becomes known of the recordings of a case after its acts were done: one more is laid beside an act, or taken
away again; an interruption is found and explained (办后关联、办后检验的归约)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sanxiang.core.events import Recorded

from .reducing import on
from .state import CaseFile, Done, Interrupted


def film(case: CaseFile, recording: str, about: str) -> None:
    """The act `about` rests on the recording."""
    case.recordings[recording] = about
    if recording not in case.filmed:
        case.filmed = (*case.filmed, recording)


def resting(events: Iterable[Recorded]) -> Mapping[str, tuple[str, ...]]:
    """The recordings that each act of a case rests on, by its event: those it named and those laid beside it since."""
    found: dict[str, tuple[str, ...]] = {}
    for one in events:
        event: Any = one.event
        if one.kind == "coverage.joined":
            found[event.about] = (*found.get(event.about, ()), event.recording)
        elif one.kind == "coverage.parted":
            found[event.about] = tuple(name for name in found.get(event.about, ()) if name != event.recording)
        elif event.recordings:
            found[one.id] = event.recordings
    return found


@on("coverage.joined")
def joined(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    film(case, event.recording, event.about)
    case.joined[event.recording] = event.about
    _rests(case, event.about, lambda names: (*names, event.recording))


@on("coverage.parted")
def parted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    """It never belonged here: what was found in it breaks nothing of this case."""
    if case.joined.get(event.recording) != event.about:
        return
    del case.joined[event.recording], case.recordings[event.recording]
    _rests(case, event.about, lambda names: tuple(name for name in names if name != event.recording))
    gone = [name for name, one in case.interrupted.items() if one.recording == event.recording]
    broken = [breach for name in gone for breach in case.interrupted.pop(name).breaches]
    case.breaches = tuple(breach for breach in case.breaches if breach not in broken)


def _rests(case: CaseFile, about: str, change: Any) -> None:
    """Change which recordings an act rests on, wherever the state holds it."""

    def put(one: Done) -> Done:
        return replace(one, recordings=change(one.recordings)) if one.event == about else one

    case.done = tuple(map(put, case.done))
    case.kinds = {name: put(one) for name, one in case.kinds.items()}
    case.acts = {name: put(one) for name, one in case.acts.items()}


@on("coverage.interrupted")
def interrupted(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    for gap in event.gaps:
        name = f"{event.recording}/{gap['id']}"
        if name not in case.interrupted:
            case.interrupted[name] = Interrupted(
                event.recording,
                str(gap["id"]),
                event.about,
                str(gap["from"]),
                str(gap["to"]),
                str(gap.get("cause", "")),
                breaches=recorded.breaches,
            )
    case.breaches = (*case.breaches, *recorded.breaches)


@on("coverage.explained")
def explained(case: CaseFile, recorded: Recorded, event: Any, done: Done) -> None:
    name = f"{event.recording}/{event.gap}"
    if name in case.interrupted:
        case.interrupted[name] = replace(case.interrupted[name], explained=True)
