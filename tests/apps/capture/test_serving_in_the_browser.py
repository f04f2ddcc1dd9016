"""A paper is handed over at the door in a real browser: without a net, read to its end, signed; or refused; then it
arrives. The phone finds any case of its officer, and what the desk answered."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.capture import along
from sanxiang.three_systems.recording.models import ArrivedAct, RecordingRow
from sanxiang.three_systems.recording.papers import papers_of

from .browsing import end, kept_offline, pieces, scrawl, shot, until
from .conftest import BASE
from .served import Served

NOW = timezone.now


@pytest.fixture
def decided(theatre: Any) -> Any:
    return theatre.played("ordinary", before="serve_decision", start=(NOW() - timedelta(days=60)).date().isoformat())


DRAFT = "(name) => sanxiang.ask('load', {place: 'drafts', name})"
WHOLE = """([name, id]) => sanxiang.ask('load', {place: 'papers', name}).then((kept) => {
    const serves = sanxiang.pack.tasks.find((one) => one.case === id).acts.find((one) => one.serves).serves;
    const papers = serves.left.find((one) => one.link === 'decide').papers;
    return !!kept && papers.every((paper) => kept.papers.some((one) => one.code === paper.code));
})"""
"""The text on the phone is that of the papers of its last package: the worker may have noted their bytes meanwhile."""


def offline(page: Any, served: Served) -> None:
    served.down = True
    page.context.set_offline(True)


def online(page: Any, served: Served) -> None:
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")


def to_the_end(page: Any) -> None:
    """Read on with the button until there is something to choose, by keyboard alone."""
    more = page.get_by_role("button", name="往下看")
    more.focus()
    for _ in range(80):
        if page.locator(".choose").is_visible():
            break
        page.keyboard.press("Enter")
        page.wait_for_timeout(250)
    page.locator(".choose").wait_for(state="visible")


def filled(page: Any, receipt: str, name: str) -> None:
    for box in page.locator(".check input[type=checkbox]:visible").all():
        box.check()
    page.locator(f"input[name=service_receipt][value='{receipt}']").check()
    page.fill("#v-served_to", name)


def arrived(story: Any) -> ArrivedAct:
    return until(lambda: ArrivedAct.objects.filter(case=story.stream).exclude(state="received").first(), 90)  # type: ignore[no-any-return]


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.journeys("recording.capture")
def test_a_decision_is_served_at_the_door_without_a_net(app: Any, served: Served, theatre: Any, decided: Any) -> None:
    page = app("#", workers="allow")
    kept_offline(page)
    kept = f"{decided.stream}.decide.json"
    until(lambda: page.evaluate(WHOLE, [kept, decided.stream]))
    shot(page, "home")
    offline(page, served)
    page.reload()
    page.goto(f"{served.url}{BASE}#task/{decided.stream}")
    page.get_by_role("link", name="去送达").tap()
    page.wait_for_selector("main form")
    page.get_by_role("button", name="请收件人阅看、签收").tap()
    assert "由谁签收" in page.inner_text("#missing")
    filled(page, "单位签收", "李收件")
    page.fill("#v-served_relation", "前台")
    page.fill("#v-unfilmed", "当面交付，没有争议")
    page.locator("summary", has_text="先看一遍文书全文").tap()
    shot(page, "serve-form")
    page.get_by_role("button", name="请收件人阅看、签收").tap()
    page.wait_for_selector("body.reading article.sheet")
    assert not page.locator(".choose").is_visible(), "nothing to sign before the end"
    assert not page.locator("#bar").is_visible()
    seen = page.inner_text("main")
    for line in (
        "行政处罚决定书",
        "申请行政复议",
        "送达回证",
        "签收人：李收件",
        "代收人与受送达人的关系：前台",
        "签收日期：",
    ):
        assert line in seen
    shot(page, "=receipt-top")
    to_the_end(page)
    assert page.evaluate("document.activeElement.textContent") == "签收", "whoever reads by key stands on the choice"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=框里还没有签名")
    scrawl(page)
    shot(page, "=receipt-sign")
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=看完后签收")
    # What is changed after the signature takes it away, what is changed back gives it again.
    page.fill("#v-served_to", "别人")
    page.wait_for_selector("text=内容改过，要重新签收")
    assert not page.get_by_role("button", name="送达完成，送回机关").count()
    page.fill("#v-served_to", "李收件")
    page.reload()
    page.wait_for_selector("text=看完后签收")
    shot(page, "serve-signed")
    page.get_by_role("button", name="送达完成，送回机关").tap()
    page.wait_for_selector("text=在手机里等待送达")
    assert not ArrivedAct.objects.filter(case=decided.stream).exists()
    page.goto(f"{served.url}{BASE}#task/{decided.stream}")
    page.get_by_role("link", name="去送达").tap()
    page.wait_for_selector("main form")
    assert not page.locator("input[name=link][value=decide]").count(), "handed over, not to be done twice"
    online(page, served)
    one = arrived(decided)
    assert (one.state, one.reasons) == ("done", [])
    events = theatre.events(decided)
    (event,) = [each for each in events if each.kind == "document.served" and each.event.served == "decide"]
    assert event.late
    assert event.event.facts["served_to"] == "李收件"
    made = issued.made(theatre.connection, events, next(p for p in papers_of(events) if p.event == event.id))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert [x for x in pdf.pages[0].get_images().values() if int(x.Width) == 700]


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_refusal_is_filmed_or_witnessed_and_left(app: Any, served: Served, theatre: Any, decided: Any) -> None:
    page = app()
    page.goto(f"{served.url}{BASE}#serve/{decided.stream}/serve")
    page.wait_for_selector("main form")
    served.down = True
    page.evaluate("window.SLICE = 500")
    draft = f"{decided.stream}.serve.serve.json"
    opened = until(lambda: page.evaluate(DRAFT, draft))
    assert "begun" not in opened, "the form is opened on the way, not at the door"
    filled(page, "拒绝签收", "李收件")
    assert until(lambda: page.evaluate(DRAFT, draft).get("begun"))
    page.get_by_role("button", name="核对送达回证，记下拒收").tap()
    assert "拒收的原因" in page.inner_text("#missing")
    assert "见证人，或者拍照、录像记录送达过程" in page.inner_text("#missing")
    page.fill("#v-refusal_reason", "说处罚太重，不收")
    page.locator("main form").get_by_role("button", name="录像").tap()
    page.wait_for_selector("#live .on")
    page.get_by_role("button", name="已告知").tap()
    pieces(page, 3)
    page.fill("#v-service_witness", "王见证")
    page.get_by_role("button", name="核对送达回证，记下拒收").tap()
    page.wait_for_selector("body.reading article.sheet")
    assert "拒收（留置）的事由：说处罚太重，不收" in page.inner_text("main")
    to_the_end(page)
    page.get_by_role("button", name="见证人签名", exact=True).tap()
    scrawl(page)
    page.get_by_role("button", name="签好了").tap()
    page.wait_for_selector("text=拒收，留置送达")
    shot(page, "serve-refused")
    page.get_by_role("button", name="送达完成，送回机关").tap()
    page.wait_for_selector("#missing >> text=先结束正在进行的录制")
    end(page)
    page.get_by_role("button", name="送达完成，送回机关").tap()
    page.wait_for_selector("text=在手机里等待送达")
    served.down = False
    page.evaluate("sanxiang.ask('upload')")
    one = arrived(decided)
    assert (one.state, one.reasons) == ("done", [])
    event = theatre.events(decided)[-1].event
    told = [event.facts[name] for name in ("service_manner", "service_receipt", "service_witness", "recording_mode")]
    assert told == ["留置送达", "拒绝签收", "王见证", "全程录音录像"]
    assert [file["name"] for file in event.files] == ["见证人签名.png"]
    assert event.facts["witness_picture"] == event.files[0]["sha256"]


@pytest.mark.browser
def test_any_case_of_the_officer_is_found_and_taken_along(
    app: Any, served: Served, theatre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = theatre.played("ordinary", before="inspect", start=(NOW() - timedelta(days=6)).date().isoformat())
    monkeypatch.setattr(along, "MOST", 0)
    page = app("#")
    assert not page.evaluate("(id) => sanxiang.pack.tasks.some((one) => one.case === id)", story.stream)
    page.get_by_role("link", name="带上其他案件").tap()
    page.wait_for_selector("#sought")
    monkeypatch.setattr(along, "MOST", 4)
    page.fill("#sought", theatre.events(story)[0].event.facts["party_name"])
    page.get_by_role("button", name="查找").tap()
    row = page.locator(f"[data-case='{story.stream}']")
    while not row.count():
        page.get_by_role("button", name="再列一些").tap()
        page.wait_for_timeout(500)
    row.locator("input").check()
    shot(page, "along")
    page.get_by_role("button", name="带上选中的").tap()
    page.wait_for_selector("text=自己带上的")
    assert page.evaluate("(id) => sanxiang.pack.tasks.some((one) => one.case === id && one.chosen)", story.stream)
    shot(page, "home-along")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("(id) => sanxiang.pack.tasks.some((one) => one.case === id)", story.stream), "next time too"


@pytest.mark.browser
@pytest.mark.clauses("CN-09")
def test_what_the_desk_answered_is_seen_without_a_new_package(
    app: Any, served: Served, theatre: Any, decided: Any
) -> None:
    theatre.everywhere()
    scene = theatre.played("ordinary", agency="changning", before="inspect")
    page = app(login=False)
    page.context.add_cookies([served.cookie(theatre.account("officer", "changning"))])
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.goto(f"{served.url}{BASE}#exempt/{scene.stream}/inspect")
    page.get_by_label("易燃易爆").check()
    page.fill("#x-reason", "加油站卸油区")
    page.select_option("#x-approver", value=theatre.people["changning"]["unit"])
    page.get_by_role("button", name="申请", exact=True).tap()
    row = until(lambda: RecordingRow.objects.filter(case=scene.stream, sort="exemption").first())
    page.wait_for_selector("text=免予录音录像：等待批准")
    head = Client()
    head.force_login(theatre.account("unit", "changning"))
    head.post(f"/recording/{scene.stream}/recordings/", {"do": "approve", "recording": str(row.stream)})
    page.evaluate("sanxiang.refresh()")
    page.wait_for_selector("text=免予录音录像：已批准")
    assert page.url.endswith("/inspect"), "the form stays under the officer's hands"
