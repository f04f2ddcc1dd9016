"""The channels of an interview room play together: grouped by room and time, each under the rules of a single look."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events import device
from sanxiang.core.values import CHINA
from tests.support.theatre import open_theatre

from .conftest import Store
from .footage import film, lay
from .test_station import Dock

DAY = datetime(2026, 4, 7, 14, tzinfo=CHINA)


@pytest.fixture(scope="module")
def apart(django_db_setup: Any, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return open_theatre(again=True)


@pytest.fixture
def dock(apart: Any, theatre: Any, tmp_path: Path) -> Dock:
    return Dock(Store(apart), tmp_path)


def room(dock: Dock) -> str:
    """An interview room of the first section that stands since before the day; its code."""
    code = f"R-{os.urandom(4).hex()}"
    opened = device.DeviceRegistered(agency=dock.people[""], device=code, device_kind="同步录音录像询问室")
    allocated = device.DeviceAllocated(department="enforcement")
    command = RegisterCommand(
        kind="device", agency=dock.people[""], officer=dock.people["keeper"],
        entries=tuple(Entry(event=event, occurred_at=DAY - timedelta(days=9)) for event in (opened, allocated)),
    )  # fmt: skip
    demo.enter(dock.stock.theatre.connection, library(), command, DAY - timedelta(days=9))
    return code


@pytest.mark.clauses("LY-21")
def test_three_channels_of_a_session_stand_under_one_clock(dock: Dock) -> None:
    code = room(dock)
    begun = (DAY, DAY + timedelta(seconds=3), DAY + timedelta(seconds=5))
    for number, at in enumerate(begun, 1):
        lay(dock.folder, f"{code}_{at:%Y%m%d%H%M%S}_{number}.mp4", film(600, mark=os.urandom(8)))
    later = DAY + timedelta(hours=2)
    lay(dock.folder, f"{code}_{later:%Y%m%d%H%M%S}_1.mp4", film(600, mark=os.urandom(8)))
    assert dock.take().counts["loose"] == 4
    streams = {path: row.recording for path, row in dock.files().items()}
    first = next(stream for path, stream in streams.items() if path.endswith(f"{begun[0]:%H%M%S}_1.mp4"))
    unit = dock.stock.client("unit")
    place = f"/devices/together/{first}/"
    assert "3 路一起播放" in unit.get(f"/devices/inbox/{first}/").content.decode()
    asked = unit.get(place)
    assert asked.status_code == 302
    assert "why" in asked["Location"]
    assert unit.post(asked["Location"].partition("?")[0], {"purpose": "办理本案"}).status_code == 302
    shown = unit.get(place)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert page.count("<video") == 3
    assert [f'data-offset="{offset}"' in page for offset in ("0.0", "3.0", "5.0")] == [True] * 3
    assert "钱演示" in page
    from sanxiang.three_systems.recording.models import LookRow

    assert LookRow.objects.filter(owner__in=streams.values(), officer=dock.people["unit"]).count() == 3


def test_who_may_not_look_does_not(dock: Dock) -> None:
    code = room(dock)
    lay(dock.folder, f"{code}_{DAY:%Y%m%d%H%M%S}_1.mp4", film(600, mark=os.urandom(8)))
    dock.take()
    (row,) = dock.files().values()
    for role, agency in (("unit2", "luoyang"), ("keeper", "wuding")):
        assert dock.stock.client(role, agency).get(f"/devices/together/{row.recording}/").status_code == 404
