"""Drawing over a photo in a real browser: with the mouse on a wide screen, with a finger on a phone, by typing; what was
drawn is what is burnt in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test.utils import CaptureQueriesContext
from PIL import Image

from sanxiang.store.blobs import shelf
from tests.apps.capture.served import Served
from tests.support.theatre import Theatre

from .test_masked_photos import Asked, near

QUERIES_MAX = 25


@pytest.fixture
def served(theatre: Theatre) -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def opened(page: Any, served: Served, asked: Asked, role: str, place: str) -> None:
    asked.client(role)  # has said why
    page.context.clear_cookies()
    page.context.add_cookies([served.cookie(asked.theatre.account(role))])
    page.goto(f"{served.url}{place}")


def fine(page: Any) -> None:
    """Nothing is wrong for who cannot see or point well, and nothing scrolls sideways, wide and narrow."""
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        assert [(one["id"], node["target"]) for one in found for node in one["nodes"]] == []
        wide = page.evaluate(
            "[...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)"
            ".map((one) => one.outerHTML.slice(0, 90))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, wide
    page.set_viewport_size({"width": 1440, "height": 900})


def drag(page: Any, left: float, top: float, right: float, bottom: float) -> None:
    """Over a part of the photo, told in parts of its width and height."""
    page.locator("[data-boxes]").first.scroll_into_view_if_needed()
    box = page.locator("[data-boxes]").first.bounding_box()
    page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=4)
    page.mouse.up()


@pytest.mark.browser
@pytest.mark.clauses("DXH-18")
@pytest.mark.journeys("archive.access")
def test_what_is_drawn_is_what_is_covered(page: Any, served: Served, theatre: Theatre) -> None:
    asked = Asked(theatre)
    listed = asked.place.removesuffix("0/")
    opened(page, served, asked, "archivist", listed)
    assert "还没有制作" in page.inner_text("main")
    fine(page)
    page.click("main article a.btn")
    page.wait_for_function("() => document.querySelector('[data-sheet] img').naturalWidth > 0")
    fine(page)
    drag(page, 0.10, 0.15, 0.40, 0.55)
    drag(page, 0.80, 0.05, 0.90, 0.10)
    drag(page, 0.60, 0.65, 0.90, 0.85)
    assert page.locator("[data-boxes] button").count() == 3
    page.locator("[data-boxes] button").nth(1).click()
    shapes = [[int(part) for part in line.split(",")] for line in page.input_value("[data-shapes]").splitlines()]
    wanted = [[100, 150, 300, 400], [600, 650, 300, 200]]
    assert all(
        abs(a - b) <= 4 for one, other in zip(shapes, wanted, strict=True) for a, b in zip(one, other, strict=True)
    )
    page.click("button[value=make]")
    page.wait_for_selector("text=等待复核")
    assert "由另一位同事复核" in page.inner_text("main")
    assert page.locator("button[value=pass]").count() == 0
    (copy,) = asked.copies()
    made = Image.open(shelf().path(copy.made))
    assert near(made, 0.25, 0.33, (0, 0, 0))
    assert near(made, 0.75, 0.75, (0, 0, 0))
    assert near(made, 0.85, 0.07, (250, 250, 250)), "what was taken away again is not covered"

    opened(page, served, asked, "head", asked.place)
    page.wait_for_function("() => document.querySelector('.mk-made').naturalWidth > 0")
    fine(page)
    page.click("button[value=pass]")
    page.wait_for_selector("#made .sx-chip.ok:has-text('复核通过')")
    page.goto(f"{served.url}{listed}")
    assert "复核通过" in page.inner_text("main")


@pytest.mark.browser
def test_a_finger_draws_on_a_phone(browser: Any, served: Served, theatre: Theatre) -> None:
    asked = Asked(theatre)
    asked.client("archivist")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN")
    phone.add_cookies([served.cookie(theatre.account("archivist"))])
    page = phone.new_page()
    page.goto(f"{served.url}{asked.place}")
    page.wait_for_function("() => document.querySelector('[data-sheet] img').naturalWidth > 0")
    page.locator("[data-boxes]").scroll_into_view_if_needed()
    box, touch = page.locator("[data-boxes]").bounding_box(), phone.new_cdp_session(page)
    for kind, at in (("touchStart", 0.2), ("touchMove", 0.3), ("touchMove", 0.5), ("touchEnd", None)):
        points = [{"x": box["x"] + at * box["width"], "y": box["y"] + at * box["height"]}] if at is not None else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function("() => document.querySelector('[data-shapes]').value")
    shape = [int(part) for part in page.input_value("[data-shapes]").split(",")]
    assert all(abs(a - b) <= 6 for a, b in zip(shape, (200, 200, 300, 300), strict=True)), shape
    phone.close()


def test_its_pages_do_not_ask_too_often(theatre: Theatre) -> None:
    """They stand here and not in tests/apps/desk/test_budgets.py, because they need a request of their own."""
    asked = Asked(theatre)
    assert asked.draws("archivist", "1,1,10,10").status_code == 302
    (copy,) = asked.copies()
    client = asked.client("archivist")
    for place in (asked.place.removesuffix("0/"), asked.place, f"{asked.bytes}{copy.pk}.jpg"):
        with CaptureQueriesContext(connections["default"]) as asks:
            assert client.get(place).status_code == 200, place
        assert len(asks) <= QUERIES_MAX, (place, len(asks))
