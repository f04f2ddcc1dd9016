"""The screen of a window: a board that is longer than the screen shows all of itself, though nobody touches it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import sanxiang.config
from tests.support.pages import walk
from tests.support.site import Mirror, served

from .test_windows import POST, base

STATIC = Path(sanxiang.config.__file__).parent / "static" / "sanxiang"
WIDE, TALL = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
MANY = [{**POST, "name": f"第{n}岗演示", "duties": "受理申请，核对材料，一次告知补正。" * 6} for n in range(1, 15)]
WHOLE = """() => { const top = document.querySelector('.sx-bar').getBoundingClientRect().bottom;
  return [...document.querySelectorAll('article')].map(one => one.getBoundingClientRect())
    .map((one, n) => one.top >= top - 1 && one.bottom <= innerHeight + 1 ? n : -1).filter(n => n >= 0); }"""
AT_END = "scrollY >= document.documentElement.scrollHeight - innerHeight - 1"


@pytest.fixture
def screen(theatre: Any) -> Iterator[str]:
    """The address of the screen of a window with fourteen posts."""
    theatre.everywhere()
    walk(theatre, "luoyang", "boards", MANY)
    with served(Mirror()) as site:
        yield f"{site}{base(theatre, 'luoyang')}screen/"


def watched(browser: Any, screen: str, size: dict[str, int], motion: str = "no-preference", **more: Any) -> Any:
    """The screen with a clock that only the test moves."""
    context = browser.new_context(locale="zh-CN", viewport=size, reduced_motion=motion, **more)
    context.route("**/static/sanxiang/*", lambda route: route.fulfill(path=STATIC / route.request.url.split("/")[-1]))
    page = context.new_page()
    if more.get("java_script_enabled", True):
        page.clock.install()
    page.goto(screen)
    return page


def seen(page: Any, rounds: int, step: int) -> tuple[set[int], list[float]]:
    """The posts that stood whole on the screen in so many steps of the clock, and where the page stood."""
    posts, places = set(), []
    for _ in range(rounds):
        posts |= set(page.evaluate(WHOLE))
        places.append(page.evaluate("scrollY"))
        page.clock.run_for(step)
    return posts, places


@pytest.mark.browser
@pytest.mark.clauses("LY-10", "UR-07", "CN-05")
@pytest.mark.journeys("disclosure.window-board")
@pytest.mark.parametrize("size", [WIDE, TALL], ids=["wide", "tall"])
def test_a_long_board_goes_by_and_begins_again(browser: Any, screen: str, size: dict[str, int]) -> None:
    page = watched(browser, screen, size)
    assert not page.evaluate(AT_END), "longer than the screen"
    posts, places = seen(page, 40, 5_000)
    assert posts == set(range(len(MANY)))
    assert places[0] == places[1] == 0, "it stands before it goes"
    turned = next(n for n, (one, after) in enumerate(pairwise(places)) if after < one)
    assert places[: turned + 1] == sorted(places[: turned + 1])
    assert places[turned + 1] < size["height"], "from the beginning again"
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE, TALL], ids=["wide", "tall"])
def test_who_wants_no_motion_gets_pages(browser: Any, screen: str, size: dict[str, int]) -> None:
    page = watched(browser, screen, size, "reduce")
    posts, places = seen(page, 14, 15_100)
    assert posts == set(range(len(MANY))), "each post is whole on one of the pages"
    assert 0 in places[1:], "and again from the first"
    page.clock.run_for(2_000)
    assert page.evaluate("scrollY") == (here := page.evaluate("scrollY"))
    page.clock.run_for(5_000)
    assert page.evaluate("scrollY") == here, "it stands still in between"
    page.context.close()


@pytest.mark.browser
def test_a_key_and_a_touch_hold_it_and_the_button_holds_it_for_good(browser: Any, screen: str) -> None:
    page = watched(browser, screen, WIDE, has_touch=True)
    page.clock.run_for(12_000)
    for touch in (lambda: page.keyboard.press("Shift"), lambda: page.touchscreen.tap(900, 700)):
        here = page.evaluate("scrollY")
        touch()
        assert "已停住" in page.inner_text(".sx-kiosk [role=status]")
        page.clock.run_for(55_000)
        assert page.evaluate("scrollY") - here < 10
        page.clock.run_for(15_000)
        assert page.evaluate("scrollY") > here + 100, "a screen that nobody attends goes on by itself"
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    here = page.evaluate("scrollY")
    page.clock.run_for(200_000)
    assert page.evaluate("scrollY") == here
    page.reload()
    assert abs(page.evaluate("scrollY") - here) < 2, "renewed, it goes on where it was"
    page.context.close()


@pytest.mark.browser
def test_without_script_and_on_a_short_board_everything_can_be_read(browser: Any, screen: str) -> None:
    page = watched(browser, screen, WIDE, java_script_enabled=False)
    text = page.inner_text("main")
    assert all(f"第{n}岗演示" in text for n in range(1, 15))
    assert page.locator(".sx-kiosk button").is_hidden(), "nothing that does nothing"
    page.mouse.move(900, 700)
    page.mouse.wheel(0, 100_000)
    page.wait_for_timeout(500)
    assert page.locator("article").last.is_visible()
    page.context.close()
    page = watched(browser, screen, {"width": 1920, "height": 20_000})
    page.clock.run_for(60_000)
    assert page.evaluate("scrollY") == 0
    assert page.locator(".sx-kiosk button").is_hidden()
    page.context.close()
