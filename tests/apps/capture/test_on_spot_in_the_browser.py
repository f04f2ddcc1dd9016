"""A penalty decided on the spot in a real browser without a net: form, numbered paper, signatures; then it arrives."""

from __future__ import annotations

import hashlib
import io
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Error

from sanxiang.casework.models import CaseRow, DutyRow
from sanxiang.core.casefile import fold
from sanxiang.store import reading
from sanxiang.three_systems.recording import issued
from sanxiang.three_systems.recording.capture import blanks
from sanxiang.three_systems.recording.models import ArrivedAct, BlankRow
from sanxiang.three_systems.recording.papers import papers_of
from tests.support.browser import arguments, chromium
from tests.support.codes import on_picture

from .browsing import ALLOWED, PHONE, end, kept_offline, killed, pieces, shot, until
from .served import Served

TEXTS = {
    "f-party_name": "欧阳演示", "f-party_address": "演示路8号", "f-place": "演示路8号门前", "f-case_name": "占道经营案",
    "f-correction_order": "已经当场改正，不再责令改正。", "f-violation_facts": "占道经营，面积二平方米，当场改正。", "f-defence_statement": "没有异议。",
}  # fmt: skip
TABLES = {
    "evidence_list": {"证据清单 第1行 证据名称": "现场照片"},
    "legal_basis": {"处理依据 第1行 规定名称": "城市市容条例（演示）", "处理依据 第1行 条款项": "第一条"},
}


