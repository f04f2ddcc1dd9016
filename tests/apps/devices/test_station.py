"""The folder of a collection station: every file once, kept by its digest, matched by device, interval and time; what
is broken, twice there or dated wrong; the inbox with its suggestions."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from sanxiang.config import cli
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.devices.ingest.taking import STATES
from tests.support.away import cupboard, spared

from .docked import DAY, Dock
from .footage import HOUR, film, lay, named


@pytest.fixture(scope="module")
def inspected(apart: Any, django_db_blocker: Any) -> Any:
    """A case with an inspection whose start and end are on the record."""
    from sanxiang.three_systems.recording.activities import activities_of

    with django_db_blocker.unblock():
        told = apart.played("ordinary", before="inspect", start="2026-03-02")
        ended = apart.moment(told)
        times = {"started_on_site": (ended - HOUR).isoformat(), "ended_on_site": ended.isoformat()}
        told.steps[told.done] = {**told.steps[told.done], "facts": {**told.steps[told.done]["facts"], **times}}
        apart.go_on(told, "submit_review")
        (one,) = [found for found in activities_of(apart.events(told)) if found.act == "inspect"]
    return told, one


@pytest.mark.clauses("LY-22")
@pytest.mark.journeys("recording.station")
def test_a_file_finds_its_device_its_officer_and_its_case(dock: Dock, inspected: Any) -> None:
    told, one = inspected
    camera = dock.issued("zhang", one.since - HOUR, one.until + HOUR)
    name = named(camera.code, one.since + timedelta(minutes=1))
    content = film(120, mark=os.urandom(8))
    lay(dock.folder, name, content)
    done = dock.take()
    assert (done.counts["matched"], done.total) == (1, 1)
    found = dock.recording(name)
    assert (found.case, found.activity, found.event) == (told.stream, one.act, one.event)
    assert (found.maker, found.device, found.grade) == (dock.people["zhang"], camera.id, "C")
    assert found.began == one.since + timedelta(minutes=1)
    assert found.seconds == 120
    digest = hashlib.sha256(content).hexdigest()
    assert found.files[0]["sha256"] == digest
    assert dock.blobs.read(digest) == content
    assert (dock.folder / name).read_bytes() == content


def test_a_clock_that_is_37_minutes_wrong_is_set_right(dock: Dock, inspected: Any) -> None:
    told, one = inspected
    camera = dock.issued("zhang", one.since - HOUR, one.until + HOUR, offset_s=37 * 60)
    began = one.since + timedelta(minutes=2)
    name = named(camera.code, began + timedelta(minutes=37))
    lay(dock.folder, name, film(60, mark=os.urandom(8)))
    dock.take()
    found = dock.recording(name)
    assert (found.began, found.case) == (began, told.stream)
    assert found.facts["station_offset_s"] == 37 * 60


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_time_that_cannot_be_is_not_believed(dock: Dock, year: int) -> None:
    camera = dock.issued("zhang", DAY, DAY + HOUR)
    name = named(camera.code, DAY.replace(year=year))
    lay(dock.folder, name, film(mark=os.urandom(8)))
    assert dock.take().counts["loose"] == 1
    found = dock.recording(name)
    assert (found.grade, found.case) == ("D", "")
    assert "设备时钟不可信" in found.facts["station_note"]
    assert abs(found.began - timezone.now()) < timedelta(minutes=5)


def test_hostile_files_are_told_and_the_others_taken(dock: Dock) -> None:
    camera = dock.issued("zhang", DAY, DAY + HOUR)
    good, half = film(mark=b"good"), film(mark=b"half")[:-10]
    names = [named(camera.code, DAY + timedelta(minutes=at), at) for at in range(4)]
    for name, content in zip(names, (good, half, b"", b"not a film" * 50), strict=True):
        lay(dock.folder, name, content)
    lay(dock.folder, f"again/{names[0]}", good)
    lay(dock.folder, ".hidden.mp4", film(mark=b"hidden"))
    lay(dock.folder, "writing.mp4.part", film(mark=b"part"))
    (dock.folder / "link.mp4").symlink_to(Path("/etc/passwd"))
    (dock.folder / "outside").symlink_to(Path("/etc"))
    lay(dock.folder, "bad\nname.mp4", film(mark=b"name"))
    lay(dock.folder, "../outside.mp4" if os.sep != "/" else "..outside.mp4", film(mark=b"dots"))
    done = dock.take()
    states = {path: row.state for path, row in dock.files().items()}
    assert states[names[1]] == "loose"
    assert dock.recording(names[1]).grade == "D"
    assert states[names[2]] == "broken"
    assert states[names[3]] == "other"
    assert sorted((states[names[0]], states[f"again/{names[0]}"])) == ["duplicate", "loose"]
    assert not any(path.startswith(("link", "outside", ".")) for path in states if path != "..outside.mp4")
    assert len(done.unread) == 1
    assert "不能显示的字符" in done.unread[0]
    shown = dock.stock.client().get("/devices/inbox/").content.decode()
    assert "文件是空的" in shown
    assert camera.code in shown


def test_what_was_taken_is_not_taken_again_and_a_changed_file_is(dock: Dock) -> None:
    camera = dock.issued("zhang", DAY, DAY + HOUR)
    places = [
        lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at)), film(mark=os.urandom(8))) for at in range(5)
    ]
    assert (dock.take().total, dock.take().known) == (5, 5)
    places[0].write_bytes(film(mark=b"grown" + os.urandom(8)))
    again = dock.take()
    assert (again.total, again.known) == (1, 4)
    assert len({row.recording for row in dock.files().values()}) == 5


def test_a_run_that_dies_between_two_files_goes_on_with_the_next(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was written of a file is all of it or nothing."""
    from sanxiang.three_systems.recording.devices.ingest import taking

    camera = dock.issued("zhang", DAY, DAY + HOUR)
    for at in range(4):
        lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at)), film(mark=os.urandom(8)))
    real, calls = taking._note, []

    def dies(*args: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*args, **more)

    monkeypatch.setattr(taking, "_note", dies)
    with pytest.raises(KeyboardInterrupt):
        dock.take()
    assert len(dock.files()) == 2
    monkeypatch.setattr(taking, "_note", real)
    done = dock.take()
    assert (done.total, done.known, done.counts["loose"]) == (2, 2, 2)


