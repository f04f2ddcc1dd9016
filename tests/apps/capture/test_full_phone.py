"""A phone that is full: the browser itself refuses to write. The officer is told, recording stops, what was kept is kept."""

from __future__ import annotations

from typing import Any

import pytest

from .browsing import end, pieces, start, until, whole, written
from .served import Served

ROOM = "if (!self.document) self.navigator.storage.estimate = async () => ({usage: 0, quota: 10 * 2 ** 30});\n"
USED = "navigator.storage.estimate().then((found) => found.usage)"
FULL = "() => sanxiang.recorder && sanxiang.recorder.state === 'interrupted'"


def limited(page: Any, served: Served, size: int | None) -> None:
    """The quota of the origin, as Chromium holds to it; None for what it is by itself."""
    session = page.context.new_cdp_session(page)
    told = {"origin": served.url} | ({"quotaSize": size} if size is not None else {})
    session.send("Storage.overrideQuotaForOrigin", told)


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_quota_that_is_refused_stops_the_recording_and_loses_nothing_that_was_acknowledged(
    app: Any, served: Served, theatre: Any
) -> None:
    page = app(prelude=ROOM)
    page.context.set_offline(True)
    take = start(page)
    pieces(page, 2)
    page.get_by_role("button", name="已告知").tap()
    limited(page, served, int(page.evaluate(USED)) + 60_000)
    page.locator(".marks button", has_text="发现").tap()
    page.wait_for_function(FULL, timeout=60_000)
    page.wait_for_selector("text=中断：存储空间不足")
    kept = page.evaluate("sanxiang.recorder.count")
    assert kept >= 2
    # Nothing of what stands can be written over by what does not fit.
    assert (
        page.evaluate(
            """async () => { try { await sanxiang.ask("save", {place: "state", name: "big.json", data: "x".repeat(9e6)}); }
        catch (problem) { return problem.message; } }"""
        )
        == "手机空间已满，请先清理"
    )
    limited(page, served, None)
    page.get_by_role("button", name="继续录制").tap()
    page.wait_for_selector("#live .on")
    pieces(page, kept + 2)
    end(page)
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    one = whole(theatre, take)
    assert one.segments >= kept + 2
    assert {mark["kind"] for mark in one.marks} >= {"开始告知", "发现"}
    assert "存储空间不足" in [gap.cause for gap in one.gaps]


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.clauses("CN-09")
def test_a_full_phone_can_end_its_recording(app: Any, served: Served, theatre: Any) -> None:
    page = app(prelude=ROOM)
    take = start(page)
    pieces(page, 1)
    limited(page, served, int(page.evaluate(USED)))
    page.wait_for_function(FULL, timeout=60_000)
    end(page)
    limited(page, served, None)
    one = whole(theatre, take)
    assert (one.grade, [gap.cause for gap in one.unexplained]) == ("A", ["存储空间不足"])


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_draft_is_not_written_over_by_what_does_not_fit(app: Any, served: Served, story: Any) -> None:
    page = app(prelude=ROOM)
    written(page, story.stream)
    name, load = f"{story.stream}.inspect.json", "(name) => sanxiang.ask('load', {place: 'drafts', name})"
    until(lambda: "inspection_findings" in page.evaluate(load, name)["facts"])
    limited(page, served, int(page.evaluate(USED)))
    page.fill("#f-inspection_findings", "货架" * 4000)
    page.wait_for_selector("text=没有存好：手机空间已满")
    assert page.evaluate(load, name)["facts"]["inspection_findings"] == "货架上有没有标签的食品十二件。"
    limited(page, served, None)


FAILING = """if (!self.document) {
  const put = FileSystemSyncAccessHandle.prototype.write; let left = %d;
  self.addEventListener("message", ({data}) => { if (data.act !== "add" || !left || !(data.told.told.marks || []).length) return;
    const size = data.told.buffer.byteLength; left -= 1;
    FileSystemSyncAccessHandle.prototype.write = function (bytes, where) {
      if (bytes.byteLength !== size) return put.call(this, bytes, where); // what is noted of the sending
      FileSystemSyncAccessHandle.prototype.write = put; self.thrown = (self.thrown || 0) + 1; throw new Error("disk"); }; });
}
"""


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("times", [1, 2])
def test_marks_of_a_piece_that_could_not_be_kept_are_not_lost(app: Any, theatre: Any, times: int) -> None:
    """Kept at the second try, nothing is lost at all; else the marks go with the next piece, and a gap is told."""
    page = app(prelude=FAILING % times)
    take = start(page, 2000)
    pieces(page, 2)
    page.locator(".marks button", has_text="发现").tap()
    if times == 2:
        page.wait_for_selector("text=中断：其他", timeout=90_000)
        page.get_by_role("button", name="继续录制").tap()
        page.wait_for_selector("#live .on")
    pieces(page, page.evaluate("sanxiang.recorder.count") + 2)
    assert page.workers[0].evaluate("self.thrown") == times
    end(page)
    one = whole(theatre, take)
    assert [mark["kind"] for mark in one.marks] == ["发现"]
    assert [gap.cause for gap in one.gaps if gap.cause == "其他"] == ["其他"] * (times - 1)
