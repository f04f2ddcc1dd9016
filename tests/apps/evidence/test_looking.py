"""A film of the record is played at once, under a watermark, by who may and says why; who looked stands in the ledger."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework import levels
from sanxiang.casework.models import StagedFile
from sanxiang.casework.noting import stream_of
from sanxiang.casework.uploads import described_of
from sanxiang.config import demo
from sanxiang.core.events import Recorded
from sanxiang.core.values.origin import GRADES
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import examining
from sanxiang.three_systems.recording.models import Found, LookRow
from tests.support.films import film
from tests.support.theatre import Theatre

from .brought import Sender, digest


@pytest.fixture(scope="module")
def taken(opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A case with a film among its evidence, looked into; and the film."""
    path = tmp_path_factory.mktemp("films") / "a.mov"
    data = film(path, "mov", seconds=6, gap=(2, 4))
    with django_db_blocker.unblock():
        told = opened_theatre.played(before="take_evidence", start="2026-10-14")
        sender = Sender(opened_theatre.account("zhang"))
        place = sender.begin(told, len(data), "现场录像.mov")["Location"]
        assert sender.piece(place, 0, data).status_code == 204
        row = StagedFile.objects.get(pk=sender.told(place)["taken"]["id"])
        assert opened_theatre.tries(told, "take_evidence", files=described_of([row])).done
        examining.examine(digest(data), "video/quicktime")
        connections.close_all()
    return told, data


def client_of(theatre: Theatre, role: str, agency: str = "luoyang") -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def place(theatre: Theatre, told: demo.Told, how: str = "look") -> str:
    event = next(one.id for one in theatre.events(told) if any(f["name"] == "现场录像.mov" for f in one.event.files))
    return f"/recording/{told.stream}/{how}/{event}/0/"


def says_why(client: Client, told: demo.Told, why: str = "办理本案") -> None:
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": why}).status_code == 302


def looks(told: demo.Told) -> tuple[Recorded, ...]:
    return reading.load(connections["default"], stream_of("look", told.stream))


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_a_film_is_played_by_who_says_why_and_the_look_is_on_the_record(theatre: Theatre, taken: Any) -> None:
    told, data = taken
    zhang, where = client_of(theatre, "zhang"), place(theatre, told)
    asked = zhang.get(where)
    assert (asked.status_code, f"/recording/{told.stream}/why/" in asked["Location"]) == (302, True)
    assert zhang.get(place(theatre, told, "file") + "?download")["Location"].startswith(
        f"/recording/{told.stream}/why/"
    )
    before = len(looks(told))
    refused = zhang.post(f"/recording/{told.stream}/why/", {"other": "看"})
    assert (refused.status_code, "4 到 300" in refused.content.decode()) == (422, True)
    says_why(zhang, told)
    page = zhang.get(where).content.decode()
    assert "张演示" in re.search('data-mark="([^"]+)"', page)[1]  # type: ignore[index]
    assert "时间戳不连续 1 段" in page
    assert json.loads(re.search('id="told"[^>]*>(.*?)</script>', page)[1])["spans"][0][2:] == ["gap", "时间戳中断"]  # type: ignore[index]
    assert "换了封装的" in page, "a browser cannot play MOV: the copy is played, the original is the evidence"
    zhang.get(where)
    (look,) = looks(told)[before:]
    assert (look.actor.name, look.event.sha256, look.event.manner) == ("张演示", digest(data), "view")  # type: ignore[attr-defined]
    assert look.event.facts["look_purpose"] == "办理本案"
    assert LookRow.objects.get(pk=look.id).purpose == "办理本案"


@pytest.mark.clauses("LY-29", "UR-15")
@pytest.mark.parametrize("what", ["original", "play"])
@pytest.mark.parametrize("alone", [{"HTTP_SEC_FETCH_DEST": "document"}, {"HTTP_SEC_FETCH_DEST": "iframe"},
                                   {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}])  # fmt: skip
