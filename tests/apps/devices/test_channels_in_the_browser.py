"""The channels of an interview room in a real browser, with real films: they run together, jump together, and one that
is missing holds up none of the others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.store.blobs import shelf
from tests.apps.capture.served import Served
from tests.support.films import film
from tests.support.theatre import open_theatre

from .conftest import Store
from .footage import lay
from .test_channels import DAY, room
from .test_station import Dock

SECONDS = 30
OFFSETS = (0, 2, 3)


@pytest.fixture(scope="module")
def apart(django_db_setup: Any, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return open_theatre(again=True)


@pytest.fixture
def served(theatre: Any) -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def session(apart: Any, theatre: Any, served: Served, page: Any, tmp_path: Path) -> Any:
    """The page of three channels that began one after the other, opened by the head of the unit."""
    dock = Dock(Store(apart), tmp_path)
    dock.blobs, code = shelf(), room(dock)
    for number, offset in enumerate(OFFSETS, 1):
        at = DAY + timedelta(seconds=offset)
        data = film(tmp_path / f"{number}.mp4", seconds=SECONDS) + b"\0\0\0\x18free" + os.urandom(16)
        lay(dock.folder, f"{code}_{at:%Y%m%d%H%M%S}_{number}.mp4", data)
    assert dock.take().counts["loose"] == 3
    first = next(row.recording for path, row in dock.files().items() if path.endswith("_1.mp4"))
    page.context.add_cookies([served.cookie(apart.account("unit"))])

    def opened() -> Any:
        page.goto(f"{served.url}/devices/together/{first}/")
        if "/why/" in page.url:
            page.check("input[value=办理本案]")
            page.click("main form button[type=submit]")
            page.wait_for_url("**/together/**")
        return page

    return opened


READY = "(least) => [...document.querySelectorAll('video')].filter((one) => one.readyState >= 2).length >= least"
TOGETHER = """([many, bound, running]) => {
  const films = [...document.querySelectorAll('video')].filter((one) => !one.error && one.readyState >= 2);
  const times = films.map((one) => one.currentTime + Number(one.dataset.offset));
  const fine = films.length === many && Math.max(...times) - Math.min(...times) <= bound
    && films.every((one) => one.paused !== running);
  window.inStep = fine ? (window.inStep || 0) + 1 : 0;
  return window.inStep >= 12;
}"""
"""Twelve looks in a row, a tenth of a second apart: a machine that is busy may stumble at the start."""


def bound_of(page: Any) -> float:
    """How far apart the channels may be, as the page tells."""
    told = re.search(r"各路相差不超过 ([0-9.]+) 秒", page.inner_text("main"))
    assert told is not None
    return float(told[1])


def in_step(page: Any, many: int = 3, *, running: bool = True) -> None:
    page.evaluate("window.inStep = 0")
    page.wait_for_function(TOGETHER, arg=[many, bound_of(page), running], polling=100, timeout=60_000)


def seek(page: Any, second: float) -> None:
    page.evaluate(
        "(second) => { const clock = document.querySelector('[data-clock]'); clock.value = second;"
        " clock.dispatchEvent(new Event('input')); }",
        second,
    )


@pytest.mark.browser
@pytest.mark.clauses("LY-21")
def test_three_channels_run_together_and_jump_together(session: Any) -> None:
    page = session()
    page.wait_for_function(READY, arg=3)
    assert bound_of(page) <= 0.3
    page.click("[data-do=play]")
    page.wait_for_function("() => Number(document.querySelector('[data-clock]').value) > 4")
    in_step(page)
    page.click("[data-do=play]")
    seek(page, 20)
    page.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((one) => !one.seeking"
        " && Math.abs(one.currentTime + Number(one.dataset.offset) - 20) < 0.05)"
    )
    in_step(page, running=False)
    page.locator("h1").click()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((one) =>"
        " Math.abs(one.currentTime + Number(one.dataset.offset) - 15) < 0.05)"
    )
    page.keyboard.press(" ")
    in_step(page)
    heard = page.evaluate("[...document.querySelectorAll('video')].map((one) => !one.muted)")
    page.check("input[name=sound][value='1']")
    then = page.evaluate("[...document.querySelectorAll('video')].map((one) => !one.muted)")
    assert (heard, then) == ([True, False, False], [False, True, False]), "one room, one sound"
    assert page.locator(".dv-mark span").first.inner_text().startswith("钱演示")


@pytest.mark.browser
@pytest.mark.clauses("LY-21")
def test_a_channel_that_is_missing_holds_up_none(session: Any) -> None:
    page = session()
    gone = page.locator("video").nth(1).get_attribute("src")
    page.context.route(f"**{gone}", lambda route: route.abort())
    session()
    page.wait_for_function(READY, arg=2)
    page.wait_for_selector("figcaption:has-text('放不了')")
    assert page.locator("[data-state]").nth(1).inner_text().startswith("放不了")
    page.click("[data-do=play]")
    page.wait_for_function("() => Number(document.querySelector('[data-clock]').value) > 4")
    in_step(page, 2)
    seek(page, 12)
    page.wait_for_function(
        "() => [...document.querySelectorAll('video')].filter((one) => !one.error).every((one) =>"
        " one.currentTime + Number(one.dataset.offset) >= 12)"
    )


@pytest.mark.browser
def test_before_a_channel_begins_and_after_it_ends_the_others_go_on(session: Any) -> None:
    page = session()
    page.wait_for_function(READY, arg=3)
    assert page.locator("[data-state]").all_inner_texts() == ["", "还没有开始", "还没有开始"]
    seek(page, SECONDS + 1)
    page.wait_for_function("() => document.querySelector('[data-state]').textContent === '已经结束'")
    page.click("[data-do=play]")
    page.wait_for_function(
        "() => { const [one, two, three] = document.querySelectorAll('video'); return one.paused && !two.paused"
        " && !three.paused; }"
    )
