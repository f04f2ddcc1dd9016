"""Interruptions in a real browser with a false camera: the browser killed, the permission withdrawn, and with a stand-in
for the camera what no false camera does. None can be hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import arguments, chromium

from .browsing import ALLOWED, PHONE, end, killed, pieces, start, until, whole
from .served import Served


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
    pieces(page, 4)
    count, handed = page.evaluate("[sanxiang.recorder.count, sanxiang.recorder.handed]")
    killed(profile)
    served.down = False
    context, page = opened()
    page.locator("main a", has_text="意外中断").first.tap()
    there = page.evaluate("(id) => sanxiang.takes.find((one) => one.take === id)", take)
    assert there["count"] >= count, "an acknowledged piece is gone"
    assert handed - there["count"] <= 1, "more than the piece that was being written is gone"
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
    refused = "() => (document.querySelector('form .need') || {}).textContent"
    assert "不能在录像中说明的客观原因" in page.wait_for_function(refused).json_value()
    assert whole(theatre, take).unexplained
    page.fill("#gap_why_after", "权限被系统收回，无法在录像里说")
    page.get_by_role("button", name="提交说明").tap()
    until(lambda: not whole(theatre, take).unexplained)
    context.close()


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