def test_a_film_opened_by_itself_comes_to_its_page(
    theatre: Theatre, taken: Any, settings: Any, what: str, alone: dict[str, str]
) -> None:
    """Its address typed in, or in a frame of somebody else: no clean film without a watermark, and no look on the record
    that nobody had."""
    told, _ = taken
    zhang, where = client_of(theatre, "zhang"), place(theatre, told)
    says_why(zhang, told)
    address, before = f"/files/of/{told.stream}/{where.split('/')[4]}/0/{what}", len(looks(told))
    sent = zhang.get(address, **alone)
    assert (sent.status_code, sent["Location"]) == (302, where)
    assert len(looks(told)) == before
    settings.SANXIANG_FILES, settings.SANXIANG_DESK_PORT = True, "8000"
    assert zhang.get(address, **alone)["Location"] == f"http://testserver:8000{where}"
    settings.SANXIANG_DESK_PORT = ""
    assert zhang.get(address, **alone).status_code == 403, "nobody said where the desk is"
    settings.SANXIANG_FILES = False
    assert zhang.get(address, HTTP_SEC_FETCH_DEST="video").status_code == 200
    assert zhang.get(address, HTTP_ACCEPT="*/*").status_code == 200


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_bytes_come_in_parts_and_as_they_were(theatre: Theatre, taken: Any) -> None:
    told, data = taken
    li = client_of(theatre, "li")
    event = place(theatre, told).split("/")[4]
    original, copy = (f"/files/of/{told.stream}/{event}/0/{what}" for what in ("original", "play"))
    assert li.get(original).status_code == 403, "no bytes before he says why"
    says_why(li, told)
    part = li.get(original, HTTP_RANGE="bytes=100-199")
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 100-199/{len(data)}")
    assert b"".join(part.streaming_content) == data[100:200]
    late = li.get(original, HTTP_RANGE="bytes=100-199", HTTP_IF_RANGE='"another"')
    assert (late.status_code, b"".join(late.streaming_content)) == (200, data)
    played = li.get(copy, HTTP_RANGE="bytes=0-")
    assert (played.status_code, played["Content-Type"]) == (206, "video/mp4")
    assert b"ftyp" in b"".join(played.streaming_content)[:16]
    small = li.get(f"/files/of/{told.stream}/{event}/0/small")
    assert small.content[:3] == b"\xff\xd8\xff"
    down = li.get(place(theatre, told, "file") + "?download")
    assert unquote(down["Content-Disposition"]).startswith("attachment")
    assert LookRow.objects.filter(owner=told.stream, officer_name="李演示", manner="download").count() == 1
    assert shelf().fault(digest(data)) == ""


@pytest.mark.clauses("LY-29", "UR-15", "CN-12")
@pytest.mark.journeys("recording.player")
def test_supervision_says_why_and_both_sides_see_who_looked(theatre: Theatre, taken: Any) -> None:
    told, _ = taken
    supervisor, where = client_of(theatre, "supervisor"), place(theatre, told)
    first = supervisor.get(where)
    assert (first.status_code, "purpose" in first["Location"]) == (302, True)
    says_why(supervisor, told, "案卷评查")
    assert "沈演示" in supervisor.get(where).content.decode()
    for reader in (client_of(theatre, "zhang"), supervisor):
        page = reader.get(f"/recording/{told.stream}/looks/").content.decode()
        assert "沈演示" in page
        assert "案卷评查" in page
    stranger = client_of(theatre, "officer", "wuding")
    assert stranger.get(f"/recording/{told.stream}/looks/").status_code == 404


