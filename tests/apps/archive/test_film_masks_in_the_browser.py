"""Drawing masks on a film in a real browser: with a finger on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps.capture.served import Served
from tests.support.films import film
from tests.support.theatre import Theatre

from .test_masked_films import own
from .test_masked_photos import Asked

pytestmark = [pytest.mark.browser, pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]


@pytest.fixture
def served(theatre: Theatre) -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def ready(page: Any) -> None:
    page.wait_for_function("() => document.querySelector('[data-film]').readyState >= 2")


def test_a_finger_draws_on_a_film(browser: Any, served: Served, theatre: Theatre, tmp_path: Path) -> None:
    asked = Asked(theatre, {"现场录像.webm": own(film(tmp_path / "a", "webm", ("libvpx", "libopus"), seconds=3))})
    asked.client("archivist")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN")
    phone.add_cookies([served.cookie(theatre.account("archivist"))])
    page = phone.new_page()
    page.goto(f"{served.url}{asked.place}")
    ready(page)
    page.locator("[data-boxes]").scroll_into_view_if_needed()
    box, touch = page.locator("[data-boxes]").bounding_box(), phone.new_cdp_session(page)
    for kind, place in (("touchStart", 0.2), ("touchMove", 0.3), ("touchMove", 0.5), ("touchEnd", None)):
        points = (
            [] if place is None else [{"x": box["x"] + place * box["width"], "y": box["y"] + place * box["height"]}]
        )
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_selector("[data-list] li")
    shape = [float(part) for part in page.input_value("[data-shapes]").split(",")]
    assert all(abs(a - b) <= 6 for a, b in zip(shape, (200, 200, 300, 300, 0, 3), strict=True)), shape
    phone.close()
