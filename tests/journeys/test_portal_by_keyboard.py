"""What anybody does on the public site with the keyboard alone, without script, in large letters and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from .conftest import Moved

PLACES = ("/", "/search/?q=演示", "/agencies/", "/numbers/", "/officers/", "/data/", "/rules/", "/counter/")
REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary"
SEEN = "all => all.map(one => one.checkVisibility({visibilityProperty: true}))"
FOCUSED = """() => { const at = document.activeElement, look = getComputedStyle(at);
  return { n: [...document.querySelectorAll(%r)].indexOf(at),
           seen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== 'none' }; }"""


@pytest.fixture
def scriptless(page: Any) -> Iterator[Any]:
    """A page on which no script runs."""
    context = page.context.browser.new_context(locale="zh-CN", java_script_enabled=False)
    yield context.new_page()
    context.close()


def walk(page: Any, wanted: str) -> None:
    """Tab until what has the focus is this."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({wanted})").count():
            return
    raise AssertionError(f"the keyboard does not reach {wanted} on {page.url}")


def first_decision(page: Any, product: Moved) -> str:
    page.goto(f"{product.url}/search/?q=演示&category=处罚")
    return str(page.locator('main a[href^="/d/"]').first.get_attribute("href"))


@pytest.mark.browser
def test_somebody_finds_a_decision_and_points_out_a_mistake_without_mouse_and_script(
    scriptless: Any, product: Moved
) -> None:
    product.now()
    product.wait_until_filled()
    scriptless.goto(f"{product.url}/")
    walk(scriptless, "input[name=q]")
    scriptless.keyboard.type("洛阳演示")
    scriptless.keyboard.press("Enter")
    scriptless.wait_for_url("**/search/?q=*")
    walk(scriptless, 'main a[href^="/d/"]')
    scriptless.keyboard.press("Enter")
    scriptless.wait_for_url(re.compile(r"/d/[0-9a-f-]{36}/$"))
    assert "执法结论" in scriptless.inner_text("main")
    walk(scriptless, 'a[href^="/counter/correct/"]')
    scriptless.keyboard.press("Enter")
    scriptless.wait_for_url("**/counter/correct/**")
    walk(scriptless, "textarea")
    scriptless.keyboard.type("当事人的名称少了一个字。")
    walk(scriptless, "main button")
    scriptless.keyboard.press("Enter")
    scriptless.wait_for_selector("text=/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/")


@pytest.mark.browser
def test_the_keyboard_reaches_everything_and_the_eye_sees_where_it_is(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    page.set_viewport_size({"width": 1280, "height": 900})
    for place in (*PLACES, first_decision(page, product)):
        page.goto(product.url + place)
        shown = page.locator(REACHABLE).evaluate_all(SEEN)
        wanted = {n for n, visible in enumerate(shown) if visible}
        reached = set()
        page.evaluate("document.activeElement.blur()")
        for _ in range(len(shown) + 20):
            page.keyboard.press("Tab")
            told = page.evaluate(FOCUSED % REACHABLE)
            reached |= {told["n"]} if told["seen"] else set()
        assert wanted - reached == set(), f"{place}: not reached, or the focus is not seen"


@pytest.mark.browser
def test_letters_of_twice_the_size_need_no_scrolling_sideways(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    for width in (1280, 640):
        page.set_viewport_size({"width": width, "height": 900})
        for place in (*PLACES, first_decision(page, product)):
            page.goto(product.url + place)
            if width == 1280:
                page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)


@pytest.mark.browser
def test_the_head_is_one_row_at_a_desk_also_in_large_letters(page: Any, product: Moved) -> None:
    product.now()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{product.url}/")
    for look in ("大字版", "标准字号"):
        assert page.evaluate("document.querySelector('.sx-top').offsetHeight") < 64
        page.get_by_role("link", name=look).click()
        page.wait_for_load_state()


@pytest.mark.browser
def test_a_decision_on_paper_is_the_decision_and_nothing_else(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    place = first_decision(page, product)
    page.goto(product.url + place)
    told = [line for line in page.inner_text("main").splitlines() if re.search(r"〔20\d\d〕\d+号", line)]
    page.emulate_media(media="print")
    assert not page.is_visible("header.sx-top")
    paper = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
    for text in ("执法主体", "违法事实", re.search(r"〔20\d\d〕", told[0])[0]):  # type: ignore[index]
        assert text in paper
    for text in ("办案登录", "大字版", "数据下载"):
        assert text not in paper
