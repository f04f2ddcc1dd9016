"""The player in a real browser, with a real film: watermark, bookmarks and gaps on the bar, keys, speed, and a still
that is the very picture on the screen."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sanxiang.casework.models import StagedFile
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.core.events import recording as told
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import examining
from sanxiang.three_systems.recording.models import LookRow
from tests.apps.capture.served import Served
from tests.support.films import film, sound
from tests.support.theatre import Theatre

SECONDS = 8
CLAUSES = pytest.mark.clauses("LY-29", "UR-15", "CN-12")


@pytest.fixture
def served(theatre: Theatre) -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def recorded(theatre: Theatre, tmp_path: Path) -> Any:
    """A case, and the recording of its inspection: a bookmark at second 2, an interruption from 5 to 6."""
    data = film(tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=SECONDS)
    return kept(theatre, data, "第1段.webm", "video/webm")


@pytest.fixture
def heard(theatre: Theatre, tmp_path: Path) -> Any:
    """The same of a recording of sound alone, silent from second 4.5 on, that was looked into."""
    data = sound(tmp_path / "a.mp3", "mp3", "libmp3lame", SECONDS, silent=(4.5, SECONDS))
    found = kept(theatre, data, "第1段.mp3", "audio/mpeg")
    examining.examine(hashlib.sha256(data).hexdigest(), "audio/mpeg")
    return found


def kept(theatre: Theatre, data: bytes, name: str, media_type: str) -> Any:
    """A case, and the recording of its inspection that holds one file."""
    story = theatre.played("ordinary", before="inspect")
    at, maker, agency = story.at + timedelta(days=1), theatre.who(story, "a"), theatre.people["luoyang"][""]
    stream = str(uuid.uuid4())
    begun = told.RecordingStarted(
        jurisdiction="luoyang", agency=agency, department="enforcement", case=story.stream, activity="inspect",
        maker=maker, officers=(maker,), began=at.isoformat(), notice=True, device="手机",
        medium=media_type.partition("/")[0],
    )  # fmt: skip
    gap = {"id": "g", "from": (at + timedelta(seconds=5)).isoformat(), "to": (at + timedelta(seconds=6)).isoformat(),
           "cause": "来电"}  # fmt: skip
    whole = told.RecordingSealed(
        began=at.isoformat(), ended=(at + timedelta(seconds=SECONDS)).isoformat(), segments=1, head="ab",
        seconds=SECONDS, marks=({"at": (at + timedelta(seconds=2)).isoformat(), "kind": "亮证", "note": ""},),
        files=({"name": name, "sha256": shelf().add(data), "size": len(data), "type": media_type},),
    )  # fmt: skip

    def enters(*events: Any, **who: Any) -> None:
        command = RecordingCommand(stream=stream, said=tuple(Said(event=one, occurred_at=at) for one in events), **who)
        assert enter(theatre.connection, theatre.book, command, at=at).done

    enters(begun, officer=maker)
    enters(told.RecordingInterrupted(gaps=(gap,)), whole, system=system_of(agency))
    return story, stream


@pytest.fixture
def player(page: Any, served: Served, theatre: Theatre, recorded: Any) -> Any:
    """The player of that recording, opened by who handles the case, once he has said why."""
    return opened(page, served, theatre, recorded[1])


def opened(page: Any, served: Served, theatre: Theatre, stream: str) -> Any:
    page.context.add_cookies([served.cookie(theatre.account("zhang"))])
    page.goto(f"{served.url}/recording/{stream}/play/0/")
    assert "/why/" in page.url
    page.check("input[value=办理本案]")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/look/**")
    page.wait_for_function("() => document.querySelector('[data-film]').readyState >= 2")
    return page


def at(page: Any) -> float:
    return float(page.evaluate("document.querySelector('[data-film]').currentTime"))


def arrives(page: Any, second: float, margin: float = 0.02) -> None:
    page.wait_for_function(
        "([second, margin]) => { const film = document.querySelector('[data-film]');"
        " return !film.seeking && Math.abs(film.currentTime - second) <= margin; }",
        arg=[second, margin],
    )


@pytest.mark.browser
@CLAUSES
@pytest.mark.journeys("recording.player")
def test_the_bar_shows_bookmarks_and_gaps_and_the_picture_who_looks(player: Any, recorded: Any) -> None:
    marks = player.locator("[data-marked] span")
    assert marks.count() > 1
    assert "张演示" in marks.first.inner_text()
    before = marks.first.inner_text()
    player.wait_for_function(
        "(before) => document.querySelector('[data-marked] span').textContent !== before", arg=before
    )
    bookmark, gap = player.locator("[data-track] button"), player.locator("[data-track] .gap")
    assert (bookmark.count(), "亮证" in bookmark.get_attribute("aria-label")) == (1, True)
    assert "中断 0:01：来电" in gap.get_attribute("title")
    bar = player.locator("[data-track]").bounding_box()
    middle = bookmark.bounding_box()["x"] + bookmark.bounding_box()["width"] / 2
    assert abs((middle - bar["x"]) / bar["width"] - 2 / SECONDS) < 0.02
    span = gap.bounding_box()
    assert abs((span["x"] - bar["x"]) / bar["width"] - 5 / SECONDS) < 0.02
    assert abs(span["width"] / bar["width"] - 1 / SECONDS) < 0.02
    bookmark.click()
    arrives(player, 2)
    player.locator("[data-track]").click(position={"x": bar["width"] / 2, "y": bar["height"] - 8})
    arrives(player, SECONDS / 2, 0.2)
    assert LookRow.objects.filter(owner=recorded[1], manner="view").count() == 1


@pytest.mark.browser
@CLAUSES
@pytest.mark.journeys("recording.player")
def test_it_is_played_by_keys_alone(player: Any) -> None:
    player.keyboard.press("m")
    arrives(player, 2)
    for key, second in ((".", 2.04), (".", 2.08), (",", 2.04), ("ArrowRight", 7.04), ("ArrowLeft", 2.04)):
        player.keyboard.press(key)
        arrives(player, second)
    assert player.evaluate("document.querySelector('[data-film]').paused")
    rates = []
    for key in ("]", "]", "["):
        player.keyboard.press(key)
        rates.append(player.evaluate("document.querySelector('[data-film]').playbackRate"))
    assert rates == [1.5, 2, 1.5]
    player.select_option("[data-speed]", "0.25")
    assert player.evaluate("document.querySelector('[data-film]').playbackRate") == 0.25
    player.locator("h1").click()
    player.keyboard.press(" ")
    player.wait_for_function("() => document.querySelector('[data-film]').currentTime > 2.2")
    assert player.inner_text("[data-do=play]") == "暂停"
    player.keyboard.press(" ")
    player.wait_for_function("() => document.querySelector('[data-film]').paused")
    held = at(player)
    player.wait_for_timeout(400)
    assert at(player) == held


DRAWN = """([from, until]) => { const wave = document.querySelector('[data-wave]'), pen = wave.getContext('2d');
  const x = Math.round(wave.width * from), width = Math.round(wave.width * (until - from));
  const seen = pen.getImageData(x, 0, width, wave.height).data;
  return seen.filter((one, n) => n % 4 === 3 && one > 0).length / (width * wave.height); }"""
"""How much of a part of the bar is drawn on."""


@pytest.mark.browser
@CLAUSES
@pytest.mark.journeys("recording.player")
def test_sound_is_seen_on_the_bar_and_heard_by_keys_alone(
    page: Any, served: Served, theatre: Theatre, heard: Any
) -> None:
    player = opened(page, served, theatre, heard[1])
    assert player.locator("audio[data-film]").count() == 1
    assert player.locator("video").count() == 0
    loud, silent = (player.evaluate(DRAWN, span) for span in ([0.05, 0.5], [0.65, 0.95]))
    assert loud > 5 * silent > 0, "a thin line where there is silence"
    bar = player.locator("[data-track]").bounding_box()
    bookmark, gap = player.locator("[data-track] button"), player.locator("[data-track] .gap")
    middle = bookmark.bounding_box()["x"] + bookmark.bounding_box()["width"] / 2
    assert abs((middle - bar["x"]) / bar["width"] - 2 / SECONDS) < 0.02
    assert abs((gap.bounding_box()["x"] - bar["x"]) / bar["width"] - 5 / SECONDS) < 0.02
    assert "没有声音" in player.locator("[data-track] .quiet").get_attribute("title")
    assert player.locator("[data-do=before], [data-do=wide], [data-still]").count() == 0, "what only pictures have"
    player.keyboard.press("m")
    arrives(player, 2)
    player.keyboard.press(" ")
    player.wait_for_function("() => document.querySelector('[data-film]').currentTime > 2.3")
    assert player.evaluate("document.querySelector('[data-film]').webkitAudioDecodedByteCount") > 0
    assert not player.evaluate("document.querySelector('[data-film]').muted")
    player.keyboard.press(" ")
    player.wait_for_function("() => document.querySelector('[data-film]').paused")
    held = at(player)
    player.keyboard.press("ArrowRight")
    arrives(player, min(held + 5, SECONDS), 0.1)


SHOWN = """() => { const film = document.querySelector('[data-film]'), canvas = document.createElement('canvas');
  canvas.width = film.videoWidth; canvas.height = film.videoHeight;
  canvas.getContext('2d').drawImage(film, 0, 0);
  return canvas.getContext('2d').getImageData(80, 60, 1, 1).data[0]; }"""


@pytest.mark.browser
@CLAUSES
@pytest.mark.journeys("recording.player")
def test_a_still_is_the_picture_that_stood_on_the_screen(player: Any, recorded: Any) -> None:
    _, stream = recorded
    player.evaluate("document.querySelector('[data-film]').currentTime = 3.35")
    arrives(player, 3.35)
    level = player.evaluate(SHOWN)
    player.keyboard.press("s")
    player.wait_for_url("**/do/take_evidence/?kept=*")
    row = StagedFile.objects.get(pk=player.url.split("kept=")[1])
    drawn = Image.open(io.BytesIO(shelf().waiting(row.sha256).read_bytes())).convert("L").getpixel((80, 60))
    assert abs(drawn - (60 + 2 * 33)) <= 3, "picture 33 of ten a second"  # type: ignore[operator]
    assert abs(drawn - level) <= 3, "what he saw"  # type: ignore[operator]
    assert player.locator("#l-files input[name=kept]").is_checked()
    assert "0-03.300 画面.png" in player.inner_text("#l-files")
    look = LookRow.objects.get(owner=stream, manner="still")
    assert (look.second, look.made) == ("3.300", row.sha256)
