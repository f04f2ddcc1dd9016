"""A station of Luoyang with its folder, and cameras with their past."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.casefile import fold_recording
from sanxiang.core.events import device
from sanxiang.core.values import CHINA
from sanxiang.store import reading
from sanxiang.store.blobs import Blobs

from .conftest import Store
from .footage import HOUR

DAY = datetime(2026, 3, 2, 9, tzinfo=CHINA)
FIT = {"device_battery": 90, "device_free_gb": 64, "device_clock_offset_s": 0}


class Dock:
    """A station of Luoyang with a folder, and cameras with their past."""

    def __init__(self, stock: Store, folder: Path) -> None:
        self.stock, self.folder = stock, folder / "station"
        self.folder.mkdir()
        self.blobs = Blobs(folder / "blobs")
        self.row = stock.enter("信息采集站")
        self.people = stock.theatre.people["luoyang"]

    def camera(self, *moves: tuple[datetime, Any], registered: datetime = DAY - 100 * HOUR, **facts: Any) -> device:
        """A camera of the first section with its hand-overs, entered as they happened."""
        code = f"C-{os.urandom(4).hex()}"
        opened = device.DeviceRegistered(
            agency=self.people[""], device=code, device_kind="执法记录仪", facts=facts or {"device_serial": f"S{code}"}
        )
        told = [(registered, opened), (registered, device.DeviceAllocated(department="enforcement")), *moves]
        stream = ""
        for at, event in told:
            command = RegisterCommand(
                kind="device", stream=stream, agency=self.people[""], officer=self.people["keeper"],
                entries=(Entry(event=event, occurred_at=at),),
            )  # fmt: skip
            stream = demo.enter(self.stock.theatre.connection, library(), command, at)
        return self.stock.device(stream)

    def issued(self, officer: str, since: datetime, until: datetime, offset_s: int = 0) -> Any:
        """A camera that an officer had between two instants."""
        out = device.DeviceIssued(
            officers=(self.people[officer],),
            facts=FIT | {"device_clock_offset_s": offset_s, "device_check_note": "演示"},
        )
        return self.camera((since, out), (until, device.DeviceReturned()))

    def take(self, **more: Any) -> Any:
        from sanxiang.three_systems.recording.devices.ingest.taking import Station, take
        from sanxiang.three_systems.recording.devices.models import DeviceRow

        row = DeviceRow.objects.get(stream=self.row.id)
        station = Station(row=row, folder=self.folder, jurisdiction="luoyang")
        return take(self.stock.theatre.connection, library(), self.blobs, station, clock=timezone.now, **more)

    def files(self) -> dict[str, Any]:
        from sanxiang.three_systems.recording.devices.models import StationFile

        return {row.path: row for row in StationFile.objects.filter(station=self.row.id)}

    def recording(self, path: str) -> Any:
        row = self.files()[path]
        return fold_recording(reading.load(self.stock.theatre.connection, str(row.recording)))
