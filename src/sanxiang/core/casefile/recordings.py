"""Where a recording stands (音像记录的状态): the fold of its stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sanxiang.core.events import Json, Recorded, UnknownKind

NOTICE = "开始告知"
"""The bookmark at which the party was told that it is being recorded."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One interruption and, once there is one, its explanation (facts and the event that holds them)."""

    id: str
    since: datetime
    until: datetime
    cause: str = ""
    found_by: str = ""
    explained: Mapping[str, Json] | None = None
    event: str = ""

    @property
    def seconds(self) -> int:
        return round((self.until - self.since).total_seconds())


@dataclass(frozen=True, slots=True)
class Recording:
    """State of one recording, exemption or engagement (`sort` recording, exemption, engagement).

    `state` of a recording: running, sealed, set_aside; of an exemption: asked, approved, refused; of an engagement:
    running, ended; of each: destroyed. `event` the act of the case that relied on it. Other fields as in
    `core.events.recording`."""

    id: str = ""
    version: int = 0
    sort: str = "recording"
    state: str = "running"
    jurisdiction: str = ""
    agency: str = ""
    department: str = ""
    source: str = ""
    medium: str = ""
    case: str = ""
    activity: str = ""
    event: str = ""
    maker: str = ""
    maker_name: str = ""
    officers: tuple[str, ...] = ()
    device: str = ""
    told: datetime | None = None
    """When the party was told that it is recorded: at the start, by the first mark, or as `told_by` stated."""
    told_by: str = ""
    """Who looked and stated where that is, where no mark shows it at the start."""
    began: datetime | None = None
    ended: datetime | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    offset_ms: int = 0
    turned: bool = False
    seconds: int = 0
    segments: int = 0
    head: str = ""
    grade: str = ""
    files: tuple[Mapping[str, Json], ...] = ()
    marks: tuple[Mapping[str, Json], ...] = ()
    conflicts: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)
    approver: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    happened: datetime | None = None
    """When the act that rests on it is said to have happened."""
    about: str = ""
    """The act of an archived file that it is said to record, while it waits to be taken into that file."""
    afterwards: bool = False
    """Whether it was laid beside that act only after it was done."""

    @property
    def unexplained(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.explained is None)

    @property
    def notice(self) -> bool:
        """Whether the party was told at all."""
        return self.told is not None

    @property
    def told_after(self) -> int | None:
        """How many seconds after its beginning the party was told; None where nothing says that it was."""
        return round((self.told - self.began).total_seconds()) if self.told and self.began else None

    @property
    def offset_seconds(self) -> int:
        """How far the device's clock stood behind the server's, in seconds."""
        return round(self.offset_ms / 1000)

    @property
    def sealed(self) -> bool:
        return self.sort == "recording" and self.state == "sealed"


