"""Interruptions in a real browser with a false camera: the browser killed, the permission withdrawn, and with a stand-in
for the camera what no false camera does. None can be hidden."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.three_systems.recording.capture import interrupting
from sanxiang.three_systems.recording.models import ArrivedAct
from tests.support.browser import arguments, chromium
from tests.support.filmed import times_of

from .browsing import ALLOWED, PHONE, end, killed, pieces, shot, start, until, whole
from .conftest import BASE
from .served import Served

SLICE = 3000
LENGTHS = """async (take) => {
  const disk = await navigator.storage.getDirectory();
  const folder = await (await disk.getDirectoryHandle("takes")).getDirectoryHandle(take);
  const text = await (await (await folder.getFileHandle("chain.jsonl")).getFile()).text();
  return text.trim().split("\\n").map((line) => JSON.parse(line).mono).map(([from, to]) => to - from);
}"""


@pytest.mark.browser
def test_a_browser_that_is_killed_loses_less_than_a_piece(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    """What was recorded until then is there after the restart: of the time before the kill less than one piece is gone,
    by the clock and in the film itself; going on makes all of the time between an interruption."""
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
    take = start(page, SLICE)
    pieces(page, 2)
    until(lambda: page.evaluate("performance.now() - sanxiang.recorder.mono") > SLICE / 3, 30)  # amid a piece
    count, handed = page.evaluate("[sanxiang.recorder.count, sanxiang.recorder.handed]")
    killed(profile)
    died = datetime.now(UTC)
    served.down = False
    context, page = opened()
    page.locator("main a", has_text="意外中断").first.tap()
    there = page.evaluate("(id) => sanxiang.takes.find((one) => one.take === id)", take)
    assert there["count"] >= count, "an acknowledged piece is gone"
    assert handed - there["count"] <= 1, "more than the piece that was being written is gone"
    kept = datetime.fromisoformat(there["until"])
    longest = max(SLICE, *page.evaluate(LENGTHS, take))  # a busy machine hands out late, and then more at once
    assert timedelta() < died - kept < timedelta(milliseconds=longest), "a piece or more of time is gone"
    page.evaluate("window.SLICE = 500")
    page.get_by_role("button", name="继续录制").tap()
    page.wait_for_selector("#live .on")
    page.wait_for_function(f"() => sanxiang.recorder.count > {there['count']}", timeout=60_000)
    end(page)
    one = whole(theatre, take)
    (gap,) = one.gaps
    assert (gap.cause, one.segments > there["count"], one.grade) == ("程序异常退出", True, "A")
    assert abs(gap.since - kept) < timedelta(seconds=1)
    assert died < gap.until, "what is gone lies within the interruption"
    found = interrupting.inspect(theatre.connection, take, at=datetime.now(UTC))
    assert [other.id for other in found.gaps] == [gap.id], "the films last as long as the pieces say"
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
    refused = "() => (document.querySelector('form .need') || {}).textContent"
    assert "不能在录像中说明的客观原因" in page.wait_for_function(refused).json_value()
    assert whole(theatre, take).unexplained
    page.fill("#gap_why_after", "权限被系统收回，无法在录像里说")
    page.get_by_role("button", name="提交说明").tap()
    until(lambda: not whole(theatre, take).unexplained)
    context.close()


@pytest.fixture
def plain(playwright: Any, served: Served, theatre: Any, tmp_path: Path) -> Iterator[Any]:
    """The app in a browser that Playwright leaves as it is: elsewhere it makes every page believe that it is in front."""
    profile = tmp_path / "profile"
    words = [chromium(), "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", *arguments()]
    process = subprocess.Popen([*words, "about:blank"], stderr=subprocess.DEVNULL)
    try:
        port = until(lambda: told.read_text().split() if (told := profile / "DevToolsActivePort").exists() else [])[0]
        there = playwright.connect_over_cdp(f"http://127.0.0.1:{port}", no_defaults=True)
        context = there.contexts[0]
        context.add_cookies([served.cookie(theatre.account("zhang"))])
        yield context.pages[0]
    finally:
        process.kill()
        process.wait()


ACT = """([id, on, told]) => sanxiang.ask("save", {place: "acts", name: `${id}.json`, data: {
  id, officer: sanxiang.pack.officer, title: "演示", name: "现场检查", answer: null,
  sent: {pass: sanxiang.pack.pass, case: on, act: "inspect", contact: null, files: [], signed: null, ...told}}})"""


def filled(theatre: Any, story: Any, take: str) -> dict[str, Any]:
    """What the form of the inspection sends, with this recording of it."""
    command = theatre.command(story, "inspect")
    facts = {key: value for key, value in command.facts.items() if not key.startswith("recording_")}
    return {"facts": facts | times_of(story.stream), "officers": list(command.officers), "recordings": [take],
            "done_at": datetime.now(UTC).isoformat()}  # fmt: skip


HIDDEN = "document.visibilityState === 'hidden' && performance.now() - since > 1500"


@pytest.mark.browser
@pytest.mark.clauses("CN-09", "LY-24")
@pytest.mark.journeys("recording.gaps")
def test_another_app_in_front_is_an_interruption_that_the_act_waits_for(
    plain: Any, served: Served, theatre: Any, story: Any
) -> None:
    """The page is really hidden, by a tab in front of it; the camera runs on, and who looks at the film could not know."""
    page = plain
    page.goto(f"{served.url}{BASE}#task/{story.stream}")
    page.wait_for_selector("body[data-ready]")
    page.evaluate("document.addEventListener('visibilitychange', () => { window.since = performance.now(); })")
    page.evaluate("window.SLICE = 500")
    page.locator("#bar .big").click()
    page.wait_for_selector("#live .on")
    take = str(page.evaluate("sanxiang.recorder.take"))
    page.locator(".marks button", has_text="亮证").click()
    pieces(page, 2)
    other = page.context.new_page()
    until(lambda: page.evaluate(HIDDEN))
    other.close()
    page.bring_to_front()
    until(lambda: page.evaluate("document.visibilityState === 'visible'"))
    pieces(page, page.evaluate("sanxiang.recorder.count") + 2)
    page.locator("#live").get_by_role("link", name="说明中断（1）").wait_for()
    page.locator("#bar .stop").click()
    page.wait_for_function("() => !sanxiang.recorder")
    one = whole(theatre, take)
    (gap,) = one.unexplained
    assert (gap.cause, one.grade) == ("切换到其他应用", "A")
    assert gap.until - gap.since >= timedelta(seconds=1)
    assert one.began <= gap.since < gap.until <= one.ended  # type: ignore[operator]
    page.evaluate(ACT, [str(uuid.uuid4()), story.stream, filled(theatre, story, take)])
    page.goto(f"{served.url}{BASE}#")
    page.wait_for_selector("main a:has-text('有 1 处中断没有说明')")
    page.get_by_role("link", name="等待送达").click()
    page.wait_for_selector("text=录音录像的中断要先说明原因")
    shot(page, "act-waits-for-the-reason")
    assert not ArrivedAct.objects.filter(case=story.stream).exists()
    page.get_by_role("link", name="录音录像的中断要先说明原因").click()
    page.select_option("#gap_cause", label="切换到其他应用")
    page.fill("#gap_text", "查了一下法条")
    page.select_option("#gap_given", label="在录像中说明")
    page.get_by_role("button", name="提交说明").click()
    arrived = until(lambda: ArrivedAct.objects.filter(case=story.stream).exclude(state="received").first())
    assert (arrived.state, arrived.reasons) == ("done", [])
    assert "查了一下法条" in theatre.events(story)[-1].event.facts["recording_reason"]


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


AWAY = """async () => {
  const kept = [], steady = {wall: 1_700_000_000_000, mono: 0}, tracks = [];
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
  pass(2000); one.visible(false); pass(8000); tracks[0].onended();
  await one.stopping; pass(5000); one.visible(true);
  await one.again(); pass(2000); await one.end();
  const told = kept.filter(([act]) => act === "add" || act === "finish").flatMap(([act, told]) => (told.told || told).gaps);
  return told.map((gap) => [gap.cause, new Date(gap.to) - new Date(gap.from)]);
}"""
SOON = (
    AWAY.partition("  pass(2000); one.visible")[0].replace("stop() {}", "stop() { this.over = true; }")
    + """
  pass(2000); tracks[0].onended();
  pass(3000); await Promise.all([one.again(), one.again()]);
  const running = [one.run, one.state, tracks.length, !!tracks[1].over, !!tracks[0].over, tracks[0].onended];
  pass(2000); await one.end();
  const told = kept.filter(([act]) => act === "add").map(([, told]) => told.told);
  return [running, told.map((one) => [one.run, one.gaps.length])];
}"""
)


@pytest.mark.browser
def test_the_time_behind_another_app_is_told_though_the_camera_was_taken_away_meanwhile(app: Any) -> None:
    assert sorted(app().evaluate(AWAY)) == [["切换到其他应用", 8000], ["权限被收回", 5000]]


@pytest.mark.browser
def test_who_goes_on_at_once_and_twice_gets_one_camera_that_stays(app: Any) -> None:
    """What ends late of the run before takes nothing from the new one, and hides nothing."""
    running, runs = app().evaluate(SOON)
    assert running == [1, "recording", 2, False, True, None]
    assert runs == [[0, 0], [1, 1]]


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
