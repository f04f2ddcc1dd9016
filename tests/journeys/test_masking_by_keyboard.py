"""From the board to a published decision with the keyboard alone, in a real browser on the running product."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Moved
from .test_review_by_keyboard import focused, log_in

PHONE, PLATE = "13912345678", "豫C12345"
PANE = re.compile(r"/disclosure/[0-9a-f-]{36}/")


def to_the_pane(page: Any, wanted: str) -> None:
    """From the first page to the board, down its cards, into the pane."""
    page.keyboard.press("p")
    page.wait_for_url("**/disclosure/")
    page.wait_for_selector(".pb-card a:focus")
    for _ in range(40):
        if wanted in str(focused(page, "innerText")):
            break
        page.keyboard.press("j")
    assert wanted in str(focused(page, "innerText")), "the board was walked to its end"
    page.keyboard.press("Enter")
    page.wait_for_url(PANE)


def public(page: Any) -> str:
    return str(page.inner_text("[data-public]"))


@pytest.mark.browser
@pytest.mark.clauses("LY-03", "UR-02", "DXH-05")
@pytest.mark.journeys("disclosure.sensitive", "disclosure.masking")
def test_masked_handed_on_and_published_without_a_mouse(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    product.wait_until_filled()
    log_in(page, product, "ly-publish")
    to_the_pane(page, "演示水果店")
    page.wait_for_selector("[data-spot] input[type=radio]:focus")
    place, press = page.url, page.keyboard.press
    assert PHONE not in public(page)
    assert PHONE in page.inner_text("[data-original]")
    first = page.evaluate("document.activeElement.closest('[data-spot]').innerText")
    assert "手机号码" in first, "the first passage that somebody has to look at has the focus"
    press("y")
    second = page.evaluate("document.activeElement.closest('[data-spot]').innerText")
    assert "车牌号码" in second
    press("n")
    page.keyboard.type("涉案车辆，应当公开")
    assert PLATE in public(page), "the public text follows at once"
    press("Enter")
    page.evaluate("""() => { const text = document.querySelector('[data-original]'), range = document.createRange();
        const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) { const at = walker.currentNode.data.indexOf('每箱进价三十二元'); if (at >= 0) {
          range.setStart(walker.currentNode, at); range.setEnd(walker.currentNode, at + 8); break; } }
        getSelection().removeAllRanges(); getSelection().addRange(range); document.activeElement.blur(); }""")
    press("m")
    page.keyboard.type("当事人声明是商业秘密")
    assert page.input_value("[data-manual]") == "每箱进价三十二元"
    press("Tab")
    page.focus("#f-credit_class")
    page.keyboard.type("一般")
    page.focus("#f-credit_class_reason")
    page.keyboard.type("普通程序作出的罚款")
    page.evaluate("document.activeElement.blur()")
    press("p")
    page.wait_for_load_state()
    assert "已办理" in page.inner_text("main")

    log_in(page, product, "ly-check")
    to_the_pane(page, "演示水果店")
    press("p")
    page.wait_for_load_state()
    assert "已办理" in page.inner_text("main"), "a clean one goes out in two keys: Enter and P"
    page.goto(place.replace("/disclosure/", "/d/"))
    shown = page.inner_text("main")
    assert PLATE in shown
    for text in (PHONE, "三十二元"):
        assert text not in page.content()
