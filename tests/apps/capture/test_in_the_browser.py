"""The phone app in a real browser with a false camera: a whole inspection without a net, requests that fail, a browser
that is killed, a permission withdrawn, a wrong clock, two tabs, a session that ends, a phone that is full."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.three_systems.recording.models import ArrivedAct, RecordingRow

from .browsing import end, fill_in, kept_offline, pieces, start, until, whole
from .conftest import WEBM
from .served import Served

ROOM = "if (!self.document) self.navigator.storage.estimate = async () => ({usage: 0, quota: %d});\n"


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_a_whole_inspection_without_a_net_arrives_whole(app: Any, served: Served, theatre: Any, story: Any) -> None:
    page = app(f"#task/{story.stream}", workers="allow")
    kept_offline(page)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    served.down = True
    page.context.set_offline(True)
    page.reload()
    page.wait_for_function("() => window.sanxiang && sanxiang.pack && sanxiang.pack.tasks.length")
    assert page.locator("h1").inner_text() == story_title(page, story)
    take = start(page)
    page.get_by_role("button", name="已告知").tap()
    pieces(page, 3)
    page.locator(".marks button", has_text="发现").tap()
    page.locator("#bar button", has_text="拍照").tap()
    page.wait_for_function("() => sanxiang.takes.some((one) => one.medium === 'photo')", timeout=90_000)
    pieces(page, 6)
    end(page)
    fill_in(page, story.stream)
    page.wait_for_selector("text=在手机里等待送达")
    assert not RecordingRow.objects.filter(pk=take).exists()
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    one = whole(theatre, take)
    arrived = until(lambda: ArrivedAct.objects.filter(case=story.stream).exclude(state="received").first())
    assert (arrived.state, arrived.reasons) == ("done", [])
    page.wait_for_selector("text=已经办成")
    act = theatre.events(story)[-1]
    assert act.late
    photos = [name for name in act.event.recordings if RecordingRow.objects.get(pk=name).medium == "photo"]
    assert (set(act.event.recordings), len(photos)) == ({take, *photos}, 1)
    since, over = (datetime.fromisoformat(act.event.facts[name]) for name in ("started_on_site", "ended_on_site"))
    left = max(one.began - since, over - one.ended)  # under load the form takes longer than the minute that is spared
    wanted = "全程录音录像" if left < timedelta(minutes=1) else "部分录音录像"
    assert act.event.facts["recording_mode"] == wanted
    assert act.event.facts["recording_told"] is True
    assert [file["name"] for file in act.event.files] == ["当事人签名.png"]
    assert (one.grade, one.maker, {mark["kind"] for mark in one.marks}) == (
        "A", str(theatre.account("zhang").officer), {"开始告知", "发现", "拍照"}
    )  # fmt: skip


def story_title(page: Any, story: Any) -> str:
    return str(page.evaluate("(id) => sanxiang.pack.tasks.find((one) => one.case === id).title", story.stream))


@pytest.mark.browser
def test_recording_begins_with_one_tap_and_goes_out_though_requests_fail(
    app: Any, served: Served, theatre: Any
) -> None:
    """Three of ten requests fail: all is there once, in order; and it goes out while recording goes on."""
    page = app()
    served.fails = 3
    take = start(page)
    pieces(page, 6)
    page.wait_for_function("() => sanxiang.takes.some((one) => one.running && one.sent >= 2)", timeout=60_000)
    end(page)
    one = whole(theatre, take)
    assert served.seen > 0, "no request failed"
    assert (one.grade, one.gaps, one.conflicts) == ("A", (), ())


SLOW = """const Right = Date; self.Date = class extends Right {
  constructor(...given) { if (given.length) super(...given); else super(Right.now() - 2220000); }
  static now() { return Right.now() - 2220000; }
};
"""


@pytest.mark.browser
def test_a_phone_whose_clock_is_37_minutes_slow(app: Any, theatre: Any) -> None:
    before = timezone.now()
    page = app(prelude=SLOW)
    shown = int(re.search(r"时钟偏差 (-\d+) 秒", page.inner_text("#strip"))[1])  # type: ignore[index]
    assert abs(shown + 2220) <= 5
    take = start(page)
    pieces(page, 3)
    end(page)
    one = whole(theatre, take)
    assert abs(one.offset_seconds - 2220) <= 5
    assert one.not_before is not None
    assert one.not_after is not None
    margin = timedelta(seconds=5)
    assert before <= one.not_before <= one.began + margin  # type: ignore[operator]
    assert one.began <= one.ended <= one.not_after <= timezone.now()  # type: ignore[operator]


@pytest.mark.browser
def test_two_tabs_do_not_record_at_once(app: Any, served: Served) -> None:
    first = app()
    second = first.context.new_page()
    second.goto(f"{served.url}/recording/capture/")
    second.wait_for_selector("body[data-ready]")
    start(first)
    second.locator("#bar .big").tap()
    second.wait_for_selector("text=另一个页面正在录制")
    assert second.evaluate("sanxiang.recorder") is None
    end(first)
    start(second)
    end(second)


HELD = """() => new Promise((held) => navigator.locks.request("sanxiang-upload", () => {
  held(); return new Promise((done) => { window.letGo = done; }); }))"""


@pytest.mark.browser
def test_what_was_recorded_while_another_page_sends_goes_out_when_it_is_done(
    app: Any, served: Served, theatre: Any
) -> None:
    page = app()
    second = page.context.new_page()
    second.goto(f"{served.url}/recording/capture/")
    second.wait_for_selector("body[data-ready]")
    second.evaluate(HELD)
    page.bring_to_front()
    take = start(page)
    pieces(page, 2)
    end(page)
    page.wait_for_function("(id) => sanxiang.takes.some((one) => one.take === id && one.ended)", arg=take)
    assert not RecordingRow.objects.filter(pk=take, state="sealed").exists()
    second.evaluate("letGo()")
    assert whole(theatre, take).gaps == ()


@pytest.mark.browser
def test_a_session_that_ends_stops_the_sending_and_not_the_recording(app: Any, served: Served, theatre: Any) -> None:
    page = app()
    take = start(page)
    pieces(page, 2)
    page.context.clear_cookies()
    page.wait_for_selector("#strip >> text=要重新登录", timeout=30_000)
    before = page.evaluate("sanxiang.recorder.count")
    pieces(page, before + 3)
    end(page)
    assert not RecordingRow.objects.filter(pk=take, state="sealed").exists()
    page.context.add_cookies([served.cookie(theatre.account("zhang"))])
    page.reload()
    assert whole(theatre, take).gaps == ()


@pytest.mark.browser
def test_a_phone_that_is_full_says_so_before_and_stops_cleanly_while_recording(
    app: Any, browser: Any, served: Served, theatre: Any
) -> None:
    page = app(prelude=ROOM % 1000)
    page.locator("#bar .big").tap()
    page.wait_for_selector("text=手机空间不够录 30 分钟")
    assert page.evaluate("sanxiang.recorder") is None
    page = app(prelude=ROOM % (10 << 30))
    take = start(page)
    pieces(page, 3)
    page.evaluate("() => sanxiang.recorder.tools.full = true")
    page.evaluate("() => sanxiang.recorder.interrupt('存储空间不足')")
    page.wait_for_selector("text=中断：存储空间不足")
    end(page)
    one = whole(theatre, take)
    assert (one.grade, [gap.cause for gap in one.unexplained]) == ("A", ["存储空间不足"])


@pytest.mark.browser
def test_what_the_phones_own_camera_made_is_taken_in_as_such(
    app: Any, theatre: Any, story: Any, tmp_path: Path
) -> None:
    """Longer than one part, of a lesser grade, without interruptions that nobody can know of."""
    film = tmp_path / "film.webm"
    film.write_bytes(WEBM + os.urandom(5 << 20))
    page = app(f"#task/{story.stream}")
    page.set_input_files("input[type=file]", str(film))
    take = until(lambda: RecordingRow.objects.filter(case=story.stream, source="camera").first())
    one = whole(theatre, str(take.stream))
    assert (one.grade, one.segments, one.gaps) == ("B", 2, ())
    assert one.files[0]["size"] == film.stat().st_size


@pytest.mark.browser
def test_a_new_version_takes_nothing_over_while_somebody_records(app: Any, served: Served) -> None:
    page = app(workers="allow")
    worker = page.request.get(f"{served.url}/recording/capture/sw.js").text()
    assert "skipWaiting" not in worker
    assert "clients.claim" not in worker
