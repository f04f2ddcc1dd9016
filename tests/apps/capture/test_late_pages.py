"""What comes late on the phone: a page, a redraw, the end of a write. Nothing that was typed is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from .browsing import until

HOLD = """if (self.document) {
  const post = Worker.prototype.postMessage;
  window.held = [];
  Worker.prototype.postMessage = function (data, move = []) {
    window.keeper = this;
    const [act, place] = window.holding || [];
    const go = () => post.call(this, data, move);
    if (data.act !== act || (place && data.told.place !== place)) { go(); return; }
    window.holding = null;
    window.held.push(go);
  };
}
"""
"""The next question to the keeper of the kind that `holding` names waits until it is let go."""

CUT_OFF = """if (!self.document) {
  const { prototype } = FileSystemSyncAccessHandle, cut = prototype.truncate;
  self.addEventListener("message", ({ data }) => {
    const ends = data.told && data.told.name === "torn.json" && data.told.data && data.told.data.ends;
    prototype.truncate = ends ? () => { throw new Error("ended here"); } : cut;
  });
}
"""

QUIET = """() => new Promise((got) =>
  navigator.locks.request("sanxiang-upload", () => { got(); return new Promise(() => {}); }))"""
"""Nothing is sent from here on: what the keeper says of sending would draw the page."""

INTERRUPTED = """async () => {
  const take = crypto.randomUUID(), at = new Date().toISOString(), { pass, officer } = sanxiang.pack;
  const opening = { take, pass, medium: "video", source: "phone", case: "", activity: "", officers: [officer], began: at };
  const told = { run: 0, type: "video/webm", from: at, to: at, mono: [0, 1], gaps: [{ from: at, to: at, cause: "其他" }] };
  await sanxiang.ask("begin", { take, opening: JSON.stringify(opening) });
  await sanxiang.ask("add", { take, buffer: new Uint8Array(9).buffer, told });
  await sanxiang.ask("finish", { take });
  return take;
}"""
LET_GO = """async () => {
  held.splice(0).forEach((go) => go());
  await sanxiang.look();
  await new Promise((done) => setTimeout(done, 300));
}"""


@pytest.mark.browser
def test_a_redraw_that_comes_late_leaves_the_form_that_is_being_typed_in(app: Any) -> None:
    """The page of an address is drawn by news of the keeper before the change of the address has come to it."""
    page = app(prelude=HOLD)
    page.evaluate(QUIET)
    take = page.evaluate(INTERRUPTED)
    page.evaluate("(take) => { window.holding = ['list']; location.hash = `#take/${take}`; }", take)
    until(lambda: page.evaluate("held.length"))
    page.evaluate("keeper.onmessage({ data: { event: 'answered' } })")
    page.fill("#gap_text", "当事人挡住了镜头")
    page.evaluate(LET_GO)
    assert page.input_value("#gap_text") == "当事人挡住了镜头"


@pytest.mark.browser
def test_a_page_that_comes_late_does_not_take_the_place_of_a_later_one(app: Any, story: Any) -> None:
    page = app(prelude=HOLD)
    page.evaluate(
        "(id) => { window.holding = ['load', 'drafts']; location.hash = `#act/${id}/inspect`; }", story.stream
    )
    until(lambda: page.evaluate("held.length"))
    page.evaluate("location.hash = '#card'")
    page.wait_for_selector("h1:text('亮证')")
    page.evaluate(LET_GO)
    assert page.inner_text("main h1") == "亮证"


@pytest.mark.browser
def test_a_worker_that_ends_while_it_writes_leaves_what_can_be_read(app: Any) -> None:
    """Something shorter is written over a draft, and the worker ends before it has cut off what is left of that."""
    page = app(prelude=CUT_OFF)
    save = "(data) => sanxiang.ask('save', { place: 'state', name: 'torn.json', data }).catch((problem) => problem.message)"
    page.evaluate(save, {"text": "货架上有没有标签的食品十二件。" * 40})
    assert page.evaluate(save, {"ends": True}) == "ended here"
    assert page.evaluate("sanxiang.ask('load', { place: 'state', name: 'torn.json' })") == {"ends": True}