def fold_recording(events: Iterable[Recorded]) -> Recording:
    """The state after `events`. Raises UnknownKind for a kind that stands in no such stream."""
    state = Recording()
    for recorded in events:
        take = TAKES.get(recorded.kind)
        if take is None:
            raise UnknownKind(f"a recording cannot hold {recorded.kind!r}")
        state = replace(take(state, recorded, recorded.event), id=recorded.stream, version=recorded.seq)
    return state


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _begun(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(
        state, jurisdiction=event.jurisdiction, agency=event.agency, department=event.department, source=event.source,
        medium=event.medium, case=event.case, activity=event.activity, maker=event.maker, device=event.device,
        maker_name=recorded.actor.name, officers=event.officers, facts=event.facts,
        began=moment(event.began) or recorded.occurred_at,
        told=(moment(event.began) or recorded.occurred_at) if event.notice else None,
        not_before=moment(event.not_before), not_after=moment(event.not_after),
    )  # fmt: skip


def _received(state: Recording, recorded: Recorded, event: Any) -> Recording:
    begun = _begun(state, recorded, event)
    ended = moment(event.ended) or begun.began
    seconds = round((ended - begun.began).total_seconds()) if ended and begun.began else 0
    return replace(begun, state="sealed", ended=ended, grade=event.grade, files=event.files, seconds=seconds)


def _sealed(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(
        state, state="sealed", began=moment(event.began), ended=moment(event.ended), seconds=event.seconds,
        not_before=moment(event.not_before), not_after=moment(event.not_after), segments=event.segments,
        head=event.head, offset_ms=event.offset_ms, turned=event.turned, marks=event.marks, grade=event.grade,
        conflicts=event.conflicts, files=event.files,
        told=min(_told(state, event), default=None),
    )  # fmt: skip


def _told(state: Recording, event: Any) -> Iterator[datetime]:
    """When the party was told: as the opening has it, and each mark of the notice."""
    if state.told is not None:
        yield state.told
    for mark in event.marks:
        if mark.get("kind") == NOTICE and (at := moment(str(mark.get("at", "")))):
            yield at


def _stated(state: Recording, recorded: Recorded, event: Any) -> Recording:
    if state.began is None:
        return state
    told = state.began + timedelta(seconds=event.second)
    return replace(state, told=told, told_by=recorded.actor.name or recorded.actor.officer)


def _interrupted(state: Recording, recorded: Recorded, event: Any) -> Recording:
    known = {gap.id for gap in state.gaps}
    found = (
        Gap(
            gap["id"],
            datetime.fromisoformat(gap["from"]),
            datetime.fromisoformat(gap["to"]),
            gap.get("cause", ""),
            gap.get("found_by", ""),
        )
        for gap in event.gaps
        if gap["id"] not in known
    )
    return replace(state, gaps=tuple(sorted((*state.gaps, *found), key=lambda gap: (gap.since, gap.id))))


def _explained(state: Recording, recorded: Recorded, event: Any) -> Recording:
    said = {gap.id: replace(gap, explained=event.facts, event=recorded.id) for gap in state.gaps if gap.id == event.gap}
    return replace(state, gaps=tuple(said.get(gap.id, gap) for gap in state.gaps))


def _set_aside(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(state, state="set_aside")


def _linked(state: Recording, recorded: Recorded, event: Any) -> Recording:
    if state.state == "set_aside":
        state = replace(state, state="sealed")
    activity = event.activity or (state.activity if event.case else "")
    return replace(state, case=event.case, activity=activity, about=event.about, event=event.event,
                   happened=moment(event.happened), afterwards=event.afterwards)  # fmt: skip


def _exempted(state: Recording, recorded: Recorded, event: Any) -> Recording:
    approved = recorded.actor.officer == event.approver
    return replace(
        state, sort="exemption", state="approved" if approved else "asked", jurisdiction=event.jurisdiction,
        agency=event.agency, department=event.department, case=event.case, activity=event.activity,
        approver=event.approver, facts=event.facts, maker=recorded.actor.officer, maker_name=recorded.actor.name,
        began=recorded.occurred_at, officers=event.officers,
    )  # fmt: skip


def _answered(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(state, state="refused" if event.refused else "approved")


def _entrusted(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(
        state, sort="engagement", jurisdiction=event.jurisdiction, agency=event.agency, department=event.department,
        case=event.case, activity=event.activity, facts=event.facts, maker=recorded.actor.officer,
        maker_name=recorded.actor.name, began=recorded.occurred_at, valid_from=moment(event.valid_from),
        valid_until=moment(event.valid_until),
    )  # fmt: skip


def _trust_ended(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(state, state="ended", ended=recorded.occurred_at)


def _destroyed(state: Recording, recorded: Recorded, event: Any) -> Recording:
    return replace(state, state="destroyed", marks=tuple({**mark, "note": ""} for mark in state.marks))


TAKES: dict[str, Callable[[Recording, Recorded, Any], Recording]] = {
    "recording.started": _begun,
    "recording.received": _received,
    "recording.sealed": _sealed,
    "recording.interrupted": _interrupted,
    "recording.explained": _explained,
    "recording.notice_stated": _stated,
    "recording.linked": _linked,
    "recording.set_aside": _set_aside,
    "recording.exempted": _exempted,
    "recording.exemption_approved": _answered,
    "recording.entrusted": _entrusted,
    "recording.trust_ended": _trust_ended,
    "content.destroyed": _destroyed,
}
"""What each kind of event makes of the state. `archive` and `devices` add theirs here."""
