"""What anybody does on the public site with the keyboard alone, without script, in large letters and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest

from tests.support.desk import Desk
from tests.support.visits import Trail, followed

from .conftest import Moved

PLACES = ("/", "/search/?q=演示", "/agencies/", "/numbers/", "/officers/", "/data/", "/rules/", "/counter/")
LEADING: tuple[Trail, ...] = (
    ("/agencies/", "/agencies/<uuid>/", "/agencies/<uuid>/officers/", "/agencies/<uuid>/windows/1/"),
    ("/agencies/<uuid>/", "/agencies/<uuid>/<name>/"),
    ("/catalogues/", "/catalogues/<uuid>/<name>/"),
    ("/numbers/", "/numbers/<uuid>/<n>/"),
    ("/procedures/", "/procedures/<name>/<name>/"),
    ("/reports/", "/reports/<uuid>/<name>/<n>/"),
)
"""Section, window, catalogue, numbers, chart and report, as the pages before them lead there."""
BESIDE = ("/procedures/", "/reports/", "/spot-checks/", "/rules/wuding/", "/counter/complain/", "/counter/report/")
PUBLISHERS = {
    "ly-publish": ("/disclosure/", "/disclosure/by-period/", "/disclosure/pages/", "/exchange/credit/",
                   "/exchange/credit/import/", "/exchange/partners/", "/exchange/withdrawals/", "/counter/inbox/"),
    "ly-check": ("/disclosure/", "/exchange/withdrawals/"),
}  # fmt: skip
PAGES: dict[str, tuple[Trail, ...]] = {
    "ly-publish": (
        ("/disclosure/", "/disclosure/<uuid>/"),
        ("/disclosure/pages/", "/disclosure/pages/<uuid>/<name>/"),
        ("/exchange/withdrawals/", "/exchange/withdrawals/<uuid>/<query>"),
    ),
    "ly-check": (("/disclosure/", "/disclosure/<uuid>/", "/disclosure/<uuid>/?do=check_publication"),),
}
REACHABLE = "a[href], button:not([aria-hidden=true]), input:not([type=hidden]), select, textarea, summary"
"""A button that nobody sees or hears says only which one the Enter key means."""
GROUPED = """all => { const first = {};
  return all.map((one, n) => !one.checkVisibility({visibilityProperty: true}) || one.disabled ? -1
    : one.type === 'radio' ? first[`${one.form && one.form.action} ${one.name}`] ??= n : n); }"""
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


def unreached(page: Any, address: str) -> list[str]:
    """The controls of a page that the Tab key does not reach, or on which the eye does not see the focus; of a group of
    choices one is enough, as arrows go on from there."""
    page.goto(address)
    groups = page.locator(REACHABLE).evaluate_all(GROUPED)
    page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(len(groups) + 20):
        page.keyboard.press("Tab")
        told = page.evaluate(FOCUSED % REACHABLE)
        if told["seen"] and told["n"] >= 0:
            reached.add(groups[told["n"]])
    left = sorted({group for group in groups if group >= 0} - reached)
    return [f"{address} {page.locator(REACHABLE).nth(n).evaluate('one => one.outerHTML')[:160]}" for n in left]


@pytest.mark.browser
def test_the_keyboard_reaches_everything_and_the_eye_sees_where_it_is(page: Any, product: Moved) -> None:
    product.now()
    product.wait_until_filled()
    page.set_viewport_size({"width": 1280, "height": 900})
    places = (*PLACES, *BESIDE, first_decision(page, product), *followed(page, product.url, LEADING))
    assert [left for place in places for left in unreached(page, product.url + place)] == []


@pytest.mark.browser
@pytest.mark.parametrize("login", PUBLISHERS)
def test_the_keyboard_reaches_everything_on_the_pages_of_publishers(page: Any, product: Moved, login: str) -> None:
    product.now()
    product.wait_until_filled()
    page.set_viewport_size({"width": 1280, "height": 900})
    Desk(page, product, login)
    places = (*PUBLISHERS[login], *followed(page, product.url, PAGES[login]))
    assert [left for place in places for left in unreached(page, product.url + place)] == []


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


@pytest.mark.browser
def test_the_head_is_one_row_at_a_desk_also_in_large_letters(page: Any, product: Moved) -> None:
    product.now()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{product.url}/")
    for look in ("大字版", "标准字号"):
        assert page.evaluate("document.querySelector('.sx-top').offsetHeight") < 64
        page.get_by_role("link", name=look).click()
        page.wait_for_load_state()
