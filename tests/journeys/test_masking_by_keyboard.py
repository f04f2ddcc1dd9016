"""From the publishers' board to the public page with the keyboard alone, in a real browser on the running product."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.serving import status_of

from .conftest import Moved
from .test_review_by_keyboard import focused, log_in

CASE, PHONE, PLATE = "水果店短斤少两", "13912345678", "豫C12345"
SECRET = "每箱进价三十二元"


def to_the_pane(page: Any, product: Moved, login: str, wanted: str) -> None:
    """Onto the board, from card to card, into the case."""
    log_in(page, product, login)
    page.goto(f"{product.url}/disclosure/")
    assert focused(page, "closest('[data-row]')") is not None, "the first card has the focus"
    walk(page, wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/disclosure/[0-9a-f-]{36}/$"))
    page.wait_for_selector("[data-form]")


def walk(page: Any, wanted: str) -> None:
    """Tab until what has the focus says this."""
    for _ in range(80):
        if re.search(wanted, focused(page, "innerText") or ""):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def public(page: Any) -> str:
    return str(page.inner_text("[data-public]"))


@pytest.mark.browser
@pytest.mark.clauses("LY-03", "UR-02")
@pytest.mark.journeys("disclosure.masking")
def test_every_passage_is_decided_without_a_mouse_and_the_public_text_follows(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    product.wait_until_filled()
    to_the_pane(page, product, "ly-publish", CASE)
    place = page.url
    walk(page, "^重新脱敏$")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-keys]:visible >> text=保留")
    press = page.keyboard.press

    def spot() -> str:
        return str(page.evaluate("document.activeElement.closest('[data-spot]')?.querySelector('.pb-what').innerText"))

    assert spot() == PHONE, "the first passage that nobody looked at has the focus"
    press("n")
    assert focused(page, "name").endswith(".reason")
    assert PHONE in public(page), "kept: the public text shows it at once"
    page.keyboard.type("yn")
    press("Enter")
    assert spot() == PLATE
    press("Shift+Tab")
    press("Shift+Tab")
    assert spot() == PHONE
    press("y")
    assert PHONE not in public(page)
    assert spot() == PLATE
    press("n")
    page.keyboard.type("涉案车辆，应当公开")
    press("Enter")
    assert PLATE in public(page)

    assert spot() not in (PHONE, PLATE)
    press("m")
    assert focused(page, "dataset.manual") is not None
    page.keyboard.type(SECRET)
    press("Tab")
    for _ in range(30):
        if focused(page, "value") == "商业秘密":
            break
        press("ArrowDown")
    press("Tab")
    page.keyboard.type("当事人声明是商业秘密")
    press("Enter")
    page.wait_for_selector(".sx-message:has-text('已办理'), .sx-verdict")
    assert page.locator(".sx-verdict[role=alert]").count() == 0, page.inner_text("main")
    page.goto(place)
    told = public(page)
    assert PLATE in told
    assert not any(one in told for one in (PHONE, SECRET))


@pytest.mark.browser
@pytest.mark.clauses("LY-03")
def test_a_clean_item_goes_out_in_two_keys(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    product.wait_until_filled()
    to_the_pane(page, product, "ly-check", "小吃店使用未经检定")
    stream = re.search(r"[0-9a-f-]{36}", page.url)[0]  # type: ignore[index]
    assert "没有要逐处看的" in page.inner_text("main")
    shown = public(page)
    assert status_of(product.public_port, f"/d/{stream}/") == 404
    assert page.evaluate("scrollY") == 0, "both texts are before the eyes"
    page.keyboard.press("Space")
    page.keyboard.press("p")
    page.wait_for_selector("text=已办理：审核并发布")
    assert status_of(product.public_port, f"/d/{stream}/") == 200
    page.goto(f"{product.url}/d/{stream}/")
    told = page.inner_text("main")
    assert [line for line in shown.splitlines() if line.startswith("老城区演示小吃店在") and line not in told] == []
    assert "138000000" not in told
