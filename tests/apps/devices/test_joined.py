"""The film of a body-worn camera, which comes in when the act is done, is part of the file of the case from then on, of
that act and of no other; and a wrong link leaves nothing."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from sanxiang.casework import consulted
from sanxiang.casework.projections import library
from sanxiang.core.casefile import fold
from sanxiang.core.gates.weighing import names_of
from sanxiang.core.values import CHINA
from sanxiang.store.blobs import shelf
from sanxiang.store.seals import seals
from sanxiang.three_systems.recording import quality, register
from sanxiang.three_systems.recording.capture import interrupting
from sanxiang.three_systems.recording.file_models import RegisterRow
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.packages import case_data, recordings_of
from sanxiang.three_systems.recording.recordings import recordings
from tests.support.filmed import unlike
from tests.support.films import film as real_film

from .docked import Dock
from .footage import HOUR, film, lay, named

pytestmark = [pytest.mark.clauses("LY-22", "LY-25"), pytest.mark.journeys("recording.station")]
TIMES = ("started_on_site", "ended_on_site")
GAP = {"gap_cause": "其他", "gap_text": "电池接触不良", "gap_given": "在录像中说明"}


def inspects(theatre: Any, start: str, *, timed: bool = True) -> Any:
    """A case whose inspection is just done: it lasted an hour."""
    told = theatre.played("ordinary", before="inspect", start=start)
    ended = theatre.moment(told)
    times: dict[str, Any] = dict.fromkeys(TIMES)
    if timed:  # as a form sends them, without the zone
        spans = zip(TIMES, (ended - HOUR, ended), strict=True)
        times = {name: f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}" for name, at in spans}
    facts = told.steps[told.done]["facts"]
    told.steps[told.done] = {**told.steps[told.done], "facts": {**facts, **times}}
    theatre.step(told)
    return told


def inspection(theatre: Any, told: Any) -> Any:
    return next(one for one in theatre.events(told) if one.event.act == "inspect")


def filmed(dock: Dock, told: Any, content: bytes, *, camera: Any = None) -> str:
    """What a station brings of the inspection: a film that began twenty minutes before it ended."""
    ended = inspection(dock.stock.theatre, told).occurred_at
    camera = camera or dock.issued("zhang", ended - HOUR, ended + HOUR)
    name = named(camera.code, (ended - timedelta(minutes=20)).astimezone(CHINA))
    lay(dock.folder, name, content)
    dock.take()
    return name


def statement(theatre: Any, told: Any) -> list[dict[str, str]]:
    events = theatre.events(told)
    registers = registers_of(connections["default"], events)
    return recordings(events, library().on("luoyang", told.at.date()), "penalty.ordinary", registers)


def line(theatre: Any, told: Any) -> list[str]:
    """The recordings that the register shows with the inspection, as the supervisor reads it."""
    from sanxiang.casework.access import reader_for

    row = RegisterRow.objects.get(event=inspection(theatre, told).id)
    ((row, _),) = register.with_cases(reader_for(theatre.who(told, "unit")), [row])
    return [str(one.stream) for one in row.made]


def test_a_film_matched_after_the_act_is_in_the_file_like_any_other(dock: Dock, apart: Any, tmp_path: Path) -> None:
    dock.blobs = shelf()
    told = inspects(apart, "2026-03-09")
    content = unlike(real_film(tmp_path / "a.mp4", seconds=3))
    name = filmed(dock, told, content)
    found, act = dock.recording(name), inspection(apart, told)
    assert (found.event, found.afterwards, found.happened) == (act.id, True, act.occurred_at)
    events = apart.events(told)
    case = fold(events)
    assert case.recordings == {found.id: act.id}
    assert next(one for one in case.done if one.event == act.id).recordings == (found.id,)
    assert names_of(events)[found.id] == "录音录像1"
    (said,) = [one for one in statement(apart, told) if name in one["name"]]
    assert (said["sha256"], said["method"]) == (found.files[0]["sha256"], "执法记录仪，采集站导入")
    assert said["name"].startswith("现场检查（")
    assert line(apart, told) == [found.id]
    assert [one.name for one in consulted.pieces(case) if name in one.name]
    packed = recordings_of(connections["default"], events, gone=False)
    assert [one["files"][0]["name"] for one in case_data(events, packed)["recordings"]] == [name]
    apart.go_on(told)
    checks = quality.examine(connections["default"], apart.events(told), shelf(), seals(), ())
    opened = next(one for one in checks if one.name == "录音录像能打开")
    before = [one for one in apart.events(told) for file in one.event.files if file["type"].startswith(("vid", "aud"))]
    assert (opened.looked, opened.faults) == (len(before) + 1, ())
    assert apart.events(told)[-1].kind == "case.archived"


def test_a_gap_found_in_it_is_asked_for_in_the_case(dock: Dock, apart: Any) -> None:
    """The file that nobody can open: what it should hold is missing, and the file of the case is not whole."""
    dock.blobs = shelf()
    told = inspects(apart, "2026-03-16")
    found = dock.recording(filmed(dock, told, film(120, mark=os.urandom(8))))
    interrupting.inspect(connections["default"], found.id, at=timezone.now())
    case = fold(apart.events(told))
    (gap,) = case.unexplained
    assert (gap.recording, gap.event) == (found.id, inspection(apart, told).id)
    assert [one["text"] for one in case.breaches if gap.said in one["text"]]
    place, client = f"/recording/{told.stream}/recordings/", dock.stock.client("unit")
    assert gap.said in client.get(place).content.decode()
    assert client.post(place, {"do": "explain", "recording": found.id, "gap": gap.gap, **GAP}).status_code == 302
    assert fold(apart.events(told)).unexplained == ()


def test_a_second_inspection_does_not_inherit_the_film_of_the_first(dock: Dock, apart: Any) -> None:
    told = inspects(apart, "2026-03-23")
    found = dock.recording(filmed(dock, told, film(60, mark=os.urandom(8))))
    untimed = {key: value for key, value in apart.command(told, "inspect").facts.items() if key not in TIMES}
    again = apart.tries(told, "inspect", facts=untimed)
    assert again.done
    assert again.events[0].event.recordings == ()
    assert fold(apart.events(told)).recordings == {found.id: inspection(apart, told).id}


def test_nor_one_that_was_linked_by_hand_while_nobody_had_typed_a_time(dock: Dock, apart: Any) -> None:
    told = inspects(apart, "2026-03-30", timed=False)
    name = filmed(dock, told, film(60, mark=os.urandom(8)), camera=dock.camera())
    stream, act = dock.files()[name].recording, inspection(apart, told)
    place, client = f"/devices/inbox/{stream}/", dock.stock.client("unit")
    assert client.post(place, {"do": "link", "to": f"{told.stream}/inspect"}).status_code == 302
    assert dock.recording(name).event == "", "no act says that it ran then"
    stated = {key: value for key, value in apart.command(told, "inspect").facts.items() if key not in TIMES}
    again = apart.tries(told, "inspect", facts=stated)
    assert [one.event.recordings for one in again.events] == [()]
    shown = client.get(f"/recording/{told.stream}/recordings/").content.decode()
    assert f'value="inspect/{act.id}"' in shown
    client.post(
        f"/recording/{told.stream}/recordings/", {"do": "link", "recording": stream, "activity": f"inspect/{act.id}"}
    )
    assert fold(apart.events(told)).recordings == {str(stream): act.id}


def test_a_wrong_link_undone_leaves_nothing(dock: Dock, apart: Any) -> None:
    dock.blobs = shelf()
    told, other = inspects(apart, "2026-04-13"), inspects(apart, "2026-04-20")
    clean = fold(apart.events(told))
    name = filmed(dock, told, film(120, mark=os.urandom(8)))
    found = dock.recording(name)
    interrupting.inspect(connections["default"], found.id, at=timezone.now())
    assert fold(apart.events(told)).unexplained
    place, client = f"/recording/{told.stream}/recordings/", dock.stock.client("unit")
    assert client.post(place, {"do": "unlink", "recording": found.id}).status_code == 302
    case = fold(apart.events(told))
    assert (case.recordings, case.interrupted, case.breaches) == ({}, {}, clean.breaches)
    assert case.done == clean.done
    assert line(apart, told) == []
    assert not [one for one in statement(apart, told) if name in one["name"]]
    now = dock.recording(name)
    assert (now.case, now.activity, now.event, now.afterwards) == ("", "", "", False)
    assert name.partition("_")[0] in client.get("/devices/inbox/").content.decode()
    linked_to_an_act_that_is_not_entered(dock, told, found.id, place)
    act = inspection(apart, other)
    sent = {"do": "link", "to": f"{other.stream}/inspect/{act.id}"}
    assert client.post(f"/devices/inbox/{found.id}/", sent).status_code == 302
    right = fold(apart.events(other))
    assert (right.recordings, [one.event for one in right.unexplained]) == ({found.id: act.id}, [act.id])


def linked_to_an_act_that_is_not_entered(dock: Dock, told: Any, found: str, place: str) -> None:
    """It stands open for its officer, his head and the supervisor, until the act is entered or the link is changed."""
    unit, mark = dock.stock.client("unit"), f"{place}#{found}"
    assert (
        unit.post(f"/devices/inbox/{found}/", {"do": "link", "to": f"{told.stream}/take_evidence"}).status_code == 302
    )
    for role, sees in (("unit", True), ("zhang", True), ("supervisor", True), ("wang", False)):
        text = dock.stock.client(role).get("/devices/inbox/").content.decode()
        assert (mark in text.partition("关联的环节还没有录入")[2]) is sees, role
    assert unit.post(place, {"do": "unlink", "recording": found}).status_code == 302
    assert mark not in unit.get("/devices/inbox/").content.decode()


def test_a_film_that_comes_for_an_archived_case_waits_for_its_archivist(dock: Dock, apart: Any) -> None:
    """An archived volume is closed: nothing is laid into it, and nothing that is in it is taken out. What is claimed for
    it waits until the archivist takes it in as a supplement (tests/apps/archive/test_supplements.py)."""
    told = inspects(apart, "2026-05-11")
    first = dock.recording(filmed(dock, told, film(60, mark=os.urandom(8))))
    apart.go_on(told)
    sealed = apart.events(told)
    name = filmed(dock, told, film(60, mark=os.urandom(8)))
    late = dock.recording(name)
    assert (late.case, dock.files()[name].state) == ("", "loose")
    assert "已经归档" in late.facts["station_note"]
    client = dock.stock.client("unit")
    answer = client.post(f"/recording/{told.stream}/recordings/", {"do": "unlink", "recording": first.id})
    assert answer.status_code == 422
    assert "案卷已经归档封存" in answer.content.decode()
    answer = client.post(f"/devices/inbox/{late.id}/", {"do": "link", "to": f"{told.stream}/inspect"}, follow=True)
    assert "等待档案员补充入卷" in answer.content.decode()
    waits = dock.recording(name)
    assert (waits.case, waits.about, waits.event) == (told.stream, inspection(apart, told).id, "")
    assert apart.events(told) == sealed
    assert (
        client.post(f"/recording/{told.stream}/recordings/", {"do": "unlink", "recording": late.id}).status_code == 302
    )
    assert dock.recording(name).case == ""
