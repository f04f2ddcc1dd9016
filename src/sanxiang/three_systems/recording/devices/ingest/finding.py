"""Whose a file is (自动匹配): its device by name, its officer by the interval of issue, its activity by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Device, fold_device
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.devices.models import DeviceRow

from .names import Names

SLACK = timedelta(minutes=10)
"""A camera may run so long before and after what is typed as start and end of an activity."""
NEAR = timedelta(hours=6)
"""An activity whose start and end nobody stated is suggested so near to when it was entered; never taken by itself."""
AHEAD = timedelta(minutes=5)
CASES = 30
STARTED, ENDED = "started_on_site", "ended_on_site"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of a case as the record has it; `stated` whether its start and end are, else it is as it was
    entered."""

    case: str
    act: str
    name: str
    since: datetime
    until: datetime
    officers: frozenset[str] = frozenset()
    stated: bool = True

    def overlap(self, began: datetime, ended: datetime) -> timedelta:
        slack = SLACK if self.stated else NEAR
        return min(ended, self.until + slack) - max(began, self.since - slack)


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one file; `why` says in words what could not be told. Times are true times."""

    device: Device | None = None
    officer: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    offset_s: int = 0
    activity: Activity | None = None
    why: str = ""


class Register:
    """The devices of an agency as they are at the start of a run, with what was asked of cases meanwhile."""

    def __init__(self, connection: Any, agency: str, rules: Sequence[str]) -> None:
        self.connection, self.agency = connection, agency
        rows = list(DeviceRow.objects.filter(agency=agency).order_by("-scrapped_on", "stream"))
        self._streams = {str(row.stream): row for row in rows}
        self._devices: dict[str, Device] = {}
        self._activities: dict[str, list[Activity]] = {}
        self._cases: dict[tuple[str, Any], list[str]] = {}
        own: dict[str, str] = {}
        for stream in self._streams:
            pattern = self.device(stream).facts.get("device_pattern")
            own |= {stream: str(pattern)} if pattern else {}
        codes = {row.code: str(row.stream) for row in rows}
        self.names = Names(tuple(rules), codes, {row.serial: str(row.stream) for row in rows if row.serial}, own)

    def device(self, stream: str) -> Device:
        if not self._devices:
            streams = list(self._streams)
            for at in range(0, len(streams), 500):
                loaded = reading.load_many(self.connection, streams[at : at + 500])
                self._devices |= {name: fold_device(events) for name, events in loaded.items()}
        return self._devices.get(stream) or Device()

    def find(self, path: str, modified: datetime, lasts: int, now: datetime) -> Found:
        """What is known of a file by its path below the folder, the time of its last change and how long it lasts."""
        said = self.names.read(path)
        device = self.device(said.device) if said.device else None
        claimed = said.began or modified - timedelta(seconds=lasts)
        offset = device.offset_s(claimed) if device else 0
        began = claimed - timedelta(seconds=offset)
        ended = began + timedelta(seconds=lasts) if lasts else max(began, min(modified, began + timedelta(hours=12)))
        if device is None:
            return Found(None, "", began, ended, 0, why="文件名和文件夹对不上登记的设备")
        first = device.registered_on
        if began > now + AHEAD or (first is not None and legal_day(began) < first):
            return Found(device, "", None, None, offset, why=f"设备时钟不可信（{claimed:%Y-%m-%d %H:%M}）")
        officer = device.holder(began)
        if not officer:
            return Found(device, "", began, ended, offset, why="录制时设备没有领用人")
        fits = self.activities(officer, began, ended)
        one = fits[0] if len(fits) == 1 else None
        why = "" if one else "同一时间有几项执法活动" if fits else "录制时领用人没有登记的执法活动"
        return Found(device, officer, began, ended, offset, one, why)

    def activities(self, officer: str, began: datetime, ended: datetime) -> list[Activity]:
        """The activities in which an officer took part while it was recorded, the longest together first."""
        fits = [
            one
            for case in self._handled(officer, began)
            for one in self._of(case)
            if one.stated and officer in one.officers and one.overlap(began, ended) > timedelta(0)
        ]
        return sorted(fits, key=lambda one: one.overlap(began, ended), reverse=True)

    def _handled(self, officer: str, at: datetime) -> list[str]:
        key = (officer, legal_day(at))
        if key not in self._cases:
            rows = CaseRow.objects.filter(
                agency=self.agency, handlers__contains=[officer], opened_at__lte=at + timedelta(days=1),
                last_at__gte=at - timedelta(days=1),
            )  # fmt: skip
            self._cases[key] = [
                str(stream) for stream in rows.order_by("last_at").values_list("stream", flat=True)[:CASES]
            ]
        return self._cases[key]

    def _of(self, case: str) -> list[Activity]:
        if case not in self._activities:
            self._activities[case] = activities_of(reading.load(self.connection, case))
        return self._activities[case]


def activities_of(events: Sequence[Recorded]) -> list[Activity]:
    """The activities of a case."""
    if not events:
        return []
    case = fold(events)
    found = []
    for recorded in events:
        event = recorded.event
        rules = library().on(case.jurisdiction, legal_day(recorded.occurred_at))
        act = rules.act(case.procedure, event.act) if event.act else None
        since, until = (_moment(event.facts.get(name)) for name in (STARTED, ENDED))
        if act is not None and act.activity:
            officers = frozenset({*event.officers, recorded.actor.officer})
            if since and until and since <= until:
                found.append(Activity(case.id, act.id, act.name, since, until, officers))
            else:
                at = recorded.occurred_at
                found.append(Activity(case.id, act.id, act.name, at, at, officers, stated=False))
    return found


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