@pytest.fixture(autouse=True)
def public_site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers that the officer holds from other tests do not count against what these take out."""
    settings.SANXIANG_PUBLIC_URL = "https://gs.example.gov.cn"
    monkeypatch.setattr(blanks, "MOST_OUT", 10_000)


def offline(page: Any, served: Served) -> None:
    served.down = True
    page.context.set_offline(True)


def online(page: Any, served: Served) -> None:
    served.down = False
    page.context.set_offline(False)
    page.evaluate("sanxiang.ask('upload')")


def take_out(page: Any, served: Served) -> None:
    page.goto(f"{served.url}/recording/capture/#spot")
    page.wait_for_selector("text=领取编号决定书")
    page.get_by_role("button", name="领取编号决定书").tap()
    page.wait_for_selector("text=编号决定书还有 5 份")


def begin(page: Any) -> str:
    page.get_by_role("button", name="新的当场处罚").tap()
    page.wait_for_selector("main form")
    return str(page.evaluate("location.hash.split('/')[1]"))


def fill(page: Any, *officers: str, amount: str = "100") -> None:
    for one in officers:
        page.locator(".ticks details").first.evaluate("one => { one.open = true; }")
        page.locator(".ticks .tick", has_text=one).locator("input").last.check()
    for box in page.locator(".check input[type=checkbox]:visible").all():
        box.check()
    page.select_option("#f-source_kind", label="监督检查")
    page.select_option("#f-party_kind", label="自然人")
    for name, text in TEXTS.items():
        page.fill(f"#{name}", text)
    for table, row in TABLES.items():
        page.locator(f"[data-field={table}] .more").tap()
        for column, text in row.items():
            page.get_by_label(column).fill(text)
    box = page.locator("[data-field=sanctions]")
    box.locator(".more").tap()
    box.get_by_label("处罚内容 第1行 处罚种类").select_option(label="罚款")
    box.get_by_label("处罚内容 第1行 金额").fill(amount)
    page.select_option("#f-collected_on_spot", label="一百元以下罚款")
    if page.locator("#f-credit_class").count():
        page.select_option("#f-credit_class", label="轻微")


def write(page: Any) -> None:
    page.get_by_role("button", name="填写决定书，请当事人看").tap()
    page.wait_for_function(
        "() => location.hash.startsWith('#paper/') || document.querySelector('#missing').textContent"
    )
    assert "#paper/" in page.url, page.inner_text("#missing")
    page.wait_for_selector(".paper")


def sign(page: Any) -> None:
    """All who are still to sign, each with a finger; the party once it has read to the end."""
    if page.locator("[data-sign=party]").count() and page.locator("#h-receipt").input_value() != "拒绝签收":
        more = page.get_by_role("button", name="往下看")
        for _ in range(60):
            if not more.is_visible():
                break
            assert not page.locator("[data-sign=party] canvas").is_visible(), "nothing to sign before the end"
            with suppress(Error):
                more.tap(timeout=2_000)
            page.wait_for_timeout(300)
    while page.locator("canvas.pad:visible").count():
        pad = page.locator("canvas.pad:visible").first
        pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
        box, left = pad.bounding_box(), page.locator("canvas.pad:visible").count()
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        for at in range(12):
            page.mouse.move(box["x"] + 40 + 15 * at, box["y"] + 40 + (at % 3) * 20)
        page.mouse.up()
        page.locator("[data-sign]", has=page.locator("canvas:visible")).first.get_by_role("button", name="签好了").tap()
        page.wait_for_function(
            f"() => [...document.querySelectorAll('canvas.pad')].filter((one) => one.offsetParent).length < {left}"
        )


def hand_over(page: Any) -> None:
    page.get_by_role("button", name="已经交付当事人").tap()
    page.wait_for_function(
        "() => location.hash.startsWith('#given/') || document.querySelector('#missing').textContent"
    )
    assert "#given/" in page.url, page.inner_text("#missing")


def picture(page: Any, place: str) -> bytes:
    """A picture of a part of the page, which may be drawn anew just then."""
    for _ in range(10):
        with suppress(Error):
            return bytes(page.locator(place).screenshot(timeout=5_000))
    return bytes(page.locator(place).screenshot())


def arrived(key: str) -> ArrivedAct:
    return until(lambda: ArrivedAct.objects.filter(pk=key).exclude(state="received").first(), 90)  # type: ignore[no-any-return]


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_penalty_on_the_spot_without_a_net(app: Any, served: Served, theatre: Any) -> None:
    page = app("#spot", workers="allow")
    kept_offline(page)
    take_out(page, served)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    offline(page, served)
    page.reload()
    page.wait_for_selector("text=编号决定书还有 5 份")
    shot(page, "spot")
    key = begin(page)
    page.evaluate("window.SLICE = 500")
    page.locator("main form").get_by_role("button", name="录像").tap()
    page.wait_for_selector("#live .on")
    page.get_by_role("button", name="已告知").tap()
    pieces(page, 4)
    end(page)
    fill(page, "李演示", amount="201")
    page.wait_for_selector("#barred .card")
    assert "不得超过二百元" in page.inner_text("#barred")
    assert "一百元以下" in page.inner_text("#barred"), "cash above a hundred yuan"
    assert "责令停产停业" not in page.inner_text("[data-field=sanctions]"), "never on the spot"
    page.get_by_role("button", name="填写决定书，请当事人看").tap()
    assert "不得超过二百元" in page.inner_text("#missing")
    shot(page, "barred")
    page.get_by_label("处罚内容 第1行 金额").fill("100")
    write(page)
    number = re.search(r"编号：(\S+)", page.inner_text(".paper"))[1]  # type: ignore[index]
    shot(page, "paper")
    # The phone dies while they sign: what was filled in, the number and the signatures that stand are kept.
    sign(page)
    page.reload()
    page.wait_for_selector(".paper .signed")
    assert number in page.inner_text(".paper")
    hand_over(page)
    page.reload()
    page.wait_for_selector(".paper figure img")
    shot(page, "given")
    kept = page.evaluate(
        "(n) => sanxiang.ask('every', {place: 'blanks'}).then((all) => all[0].blanks.find((one) => one.number === n).address)",
        number,
    )
    # The browser may paint the text in place of a picture first: it is read once it stands there.
    assert until(lambda: on_picture(Image.open(io.BytesIO(picture(page, ".paper figure"))))) == [kept]
    assert not ArrivedAct.objects.filter(pk=key).exists()
    online(page, served)
    one = arrived(key)
    assert (one.state, one.reasons) == ("done", [])
    events = reading.load(theatre.connection, str(one.case))
    case = fold(events)
    assert [done.act for done in case.done] == [
        "register_source",
        "find_on_spot",
        "decide_on_spot",
        "serve",
        "report_on_spot",
    ]
    assert case.decision_number
    assert case.decision.facts["blank_number"] == number  # type: ignore[union-attr]
    found = case.done[1].facts
    assert str(found["started_on_site"]) <= str(found["ended_on_site"]), "the phone told when it began and ended"
    assert found["recording_mode"] in ("全程录音录像", "部分录音录像")
    assert len(events[3].event.files) == 3, "the party and both officers signed"
    assert all(event.late for event in events[:4])
    deciding = events[2].event.facts
    assert f"编号：{number}" in deciding["signed_text"]
    assert deciding["signed_digest"] == hashlib.sha256(deciding["signed_text"].encode()).hexdigest()
    for at in (2, 3):  # the decision and the receipt bear the party's signature
        made = issued.made(theatre.connection, events, next(p for p in papers_of(events) if p.seq == at + 1))
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert [one for one in pdf.pages[0].get_images().values() if int(one.Width) == 700]
    assert BlankRow.objects.get(pk=number).state == "used"
    assert CaseRow.objects.get(pk=one.case).decision_number == case.decision_number
    assert DutyRow.objects.filter(stream=one.case, duty="publish", met_at=None).exists()
    page.goto(f"{served.url}/recording/capture/#queued/{key}")
    page.wait_for_selector(f"text={case.decision_number}")


@pytest.mark.browser
def test_a_decision_that_the_gate_refuses_is_kept_and_shown_on_the_phone(
    app: Any, served: Served, theatre: Any
) -> None:
    """The certificate of the second officer ran out, which no phone knows; they refused to sign, too."""
    theatre.expiring(on=timezone.now().date() - timedelta(days=20))
    page = app("#spot")
    take_out(page, served)
    served.down = True
    key = begin(page)
    fill(page, "期演示")
    write(page)
    number = re.search(r"编号：(\S+)", page.inner_text(".paper"))[1]  # type: ignore[index]
    # Spoilt: the next number takes its place, and this one is accounted for.
    page.locator("summary", has_text="这份写坏了").tap()
    page.fill("#h-spoilt", "当事人姓名写错")
    page.get_by_role("button", name="作废这个编号").tap()
    page.wait_for_selector("main form")
    write(page)
    second = re.search(r"编号：(\S+)", page.inner_text(".paper"))[1]  # type: ignore[index]
    assert second != number
    sign(page)
    signature = page.locator("[data-sign=party] img")
    assert signature.count() == 1
    usual = page.locator("#h-receipt").input_value()
    page.select_option("#h-receipt", label="拒绝签收")
    page.select_option("#h-receipt", label=usual)
    page.wait_for_selector("[data-sign=party] canvas")
    assert signature.count() == 0, "who refused has not signed"
    page.select_option("#h-receipt", label="拒绝签收")
    page.get_by_role("button", name="已经交付当事人").tap()
    page.wait_for_selector("#missing >> text=拒绝签收的原因")
    page.fill("#h-refusal_reason", "认为处罚太重")
    sign(page)
    hand_over(page)
    assert "当事人拒绝签收：认为处罚太重" in page.inner_text(".paper")
    served.down = False
    page.evaluate("sanxiang.ask('upload')")
    one = arrived(key)
    assert one.state == "refused"
    assert one.sent["blank"] == second
    page.goto(f"{served.url}/recording/capture/#queued/{key}")
    page.wait_for_selector("text=两名以上")
    shot(page, "refused")
    page.goto(f"{served.url}/recording/capture/#spot")
    page.wait_for_selector("text=已送达，还不能办成")
    until(lambda: BlankRow.objects.filter(pk=number, state="spoilt", reason="当事人姓名写错").exists())
    assert BlankRow.objects.get(pk=second).state == "out"


@pytest.mark.browser
def test_a_browser_that_is_killed_loses_nothing_of_it(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    """kill -9 over the form, over the paper, and right after it was handed over: it is there, and arrives once."""
    profile = tmp_path / "profile"

    def opened(place: str) -> Any:
        context = playwright.launch_persistent_context(
            str(profile), executable_path=chromium(), args=arguments(), permissions=ALLOWED, service_workers="allow",
            **PHONE,
        )  # fmt: skip
        context.add_cookies([served.cookie(theatre.account("zhang"))])
        page = context.new_page()
        page.goto(f"{served.url}/recording/capture/{place}")
        page.wait_for_selector("body[data-ready]")
        return page

    page = opened("#spot")
    kept_offline(page)
    take_out(page, served)
    served.down = True
    key = begin(page)
    fill(page, "李演示")
    page.wait_for_timeout(500)
    killed(profile)
    page = opened(f"#spot/{key}")
    assert page.input_value("#f-violation_facts") == TEXTS["f-violation_facts"]
    write(page)
    number = re.search(r"编号：(\S+)", page.inner_text(".paper"))[1]  # type: ignore[index]
    sign(page)
    killed(profile)
    page = opened(f"#paper/{key}")
    page.wait_for_selector(".paper .signed")
    assert number in page.inner_text(".paper")
    hand_over(page)
    killed(profile)
    served.down = False
    page = opened(f"#given/{key}")
    assert number in page.inner_text(".paper")
    one = arrived(key)
    # No recording was made: the gate says so, and what was done so far stands.
    assert one.sent["blank"] == number
    assert ArrivedAct.objects.filter(sent__blank=number).count() == 1
    page.context.close()
