"""Taking in the folder of a collection station: files a second, and whether one costs more among 2,000 than among 200.

Every file is read, hashed, made durable, matched with device, officer and cases, and committed to the record with its
note, as `sanxiang ingest` does it. There is no peer to compare with; the goal is that the time of one file does not
grow with the folder.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import _ground

FEW, MANY, GOAL = 200, 2_000, 1.2
SIZE = 64 << 10


def measure(rounds: int = 3) -> dict[str, Any]:
    """Medians of `rounds`: folders of 200 and of 2,000 files of 64 KiB in turn, each on a station of its own."""
    with _ground.server() as environment:
        times = _ground.said(environment, "benchmarks.station", rounds)
    few, many = (statistics.median(times[name]) for name in ("few", "many"))
    ratio = round(many / few, 2)
    note = f"{1 / many:.0f} 个/秒（{MANY} 个 64 KiB 的文件，落盘提交）；200 个时 {1 / few:.0f} 个/秒，{rounds} 轮中位数"
    return {
        "name": f"采集站入库：{MANY} 个文件时每个文件的用时", "against": f"{FEW} 个文件时", "ratio": ratio,
        "goal": f"至多 {GOAL}", "met": ratio <= GOAL, "note": note,
    }  # fmt: skip


def lay(folder: Path, code: str, count: int) -> None:
    """Films as a recorder names them, every one with a content of its own."""
    from tests.apps.devices.footage import film, named

    folder.mkdir()
    began = datetime(2024, 3, 4, 8)
    for at in range(count):
        name = named(code, began + timedelta(seconds=40 * at), at)
        (folder / name).write_bytes(film(30, mark=os.urandom(SIZE)))


def run(rounds: int) -> dict[str, list[float]]:
    """Seconds for one file, in each round."""
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.projections import library
    from sanxiang.store.blobs import Blobs
    from sanxiang.three_systems.recording.devices.ingest.taking import take

    people = _ground.world()
    times: dict[str, list[float]] = {"few": [], "many": []}
    with tempfile.TemporaryDirectory(prefix="sanxiang-station-") as place:
        blobs = Blobs(Path(place) / "blobs")
        for at in range(rounds + 1):
            for name, count in (("few", FEW), ("many", MANY)):
                number = f"{name}-{at}"
                code = f"B-{number}"
                station = opened(people, number, code, Path(place) / number)
                lay(station.folder, code, count if at else 20)
                begun = time.monotonic()
                done = take(connections["default"], library(), blobs, station, clock=timezone.now)
                spent = time.monotonic() - begun
                assert done.counts["loose"] == done.total == (count if at else 20), done
                if at:
                    times[name].append(spent / count)
    return times


def opened(people: Any, number: str, code: str, folder: Path) -> Any:
    """A station, and a camera that an officer has."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.casework.registration import Entry, RegisterCommand
    from sanxiang.config import demo
    from sanxiang.core.events import device
    from sanxiang.core.values import CHINA
    from sanxiang.three_systems.recording.devices.ingest.taking import Station
    from sanxiang.three_systems.recording.devices.models import DeviceRow

    since, agency = datetime(2024, 3, 4, 7, tzinfo=CHINA), people[""]
    fit = {"device_battery": 90, "device_free_gb": 64, "device_clock_offset_s": 0}
    moves = (
        device.DeviceAllocated(department="enforcement"),
        device.DeviceIssued(officers=(people["zhang"],), facts=fit),
    )

    def enter(*events: Any) -> str:
        entries = tuple(Entry(event=event, occurred_at=since) for event in events)
        command = RegisterCommand(kind="device", agency=agency, officer=people["keeper"], entries=entries)
        return demo.enter(connections["default"], library(), command, since)

    enter(device.DeviceRegistered(agency=agency, device=code, device_kind="执法记录仪"), *moves)
    stream = enter(device.DeviceRegistered(agency=agency, device=f"S-{number}", device_kind="信息采集站"))
    return Station(row=DeviceRow.objects.get(stream=stream), folder=folder, jurisdiction="luoyang")


if __name__ == "__main__":
    with _ground.house(fresh=True):
        print(json.dumps(run(int(sys.argv[1]))))
