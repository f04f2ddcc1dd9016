"""Large files over tus: resumed where they broke off, whole or not at all, from nobody but who may bring them."""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework import uploads
from sanxiang.casework.models import StagedFile
from sanxiang.config import demo
from sanxiang.store import arriving
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import tasks, tus
from sanxiang.three_systems.recording.models import Arriving
from tests.support.theatre import Theatre

from .brought import PHOTO, SOUND, Sender, digest, files_of

pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("evidence.files")]
HALF = len(SOUND) // 2


@pytest.fixture
def zhang(theatre: Theatre) -> Sender:
    return Sender(theatre.account("zhang"))


def checksum(data: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_a_file_in_two_pieces_waits_for_its_act_and_is_taken(
    theatre: Theatre, told: demo.Told, zhang: Sender, settings: Any
) -> None:
    settings.SANXIANG_SM3 = True
    begun = zhang.begin(told)
    assert (begun.status_code, begun["Tus-Resumable"], "Upload-Expires" in begun) == (201, "1.0.0", True)
    place = begun["Location"]
    assert zhang.offset(place) == 0
    first = zhang.piece(place, 0, SOUND[:HALF], upload_checksum=checksum(SOUND[:HALF]))
    assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF))
    assert zhang.told(place)["taken"] is None, "nothing is said to be kept before it is whole"
    assert zhang.piece(place, HALF, SOUND[HALF:]).status_code == 204
    said = zhang.told(place)
    assert (said["sha256"], said["sm3"]) == (digest(SOUND), hashlib.new("sm3", SOUND).hexdigest())
    assert zhang.piece(place, len(SOUND), b"").status_code == 204, "the last answer may get lost"
    officer, name = theatre.who(told, "zhang"), said["taken"]["id"]
    rows = uploads.waiting([name], officer=officer, stream=told.stream, act="take_evidence")
    assert theatre.tries(told, "take_evidence", files=uploads.described_of(rows)).done
    (file,) = files_of(theatre, told)
    told_of = {"name": "询问录音.wav", "size": len(SOUND), "type": "audio/wav"}
    assert file == told_of | {"sha256": digest(SOUND), "sm3": hashlib.new("sm3", SOUND).hexdigest()}


def test_what_is_wrong_with_a_piece_is_told_and_nothing_of_it_stays(told: demo.Told, zhang: Sender) -> None:
    place = zhang.begin(told)["Location"]
    bad = zhang.piece(place, 0, SOUND[:HALF], upload_checksum=checksum(SOUND))
    assert (bad.status_code, "传坏" in bad.json()["text"], zhang.offset(place)) == (460, True, 0)
    assert zhang.piece(place, 5, SOUND[5:]).status_code == 409
    assert zhang.piece(place, 0, SOUND + b"more").status_code == 413
    assert zhang.piece(place, 0, SOUND, upload_checksum="md5 AAAA").status_code == 400
    assert zhang.ask("PATCH", place, SOUND, upload_offset="-1").status_code == 400
    assert zhang.client.patch(place, SOUND, content_type="text/plain", HTTP_TUS_RESUMABLE="1.0.0").status_code == 415
    assert zhang.client.patch(place, SOUND).status_code == 412
    assert zhang.ask("PUT", place).status_code == 405
    assert zhang.offset(place) == 0
    assert zhang.piece(place, 0, SOUND).status_code == 204
    assert zhang.piece(place, 0, SOUND).status_code == 409, "sent twice, taken once"


def test_a_file_that_the_act_does_not_take_is_refused_once_it_is_known(told: demo.Told, zhang: Sender) -> None:
    data = b"MZ" + bytes(500)
    place = zhang.begin(told, len(data), "录像.mp4")["Location"]
    answered = zhang.piece(place, 0, data)
    assert (answered.status_code, "认不出" in answered.json()["text"]) == (415, True)
    assert "认不出" in zhang.told(place)["text"]
    assert not StagedFile.objects.filter(sha256=digest(data)).exists()


