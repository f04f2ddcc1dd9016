"""The phone app in a real browser with a false camera: a whole inspection without a net, requests that fail, a browser
that is killed, a permission withdrawn, a wrong clock, two tabs, a session that ends, a phone that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.ledger import segments as chain
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.models import ArrivedAct, RecordingRow
from tests.support.browser import arguments, chromium

from .served import Served, ahead

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN",
         "timezone_id": "Asia/Shanghai"}  # fmt: skip
ALLOWED = ["camera", "microphone"]
ROOM = ("capture/keeper", "self.navigator.storage.estimate = async () => ({usage: 0, quota: %d});\n")


@pytest.fixture
def served(theatre: Any) -> Iterator[Served]:
    """The pages on the theatre's database."""
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def playwright(browser: Any) -> Any:
    """The Playwright behind the shared browser."""
    return browser.browser_type


@pytest.fixture
def story(theatre: Any) -> Any:
    return theatre.played("ordinary", before="inspect")


@pytest.fixture
def app(browser: Any, served: Served, theatre: Any) -> Iterator[Callable[..., Any]]:
    """Open the app as an officer of Luoyang; a script error fails the test."""
    contexts, faults = [], []

    def open_app(hash: str = "", *, login: bool = True, **more: Any) -> Any:
        context = browser.new_context(
            **PHONE, permissions=ALLOWED, service_workers=more.pop("workers", "block"), **more
        )
        contexts.append(context)
        if login:
            context.add_cookies([served.cookie(theatre.account("zhang"))])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{served.url}/recording/capture/{hash}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_app
    for context in contexts:
        context.close()
    assert faults == []


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something outside of the page."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.2)
    return found


def pieces(page: Any, least: int) -> None:
    page.wait_for_function(f"() => sanxiang.recorder && sanxiang.recorder.count >= {least}", timeout=60_000)


def start(page: Any, slice_ms: int = 500) -> str:
    """Begin to record with one tap; the id of the recording."""
    page.evaluate(f"window.SLICE = {slice_ms}")
    page.locator("#bar .big").tap()
    page.wait_for_selector("#live .on")
    return str(page.evaluate("sanxiang.recorder.take"))


def whole(theatre: Any, take: str) -> Recording:
    """The recording once it stands sealed on the record, its chain recounted from the files alone."""

    def sealed() -> Recording | None:
        row = RecordingRow.objects.filter(pk=take, state="sealed").first()
        return fold_recording(reading.load(theatre.connection, take)) if row else None

    one: Recording = until(sealed, 90)
    listing = next(file for file in one.files if file["name"].endswith(".jsonl"))
    opening, *headers = shelf().read(listing["sha256"]).split(b"\n")
    told = chain.reckon(opening, headers)
    assert (told.problems, told.head) == ((), one.head)
    data = b"".join(shelf().read(file["sha256"]) for file in one.files if file["type"].startswith("video"))
    for header in headers:
        piece = chain.read(header)
        assert chain.digest(data[: piece.size]) == piece.sha256
        data = data[piece.size :]
    assert data == b""
    return one


def end(page: Any) -> None:
    page.locator("#bar .stop").tap()
    page.wait_for_function("() => !sanxiang.recorder")


def fill_in(page: Any, case: str) -> None:
    """The record of the inspection: ticks, what was found, the signature with a finger."""
    page.goto(page.url.partition("#")[0] + f"#act/{case}/inspect")
    page.wait_for_selector("form")
    for box in page.locator(".check input[type=checkbox]").all():
        box.check()
    page.fill("#f-place", "演示路8号")
    page.fill("#f-inspection_findings", "货架上有没有标签的食品十二件。")
    page.select_option("#f-signature", label="已签名")
    pad = page.locator("canvas.pad")
    pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for at in range(12):
        page.mouse.move(box["x"] + 40 + 15 * at, box["y"] + 40 + (at % 3) * 20)
    page.mouse.up()
    page.locator("main form button[type=submit]").tap()
    page.wait_for_function(
        "() => location.hash.startsWith('#queued/') || document.querySelector('#missing').textContent"
    )
    assert "#queued/" in page.url, page.inner_text("#missing")


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_a_whole_inspection_without_a_net_arrives_whole(app: Any, served: Served, theatre: Any, story: Any) -> None:
    page = app(f"#task/{story.stream}", workers="allow")
    page.wait_for_function("() => navigator.serviceWorker.ready.then(() => true)")
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
    page.wait_for_function("() => sanxiang.takes.some((one) => one.medium === 'photo')")
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
    assert act.event.facts["recording_mode"] == "全程录音录像"
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


