"""From one tap on the red button of the phone app to a recorder that runs, and to the first piece that is kept.

A headless Chromium with its false camera and microphone, in the size of a phone, on the pages served by the same
machine: what a real camera takes to open comes on top. Each run is a page opened anew; the first is not counted. The
first piece cannot stand before its slice is over, two seconds: what counts is when the recorder starts, for the piece
begins there.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from typing import Any

from benchmarks import _ground

LIMIT = 2.0
WATCH = """
window.taken = {};
document.addEventListener("click", (event) => {
  if (event.target.closest("#bar .big")) window.taken.tap = performance.now();
}, true);
const start = MediaRecorder.prototype.start;
MediaRecorder.prototype.start = function (...given) {
  this.addEventListener("start", () => { window.taken.started = performance.now(); });
  return start.apply(this, given);
};
"""
KEPT = (
    "() => sanxiang.recorder && sanxiang.recorder.count && (window.taken.kept = window.taken.kept || performance.now())"
)


def measure(rounds: int = 7) -> list[dict[str, Any]]:
    """Medians of `rounds`."""
    with _ground.server() as environment:
        times = _ground.said(environment, "benchmarks.capture", rounds)
    started, kept = (statistics.median(times[name]) for name in ("started", "kept"))
    slowest = max(times["started"])
    note = (
        f"开始录制 {started:.2f} 秒（最慢 {slowest:.2f} 秒），第一段存好 {kept:.2f} 秒（一段 2 秒），{rounds} 轮中位数"
    )
    return [{"name": "现场记录：从一点到开始录制", "against": f"{LIMIT:.0f} 秒", "ratio": None, "goal": None,
             "met": started <= LIMIT, "note": note}]  # fmt: skip


def run(rounds: int) -> dict[str, list[float]]:
    """Seconds from the tap, in each round."""
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from tests.apps.capture.browsing import ALLOWED, PHONE
    from tests.apps.capture.served import Served
    from tests.support.browser import arguments, chromium
    from tests.support.theatre import Theatre

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # The files as they stand here, not as they were collected.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    theatre, served = Theatre({"luoyang": _ground.world()}), Served()
    times: dict[str, list[float]] = {"started": [], "kept": []}
    try:
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=chromium(), args=arguments())
            for at in range(rounds + 1):
                taken = once(browser, served, theatre.account("zhang"), {**PHONE, "permissions": ALLOWED})
                for name, seconds in taken.items() if at else ():
                    times[name].append(seconds)
            browser.close()
    finally:
        served.stop()
    return times


def once(browser: Any, served: Any, account: Any, phone: dict[str, Any]) -> dict[str, float]:
    """A page opened, one tap, and how long both took."""
    context = browser.new_context(**phone)
    context.set_default_timeout(180_000)
    context.add_cookies([served.cookie(account)])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(f"{served.url}/recording/capture/")
    page.wait_for_selector("body[data-ready]")
    page.locator("#bar .big").tap()
    page.wait_for_function(KEPT, polling=20, timeout=60_000)
    taken = page.evaluate("window.taken")
    page.locator("#bar .stop").tap()
    page.wait_for_function("() => !sanxiang.recorder")
    context.close()
    return {name: (taken[name] - taken["tap"]) / 1000 for name in ("started", "kept")}


if __name__ == "__main__":
    with _ground.house(fresh=True):
        found = run(int(sys.argv[1]))
    print(json.dumps(found))
