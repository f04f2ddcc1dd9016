"""A recording of ours in the player: its bookmarks and interruptions stand on the bar; a mark hides it from its page."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sanxiang.casework.models import StagedFile
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.casework.uploads import described_of
from sanxiang.core.casefile import fold_recording
from sanxiang.core.events import recording as told
from sanxiang.core.gates.attachments import described
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from tests.support import filmed
from tests.support.films import film
from tests.support.theatre import Theatre


@pytest.fixture
def recorded(theatre: Theatre, tmp_path: Path) -> Any:
    """A sealed recording of an inspection: stream of the case, stream of the recording."""
    story = theatre.played("ordinary", before="inspect")
    at, maker, agency = story.at + timedelta(days=1), theatre.who(story, "a"), theatre.people["luoyang"][""]
    data, stream = film(tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=2), str(uuid.uuid4())
    begun = told.RecordingStarted(
        jurisdiction="luoyang", agency=agency, department="enforcement", case=story.stream, activity="inspect",
        maker=maker, officers=(maker,), began=at.isoformat(), notice=True, device="手机",
    )  # fmt: skip
    gap = {"id": "g", "from": (at + timedelta(seconds=60)).isoformat(), "to": (at + timedelta(seconds=90)).isoformat(),
           "cause": "来电"}  # fmt: skip
    whole = told.RecordingSealed(
        began=at.isoformat(), ended=(at + timedelta(minutes=5)).isoformat(), segments=1, head="ab", seconds=300,
        marks=({"at": (at + timedelta(seconds=12)).isoformat(), "kind": "亮证", "note": ""},),
        files=({"name": "第1段.webm", "sha256": shelf().add(data), "size": len(data), "type": "video/webm"},),
    )  # fmt: skip

    def enters(*events: Any, **who: Any) -> None:
        command = RecordingCommand(stream=stream, said=tuple(Said(event=one, occurred_at=at) for one in events), **who)
        assert enter(theatre.connection, theatre.book, command, at=at).done

    enters(begun, officer=maker)
    enters(told.RecordingInterrupted(gaps=(gap,)), whole, system=system_of(agency))
    return story, stream


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_bookmarks_and_interruptions_stand_on_the_bar(theatre: Theatre, recorded: Any) -> None:
    story, stream = recorded
    client = Client()
    client.force_login(theatre.account(story.cast.get("a", "a")))
    place = client.get(f"/recording/{stream}/play/0/")["Location"]
    assert f"/recording/{story.stream}/why/" in client.get(place)["Location"], "asked once for the case"
    assert client.post(f"/recording/{story.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    page = client.get(place).content.decode()
    bar = json.loads(re.search('id="told"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    assert bar["marks"] == [[12.0, "亮证"]]
    assert [60.0, 90.0, "gap", "中断 0:30：来电"] in bar["spans"]
    looked = client.get(f"/recording/{story.stream}/looks/").content.decode()
    assert "第1段.webm" in looked


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_a_still_has_the_grade_of_the_film_it_comes_from(theatre: Theatre, recorded: Any) -> None:
    story, stream = recorded
    client = Client()
    client.force_login(theatre.account(story.cast.get("a", "a")))
    assert client.post(f"/recording/{story.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    place = client.get(f"/recording/{stream}/play/0/")["Location"]
    page = client.get(place).content.decode()
    assert "来源等级 A" in page
    assert GRADES["A"] in page
    sent = client.post(f"{place}still/", {"second": "0.5"})
    assert sent.status_code == 302, sent.content.decode()[-500:]
    (file,) = described_of([StagedFile.objects.get(pk=sent["Location"].split("kept=")[1])])
    assert file["grade"] == "A"
    assert described(file)


@pytest.mark.clauses("DXH-17", "WD-15")
@pytest.mark.journeys("recording.levels")
def test_a_marked_recording_is_hidden_from_its_page_too(theatre: Theatre, recorded: Any) -> None:
    story, stream = recorded
    maker, unit = Client(), Client()
    maker.force_login(theatre.account(story.cast.get("a", "a")))
    unit.force_login(theatre.account("unit"))
    listed = f"/recording/{story.stream}/recordings/"
    for one in (maker, unit):
        assert one.post(f"/recording/{story.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    place = maker.get(f"/recording/{stream}/play/0/")["Location"]
    assert "第1段.webm" in unit.get(listed).content.decode()
    assert maker.post(f"{place}level/", {"level": "个人隐私", "reason": "拍到住户家中"}).status_code == 302
    assert "第1段.webm" not in unit.get(listed).content.decode()
    assert unit.get(place).status_code == 404
    assert maker.get(place).status_code == 200


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_marks_and_interruptions_stand_at_the_second_of_the_run_that_is_shown(theatre: Theatre, tmp_path: Path) -> None:
    """Two runs of four seconds with a minute between: each is a file of its own, with its own seconds."""
    story = theatre.played("ordinary", before="inspect")
    stream = filmed.phone(theatre, story, "inspect", tmp_path)
    client = Client()
    client.force_login(theatre.account(story.cast.get("a", "a")))
    assert client.post(f"/recording/{story.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    bars = []
    for index in (0, 1):
        page = client.get(client.get(f"/recording/{stream}/play/{index}/")["Location"]).content.decode()
        bars.append(json.loads(re.search('id="told"[^>]*>(.*?)</script>', page)[1]))  # type: ignore[index]
    assert [bar["marks"] for bar in bars] == [[[2.0, "亮证"]], [[2.0, "亮证"]]]
    gaps = [[span for span in bar["spans"] if span[2] == "gap"] for bar in bars]
    assert gaps == [[[4.0, 4.0, "gap", "中断 1:00：来电"]], [[0.0, 0.0, "gap", "中断 1:00：来电"]]]


def test_without_its_chain_a_run_bears_no_mark_rather_than_a_wrong_one(theatre: Theatre, tmp_path: Path) -> None:
    story = theatre.played("ordinary", before="inspect")
    stream = filmed.phone(theatre, story, "inspect", tmp_path)
    (*_, listing) = fold_recording(reading.load(theatre.connection, stream)).files
    shelf().path(listing["sha256"]).unlink()
    client = Client()
    client.force_login(theatre.account(story.cast.get("a", "a")))
    assert client.post(f"/recording/{story.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    page = client.get(client.get(f"/recording/{stream}/play/1/")["Location"])
    assert page.status_code == 200
    bar = json.loads(re.search('id="told"[^>]*>(.*?)</script>', page.content.decode())[1])  # type: ignore[index]
    assert bar["marks"] == bar["spans"] == []