def test_only_who_may_do_the_act_begins_and_a_file_is_its_senders_alone(
    theatre: Theatre, told: demo.Told, zhang: Sender
) -> None:
    place = zhang.begin(told)["Location"]
    li, head = Sender(theatre.account("li")), Sender(theatre.account("head"))
    theatre.everywhere()
    stranger = Sender(theatre.account("officer", "wuding"))
    for other in (li, stranger):
        assert other.ask("HEAD", place).status_code == 404
        assert other.piece(place, 0, SOUND).status_code == 404
        assert other.ask("DELETE", place).status_code == 404
        assert other.client.get(place).status_code == 404
    assert stranger.begin(told).status_code == 404
    assert (head.begin(told).status_code, "不由您的岗位" in head.begin(told).json()["text"]) == (403, True)
    nobody = Client().generic("POST", "/files/uploads/", HTTP_TUS_RESUMABLE="1.0.0")
    assert nobody.status_code == 401
    assert zhang.begin(told, act="request_filing").status_code == 422
    assert zhang.begin(told, target="nothing").status_code == 404
    assert zhang.begin(told, stream=str(uuid.uuid4())).status_code == 404
    assert zhang.begin(told, 1 << 50).status_code == 413
    assert zhang.begin(told, 0).status_code == 422
    assert zhang.ask("POST", "/files/uploads/", upload_length="5", upload_metadata="act !!").status_code == 400


def test_another_site_cannot_send_with_the_session(told: demo.Told, zhang: Sender, settings: Any) -> None:
    place = zhang.begin(told)["Location"]
    for origin in ("https://evil.example", "null", "http://testserver.evil.example", "http://testserver:9999"):
        assert zhang.piece(place, 0, SOUND, origin=origin).status_code == 403
    assert zhang.piece(place, 0, SOUND[:5], origin="http://testserver").status_code == 204
    settings.SANXIANG_DESK_PORT = "8000"
    assert zhang.piece(place, 5, SOUND[5:9], origin="http://testserver:8000").status_code == 204
    assert zhang.piece(place, 9, SOUND[9:], origin="http://testserver:18000").status_code == 403


def test_one_person_cannot_fill_the_disk(told: demo.Told, theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tus, "UNFINISHED", 2)
    li = Sender(theatre.account("li"))
    assert [li.begin(told).status_code for _ in range(3)] == [201, 201, 422]
    monkeypatch.setattr(tus, "AT_ONCE", 0)
    place = f"/files/uploads/{Arriving.objects.filter(officer=theatre.who(told, 'li')).first().id}"  # type: ignore[union-attr]
    busy = li.piece(place, 0, SOUND)
    assert (busy.status_code, busy["Retry-After"]) == (429, "5")


def test_a_full_disk_is_told_and_loses_nothing(told: demo.Told, zhang: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    place = zhang.begin(told)["Location"]
    assert zhang.piece(place, 0, SOUND[:HALF]).status_code == 204

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        answered = zhang.piece(place, HALF, SOUND[HALF:])
    assert (answered.status_code, "磁盘已满" in answered.json()["text"]) == (507, True)
    assert zhang.offset(place) == HALF
    assert zhang.piece(place, HALF, SOUND[HALF:]).status_code == 204
    assert zhang.told(place)["sha256"] == digest(SOUND)


def test_a_file_whose_end_nobody_heard_of_is_finished_when_asked_for(
    told: demo.Told, zhang: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was killed after the last byte, before anybody was told."""
    place = zhang.begin(told)["Location"]
    with monkeypatch.context() as patch:
        patch.setattr(tus, "finish", lambda request, row: row)
        assert zhang.piece(place, 0, SOUND).status_code == 204
    arriving._hashes.clear()
    assert zhang.told(place)["taken"]["name"] == "询问录音.wav"


def test_it_can_be_cancelled_and_is_forgotten_after_three_days(told: demo.Told, zhang: Sender) -> None:
    place, left = zhang.begin(told)["Location"], zhang.begin(told)["Location"]
    zhang.piece(place, 0, SOUND[:HALF])
    assert zhang.ask("DELETE", place).status_code == 204
    assert zhang.ask("HEAD", place).status_code == 404
    assert not (shelf().folder / "arriving" / place.rsplit("/", 1)[1]).exists()
    Arriving.objects.filter(pk=left.rsplit("/", 1)[1]).update(until=timezone.now() - timedelta(seconds=1))
    assert zhang.ask("HEAD", left).status_code == 404
    tasks.forget_arriving(timestamp=0)
    assert not Arriving.objects.filter(pk=left.rsplit("/", 1)[1]).exists()
    assert not (shelf().folder / "arriving" / left.rsplit("/", 1)[1]).exists()


def test_what_is_spoken_is_told(zhang: Sender) -> None:
    answered = Client().options("/files/uploads/")
    assert answered.status_code == 204
    assert answered["Tus-Extension"].split(",") == ["creation", "checksum", "expiration", "termination"]
    assert json.loads(zhang.ask("GET", "/files/uploads/").content)["text"]


def test_a_photo_comes_the_same_way(told: demo.Told, zhang: Sender) -> None:
    place = zhang.begin(told, len(PHOTO), "现场.png")["Location"]
    assert zhang.piece(place, 0, PHOTO).status_code == 204
    assert zhang.told(place)["taken"]["name"] == "现场.png"
