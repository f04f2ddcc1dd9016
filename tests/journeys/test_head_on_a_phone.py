"""The head at a telephone: what waits for his signature is sent back or signed in three taps, each a real touch that the
page itself counts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.desk import Desk

from .conftest import Moved

WIDTH, MOST, FINGER = 390, 3, 44
COUNT = """addEventListener("click", (event) => {
  if (event.isTrusted) sessionStorage.taps = Number(sessionStorage.taps || 0) + 1;
}, true);"""

OFFICERS = ("ly-officer", "ly-officer3")


class Phone:
    """The head of Luoyang at a telephone, logged in, at his home; taps are counted from there."""

    def __init__(self, browser: Any, product: Moved) -> None:
        context = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": WIDTH, "height": 844}, has_touch=True,
            is_mobile=True,
        )  # fmt: skip
        self.page, self.home, self.faults = context.new_page(), f"{product.url}/work/", []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        Desk(self.page, product, "ly-head")
        self.page.add_init_script(COUNT)
        self.page.goto(self.home)

    def tap(self, found: Any) -> None:
        assert found.bounding_box()["height"] >= FINGER, "big enough for a finger"
        assert self.page.evaluate("document.documentElement.scrollWidth") <= WIDTH, "nothing sticks out at the side"
        found.tap()

    def phrase_and_send(self, phrase: str) -> str:
        """A usual phrase and the button; what the next page says."""
        self.tap(self.page.locator("[data-phrase]", has_text=phrase))
        self.tap(self.page.locator("#act-form .sx-actions button[type=submit]:not([name=keep])"))
        self.page.wait_for_selector("text=已办理")
        return str(self.page.inner_text("main"))

    def taps(self) -> int:
        """The taps since this was asked last."""
        return int(self.page.evaluate("[sessionStorage.taps || 0, sessionStorage.taps = 0][0]"))


def whose(page: Any, product: Moved, act: str) -> Desk:
    """An officer of the unit whose case it is: it stands on the list of that unit, whichever came first to the head."""
    for login in OFFICERS:
        desk = Desk(page, product, login)
        page.goto(f"{product.url}/work/?waits=all")
        if act in page.content():
            return desk
    raise AssertionError("it stands on the list of no unit")


@pytest.mark.browser
@pytest.mark.clauses("PL-57")
def test_a_decision_is_sent_back_and_later_signed_in_three_taps_each(browser: Any, product: Moved, page: Any) -> None:
    product.now()
    phone = Phone(browser, product)
    ready = phone.page.locator("article.sx-task", has=phone.page.locator('a.btn-primary[href$="/do/decide/"]'))
    card = ready.filter(has_text="作出处罚决定").first  # licences and levies are decided at the same address
    back = card.locator('a[href$="/do/return_draft/"]')
    case = f"{product.url}{back.get_attribute('href').removesuffix('do/return_draft/')}"
    signs = f'a.btn-primary[href="{case.removeprefix(product.url)}do/decide/"]'
    assert back.inner_text() == "退回承办"
    phone.tap(back)
    phone.page.wait_for_url("**/do/return_draft/")
    assert "拟处理意见" in phone.page.inner_text("main"), "what is sent back stands beside"
    phone.phrase_and_send("裁量理由不充分")
    assert phone.taps() == MOST
    phone.page.goto(phone.home)
    assert phone.page.locator(signs).count() == 0, "it waits for him no longer"
    phone.page.goto(f"{case}do/decide/")
    assert "重新呈批之后才能作出决定" in phone.page.inner_text("main")

    officer = whose(page, product, f"{case}do/present_draft/".removeprefix(product.url))
    officer.open(case, "present_draft")
    assert "裁量理由不充分，补充后再报。" in page.inner_text("main"), "the reasons stand beside"
    officer.fill(draft_answer="已补充裁量理由。")
    assert "已办理" in officer.send()

    phone.page.goto(phone.home)
    phone.taps()
    card = phone.page.locator("article.sx-task", has=phone.page.locator(signs))
    assert "退回后重新呈批" in card.inner_text()
    phone.tap(card.locator(signs))
    phone.page.wait_for_url("**/do/decide/")
    said = phone.phrase_and_send("当事人在规定期限内未提出陈述、申辩")
    assert phone.taps() == MOST
    assert re.search(r"罚决字〔\d{4}〕\d+号", said)
    assert phone.faults == []
