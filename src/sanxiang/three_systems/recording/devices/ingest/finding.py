"""Whose a file is (自动匹配): its device by name, its officer by the interval of issue, its activity by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sanxiang.casework.models import CaseRow
from sanxiang.core.registers import Device, fold_device
from sanxiang.core.values import legal_day
from sanxiang.store import reading
from sanxiang.three_systems.recording.activities import Activity, activities_of
from sanxiang.three_systems.recording.devices.models import DeviceRow

from .names import Names

AHEAD = timedelta(minutes=5)
CASES = 30
SEVERAL = "同一时间有几项执法活动"
CLOSED = "录制的执法活动所在的案卷已经归档：认领以后由档案员办理“归档后补充材料”"


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
        one = fits[0] if len(fits) == 1 and not fits[0].closed else None
        why = "" if one else CLOSED if len(fits) == 1 else SEVERAL if fits else "录制时领用人没有登记的执法活动"
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
