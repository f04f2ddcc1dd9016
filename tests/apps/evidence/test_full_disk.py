"""An upload onto a disk that is really full, not one that a test pretends."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.casework.models import StagedFile
from sanxiang.config import demo
from sanxiang.store import arriving
from sanxiang.store.blobs import shelf
from tests.support import fulldisk
from tests.support.theatre import Theatre

from .brought import Sender, digest

pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("evidence.files")]
SPARE = 192 << 10


@pytest.fixture(params=fulldisk.KINDS)
def disk(request: Any, tmp_path: Path, settings: Any) -> Iterator[Any]:
    with fulldisk.small(request.param, tmp_path / "disk") as made, fulldisk.holding(made, settings):
        yield made


def sound(size: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(os.urandom(size))
    return out.getvalue()


def test_an_upload_stops_at_a_full_disk_and_goes_on_when_there_is_room(
    disk: Any, theatre: Theatre, told: demo.Told
) -> None:
    zhang, data = Sender(theatre.account("zhang")), sound(600 << 10)
    half = 100 << 10
    place = zhang.begin(told, len(data))["Location"]
    assert zhang.piece(place, 0, data[:half]).status_code == 204
    with disk.full(SPARE):
        for _ in range(3):
            answered = zhang.piece(place, half, data[half:])
            assert (answered.status_code, "磁盘已满" in answered.json()["text"]) == (507, True)
            assert zhang.offset(place) == half, "what was acknowledged is there, and nothing more is said to be"
        checked = zhang.piece(place, half, data[half:], upload_checksum=f"sha256 {sha(data[half:])}")
        assert (checked.status_code, zhang.offset(place)) == (507, half)
        said = zhang.told(place)
        assert (said["offset"], said["sha256"], said["taken"]) == (half, "", None)
        assert not StagedFile.objects.filter(sha256=digest(data)).exists()
        arriving._hashes.clear()  # as after a start of the process
    assert zhang.piece(place, half, data[half:]).status_code == 204
    said = zhang.told(place)
    assert said["sha256"] == digest(data) == hashlib.sha256(shelf().waiting(digest(data)).read_bytes()).hexdigest()
    assert said["taken"]["name"] == "询问录音.wav"


def sha(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_a_file_in_one_request_is_refused_whole(disk: Any, caller: Any, told: demo.Told) -> None:
    zhang, data = caller("zhang"), sound(600 << 10)
    query = {"stream": told.stream, "act": "take_evidence"}
    with disk.full(SPARE):
        answered = zhang.bring(data, "询问录音.wav", **query)
        assert (answered.status_code, "磁盘已满" in str(answered.json())) == (507, True)
        assert not shelf().known(digest(data))
    assert not list((shelf().folder / "staged").iterdir()), "nothing is left of it"
    assert zhang.bring(data, "询问录音.wav", **query).status_code == 201
    assert shelf().known(digest(data))
