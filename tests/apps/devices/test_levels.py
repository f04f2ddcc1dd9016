"""What a station brought and is marked with a level: who has it not neither sees, finds nor downloads it, in the inbox,
on the device's page, among the channels of a room."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.casework import levels
from sanxiang.casework.projections import library
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events.looking import FileClassified
from sanxiang.core.events.registry import OfficerChanged
from sanxiang.three_systems.recording import looking
from tests.support.theatre import open_theatre

from .conftest import Store
from .footage import film, lay
from .test_channels import DAY, room
from .test_station import Dock


@pytest.fixture(scope="module")
def apart(django_db_setup: Any, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return open_theatre(again=True)


@pytest.fixture
def dock(apart: Any, theatre: Any, tmp_path: Path) -> Dock:
    return Dock(Store(apart), tmp_path)


def mark(dock: Dock, path: str, level: str) -> None:
    theatre, row = dock.stock.theatre, dock.files()[path]
    reader, (opened, *_) = looking.reader_of(theatre.account("head")), dock_events(dock, row.recording)
    (file,) = opened.event.files
    said = FileClassified(
        owner=str(row.recording), event=opened.id, index=0, sha256=file["sha256"], name=file["name"], level=level,
        facts={"level_reason": "演示：按保密规定标记"},
    )  # fmt: skip
    levels.classify(reader, None, said, agency=dock.people[""], actor=looking.actor_of(reader), at=timezone.now())


def dock_events(dock: Dock, stream: Any) -> Any:
    from sanxiang.store import reading

    return reading.load(dock.stock.theatre.connection, str(stream))


def grant(dock: Dock, role: str, level: str) -> None:
    now = timezone.now() - timedelta(seconds=1)
    command = RegisterCommand(
        kind="officer", agency=dock.people[""], stream=dock.people[role], officer=dock.people["registrar"],
        entries=(Entry(event=OfficerChanged(facts={"officer_levels": [level]}), occurred_at=now),),
    )  # fmt: skip
    demo.enter(dock.stock.theatre.connection, library(), command, now)


@pytest.mark.clauses("DXH-17", "WD-15")
@pytest.mark.journeys("recording.levels")
@pytest.mark.parametrize("level", levels.LEVELS)
def test_no_page_of_the_devices_tells_of_a_recording_of_a_level_that_one_has_not(dock: Dock, level: str) -> None:
    code = room(dock)
    paths = [f"{code}_{DAY:%Y%m%d%H%M%S}_{number}.mp4" for number in (1, 2)]
    for path in paths:
        lay(dock.folder, path, film(600, mark=os.urandom(8)))
    assert dock.take().counts["loose"] == 2
    rows = dock.files()
    secret, open_one = str(rows[paths[0]].recording), str(rows[paths[1]].recording)
    device = dock.recording(paths[0]).device
    digest = dock_events(dock, secret)[0].event.files[0]["sha256"]
    event = dock_events(dock, secret)[0].id
    head, unit = dock.stock.client("head"), dock.stock.client("unit")
    for one in (head, unit):
        for stream in (secret, open_one):
            one.post(f"/recording/{stream}/why/", {"purpose": "办理本案"})
        assert paths[0] in one.get("/devices/inbox/").content.decode()
        assert digest in one.get(f"/devices/inbox/{secret}/").content.decode()
        assert secret in one.get(f"/devices/{device}/").content.decode()
        assert paths[0] in one.get(f"/devices/together/{open_one}/").content.decode()
    waiting = count(head)
    mark(dock, paths[0], level)
    for one in (head, unit):
        inbox = one.get("/devices/inbox/").content.decode()
        assert (paths[0] in inbox, secret in inbox, paths[1] in inbox) == (False, False, True)
        assert one.get(f"/devices/inbox/{secret}/").status_code == 404
        assert one.post(f"/devices/inbox/{secret}/", {"do": "aside", "set_aside_reason": "误触"}).status_code == 404
        page = one.get(f"/devices/{device}/").content.decode()
        assert (secret in page, open_one in page) == (False, True)
        channels = one.get(f"/devices/together/{open_one}/").content.decode()
        assert (paths[0] in channels, "没有查看的权限" in channels, paths[1] in channels) == (False, False, True)
        assert one.get(f"/devices/together/{secret}/").status_code == 404
        assert "路一起播放" not in one.get(f"/devices/inbox/{open_one}/").content.decode(), "not even their number"
        for what in ("original", "play", "small"):
            assert one.get(f"/files/of/{secret}/{event}/0/{what}").status_code == 404
    assert count(head) == waiting - 1
    grant(dock, "head", level)
    assert paths[0] in head.get("/devices/inbox/").content.decode()
    assert head.get(f"/devices/inbox/{secret}/").status_code == 200
    assert paths[0] not in unit.get("/devices/inbox/").content.decode()


def count(client: Any) -> int:
    """How many recordings wait, as the page says it."""
    said = client.get("/devices/inbox/").content.decode().partition('<span class="sx-muted">')[2]
    return int(said.partition(" 份")[0])
