"""A third party that records for the agency (聘请第三方记录), in a real browser: by the link that the officer gives it, its
one activity and nothing else, until the engagement is over."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from sanxiang.three_systems.recording.capture import engaging, packages, passes
from sanxiang.three_systems.recording.models import RecordingRow
from tests.support.codes import on_picture

from .browsing import end, opened, pieces, shot, whole
from .conftest import BASE, even
from .served import Served

pytestmark = [pytest.mark.clauses("CN-09"), pytest.mark.journeys("recording.third-party")]
NOW = timezone.now


@pytest.fixture
def scene(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre.played("ordinary", agency="changning", before="inspect")


@pytest.fixture
def desk(theatre: Any, scene: Any) -> Client:
    """The officer's desk, where a third party is engaged for the inspection of the case."""
    found = Client()
    found.force_login(theatre.account("officer", "changning"))
    clock = lambda minutes: timezone.localtime(NOW() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    terms = {"do": "entrust", "activity": "inspect", "third_party_name": "演示影像公司", "third_party_person": "钱演示",
             "third_party_contract": "演合〔2026〕1号", "third_party_reason": "需要多机位",
             "valid_from": clock(-30), "valid_until": clock(60)}  # fmt: skip
    assert found.post(f"/recording/{scene.stream}/recordings/", terms).status_code == 302
    return found


@pytest.mark.browser
def test_by_its_link_a_third_party_records_its_activity_sees_nothing_else_and_ends(
    app: Any, browser: Any, served: Served, theatre: Any, scene: Any, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = f"/recording/{scene.stream}/recordings/"
    officer = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    officer.add_cookies([served.cookie(theatre.account("officer", "changning"))])
    sheet = officer.new_page()
    sheet.goto(f"{served.url}{case}")
    sheet.get_by_text("给第三方的录制入口").click()
    shot(sheet, "desk-third")
    link = sheet.get_by_role("link", name="录制入口").get_attribute("href")
    drawn = sheet.locator(".sx-qr")
    assert on_picture(Image.open(io.BytesIO(drawn.screenshot()))) == [link]
    assert drawn.bounding_box()["height"] < 400
    officer.close()
    assert link.startswith(f"{served.url}{BASE}#third=")

    page = app(link.partition(BASE)[2], login=False)
    assert (page.inner_text("h1"), "third=" in page.url) == ("第三方记录", False)
    facts = theatre.events(scene)[0].event.facts
    kept = page.evaluate("JSON.stringify(sanxiang.pack)") + page.inner_text("body")
    assert [name for name in ("party_name", "business_place", "party_phone") if str(facts.get(name, "?")) in kept] == []
    shot(page, "third-home")
    page.locator("main a", has_text="第三方记录：现场检查").tap()
    page.wait_for_selector("text=只记录这一项活动")
    shot(page, "third-task")
    page.evaluate("window.SLICE = 500")
    page.get_by_role("button", name="开始录像").tap()
    page.wait_for_selector("#live .on")
    take = str(page.evaluate("sanxiang.recorder.take"))
    pieces(page, 2)
    page.locator("#live").get_by_role("button", name="暂停").tap()
    page.locator("#live").get_by_role("button", name="继续录制").tap()
    pieces(page, page.evaluate("sanxiang.recorder.count") + 1)
    end(page)
    one = whole(theatre, take)
    assert (one.case, one.activity, one.maker_name) == (scene.stream, "inspect", "演示影像公司 钱演示")
    assert [gap.cause for gap in one.unexplained] == ["人工暂停"]
    page.goto(f"{served.url}{BASE}#take/{take}")
    page.wait_for_selector("text=告诉委托机关的承办人")
    assert not page.locator("main form").count(), "why is said by the officer, and a form here would lead nowhere"
    for place, why in ((case, 0), (f"/work/cases/{scene.stream}/", 0), (f"/recording/{take}/play/0/", 0)):
        answer = page.request.get(f"{served.url}{place}", max_redirects=why)
        assert answer.status in (302, 404), place
    assert page.request.get(f"{served.url}{BASE}package").status == 401

    # An officer who tried the link on his own phone has his own tasks again.
    page.context.add_cookies([served.cookie(theatre.account("officer", "changning"))])
    opened(page, f"{served.url}{BASE}#")
    assert page.inner_text("h1") == "现场记录"
    assert page.evaluate("(id) => sanxiang.pack.tasks.some((one) => one.case === id && one.title)", scene.stream)
    page.context.clear_cookies()
    opened(page, link)
    assert page.inner_text("h1") == "第三方记录"

    # Its term over, by the server's clock.
    told = packages.time_now
    monkeypatch.setattr(packages, "time_now", lambda at: told(at + timedelta(hours=2)))
    begins(page, served, "委托已经到期")
    monkeypatch.setattr(packages, "time_now", told)
    begins(page, served)
    end(page)
    # Ended before its day.
    engaged = RecordingRow.objects.get(case=scene.stream, sort="engagement")
    assert desk.post(case, {"do": "end", "recording": str(engaged.stream)}).status_code == 302
    begins(page, served, "委托已经终止")
    shot(page, "third-over")
    assert not page.locator("main a", has_text="第三方记录：").count()
    assert "登录" not in page.inner_text("main"), "it has no login"


def begins(page: Any, served: Served, refused: str = "") -> None:
    """Open the app anew and tap to record: it does, or says why not."""
    opened(page, f"{served.url}{BASE}#")
    assert (refused in page.inner_text("main")) if refused else ("委托到" in page.inner_text("main"))
    page.locator("#bar .big").tap()
    if refused:
        page.wait_for_selector(f"#said:has-text('没有开始录制：'):has-text('{refused}')")
        assert page.evaluate("sanxiang.recorder") is None
    else:
        page.wait_for_selector("#live .on")
        pieces(page, 1)


def test_what_a_third_party_begins_after_its_term_is_not_taken(
    theatre: Any, scene: Any, desk: Client, phone_of: Any
) -> None:
    """Whatever its page says: the server goes by the term of the pass, and by when the recording began."""
    engaged = RecordingRow.objects.get(case=scene.stream, sort="engagement")
    held = engaging.pass_of(engaging.engagement(theatre.connection, str(engaged.stream)))
    over = replace(held, until=NOW() - timedelta(minutes=30))
    for began, status in ((NOW() - timedelta(minutes=40), 200), (NOW() - timedelta(minutes=20), 403)):
        phone = phone_of(theatre.account("officer", "changning"), began=began, **{"pass": over.signed()})
        phone.client, phone.more = Client(), {"X-Pass": over.signed()}
        phone.record(even(1), began=began)
        answer = phone.open()
        assert (answer.status_code, "已经到期" in answer.json().get("text", "")) == (status, status == 403)
    assert passes.read(over.signed()).third_party
