"""An officer and a party on their phones, in a real browser on the running product: the code is held out, opened and
confirmed, and the gate is satisfied; a defence with a photo is sent without script, and stands on the desk."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import pypdf
import pytest
from PIL import Image

from sanxiang.casework.codes import case_code
from tests.support.desk import Desk

from .conftest import Moved
from .test_accessibility import told

PHONE, NARROW, ZOOMED = {"width": 390, "height": 844}, {"width": 320, "height": 640}, {"width": 640, "height": 400}
FACTOR = "854X"
VISITED = (
    *("/counter/show/<uuid>/", "/counter/show/<uuid>/<name>/", "/counter/s/<name>/", "/counter/", "/counter/mine/"),
    "/counter/mine/<name>/",
)
"""The shapes of the pages that are looked at here for barriers."""


def opened_case(page: Any, product: Moved) -> tuple[Desk, str]:
    officer = Desk(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/new/?procedure=penalty.ordinary")
    officer.both_officers()
    officer.fill(
        source_kind="监督检查", source_on="2026-11-01", source_summary="货架上有没有标签的食品。", party_kind="自然人",
        party_name="欧阳演示", party_id_number="41030519840717854X", party_phone="13900001234",
    )  # fmt: skip
    assert "已登记" in officer.send()
    return officer, re.match(r".*/work/cases/[0-9a-f-]{36}/", page.url)[0]  # type: ignore[index]


@pytest.mark.browser
@pytest.mark.clauses("LY-07", "LY-08", "LY-11")
@pytest.mark.journeys("disclosure.progress")
def test_a_code_is_held_out_and_confirmed_and_a_defence_is_sent(browser: Any, page: Any, product: Moved) -> None:
    product.now()
    page.set_viewport_size(PHONE)
    officer, case = opened_case(page, product)
    page.click("text=亮证二维码")
    officer.both_officers()
    page.fill("#matter", "看一看店里食品的标签。")
    page.fill("#basis", "《食品安全法》第六十七条（演示）")
    assert told(page, "show") == []
    party_code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.inner_text("main"))[0]  # type: ignore[index]
    page.click("text=出示二维码")
    page.wait_for_selector(".sx-code svg")
    assert told(page, "held out") == []
    box = page.locator(".sx-code svg").bounding_box()
    assert box["width"] > 280, "large enough to be scanned"
    address = re.search(r"http\S+/counter/s/\S+", page.inner_text("main"))[0]  # type: ignore[index]

    plain = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport=PHONE)
    party = plain.new_page()
    party.goto(address)
    seen = party.inner_text("main")
    for text in ("张演示", "豫C演示0001", "有效", "陈述、申辩", "听证", "申请回避", "您的义务"):
        assert text in seen, text
    assert "欧阳演示" not in seen
    party.click("text=我看过了，确认")
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", party.inner_text("main"))[0]  # type: ignore[index]
    page.wait_for_selector("text=当事人已经确认")
    assert receipt in page.inner_text("main")
    again = plain.new_page()
    assert again.goto(address).status == 404

    officer.open(case, "inspect")
    officer.both_officers()
    officer.tick("document_shown")
    officer.fill(place="演示街8号", inspection_findings="货架上有三袋没有标签。", recording_mode="不录音录像")
    officer.fill(recording_reason="文字足以反映", signature="已签名")
    assert "已办理" in officer.send(), "what the receipt proves is not asked again"

    party.goto(f"{product.url}/counter/?code={party_code}")
    party.fill("#factor", FACTOR)
    party.click("main button[type=submit]")
    party.wait_for_url("**/counter/mine/")
    assert "您的事项走到第" in party.inner_text("main")
    party.click("text=提交陈述、申辩")
    party.fill("#text", "标签是供货商贴的，我已经下架。")
    image = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(image, "JPEG")
    party.set_input_files("#photos", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": image.getvalue()})
    party.click("main button[type=submit]")
    assert "已经收到" in party.inner_text("main")
    sent = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", party.inner_text("main"))[0]  # type: ignore[index]

    until = time.monotonic() + 150
    while "当事人提交陈述、申辩" not in page.inner_text("main") and time.monotonic() < until:
        time.sleep(3)
        page.goto(case)
    assert "照片1.jpg" in page.inner_text("main")
    party.goto(f"{product.url}/counter/mine/")
    assert sent in party.inner_text("main")
    plain.close()


@pytest.mark.browser
def test_the_party_s_pages_have_no_barrier(page: Any, product: Moved) -> None:
    """At 320 px, on a phone, at 200 % (a screen of half the width) and by the keyboard alone."""
    product.now()
    officer, case = opened_case(page, product)
    page.goto(case.replace("/work/cases/", "/counter/show/"))
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.inner_text("main"))[0]  # type: ignore[index]
    page.set_viewport_size(NARROW)
    assert told(page, "show") == []
    officer.both_officers()
    page.fill("#matter", "看标签。")
    page.fill("#basis", "《食品安全法》第六十七条（演示）")
    page.click("text=出示二维码")
    address = re.search(r"http\S+/counter/s/\S+", page.inner_text("main"))[0]  # type: ignore[index]
    page.context.clear_cookies()
    wrong = []
    for size in (PHONE, NARROW, ZOOMED):
        page.set_viewport_size(size)
        page.goto(address)
        wrong += told(page, "shown")
        page.goto(f"{product.url}/counter/")
        wrong += told(page, "find")
    page.focus("#code")
    page.keyboard.type(code.lower())
    page.keyboard.press("Tab")
    page.keyboard.type("854x")
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/mine/")
    for size in (PHONE, NARROW, ZOOMED):
        page.set_viewport_size(size)
        for place in ("", "statement/", "hearing/", "record/", "complaint/"):
            page.goto(f"{product.url}/counter/mine/{place}")
            wrong += told(page, f"mine/{place}")
    assert wrong == []


@pytest.mark.browser
@pytest.mark.clauses("LY-11")
@pytest.mark.journeys("disclosure.progress")
def test_the_party_opens_the_paper_that_was_served_on_it(
    browser: Any, page: Any, product: Moved, settings: Any
) -> None:
    """A fine of this summer, on the phone of who was fined, without script: the list, the paper itself, and nobody
    else's."""
    product.now()
    product.wait_until_filled()
    settings.COUNTER_KEY = (product.var / "secrets" / "counter").read_text("ascii").strip()
    Desk(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/?q=倪演示")
    stream = re.search(r"/work/cases/([0-9a-f-]{36})/", page.content())[1]  # type: ignore[index]
    plain = browser.new_context(locale="zh-CN", java_script_enabled=False, viewport=PHONE)
    party = plain.new_page()
    party.goto(f"{product.url}/counter/?code={case_code(stream)}")
    party.fill("#factor", "9268")
    party.click("main button[type=submit]")
    party.wait_for_url("**/counter/mine/")
    until = time.monotonic() + 300
    while not party.locator("text=打开《").count() and time.monotonic() < until:
        time.sleep(3)
        party.reload()
    assert "倪演示" not in party.inner_text("main")
    link = party.locator("main a", has_text="打开《").first
    assert link.bounding_box()["height"] >= 44, "for a thumb"
    address = product.url + link.get_attribute("href")
    answer = plain.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["cache-control"]
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.body())).pages)
    assert "倪演示" in text
    stranger = browser.new_context()
    assert stranger.request.get(address, max_redirects=0).status == 302
    stranger.close()
    party.click("text=看完了，关闭")
    assert plain.request.get(address, max_redirects=0).status == 302
    plain.close()

    page.context.clear_cookies()
    page.goto(f"{product.url}/counter/?code={case_code(stream)}")
    page.fill("#factor", "9268")
    page.click("main button[type=submit]")
    page.wait_for_url("**/counter/mine/")
    wrong = []
    for size in (PHONE, NARROW, ZOOMED):
        page.set_viewport_size(size)
        wrong += told(page, "mine with papers")
    assert wrong == []