def test_a_full_disk_stops_and_loses_nothing(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanxiang.three_systems.recording.devices.ingest.taking import CannotTake

    camera = dock.issued("zhang", DAY, DAY + HOUR)
    for at in range(3):
        lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at)), film(mark=os.urandom(8)))
    real, calls = dock.blobs.stage, []

    def full(chunks: Any, *, limit: int) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return real(chunks, limit=limit)

    monkeypatch.setattr(dock.blobs, "stage", full)
    with pytest.raises(CannotTake, match="存储空间已满"):
        dock.take()
    monkeypatch.setattr(dock.blobs, "stage", real)
    assert dock.take().total == 2


@pytest.mark.clauses("LY-22")
@pytest.mark.journeys("recording.station")
def test_what_finds_no_case_is_claimed_with_a_suggestion_or_set_aside(dock: Dock, inspected: Any) -> None:
    told, one = inspected
    camera = dock.camera()
    name, test = (named(camera.code, one.since + timedelta(minutes=at)) for at in (1, 2))
    for path in (name, test):
        lay(dock.folder, path, film(60, mark=os.urandom(8)))
    assert dock.take().counts["loose"] == 2
    keeper, unit = dock.stock.client(), dock.stock.client("unit")
    wall = keeper.get("/devices/").content.decode()
    assert "未匹配片段 2" in wall
    stream = dock.files()[name].recording
    place = f"/devices/inbox/{stream}/"
    shown = unit.get(place).content.decode()
    assert f"{told.stream}/{one.act}" in shown
    assert "录制时正在" in shown
    assert unit.post(place, {"do": "link", "to": "nonsense"}).status_code == 422
    assert unit.post(place, {"do": "link", "to": f"{told.stream}/{one.act}"}).status_code == 302
    assert dock.recording(name).case == told.stream
    other = f"/devices/inbox/{dock.files()[test].recording}/"
    assert keeper.post(other, {"do": "aside"}).status_code == 422
    assert dock.stock.client("zhang").post(other, {"do": "aside", "set_aside_reason": "误触"}).status_code == 422
    assert keeper.post(other, {"do": "aside", "set_aside_reason": "误触"}).status_code == 302
    assert dock.recording(test).state == "set_aside"
    listed = keeper.get("/devices/inbox/").content.decode()
    assert str(stream) not in listed
    assert str(dock.files()[test].recording) not in listed
    for role, agency in (("keeper", "wuding"), ("unit2", "luoyang"), ("publisher", "wuding")):
        assert dock.stock.client(role, agency).get(other).status_code == 404
    assert dock.stock.client("unit2").post(other, {"do": "link", "to": f"{told.stream}/"}).status_code == 404