def test_who_may_not_see_the_case_comes_by_no_byte(theatre: Theatre, taken: Any) -> None:
    told, _ = taken
    theatre.everywhere()
    where, event = place(theatre, told), place(theatre, told).split("/")[4]
    stranger = client_of(theatre, "officer", "wuding")
    assert stranger.get(where).status_code == 404
    assert stranger.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 404
    for what in ("original", "play", "small", "nothing"):
        assert stranger.get(f"/files/of/{told.stream}/{event}/0/{what}").status_code == 404
        assert Client().get(f"/files/of/{told.stream}/{event}/0/{what}").status_code == 401
    assert stranger.post(f"{where}still/", {"second": "1"}).status_code == 404
    zhang = client_of(theatre, "zhang")
    says_why(zhang, told)
    assert zhang.get(f"/recording/{told.stream}/look/{event}/9/").status_code == 404
    assert zhang.get(f"/files/of/{told.stream}/{event}/0/nothing").status_code == 404


def test_a_still_goes_into_the_file_with_source_and_second(theatre: Theatre, taken: Any) -> None:
    told, data = taken
    zhang = client_of(theatre, "zhang")
    says_why(zhang, told)
    sent = zhang.post(f"{place(theatre, told)}still/", {"second": "1.05"})
    assert sent.status_code == 302, sent.content.decode()[-500:]
    row = StagedFile.objects.get(pk=sent["Location"].split("kept=")[1])
    assert (row.media_type, row.name) == ("image/png", "现场录像 0-01.000 画面.png")
    assert str(row.id) in zhang.get(sent["Location"]).content.decode(), "it is ticked in the form"
    look = LookRow.objects.get(owner=told.stream, manner="still", second="1.000")
    assert (look.sha256, look.made) == (digest(data), row.sha256)
    assert "grade" not in described_of([row])[0], "no more is known of it than of the film, which came from elsewhere"
    assert zhang.post(f"{place(theatre, told)}still/", {"second": "9999999"}).status_code == 422
    assert zhang.post(f"{place(theatre, told)}still/", {"second": "x"}).status_code == 422


def test_evidence_that_was_uploaded_tells_how_far_its_origin_can_be_shown(theatre: Theatre, taken: Any) -> None:
    told, _ = taken
    zhang = client_of(theatre, "zhang")
    says_why(zhang, told)
    case = zhang.get(f"/work/cases/{told.stream}/").content.decode()
    assert "来源等级 C" in case
    assert GRADES["C"] in case
    own = zhang.get(place(theatre, told)).content.decode()
    assert "来源等级 C" in own
    assert GRADES["C"] in own


def test_what_is_found_and_derived_can_be_made_again(theatre: Theatre, taken: Any) -> None:
    _, data = taken
    sha256 = digest(data)
    row, place = Found.objects.get(pk=sha256), examining.derived()
    assert place.forget(sha256) >= 2
    Found.objects.all().delete()
    again = examining.examine(sha256, "video/quicktime")
    assert (again.found, again.copy, again.small) == (row.found, row.copy, row.small)
    assert place.place(sha256, again.copy["recipe"]).exists()
    assert list(place.blobs.every()).count(sha256) == 1, "derived files are no evidence"


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def marked(
    client: Client, theatre: Theatre, told: demo.Told, level: str, reason: str = "含有商业秘密，当事人申请"
) -> int:
    return int(client.post(f"{place(theatre, told)}level/", {"level": level, "reason": reason}).status_code)


LEVEL_CLAUSES = pytest.mark.clauses("DXH-17", "WD-15", "LY-26", "UR-20")
"""DXH-17 for the files of a case, LY-26 and UR-20 for its archived package."""


