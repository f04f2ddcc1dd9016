"""Pages that are there only after somebody sent something: no violation of WCAG 2.2 AA as axe finds it, on a screen, at
320 px and at 200 %, and none scrolls sideways. And no page of the product is left out of these journeys."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from sanxiang.three_systems.recording.marks import Mark, code_of
from tests.store.hostile import pdf
from tests.support.desk import Desk
from tests.support.draws import FILE
from tests.support.feeds import Other, packed
from tests.support.visits import fits, links, names, shapes, view_of

from . import test_accessibility, test_party_on_a_phone, test_publisher_pages
from .conftest import Moved
from .test_accessibility import ARCHIVED, SIZES, all_broken, told
from .test_publisher_pages import TWICE, twice_as_large

PATIENCE_S = 240
MADE = {
    "complaint": ("/counter/inbox/", "/counter/inbox/<name>/"),
    "clue": ("/counter/clues/", "/counter/clues/new/", "/counter/clues/<uuid>/"),
    "credit": ("/exchange/credit/batch/<uuid>/", "/exchange/credit/import/<uuid>/", "/exchange/credit/record/<uuid>/"),
    "paper": ("/counter/paper/<name>/",),
    "draw": ("/draws/", "/draws/<uuid>/"),
    "public draw": ("/spot-checks/", "/spot-checks/<uuid>/"),
    "consulting": ("/recording/<uuid>/consult/<uuid>/",),
    "registers": ("/registry/import/<uuid>/",),
    "letter": ("/work/delegations/<uuid>/<n>/",),
    "views": ("/work/", "/work/cases/?state=archived"),
    "plan": ("/devices/need/", "/devices/need/<n>/", "/devices/need/<n>/<name>/"),
    "door": ("/counter/door/<uuid>/", "/counter/enter/<name>/", "/counter/visit/<name>/"),
    "public door": ("/counter/e/<name>/",),
    "shared": ("/agencies/<uuid>/", "/agencies/<uuid>/shared/<uuid>/<name>/"),
}
"""The shapes of the pages that each of the journeys below looks at, all of them."""
TAKE = """import django; django.setup()
from django.db import connections; from django.utils import timezone
from sanxiang.interchange.sharing import taking
print(taking.take_all(connections["default"], at=timezone.now()))"""
FILES = "a file, no page"
TAKES = "only takes what a page sends, and leads on to one"
NO_PAGE = {
    **dict.fromkeys(("health", "portal:robots", "portal:sitemap", "portal:sitemap-month"), "for programs"),
    **dict.fromkeys(("logout", "portal:look", "recording:play", "registry:home"), "leads on to another page"),
    **dict.fromkeys(
        (
            *("casework:delete-view", "casework:post", "casework:save-view", "counter:leave", "disclosure:batch"),
            *("draws:move", "exchange:credit-make", "legal_review:draft", "recording:level", "recording:still"),
            *("registry:cancel", "registry:confirm", "recording:preview"),
        ),
        TAKES,
    ),
    **dict.fromkeys(
        (
            *("counter:clue-file", "counter:photo", "counter:served", "devices:export", "devices:sheet", "disclosure:attached", "draws:export"),
            *("draws:template", "exchange:credit-file", "files:bytes", "files:by-ticket", "legal_review:catalogue-csv", "portal:attached"),
            *("portal:chart-svg", "portal:data-csv", "portal:data-jsonl", "portal:data-package", "portal:data-parquet"),
            *("portal:data-interface", "portal:data-withdrawn", "portal:decision-json", "portal:decision-pdf"),
            *("portal:draw-data", "portal:feed", "portal:number-csv", "portal:number-day", "portal:number-event"),
            *("portal:number-json", "portal:number-proof", "portal:officer-code", "portal:report-data"),
            *("portal:search-json", "portal:window-code", "portal:window-photo", "portal:window-print"),
            *("files:consult", "recording:file", "files:masked-copy", "files:masked-page", "files:masked", "files:package", "recording:paper"),
            *("recording:public-text", "recording:receipt", "registry:faults", "registry:template"),
            *("counter:proof", "counter:verifier", "recording:proof"),
        ),
        FILES,
    ),
    **dict.fromkeys(("files:upload", "files:uploads"), "uploads by tus"),
    **dict.fromkeys(
        (
            *("recording:capture-act", "recording:capture-blank", "recording:capture-contact", "recording:capture-explained"),
            *("recording:capture-exempt", "recording:capture-cases", "recording:capture-news", "recording:capture-papers"),
            *("recording:capture-manifest", "recording:capture-opening", "recording:capture-package"),
            *("files:piece", "files:take", "recording:capture-third", "recording:capture-worker"),
        ),
        "for the page that records on a phone",
    ),
    "api:openapi-view": "drawn by a script of the library that the interface is made with, for programmers",
    "devices:claim": "a recording of a station that found no case: the demonstration has no station's folder",
    "devices:together": "several recordings of a station side by side: the demonstration has no station's folder",
    **dict.fromkeys(("recording:mask", "recording:masks"), "tests/apps/archive/test_masks_in_the_browser.py looks at them"),
    "recording:arrived-act": "an act done without a net and refused afterwards: tests/apps/capture looks at it",
}  # fmt: skip
"""What these journeys do not look at, and why not."""


def path_of(page: Any) -> str:
    return urlsplit(page.url).path


def wrong(page: Any, product: Moved, which: str, *places: str) -> list[str]:
    """What is wrong on these pages; they are those that `which` names, and all of them."""
    assert [shape for shape in MADE[which] if not any(fits(place, shape) for place in places)] == []
    assert [place for place in places if not any(fits(place, shape) for shape in MADE[which])] == []
    return all_broken(page, product, places) + twice_as_large(page, product, places)


def wrong_here(page: Any, place: str) -> list[str]:
    """What is wrong on the page that stands open, which an answer to a form is."""
    found = []
    for width, height in (*SIZES, (TWICE["width"], TWICE["height"])):
        page.set_viewport_size({"width": width, "height": height})
        found += told(page, place)
    return found


def until(there: Callable[[], Any], what: str) -> Any:
    """What comes at last."""
    last = time.monotonic() + PATIENCE_S
    while not (found := there()):
        assert time.monotonic() < last, f"no {what} came"
        time.sleep(1)
    return found


@pytest.fixture
def filled(product: Moved) -> Moved:
    product.now()
    product.wait_until_filled()
    return product


@pytest.mark.browser
def test_a_complaint_from_the_form_to_the_desk(page: Any, filled: Moved) -> None:
    page.goto(f"{filled.url}/counter/complain/")
    page.select_option("#agency", label="洛阳市市场监督管理局（演示）")
    page.fill("#text", "无障碍检查的投诉（演示）：态度生硬。")
    page.fill("#factor", "AB12")
    page.click("main button[type=submit]")
    assert "回执" in page.inner_text("main")
    bad = wrong_here(page, "sent")
    Desk(page, filled, "ly-supervise")
    items = until(lambda: links(page, f"{filled.url}/counter/inbox/", "/counter/inbox/<name>/"), "complaint")
    assert bad + wrong(page, filled, "complaint", "/counter/inbox/", items[0]) == []


@pytest.mark.browser
def test_a_clue_becomes_a_case_without_typing_again(page: Any, filled: Moved) -> None:
    """A work order of the hotline: registered, turned into a case, answered; the reporter stays where he was."""
    Desk(page, filled, "ly-officer")
    page.goto(f"{filled.url}/counter/clues/new/")
    for name, text in (("clue_channel", "12345热线"), ("party_kind", "个体工商户")):
        page.select_option(f"[name={name}]", label=text)
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    typed = {"clue_number": "GD演示0001", "source_on": today, "source_summary": "演示：销售过期食品。", "clue_answer_by": "2099-12-31",
             "party_name": "线索旅程演示超市", "clue_reporter": "演示举报人甲"}  # fmt: skip
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.set_input_files("[name=files]", {"name": "工单.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    bad = wrong_here(page, "clue form")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/counter/clues/[0-9a-f-]{36}/"))
    clue = path_of(page)
    page.click("text=转为案件（登记案源）")
    assert page.input_value("[name=party_name]") == "线索旅程演示超市"
    assert "工单.pdf" in page.inner_text("main")
    assert "演示举报人甲" not in page.content()
    page.click("#act-form .sx-actions button[type=submit]")
    page.wait_for_url(re.compile("/work/cases/[0-9a-f-]{36}/$"))
    assert "线索来件" in page.inner_text("main")
    page.goto(filled.url + clue)
    assert "线索旅程演示超市" in page.inner_text("main")
    page.select_option("[name=clue_answer_manner]", label="12345工单")
    page.fill("[name=clue_answered_on]", today)
    page.fill("[name=clue_answer]", "已经立案核查。")
    page.click("text=记下答复")
    assert "已按期答复" in page.inner_text("main")
    assert bad + wrong(page, filled, "clue", "/counter/clues/", "/counter/clues/new/", clue) == []


@pytest.mark.browser
def test_a_batch_and_its_file_taken_in_again(page: Any, filled: Moved, tmp_path: Path) -> None:
    Desk(page, filled, "ly-publish")
    page.goto(f"{filled.url}/exchange/credit/?kind=permit")
    page.click("text=按案卷整理")
    page.select_option("#form", "json")
    page.locator('form[action$="/credit/make/"]').first.locator("button[type=submit]").click()
    page.wait_for_url(re.compile("/credit/batch/"))
    batch = path_of(page)
    with page.expect_download() as coming:
        page.click("text=下载文件")
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    record = links(page, filled.url + batch, "/exchange/credit/record/<uuid>/")[0]
    page.goto(f"{filled.url}/exchange/credit/import/?kind=permit")
    page.set_input_files("#file", str(file))
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/credit/import/[0-9a-f-]{36}/"))
    assert wrong(page, filled, "credit", batch, path_of(page), record) == []


@pytest.mark.browser
def test_the_page_behind_the_code_of_a_served_paper(page: Any, filled: Moved, settings: Any) -> None:
    """The papers of the demonstration have no code, as it knows no address of its own: this one is made as theirs are."""
    settings.COUNTER_KEY = (filled.var / "secrets" / "counter").read_text("ascii").strip()
    year = links(page, f"{filled.url}/numbers/", "/numbers/<uuid>/<n>/")[0]
    page.goto(filled.url + year)
    number = re.search(r"\S+〔\d{4}〕\d+号", page.inner_text("main"))[0]  # type: ignore[index]
    code = code_of(Mark(UUID(year.split("/")[2]), date(2026, 3, 2), "penalty_decision", number, "0" * 12))
    page.goto(f"{filled.url}/counter/paper/{code}/")
    assert number in page.inner_text("main")
    assert wrong(page, filled, "paper", f"/counter/paper/{code}/") == []


@pytest.mark.browser
def test_a_draw_from_the_lists_to_the_public(page: Any, filled: Moved, tmp_path: Path) -> None:
    Desk(page, filled, "ly-unit")
    file = tmp_path / "名录.csv"
    file.write_text(FILE, "utf-8")
    page.goto(f"{filled.url}/draws/new/")
    page.fill('[name="draw_title"]', "无障碍检查的抽查（演示）")
    page.select_option('[name="draw_kind"]', label="日常检查")
    page.fill('[name="draw_scope"]', "查看进货查验记录。")
    page.fill('[name="draw_on"]', time.strftime("%Y-%m-%d", time.localtime(time.time() + 7 * 86400)))
    page.fill("#wanted", "2")
    page.set_input_files("#file", str(file))
    page.click("text=核对名录")
    page.wait_for_selector("text=固定名录")
    bad = wrong_here(page, "checked lists")
    page.click("text=固定名录")
    page.wait_for_url(re.compile("/draws/[0-9a-f-]{36}/"))
    place = path_of(page)
    bad += wrong(page, filled, "draw", "/draws/", place)
    draw = page.locator('form[action$="/do/draw/"] button')
    until(lambda: page.goto(filled.url + place) and draw.count(), "checkpoint")
    draw.click()
    page.wait_for_selector("text=下达检查任务")
    page.click("summary >> nth=0")
    bad += wrong_here(page, "drawn")
    page.click("button:has-text('下达检查任务')")
    page.wait_for_selector("text=已下达 2 项检查任务")
    Desk(page, filled, "ly-check")
    page.goto(filled.url + place)
    page.click("text=公开抽取的结果")
    page.wait_for_selector("text=已公开")
    bad += wrong_here(page, "published")
    public = place.replace("/draws/", "/spot-checks/")
    until(lambda: page.goto(filled.url + public).status == 200, "published draw")
    assert bad + wrong(page, filled, "public draw", "/spot-checks/", public) == []


@pytest.mark.browser
def test_cases_handed_over_and_handed_back(page: Any, filled: Moved) -> None:
    Desk(page, filled, "ly-unit")
    page.goto(f"{filled.url}/work/hand-over/")
    page.select_option('[name="from"]', label="张演示")
    page.click("text=看他的案件")
    page.wait_for_selector("text=移交哪些")
    bad = wrong_here(page, "chosen")
    boxes, several = page.locator('input[name="case"]'), page.locator('input[name="case"]:checked')
    assert several.count() == boxes.count() > 1
    page.click("button:has-text('全不选')")
    assert several.count() == 0
    boxes.first.check()
    assert page.inner_text("[data-all]") == "全不选"
    page.select_option("#to", label="李演示")
    page.select_option("#handlers_reason", label="调离或者请假")
    page.click("text=看会有什么变化")
    page.wait_for_selector("th:has-text('能不能移交')")
    bad += wrong_here(page, "planned")
    page.click("text=重新选")
    page.click("text=看会有什么变化")
    page.wait_for_selector('[role="alert"], :invalid')
    bad += wrong_here(page, "lacking")
    page.goto(f"{filled.url}/work/delegations/")
    page.select_option("#to", label="李演示")
    page.fill("#until", time.strftime("%Y-%m-%d", time.localtime(time.time() + 86400)))
    page.check("[name=scope] >> nth=0")
    page.fill("#delegation_letter", "洛授〔演示〕9号")
    page.fill("#delegation_reason", "外出学习")
    page.click("button:has-text('授权代行')")
    letter = links(page, page.url, "/work/delegations/<uuid>/<n>/")[0]
    assert bad + wrong(page, filled, "letter", letter) == []


@pytest.mark.browser
def test_a_file_lent_from_the_archive(page: Any, filled: Moved) -> None:
    archivist = Desk(page, filled, "ly-archive")
    case = filled.url + links(page, filled.url + ARCHIVED, "/work/cases/<uuid>/")[0]
    archivist.open(case, "request_access")
    names_ = page.locator('[name="access_extent.0.what"] option').all_inner_texts()
    archivist.does(
        case, "request_access", access_applicant="监督", access_name="监督演示", access_identity="工作证（演示）",
        access_purpose="核查", access_form="查阅室查阅", **{"access_extent.0.what": names_[1]},
    )  # fmt: skip
    until_day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 20 * 86400))
    Desk(page, filled, "ly-head").does(
        case, "approve_access", access_form="查阅室查阅", access_until=until_day, access_reason="同意。",
        **{"access_extent.0.what": names_[1]},
    )  # fmt: skip
    Desk(page, filled, "ly-archive").does(case, "give_access", "access_identity_checked", access_receipt="当面签收")
    lent = links(page, case.replace("/work/cases/", "/recording/"), "/recording/<uuid>/consult/<uuid>/")
    assert wrong(page, filled, "consulting", lent[0]) == []


@pytest.mark.browser
def test_a_spreadsheet_of_officers_that_waits_to_be_confirmed(page: Any, filled: Moved, tmp_path: Path) -> None:
    Desk(page, filled, "ly-register")
    file = tmp_path / "人员.csv"
    file.write_text("姓名*,身份证号码*,所属内设机构*,岗位*\n无障碍演示,410311,没有的科,执法人员\n", "utf-8")
    page.goto(f"{filled.url}/registry/import/")
    page.set_input_files('input[type="file"]', str(file))
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/registry/import/[0-9a-f-]{36}/"))
    assert wrong(page, filled, "registers", path_of(page)) == []


@pytest.mark.browser
def test_a_filter_kept_under_a_name(page: Any, filled: Moved) -> None:
    Desk(page, filled, "ly-officer")
    page.goto(filled.url + ARCHIVED)
    page.click("text=保存这个查询")
    bad = wrong_here(page, "about to be saved")
    page.fill('[name="name"]', "已归档的（演示）")
    page.locator('form[action$="/work/views/"] button').click()
    page.wait_for_selector("text=已保存查询")
    assert bad + wrong(page, filled, "views", "/work/", ARCHIVED) == []


@pytest.mark.browser
def test_a_plan_of_devices(page: Any, filled: Moved) -> None:
    Desk(page, filled, "ly-device")
    drawn = links(page, f"{filled.url}/devices/need/", "/devices/need/<n>/draw-up/")[0]
    page.goto(filled.url + drawn)
    for name, text in (("price", "1000"), ("buy", "1"), ("reason", "演示")):
        for field in page.locator(f'main input[name^="{name}."], main textarea[name^="{name}."]').all():
            field.fill(text)
    page.click("main form .sx-actions button[type=submit]")
    plan = drawn.removesuffix("draw-up/")
    page.wait_for_url(f"**{plan}")
    Desk(page, filled, "ly-head")
    step = links(page, filled.url + plan, f"{plan}<name>/")[0]
    assert wrong(page, filled, "plan", "/devices/need/", plan, step) == []


@pytest.mark.browser
def test_the_code_at_the_door_of_an_enterprise(page: Any, filled: Moved) -> None:
    Desk(page, filled, "ly-officer")
    case = links(page, f"{filled.url}/work/cases/?category=检查&state=open&q=药房", "/work/cases/<uuid>/")[0]
    sheet = case.replace("/work/cases/", "/counter/door/")
    page.goto(filled.url + sheet)
    code = re.search(r"/counter/e/([\w-]+)/", page.content())[1]  # type: ignore[index]
    bad = wrong(page, filled, "door", sheet, f"/counter/enter/{code}/", f"/counter/visit/{code}/")
    page.context.clear_cookies()
    bad += wrong(page, filled, "public door", f"/counter/e/{code}/", "/counter/e/nothing/")
    assert bad == []


@pytest.mark.browser
def test_lists_that_another_system_shares(page: Any, filled: Moved) -> None:
    """The worker asks once an hour: here it is asked to do so now."""
    other = Other()
    other.sends(packed())
    feeds = json.dumps([{"agency": "洛阳市市场监督管理局（演示）", "address": other.address}])
    done = subprocess.run(
        [sys.executable, "-c", TAKE], env=filled.env | {"SANXIANG_FEEDS": feeds}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    other.server.shutdown()
    assert done.stdout.strip() == "1", done.stdout + done.stderr
    page.goto(f"{filled.url}/agencies/")
    agency = page.get_by_role("link", name="洛阳市市场监督管理局（演示）").first.get_attribute("href")
    shared = links(page, filled.url + agency, "/agencies/<uuid>/shared/<uuid>/<name>/")
    assert len(shared) == 5
    assert wrong(page, filled, "shared", agency, *shared) == []
    assert "长宁区权责清单系统（演示）" in page.inner_text("main")


def test_every_page_of_the_product_is_looked_at_or_there_is_a_reason() -> None:
    own, publishers, phone = test_accessibility, test_publisher_pages, test_party_on_a_phone
    told = [*own.PORTAL, *shapes(own.PUBLIC_TRAILS), *publishers.BESIDE, *shapes(publishers.PUBLIC_TRAILS)]
    told += [place for login in own.STAFF for place in (*own.STAFF[login], *shapes(own.TRAILS[login]))]
    told += [place for places in (*publishers.PUBLISHERS.values(), *MADE.values()) for place in places]
    told += [*shapes((publishers.WITHDRAWN,)), *phone.VISITED]
    looked_at, pages = {view_of(place) for place in told}, {one for one in names() if not one.startswith("api:")}
    pages.add("api:openapi-view")
    assert pages - looked_at - set(NO_PAGE) == set(), "a page that no journey looks at"
    assert set(NO_PAGE) & looked_at == set(), "looked at after all"
    assert set(NO_PAGE) - pages == set(), "there is no such page any more"
    assert all(NO_PAGE.values())