def killed(context: Any, folder: Path) -> None:
    """kill -9 of the whole browser."""
    mine = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=True).stdout.split()
    for process in map(int, mine):
        if process != os.getpid():
            os.kill(process, signal.SIGKILL)


@pytest.mark.browser
def test_a_browser_that_is_killed_loses_less_than_a_piece(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    """What was recorded until then is there after the restart; going on makes the time between an interruption."""
    profile = tmp_path / "profile"

    def opened() -> Any:
        context = playwright.launch_persistent_context(
            str(profile), executable_path=chromium(), args=arguments(), permissions=ALLOWED, service_workers="block",
            **PHONE,
        )  # fmt: skip
        context.add_cookies([served.cookie(theatre.account("zhang"))])
        page = context.new_page()
        page.goto(f"{served.url}/recording/capture/")
        page.wait_for_selector("body[data-ready]")
        return context, page

    context, page = opened()
    served.down = True
    take = start(page, 1000)
    began = time.monotonic()
    pieces(page, 4)
    lasted, count = time.monotonic() - began, page.evaluate("sanxiang.recorder.count")
    killed(context, profile)
    served.down = False
    context, page = opened()
    page.locator("main a", has_text="意外中断").first.tap()
    there = page.evaluate("(id) => sanxiang.takes.find((one) => one.take === id)", take)
    assert there["count"] >= count, "an acknowledged piece is gone"
    assert there["count"] >= int(lasted) - 1
    page.evaluate("window.SLICE = 500")
    page.get_by_role("button", name="继续录制").tap()
    page.wait_for_selector("#live .on")
    page.wait_for_function(f"() => sanxiang.recorder.count > {there['count']}", timeout=60_000)
    end(page)
    one = whole(theatre, take)
    (gap,) = one.gaps
    assert (gap.cause, one.segments > there["count"], one.grade) == ("程序异常退出", True, "A")
    context.close()


@pytest.mark.browser
def test_a_permission_withdrawn_is_an_interruption_that_has_to_be_explained(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    quiet = [one for one in arguments() if "fake-ui" not in one]
    context = playwright.launch_persistent_context(
        str(tmp_path / "profile"), executable_path=chromium(), args=quiet, permissions=ALLOWED, service_workers="block",
        **PHONE,
    )  # fmt: skip
    context.add_cookies([served.cookie(theatre.account("zhang"))])
    page = context.new_page()
    page.goto(f"{served.url}/recording/capture/")
    page.wait_for_selector("body[data-ready]")
    take = start(page)
    pieces(page, 3)
    context.clear_permissions()
    page.wait_for_selector("text=中断：权限被收回", timeout=20_000)
    before = page.evaluate("sanxiang.recorder.count")
    context.grant_permissions(ALLOWED, origin=served.url)
    page.locator("#live").get_by_role("button", name="继续录制").tap()
    page.wait_for_function(f"() => sanxiang.recorder && sanxiang.recorder.count > {before + 1}", timeout=60_000)
    end(page)
    one = whole(theatre, take)
    assert [gap.cause for gap in one.unexplained] == ["权限被收回"]
    page.goto(f"{served.url}/recording/capture/#take/{take}")
    page.wait_for_selector("select#gap_given")
    page.fill("#gap_text", "误触设置")
    page.select_option("#gap_given", label="事后书面说明")
    page.get_by_role("button", name="提交说明").tap()
    page.wait_for_selector("text=不能在录像中说明的客观原因", state="visible")
    assert whole(theatre, take).unexplained
    page.fill("#gap_why_after", "权限被系统收回，无法在录像里说")
    page.get_by_role("button", name="提交说明").tap()
    until(lambda: not whole(theatre, take).unexplained)
    context.close()


@pytest.mark.browser
def test_a_phone_whose_clock_is_37_minutes_slow(app: Any, theatre: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", ahead(37))
    before = ahead(37)()
    page = app()
    assert "时钟偏差 -2220 秒" in page.inner_text("#strip")
    take = start(page)
    pieces(page, 3)
    end(page)
    one = whole(theatre, take)
    assert abs(one.offset_seconds - 2220) <= 2
    assert one.not_before is not None
    assert one.not_after is not None
    assert before <= one.not_before <= one.began <= one.ended <= one.not_after <= ahead(37)()  # type: ignore[operator]


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
    page = app()
    room = {"quota": 1000}

    def keeper(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{ROOM[1] % room['quota']}{answer.text()}")

    page.context.route(f"**/{ROOM[0]}*.js", keeper)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.locator("#bar .big").tap()
    page.wait_for_selector("text=手机空间不够录 30 分钟")
    assert page.evaluate("sanxiang.recorder") is None
    room["quota"] = 10 << 30
    page.reload()
    page.wait_for_selector("body[data-ready]")
    take = start(page)
    pieces(page, 3)
    page.evaluate("() => sanxiang.recorder.tools.full = true")
    page.evaluate("() => sanxiang.recorder.interrupt('存储空间不足')")
    page.wait_for_selector("text=中断：存储空间不足")
    end(page)
    assert whole(theatre, take).grade == "A"


STUB = """async () => {
  const kept = [], tracks = [], steady = {wall: 1_700_000_000_000, mono: 0};
  const tools = {
    slice: 2000, wall: () => steady.wall, mono: () => steady.mono, changed: () => {},
    keeper: async (act, told) => { kept.push([act, told]); return act === "finish" ? {count: 0} : {}; },
    camera: async () => { const track = {stop() {}}; tracks.push(track); return {getTracks: () => [track]}; },
    recorder: () => ({state: "inactive", mimeType: "video/mp4", start() { this.state = "recording"; },
      stop() { this.state = "inactive"; this.ondataavailable({data: new Blob(["end"])}); this.onstop(); }}),
  };
  const pass = (ms) => { steady.wall += ms; steady.mono += ms; };
  const one = new Recorder(tools);
  await one.start("t", {medium: "video"});
  const data = (text) => one.recorder.ondataavailable({data: new Blob(text ? [text] : [])});
  pass(2000); data("a"); pass(2000); data(""); pass(2000); data("late");
  tracks[0].onmute(); pass(4000); tracks[0].onunmute();
  one.check(0); pass(3500); one.check(0); const warned = one.warning; one.check(0.2);
  one.visible(false); pass(9000); one.visible(true);
  steady.wall -= 37 * 60000; data("turned");
  pass(11000); one.check(0.5); await new Promise((done) => setTimeout(done, 20));
  const stalled = one.state;
  pass(60000); await one.again(); pass(2000); data("b"); await one.end();
  const added = kept.filter(([act]) => act === "add").map(([, told]) => told.told);
  return {warned, stalled, pieces: added.map((t) => [t.run, t.mono]), gaps: added.flatMap((t) => t.gaps.map((g) => g.cause)),
    forward: added.every((t) => t.to >= t.from)};
}"""


@pytest.mark.browser
def test_empty_late_and_silent_pieces_muted_tracks_and_a_stall(app: Any) -> None:
    """The states of a recording with a stand-in for camera and clock: what no false camera does."""
    told = app().evaluate(STUB)
    assert told["warned"] == "三秒没有声音，请检查麦克风"
    assert told["stalled"] == "interrupted"
    assert told["gaps"] == ["摄像头或者麦克风被占用", "没有声音", "切换到其他应用", "没有数据"]
    assert [one[0] for one in told["pieces"]] == [0, 0, 0, 0, 1, 1]
    assert told["pieces"][1][1] == [2000, 6000], "an empty piece leaves no hole"
    assert told["forward"]


@pytest.mark.browser
def test_a_new_version_takes_nothing_over_while_somebody_records(app: Any, served: Served) -> None:
    page = app(workers="allow")
    worker = page.request.get(f"{served.url}/recording/capture/sw.js").text()
    assert "skipWaiting" not in worker
    assert "clients.claim" not in worker
