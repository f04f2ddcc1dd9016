"""What the phone's own camera made (来源等级 B): it lasts as long as its container says and ended when the file was written;
nothing is known of its earliest time."""

from __future__ import annotations

import base64
import os
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.core.casefile import fold_recording
from sanxiang.core.gates.backdating import against_device
from sanxiang.core.values import CHINA
from sanxiang.store import reading
from sanxiang.three_systems.recording.models import RecordingRow
from tests.apps.devices.footage import film

from .browsing import until, whole
from .test_capture import PNG, act_of, sent

NOW = timezone.now
LASTS = 600


def state(theatre: Any, take: str) -> Any:
    return fold_recording(reading.load(theatre.connection, take))


def filmed(
    phone_of: Any, theatre: Any, written: datetime, medium: str = "video", made: bytes = b"", **case: Any
) -> Any:
    """A file of the camera that was written at a moment, before the page met the server last."""
    phone = phone_of(theatre.account("zhang"), began=written, source="camera", medium=medium, **case)
    phone.record([(0, 0)], began=written, made=[made or film(LASTS)])
    answer = phone.all()
    assert answer.status_code == 200, answer.content
    return phone


@pytest.mark.clauses("LY-24")
def test_a_film_of_the_camera_lasts_as_its_container_says(theatre: Any, phone_of: Any) -> None:
    written = NOW() - timedelta(minutes=5)
    one = state(theatre, filmed(phone_of, theatre, written).take)
    assert (one.grade, one.seconds, one.ended) == ("B", LASTS, written)
    assert one.began == written - timedelta(seconds=LASTS)
    assert (one.not_before, one.not_after is not None) == (None, True), "taken in after it was made"
    assert against_device(one) == []


def test_a_photo_of_the_camera_is_no_clue_of_back_dating(theatre: Any, phone_of: Any) -> None:
    written = NOW() - timedelta(hours=2)
    one = state(theatre, filmed(phone_of, theatre, written, "photo", base64.b64decode(PNG)).take)
    assert (one.began, one.ended, one.seconds, one.not_before) == (written, written, 0, None)
    assert against_device(one) == []


@pytest.mark.clauses("LY-24")
def test_with_typed_times_a_complete_film_of_the_camera_counts_as_complete(theatre: Any, phone_of: Any) -> None:
    story = theatre.played("ordinary", before="inspect")
    written = (NOW() - timedelta(minutes=5)).replace(second=0, microsecond=0)
    phone = filmed(phone_of, theatre, written, case=story.stream, activity="inspect")
    body = act_of(theatre, story, phone)
    minute = "%Y-%m-%dT%H:%M+08:00"
    body["facts"] |= {
        "started_on_site": f"{(written - timedelta(seconds=LASTS)).astimezone(CHINA):{minute}}",
        "ended_on_site": f"{written.astimezone(CHINA):{minute}}",
    }
    told = sent(phone, str(uuid.uuid4()), body).json()
    assert (told["state"], told["reasons"]) == ("done", [])
    assert theatre.events(story)[-1].event.facts["recording_mode"] == "全程录音录像"


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_film_that_the_phone_takes_in_ended_when_its_file_was_written(
    app: Any, theatre: Any, story: Any, tmp_path: Path
) -> None:
    place = tmp_path / "film.mp4"
    place.write_bytes(film(LASTS))
    written = NOW() - timedelta(minutes=30)
    os.utime(place, (written.timestamp(), written.timestamp()))
    page = app(f"#task/{story.stream}")
    page.set_input_files("input[type=file]", str(place))
    take = until(lambda: RecordingRow.objects.filter(case=story.stream, source="camera").first())
    one = whole(theatre, str(take.stream))
    assert (one.grade, one.seconds, one.not_before) == ("B", LASTS, None)
    assert one.ended is not None
    assert abs((one.ended - written).total_seconds()) < 5
