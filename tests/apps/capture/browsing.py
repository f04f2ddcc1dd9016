"""The phone app in a browser: what a person does on it, and what stands on the record then."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from sanxiang.core.casefile import Recording, fold_recording
from sanxiang.core.ledger import segments as chain
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.models import RecordingRow

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN",
         "timezone_id": "Asia/Shanghai"}  # fmt: skip
ALLOWED = ["camera", "microphone"]


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something outside of the page."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.2)
    return found


def kept_offline(page: Any) -> None:
    """Wait until the app is kept for the time without a net: `wait_for_function` takes a promise for an answer."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")


def shot(page: Any, name: str) -> None:
    """A picture for whoever asks for one by SHOTS."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=name[0] != "=")


def killed(profile: Path) -> None:
    """kill -9 of the whole browser that runs on a profile."""
    mine = subprocess.run(["pgrep", "-f", str(profile)], capture_output=True, text=True, check=True).stdout.split()
    for process in map(int, mine):
        if process != os.getpid():
            os.kill(process, signal.SIGKILL)


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
    data = b"".join(shelf().read(file["sha256"]) for file in one.files if file["type"].startswith(("video", "audio")))
    for header in headers:
        piece = chain.read(header)
        assert chain.digest(data[: piece.size]) == piece.sha256
        data = data[piece.size :]
    assert data == b""
    return one


def opened(page: Any, address: str) -> None:
    """The app at an address of its own, as it stands now."""
    page.goto(address)
    page.reload()
    page.wait_for_selector("body[data-ready]")


def end(page: Any) -> None:
    page.locator("#bar .stop").tap()
    page.wait_for_function("() => !sanxiang.recorder", timeout=90_000)


def fill_in(page: Any, case: str) -> None:
    """The record of the inspection: ticks, what was found; the party reads it and signs with a finger; it is sent."""
    written(page, case)
    read(page)
    page.get_by_role("button", name="签名", exact=True).tap()
    scrawl(page)
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完全文后签名")
    sent(page)


def written(page: Any, case: str) -> None:
    """The form of the inspection with all that it asks."""
    page.goto(page.url.partition("#")[0] + f"#act/{case}/inspect")
    page.wait_for_selector("form")
    for box in page.locator(".check input[type=checkbox]").all():
        box.check()
    page.fill("#f-place", "演示路8号")
    page.fill("#f-inspection_findings", "货架上有没有标签的食品十二件。")


def read(page: Any, button: str = "请当事人阅看全文") -> str:
    """Hand the phone to the party, who reads to the end; what it read."""
    page.get_by_role("button", name=button).tap()
    page.wait_for_selector("article.sheet")
    more = page.get_by_role("button", name="往下看")
    choose = page.locator(".choose")
    for _ in range(40):
        if choose.is_visible():
            break
        with suppress(Error):  # gone as soon as the end is in sight
            more.tap(timeout=2_000)
        page.wait_for_timeout(300)
    choose.wait_for(state="visible")
    return str(page.inner_text("article.sheet"))


def scrawl(page: Any) -> None:
    """Something drawn with a finger where one signs."""
    pad = page.locator("canvas.pad")
    pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for at in range(12):
        page.mouse.move(box["x"] + 40 + 15 * at, box["y"] + 40 + (at % 3) * 20)
    page.mouse.up()


def sent(page: Any) -> None:
    """Finish the act; it waits on the phone or goes out."""
    page.locator("main form button[type=submit]").tap()
    page.wait_for_function(
        "() => location.hash.startsWith('#queued/') || document.querySelector('#missing').textContent"
    )
    assert "#queued/" in page.url, page.inner_text("#missing")
