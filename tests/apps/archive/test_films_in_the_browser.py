"""Drawing masks on a film and on the pages of a paper in a real browser: with the mouse, by keys, by typing, with a finger
on a phone; what was drawn is what is covered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.models import MaskWork
from tests.apps.capture.served import Served
from tests.store.test_covering import SECRET, UPPER, grey, loud, pictures
from tests.support.films import film
from tests.support.theatre import Theatre

from .test_masked_films import own, scan, words, worked
from .test_masked_photos import Asked
from .test_masks_in_the_browser import drag, fine, opened

pytestmark = [pytest.mark.browser, pytest.mark.clauses("DXH-18"), pytest.mark.journeys("archive.access")]


@pytest.fixture
def served(theatre: Theatre) -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def ready(page: Any) -> None:
    page.wait_for_function("() => document.querySelector('[data-film]').readyState >= 2")


def at(page: Any, second: float) -> None:
    page.evaluate("(second) => { document.querySelector('[data-film]').currentTime = second; }", second)
    page.wait_for_function(
        "(second) => Math.abs(document.querySelector('[data-film]').currentTime - second) < 0.01 && !document.querySelector('[data-film]').seeking",
        arg=second,
    )


def test_what_is_drawn_on_a_film_is_what_is_covered(
    page: Any, served: Served, theatre: Theatre, tmp_path: Path
) -> None:
    asked = Asked(theatre, {"现场录像.webm": own(film(tmp_path / "a", "webm", ("libvpx", "libopus"), seconds=8))})
    opened(page, served, asked, "archivist", asked.place)
    ready(page)
    fine(page)
    at(page, 2)
    drag(page, 0.25, 0.25, 0.55, 0.55)
    assert page.locator("[data-list] li").count() == 1
    assert page.locator("[data-boxes] button").count() == 1
    at(page, 4)
    page.keyboard.press("]")
    drag(page, 0.8, 0.8, 0.95, 0.95)
    page.keyboard.press("Delete")
    assert page.locator("[data-list] li").count() == 1
    at(page, 5)
    assert page.locator("[data-boxes] button").count() == 0, "a box is shown while it runs"
    page.keyboard.press("m")
    page.get_by_label("第 2 条到第几秒").fill("6")
    page.get_by_label("第 2 条到第几秒").blur()
    drag(page, 0.1, 0.1, 0.2, 0.2)
    assert page.locator("[data-list] li").count() == 3
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    assert page.locator("[data-list] li").count() == 2
    left, top, wide, high, since, until = (float(one) for one in page.input_value("[data-shapes]").split(","))
    assert all(abs(a - b) <= 5 for a, b in zip((left, top, wide, high), (250, 250, 300, 300), strict=True))
    assert (since, until, page.input_value("[data-mutes]")) == (2, 4, "5,6")
    fine(page)
    page.click("button[value=make]")
    page.wait_for_selector("#work:has-text('正在制作')")
    assert page.locator("[data-masking]").count() == 0, "nothing is drawn that a later look would lose"
    fine(page)
    worked(asked)
    (copy,) = asked.copies()
    path = shelf().path(copy.made)
    for second, picture in pictures(path):
        assert (grey(picture, [(64, 48)])[0] < 8) == (2 <= second < 4), second
    assert max(loud(path)[101:119]) == 0
    opened(page, served, asked, "head", asked.place)
    page.wait_for_function("() => document.querySelector('video.mk-made').readyState >= 1")
    assert abs(page.evaluate("document.querySelector('video.mk-made').duration") - 8) < 0.2
    page.wait_for_selector("[data-list] li")
    assert page.locator("[data-list] li").count() == 2, "drawn again from the last one"
    fine(page)
    page.click("button[value=pass]")
    page.wait_for_selector("#made .sx-chip.ok:has-text('复核通过')")
    page.goto(f"{served.url}{asked.place.removesuffix('0/')}")
    fine(page)


def test_what_is_drawn_on_a_page_is_what_is_covered(page: Any, served: Served, theatre: Theatre) -> None:
    asked = Asked(theatre, {"合同.pdf": scan()})
    page.set_viewport_size({"width": 1280, "height": 1500})  # a whole page: the mouse draws only on what is seen
    opened(page, served, asked, "archivist", asked.place)
    page.wait_for_function("() => document.querySelector('[data-sheet] img').naturalWidth > 0")
    left, top = UPPER["x"] / 1000, UPPER["y"] / 1000
    drag(page, left, top, left + UPPER["w"] / 1000, top + UPPER["h"] / 1000)
    drag(page, 0.1, 0.25, 0.2, 0.35)
    assert len(page.input_value("[data-shapes]").splitlines()) == 2
    page.click("[data-undo]")
    assert page.input_value("[data-shapes]").startswith("1,")
    assert len(page.input_value("[data-shapes]").splitlines()) == 1
    page.fill("#pages", "1")
    fine(page)
    page.click("button[value=make]")
    page.wait_for_selector("#work")
    worked(asked)
    assert not MaskWork.objects.filter(request=asked.name).exists()
    (copy,) = asked.copies()
    made = shelf().read(copy.made)
    assert SECRET not in words(made)
    opened(page, served, asked, "head", asked.place)
    page.wait_for_selector("iframe.mk-paper")


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
