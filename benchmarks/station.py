"""Taking in the folder of a collection station: files a second, and whether one costs more among 2,000 than among 200.

Every file is read, hashed, made durable, matched with device, officer and cases, and committed to the record with its
note, as `sanxiang ingest` does it. Of twenty, one is cut off, one comes twice, one is none, and one has a clock that
stands in 1980. There is no peer to compare with; the goal is that the time of one file does not grow with the folder.
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
EVERY, TWICE, WRONG_CLOCK, CUT, NONE = 20, 5, 9, 13, 17
"""Of so many files, the places of one with the content of that before, one of a wrong clock, one cut off, one none."""


def measure(rounds: int = 3) -> dict[str, Any]:
    """Medians of `rounds`: folders of 200 and of 2,000 files of 64 KiB in turn, each on a station of its own."""
    with _ground.server() as environment:
        times = _ground.said(environment, "benchmarks.station", rounds)
    few, many = (statistics.median(times[name]) for name in ("few", "many"))
    ratio = round(many / few, 2)
    kinds = f"截断、重复、时钟不对、不是录音录像的各占 1/{EVERY}"
    note = f"{1 / many:.0f} 个/秒（{MANY} 个 64 KiB 的文件，{kinds}，落盘提交）；{FEW} 个时 {1 / few:.0f} 个/秒"
    note += f"，{rounds} 轮中位数"
    return {
        "name": f"采集站入库：{MANY} 个文件时每个文件的用时", "against": f"{FEW} 个文件时", "ratio": ratio,
        "goal": f"至多 {GOAL}", "met": ratio <= GOAL, "note": note,
    }  # fmt: skip


def lay(folder: Path, code: str, count: int) -> None:
    """Films as a recorder names them, and of every twenty one of each kind that is not well."""
    from tests.apps.devices.footage import film, named

    folder.mkdir()
    began, content = datetime(2024, 3, 4, 8), b""
    for at in range(count):
        part = at % EVERY
        content = content if part == TWICE else film(30, mark=os.urandom(SIZE))
        when = datetime(1980, 1, 6) if part == WRONG_CLOCK else began
        cut = SIZE // 2 if part == CUT else len(content)
        laid = os.urandom(SIZE) if part == NONE else content[:cut]
        (folder / named(code, when + timedelta(seconds=40 * at), at)).write_bytes(laid)


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
                lay(station.folder, code, count if at else EVERY)
                begun = time.monotonic()
                done = take(connections["default"], library(), blobs, station, clock=timezone.now)
                spent = time.monotonic() - begun
                laid = count if at else EVERY
                odd = dict.fromkeys(("duplicate", "other"), laid // EVERY)
                assert done.counts == {"matched": 0, "loose": laid - sum(odd.values()), "broken": 0, **odd}, done
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
