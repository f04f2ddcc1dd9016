"""What a phone brings along for the day, seen in a real browser without a net: the tasks of today, the rules of use beside
the button that records, and an on-site record (现场笔录) in which nothing that is known is typed again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import CaseRow
from sanxiang.core.casefile import fold
from sanxiang.core.values import legal_day
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.models import ArrivedAct
from sanxiang.three_systems.recording.papers import papers_of
from tests.apps.recording.papers import joined

from .browsing import kept_offline, read, scrawl, sent, shot, until
from .conftest import BASE
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.journeys("recording.capture")]
NOW = timezone.now
ELEMENTS = ("使用规范", "记录要素", "用语指引", "存储应用", "监督管理")


def offline(page: Any, served: Served) -> None:
    """Without a net, the app opened anew."""
    kept_offline(page)
    served.down = True
    page.context.set_offline(True)
    page.reload()
    page.wait_for_function("() => window.sanxiang && sanxiang.pack && sanxiang.pack.tasks.length")


def issue_rules(theatre: Any, agency: str, day: str) -> None:
    """Rules of use for a phone, prepared by one, issued by another."""
    place = f"/devices/rules/{quote('手持执法终端')}/"
    texts = {f"text.{at}": f"演示：{name}的内容" for at, name in enumerate(ELEMENTS)}
    for role, step, sent_ in (
        ("keeper", "prepare/", texts),
        ("head", "approve/", {"usage_checked": ELEMENTS, "effective": day}),
    ):
        client = Client()
        client.force_login(theatre.account(role, agency))
        assert client.post(place + step, sent_).status_code == 302


@pytest.mark.clauses("LY-24", "LY-22", "CN-11")
def test_the_tasks_of_today_and_the_rules_of_use_are_there_without_a_net(
    app: Any, served: Served, theatre: Any
) -> None:
    theatre.everywhere()
    issue_rules(theatre, "wuding", "2026-03-03")
    due = theatre.played(agency="wuding", before="inspect")
    later = theatre.played(agency="wuding", before="inspect", start=(NOW() - timedelta(days=6)).date().isoformat())
    rows = [CaseRow.objects.get(pk=one.stream) for one in (due, later)]
    today = legal_day(NOW())
    assert rows[0].next_due <= today
    assert rows[1].next_due is None or rows[1].next_due > today

    page = app(login=False, workers="allow")
    page.context.add_cookies([served.cookie(theatre.account("officer", "wuding"))])
    page.reload()
    page.wait_for_selector("body[data-ready]")
    offline(page, served)
    page.wait_for_selector("main h3")
    parts = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("main h3")].map((title) => [
        title.textContent.replace(/（.*/, ""),
        [...title.nextElementSibling.querySelectorAll("a")].map((one) => one.getAttribute("href"))]))"""
    )
    assert f"#task/{due.stream}" in parts["今天到期或者已经逾期"]
    assert f"#task/{later.stream}" in parts["其他"]
    rules = page.locator("main details", has_text="手持执法终端使用规定")
    summary = rules.locator("summary")
    told = page.evaluate("sanxiang.pack.usage.number")
    assert summary.inner_text() == f"手持执法终端使用规定（第 {told} 版，2026-03-03 起施行）"
    assert summary.is_visible()
    shot(page, "home-rules")

    page.locator(f"main a[href='#task/{due.stream}']").tap()
    page.wait_for_selector("h1:text('行政处罚')")
    assert rows[0].case_number in page.inner_text("main")
    owed = page.locator("main section").first.locator("p", has_text="音像要求")
    assert owed.locator(".chip").all_inner_texts() == ["视情", "有的情形要全程"], "each once, the strictest"
    laws = owed.locator("small").last.inner_text().split("；")
    assert len(laws) == len(set(laws)) > 1
    summary.tap()
    assert rules.locator("p").count() == len(ELEMENTS)
    for name in ELEMENTS:
        assert f"演示：{name}的内容" in rules.inner_text()
    shot(page, "task-rules")
    act = page.locator("main section", has=page.get_by_role("heading", name="现场检查", exact=True))
    act.get_by_role("link", name="填写").tap()
    page.wait_for_selector("main form >> text=现场情况")
    assert page.locator("#bar .big").is_visible()


@pytest.mark.clauses("LY-24")
def test_the_record_on_site_is_filled_from_task_and_register(
    app: Any, served: Served, theatre: Any, story: Any
) -> None:
    """Typed is what was found, and why it was not filmed; nothing else: party, place, who was there, who came with which certificate, when it
    began and ended come from the task, the register and the phone."""
    page = app(f"#task/{story.stream}", workers="allow")
    offline(page, served)
    page.goto(f"{served.url}{BASE}#act/{story.stream}/inspect")
    page.wait_for_selector("main form")
    known = fold(theatre.events(story)).facts
    assert page.input_value("#f-place") == known["party_address"]
    assert page.input_value("#f-present_person") in [value for value in known.values() if value]
    shot(page, "act-filled")
    for box in page.locator(".check input[type=checkbox]").all():
        box.check()
    page.fill("#f-inspection_findings", "货架上有没有标签的食品十二件。")
    page.get_by_label("没有录音录像的，写明理由").fill("只是送还资料，没有争议")
    seen = read(page)
    shot(page, "=read-filled")
    held = {one["id"]: one for one in page.evaluate("sanxiang.pack.people")}
    team = [held[name] for name in page.evaluate("(id) => sanxiang.pack.tasks.find((one) => one.case === id).officers",
                                                 story.stream)]  # fmt: skip
    assert len(team) >= 2
    for text in (known["party_name"], known["party_address"], *(one["name"] for one in team)):
        assert text in seen
    page.get_by_role("button", name="签名", exact=True).tap()
    scrawl(page)
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完全文后签名")
    sent(page)
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")
    arrived = until(lambda: ArrivedAct.objects.filter(case=story.stream).exclude(state="received").first(), 90)
    assert (arrived.state, arrived.reasons) == ("done", [])
    events = theatre.events(story)
    act = events[-1]
    modes = [act.event.facts[name] for name in ("recording_mode", "recording_reason")]
    assert modes == ["不录音录像", "只是送还资料，没有争议"]
    began, over = (datetime.fromisoformat(act.event.facts[name]) for name in ("started_on_site", "ended_on_site"))
    assert began <= over <= act.occurred_at + timedelta(minutes=1)
    paper = next(one for one in papers_of(events) if one.title == "现场检查笔录")
    words = joined(issued.made(theatre.connection, events, paper))
    for text in (
        known["party_name"],
        known["party_address"],
        *(one["name"] for one in team),
        *(one["certificate"] for one in team),
    ):
        assert text in words
