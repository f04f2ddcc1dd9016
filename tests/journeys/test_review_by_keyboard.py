"""From the queue to a signed opinion with the keyboard alone, in a real browser on the running product; a crash in
between loses nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import Moved

POINTS = 9


def log_in(page: Any, product: Moved, login: str) -> None:
    product.now()
    page.context.clear_cookies()
    page.goto(f"{product.url}/login/")
    page.keyboard.press("Tab")
    page.focus("#id_username")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type((product.var / "secrets" / "demonstration").read_text().strip())
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/")


def focused(page: Any, what: str) -> Any:
    return page.evaluate(f"document.activeElement.{what}")


def to_the_desk(page: Any, wanted: str) -> None:
    """From the first page to the queue, down its rows, into the case."""
    page.keyboard.press("r")
    page.wait_for_url("**/review/")
    for _ in range(30):
        page.keyboard.press("j")
        row = page.evaluate("document.activeElement.closest('tr')?.innerText || ''")
        if re.search(wanted, row):
            break
    assert re.search(wanted, row), "the queue was walked to its end"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/review/[0-9a-f-]{36}/$"))
    page.wait_for_selector("[data-view] canvas, [data-view] img, #difference:visible")


def anchored(page: Any, point: int) -> str:
    return str(page.input_value(f'[name="review_points.{point}.anchor"]'))


@pytest.mark.browser
@pytest.mark.clauses("LY-36", "LY-37", "LY-39")
@pytest.mark.journeys("review.by-keyboard")
def test_an_opinion_is_signed_without_a_mouse(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    log_in(page, product, "ly-review")
    to_the_desk(page, r"综合执法")
    page.wait_for_selector("[data-view] canvas")
    press = page.keyboard.press

    press("?")
    assert page.is_visible("#desk-keys")
    press("Escape")
    assert not page.is_visible("#desk-keys")

    press("n")
    page.wait_for_selector('[data-view][data-page="2"]') if " / 1" not in page.inner_text("[data-place]") else None
    press("p")
    page.wait_for_selector('[data-view][data-page="1"]')
    opened = page.get_attribute("[data-view]", "data-open")
    press("j")
    page.wait_for_selector(f'[data-view]:not([data-open="{opened}"])')
    press("k")
    page.wait_for_selector(f'[data-view][data-open="{opened}"][data-page="1"]')

    for at in range(POINTS):
        press(str(at + 1))
        assert focused(page, "name") == f"review_points.{at}.finding"
        press("Space")
        press("c")
        assert focused(page, "name") == f"review_points.{at}.note"
        page.keyboard.type("jk ad 1" if at == 0 else "")
        press("Escape")
    assert page.input_value('[name="review_points.0.note"]') == "jk ad 1", "keys are letters where text is typed"
    assert re.fullmatch(rf"材料{opened}《.+》第1页", anchored(page, 0))
    assert page.inner_text("[data-open-points]") == "要点都审完了"

    press("2")
    press("ArrowRight")
    assert "缺问题的说明" in page.inner_text("#p1")
    press("ArrowLeft")

    page.wait_for_selector("[data-kept]:has-text('已保存')")
    page.reload()
    page.wait_for_selector("[data-view] canvas")
    assert page.input_value('[name="review_points.0.note"]') == "jk ad 1", "a crash loses nothing"
    assert anchored(page, 8)

    press("a")
    assert focused(page, "value") == "同意"
    press("Tab")
    assert focused(page, "id") == "opinion"
    page.keyboard.type("事实清楚，证据充分，同意拟处理意见。")
    for _ in range(8):
        press("Tab")
        if focused(page, "value") == "conclude_review":
            break
    assert focused(page, "innerText") == "签署审核意见"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline not in ("", "0px"), "the focus is seen"
    press("Enter")
    page.wait_for_selector("text=审核意见：同意")
    assert re.search(r"法审字?〔\d{4}〕\d+号", page.inner_text("#left"))
    assert page.get_attribute("#left a.btn-small", "href").endswith(".pdf")


@pytest.mark.browser
@pytest.mark.clauses("LY-36")
def test_an_open_point_keeps_the_opinion_unsigned_and_composing_is_not_disturbed(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    log_in(page, product, "ly-review")
    to_the_desk(page, r"第 2 次送审")
    assert page.is_visible("#difference"), "a resubmission opens on the difference"
    press = page.keyboard.press
    press("d")
    page.wait_for_selector("[data-view] canvas")
    assert not page.is_visible("#difference")
    composing = "new KeyboardEvent('keydown', {key: 'd', bubbles: true, isComposing: true})"
    page.evaluate(f"document.body.dispatchEvent({composing})")
    assert not page.is_visible("#difference"), "a key of the input method is not ours"
    press("8")
    assert focused(page, "name") == "review_points.7.earlier", "the old problem is asked first"
    press("Space")
    press("a")
    press("Tab")
    page.keyboard.type("同意。")
    for _ in range(8):
        press("Tab")
        if focused(page, "value") == "conclude_review":
            break
    press("Enter")
    page.wait_for_selector("text=还不能签署")
    shown = page.inner_text("main")
    assert "“执法主体”的结论" in shown
    assert "洛政办〔2019〕37号" in shown
    assert page.input_value("#opinion") == "同意。"
    press("r")
    assert focused(page, "id") == "reason"


@pytest.mark.browser
def test_a_phone_shows_one_pane_at_a_time(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, product, "ly-review")
    page.goto(f"{product.url}/review/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("tr[data-row]").filter(has_not_text="次送审").locator("a").first.click()
    page.wait_for_url(re.compile(r"/review/[0-9a-f-]{36}/$"))
    assert page.is_visible("#left")
    assert not page.is_visible("#centre")
    page.click("[data-tab=centre]")
    assert page.is_visible("#centre")
    assert not page.is_visible("#left")
    page.click("[data-tab=right]")
    page.click("[data-material]")
    assert page.is_visible("#centre"), "a material opens in the middle"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def sounds(page: Any, so: str) -> None:
    """Wait until this is so of the `sound` that is open."""
    page.wait_for_selector("[data-view] audio")
    for _ in range(100):
        if page.eval_on_selector("[data-view] audio", f"sound => {so}"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(so)


@pytest.mark.browser
@pytest.mark.clauses("LY-36")
def test_a_point_is_anchored_to_a_second_of_a_recording(page: Any, product: Moved) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    log_in(page, product, "ly-review")
    to_the_desk(page, r"第 2 次送审")
    press = page.keyboard.press
    for _ in range(page.locator("[data-material]").count()):
        if page.locator("[data-view] audio").count():
            break
        opened = page.get_attribute("[data-view]", "data-open")
        press("j")
        page.wait_for_selector(f'[data-view]:not([data-open="{opened}"])')
    sounds(page, "sound.duration > 1")
    page.evaluate("document.activeElement.blur()")
    press("Space")
    sounds(page, "sound.currentTime >= 1")
    press("Space")
    stopped = page.eval_on_selector("[data-view] audio", "sound => sound.currentTime")
    press("9")
    press("c")
    anchor = anchored(page, 8)
    assert re.fullmatch(rf"材料\d+《.+》00:0{int(stopped)}", anchor)
    press("Escape")
    page.evaluate("document.activeElement.blur()")
    press("[")
    sounds(page, "sound.currentTime === 0")
    page.click(f"button:has-text('看{anchor}')")
    sounds(page, f"sound.currentTime === {int(stopped)}")
    page.fill('[name="review_points.8.anchor"]', "")
    page.wait_for_selector("[data-kept]:has-text('已保存')")