@LEVEL_CLAUSES
@pytest.mark.journeys("recording.levels", "archive.levels")
@pytest.mark.parametrize("level", levels.LEVELS)
def test_without_the_level_one_neither_sees_nor_finds_nor_downloads(
    theatre: Theatre, told: demo.Told, level: str, caller: Any, tmp_path: Path
) -> None:
    data = film(tmp_path / "a.mov", "mov", seconds=1)
    blob = shelf().add(data)
    file = {"name": "现场录像.mov", "sha256": blob, "size": len(data), "type": "video/quicktime"}
    assert theatre.tries(told, "take_evidence", files=(file,)).done
    where, event = place(theatre, told), place(theatre, told).split("/")[4]
    unit, zhang, head = client_of(theatre, "unit"), client_of(theatre, "zhang"), client_of(theatre, "head")
    for one in (unit, zhang, head):
        says_why(one, told)
        assert one.get(where).status_code == 200
    assert "现场录像.mov" in unit.get(f"/work/cases/{told.stream}/").content.decode()
    assert marked(unit, theatre, told, level) == 302
    handles = level in levels.OF_HANDLERS
    for one, sees in ((unit, False), (head, False), (zhang, handles)):
        assert one.get(where).status_code == (200 if sees else 404)
        assert one.get(f"/files/of/{told.stream}/{event}/0/original").status_code == (200 if sees else 404)
        assert one.get(place(theatre, told, "file") + "?download").status_code == (200 if sees else 404)
        page = one.get(f"/work/cases/{told.stream}/").content.decode()
        assert ("现场录像.mov" in page, blob[:16] in page) == (sees, sees)
        assert ("现场录像.mov" in one.get(f"/recording/{told.stream}/looks/").content.decode()) == sees
    assert (
        any(one["name"] == file["name"] for one in caller("zhang").get(f"cases/{told.stream}/files").json()) == handles
    )
    assert not any(one["name"] == file["name"] for one in caller("unit").get(f"cases/{told.stream}/files").json())
    assert caller("unit").get(f"cases/{told.stream}/files/{event}/0").status_code == 404
    whole = head.get(f"/files/package/{told.stream}.zip")
    assert (whole.status_code, "没有权限查看的文件" in whole.content.decode()) == (403, True)


@LEVEL_CLAUSES
@pytest.mark.journeys("recording.levels", "archive.levels")
def test_the_register_grants_levels_and_each_access_is_recorded(
    theatre: Theatre, told: demo.Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = film(tmp_path / "a.mov", "mov", seconds=1)
    file = {"name": "现场录像.mov", "sha256": shelf().add(data), "size": len(data), "type": "video/quicktime"}
    assert theatre.tries(told, "take_evidence", files=(file,)).done
    zhang, head, where = client_of(theatre, "zhang"), client_of(theatre, "head"), place(theatre, told)
    says_why(zhang, told)
    assert marked(zhang, theatre, told, "国家秘密", "短") == 422
    assert marked(zhang, theatre, told, "绝密") == 422
    assert marked(zhang, theatre, told, "国家秘密", "涉及国家秘密事项") == 302
    assert zhang.get(where).status_code == 404, "even who took it"
    grant(theatre, "head", "国家秘密")
    says_why(head, told, "审核本案")
    assert head.get(where).status_code == 200
    assert LookRow.objects.filter(owner=told.stream, officer_name="郑演示", manner="view").count() == 1
    (mark,) = reading.load(connections["default"], stream_of("level", told.stream))
    assert (mark.actor.name, mark.event.level) == ("张演示", "国家秘密")  # type: ignore[attr-defined]
    assert marked(head, theatre, told, "") == 302
    assert zhang.get(where).status_code == 200


def grant(theatre: Theatre, role: str, level: str) -> None:
    """The registrar grants a level in the register."""
    from sanxiang.casework.registration import Entry, RegisterCommand
    from sanxiang.core.events.registry import OfficerChanged

    now = timezone.now() - timedelta(minutes=1)
    entry = Entry(event=OfficerChanged(facts={"officer_levels": [level]}), occurred_at=now)
    command = RegisterCommand(
        kind="officer", agency=theatre.people["luoyang"][""], stream=theatre.people["luoyang"][role], entries=(entry,),
        officer=theatre.people["luoyang"]["registrar"],
    )  # fmt: skip
    demo.enter(connections["default"], theatre.book, command, now)


def test_a_mark_needs_a_known_file_and_a_colleague(theatre: Theatre, taken: Any) -> None:
    told, data = taken
    supervisor = client_of(theatre, "supervisor")
    says_why(supervisor, told)
    assert marked(supervisor, theatre, told, "商业秘密") == 422
    assert levels.level_of(told.stream, digest(data)) == ""
