"""What an officer shows and says on the spot: the certificate with its code, the set phrases of each stage."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from sanxiang.three_systems.recording.capture import packages
from tests.support.codes import on_picture

from .browsing import end, pieces, shot, start, whole

STAGES = ["亮证", "告知", "发现", "陈述", "签名"]


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_phrases_of_all_five_stages_are_said_from_the_phone_and_marked_in_the_film(app: Any, theatre: Any) -> None:
    assert set(STAGES) < set(packages.MARKS)
    page = app()
    take = start(page)
    pieces(page, 1)
    page.get_by_role("link", name="规范用语").first.tap()
    page.wait_for_selector("text=这是我们的执法证件")
    assert page.locator("main section h2").all_inner_texts() == STAGES
    shot(page, "phrases")
    for stage in STAGES:
        section = page.locator("main section", has=page.get_by_role("heading", name=stage, exact=True))
        phrase = section.locator(".phrase").first
        assert "【" not in phrase.inner_text()
        phrase.tap()
        page.wait_for_selector(f"text=已标记“{stage}”")
    pieces(page, page.evaluate("sanxiang.recorder.count") + 1)
    end(page)
    assert [mark["kind"] for mark in whole(theatre, take).marks] == STAGES


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_the_certificate_is_shown_without_a_net_and_its_code_leads_to_the_register(
    app: Any, served: Any, theatre: Any
) -> None:
    page = app()
    served.down = True
    page.context.set_offline(True)
    take = start(page)
    pieces(page, 1)
    page.get_by_role("link", name="亮证").first.tap()
    page.wait_for_selector(".certificate img")
    held = page.evaluate("sanxiang.pack.certificate")
    assert held["number"] in page.inner_text(".certificate")
    assert page.evaluate("sanxiang.pack.name") in page.inner_text(".certificate")
    shot(page, "card")
    code = Image.open(io.BytesIO(page.locator(".certificate img").screenshot()))
    assert on_picture(code) == [held["address"]]
    assert held["address"].startswith(f"{served.url}/")
    page.get_by_role("button", name="已亮证（标记）").tap()
    pieces(page, page.evaluate("sanxiang.recorder.count") + 1)
    end(page)
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    assert [mark["kind"] for mark in whole(theatre, take).marks] == ["亮证"]