def test_the_watched_folders_are_taken_in_by_the_worker(
    dock: Dock, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from sanxiang.three_systems.recording.devices import tasks

    camera = dock.issued("zhang", DAY, DAY + HOUR)
    old = timezone.now() - timedelta(minutes=5)
    lay(dock.folder, named(camera.code, DAY), film(mark=os.urandom(8)), ended=old)
    lay(dock.folder, named(camera.code, DAY + HOUR), film(mark=os.urandom(8)))
    settings.SANXIANG_BLOBS = tmp_path / "blobs"
    settings.SANXIANG_STATIONS = ["NOWHERE=/nowhere", f"{dock.row.code}={dock.folder}"]
    tasks.watch_stations(0)
    assert list(dock.files()) == [named(camera.code, DAY)], "what may still be written waits"
    assert "NOWHERE" in caplog.text


@pytest.mark.clauses("LY-22")
@pytest.mark.journeys("recording.station")
@pytest.mark.parametrize("way", ["command", "watched"])
def test_kill_9_in_the_middle_loses_nothing_and_takes_nothing_twice(
    dock: Dock, way: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sanxiang ingest`, or the worker at the watched folder, is killed without warning, several times, each time
    further on; what runs again takes the rest."""
    from sanxiang.three_systems.recording.devices import tasks

    monkeypatch.setattr("sanxiang.config.operating.database", nullcontext)
    settings.SANXIANG_BLOBS = dock.blobs.folder
    settings.SANXIANG_STATIONS = [f"{dock.row.code}={dock.folder}"]
    words = ["ingest", str(dock.folder), "--station", dock.row.code]
    ran = (lambda: cli.main(words)) if way == "command" else (lambda: tasks.watch_stations(0))
    camera, old = dock.issued("zhang", DAY, DAY + 2 * HOUR), timezone.now() - HOUR
    contents = {named(camera.code, DAY + timedelta(minutes=at)): film(mark=os.urandom(4096)) for at in range(40)}
    for name, content in contents.items():
        lay(dock.folder, name, content, ended=old)
    fork, stood = multiprocessing.get_context("fork"), []
    for goal in (5, 14, 25):
        connections.close_all()
        child = fork.Process(target=ran)
        child.start()
        while child.is_alive() and len(dock.files()) < goal:
            time.sleep(0.01)
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        connections.close_all()
        stood.append(len(dock.files()))
        for row in dock.files().values():
            assert dock.blobs.fault(row.sha256) == "", "what is said to be taken is there, whole"
    assert 0 < stood[0] <= stood[-1] < len(contents), stood
    assert ran() in (0, None)
    assert sorted(dock.files()) == sorted(contents)
    assert {row.state for row in dock.files().values()} == {"loose"}
    digests = {hashlib.sha256(content).hexdigest() for content in contents.values()}
    assert set(dock.blobs.every()) == digests
    assert len({row.recording for row in dock.files().values()}) == len(contents)
    for name, content in contents.items():
        found = dock.recording(name)
        digest = hashlib.sha256(content).hexdigest()
        assert (found.version, found.files[0]["sha256"], dock.blobs.fault(digest)) == (1, digest, "")
    assert dock.take().total == 0


def test_a_store_that_is_away_stops_no_ingest(dock: Dock, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are acknowledged on the own disk; they go to the store by themselves when it is back."""
    from sanxiang.three_systems.recording import tasks

    settings.SANXIANG_BLOBS = dock.blobs.folder
    store = cupboard(settings, monkeypatch)
    dock.blobs = shelf()
    camera = dock.issued("zhang", DAY, DAY + 2 * HOUR)

    def lays(first: int) -> set[str]:
        contents = [film(mark=os.urandom(4096)) for _ in range(3)]
        for at, content in enumerate(contents, first):
            lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at)), content)
        lay(dock.folder, f"again/{first}.mp4", contents[0])
        return {hashlib.sha256(content).hexdigest() for content in contents}

    early = lays(0)
    assert dock.take().counts["loose"] == 3
    assert spared() == 3
    store.away = True
    late = lays(10)
    lay(dock.folder, "again/late.mp4", (dock.folder / named(camera.code, DAY)).read_bytes())
    done = dock.take()
    assert (done.counts["loose"], done.counts["duplicate"], done.unread) == (3, 2, [])
    assert all(dock.blobs.path(one).exists() for one in late), "acknowledged: on our own disk"
    tasks.send_afar(0)
    assert len(store.held) == 3
    store.away = False
    tasks.send_afar(0)
    assert {key[3:] for key in store.held} == early | late
    assert spared() == 3
    assert not any(dock.blobs.fault(row.sha256) for row in dock.files().values())
    assert dock.take().total == 0


def test_the_command_tells_how_far_it_is_and_runs_again(
    dock: Dock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The database of the tests is there already: nothing is started for the command."""
    monkeypatch.setattr("sanxiang.config.operating.database", nullcontext)
    camera = dock.issued("zhang", DAY, DAY + 2 * HOUR)
    for at in range(3):
        lay(dock.folder, named(camera.code, DAY + timedelta(minutes=at)), film(mark=os.urandom(64)))
    words = ["ingest", str(dock.folder), "--station", dock.row.code]
    assert cli.main([*words, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) | {"bytes": 0} == {
        "new": 3, "known": 0, "bytes": 0, "unread": [], **dict.fromkeys(STATES, 0), "loose": 3
    }  # fmt: skip
    assert told.err.endswith("已处理 3 / 3\n")
    assert cli.main(words) == 0
    assert capsys.readouterr().out == "新入库 0 个文件；以前已经入库 3 个\n"
    os.makedirs(os.fsencode(dock.folder) + b"/\xff\xfe")
    (dock.folder / os.fsdecode(b"\xff\xfe") / "x.mp4").write_bytes(film())
    assert cli.main(words) == 1
    assert "读不了：" in capsys.readouterr().out
    for wrong, said in (([str(tmp_path / "nowhere")], "没有这个文件夹"), ([str(dock.folder)], "NOWHERE")):
        assert cli.main(["ingest", *wrong, "--station", "NOWHERE"]) == 2
        assert said in capsys.readouterr().err
