"""A withdrawal and its receipt (撤下回执) in a real browser on the running product: the worker asks every place, the page
tells it by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.desk import Desk
from tests.support.serving import status_of

from .conftest import Moved


@pytest.mark.browser
@pytest.mark.clauses("DXH-09")
@pytest.mark.journeys("disclosure.withdrawn-notice")
def test_a_withdrawal_is_confirmed_everywhere_before_the_reader_s_eyes(product: Moved, page: Any) -> None:
    product.now()
    checker = Desk(page, product, "ly-check")
    page.goto(f"{product.url}/work/cases/")
    row = page.locator("tr", has_text="已公示").first
    case = str(row.locator("a").first.get_attribute("href"))
    stream = re.search(r"[0-9a-f-]{36}", case)[0]  # type: ignore[index]
    assert status_of(product.public_port, f"/d/{stream}/") == 200

    checker.open(f"{product.url}/work/cases/{stream}/", "withdraw_publication")
    checker.fill(withdrawal_cause="确认违法", withdrawal_ground="法院判决确认违法（演示）。")
    if page.locator('[name="withdrawal_late_reason"]').count():
        checker.fill(withdrawal_late_reason="演示")
    assert "已办理" in checker.send()
    assert status_of(product.public_port, f"/d/{stream}/") == 410

    page.goto(f"{product.url}/work/cases/{stream}/")
    page.click("text=撤下回执 >> visible=true")
    page.wait_for_selector("text=处处都已撤下", timeout=90_000)
    shown = page.inner_text("main")
    for place in ("决定页面只剩撤下说明", "检索", "订阅", "接口（JSON）", "批量下载", "网站地图", "页面缓存"):
        assert place in shown
    assert "没有确认" not in shown.replace("没有确认的", "")
    assert re.search(r"从撤下起 \d+ (秒|分钟)", shown)
    page.click("details[data-place=page] summary")
    assert f"/d/{stream}/" in page.inner_text("main")
    page.emulate_media(media="print")
    assert page.is_visible("h1")
    assert not page.is_visible(".sx-nav")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
