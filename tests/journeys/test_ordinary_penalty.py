"""One penalty by ordinary procedure (普通程序) at Luoyang in a real browser, every step by the person whose step it is and
through the pages: from the source of the case to the archived volume, then revoked, and withdrawn from the portal.

The clock of the product is set to days of 2026; the days that the pages must show are counted by hand below.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys.conftest import Moved
from tests.support.desk import Desk

PARTY, IDENTITY, PHONE = "欧阳演示", "41030519840717854X", "13900001234"
SECRETS = (PARTY, IDENTITY, PHONE, "演示街21号")
TOLD = (
    *("certificate_shown", "document_shown", "uniform_worn", "reason_told", "basis_told", "rights_told"),
    *("remedies_told", "explained"),
)
SERVED = tuple(name for name in TOLD if name != "remedies_told")
POINTS = 9
STAGES = (
    "案源",
    "立案",
    "调查取证",
    "调查终结",
    "法制审核",
    "告知听证",
    "集体讨论",
    "决定",
    "送达",
    "公示",
    "执行",
    "结案",
)
PAPERS = (
    *("案件来源登记表", "立案审批表", "现场检查笔录", "强制措施审批表", "查封（扣押）决定书", "询问笔录", "证据提取单"),
    *(
        "案件调查终结报告",
        "法制审核送审表",
        "法制审核意见书",
        "行政处罚听证告知书",
        "陈述、申辩笔录及复核意见",
        "听证通知书",
    ),
    *("听证笔录", "听证报告", "集体讨论记录", "行政处罚决定书", "送达回证", "结案报告"),
)


def filmed(day: str) -> dict[str, str]:
    """The recording of the whole length; how it was made is asked once the mode is chosen."""
    return {
        "recording_mode": "全程录音录像", "recording_on": day, "recording_place": "执法记录服务器01柜",
        "recording_maker": "张演示", "recording_method": "执法记录仪",
    }  # fmt: skip


def timed(day: str, start: str = "08:20", end: str = "08:50") -> dict[str, str]:
    """When what was filmed began and ended, as the officer states it."""
    return {"started_on_site": f"{day}T{start}", "ended_on_site": f"{day}T{end}"}


@dataclass
class Case:
    """The case as the story goes on: its page, and who sits at the one screen of this test."""

    page: Any
    product: Moved
    address: str = ""

    def as_(self, login: str) -> Desk:
        return Desk(self.page, self.product, login)

    def shown(self) -> str:
        self.page.goto(self.address)
        return str(self.page.inner_text("main"))

    def serves(self, what: str, **facts: str) -> None:
        """The officers hand a paper over; the day is that of the clock."""
        officer = self.as_("ly-officer")
        officer.does(
            self.address, "serve", *SERVED, link=what, served_to=PARTY, service_manner="直接送达",
            service_place="洛阳市涧西区演示街21号", service_receipt="本人签收", **facts,
        )  # fmt: skip


def source_and_filing(case: Case) -> None:
    """案源 → 立案."""
    case.product.on("2026-04-27")
    officer = case.as_("ly-officer")
    case.page.goto(f"{case.product.url}/work/cases/new/?procedure=penalty.ordinary")
    officer.both_officers()
    officer.fill(source_kind="监督检查", source_on="2026-04-27", source_summary="检查中发现无照经营食品。")
    officer.fill(party_kind="自然人", party_name=PARTY, party_id_number=IDENTITY, party_phone=PHONE)
    officer.fill(party_address="洛阳市涧西区演示街21号")
    assert "已登记" in officer.send()
    found = re.match(r".*/work/cases/[0-9a-f-]{36}/", case.page.url)
    assert found is not None
    case.address = found[0]

    case.product.on("2026-04-28")
    facts = {"suspected_basis.0.law": "食品安全法（演示）", "suspected_basis.0.article": "第三十五条"}
    officer = case.as_("ly-officer")
    officer.does(case.address, "request_filing", suspected_violation="涉嫌未经许可经营食品。", **facts)
    case.product.on("2026-04-29")
    head = case.as_("ly-head")
    assert "批准立案" in case.page.inner_text("main"), "what waits for the head stands on his desk"
    head.does(case.address, "approve_filing")


def investigation(case: Case) -> None:
    """调查取证: two certified officers, certificate shown, on-site record, sealing with its 30 days, inquiry, evidence."""
    case.product.on("2026-04-30")
    officer = case.as_("ly-officer")
    officer.open(case.address, "inspect")
    case.page.locator("label.sx-check", has_text="李演示").locator("input").uncheck()
    officer.fill(place="洛阳市涧西区演示街21号", inspection_findings="店内有待售食品，没有许可证。")
    alone = officer.send()
    assert "《行政处罚法》第四十二条" in alone, "one officer is not enough"
    assert "第五十五条" in alone, "the certificate was not shown"
    officer.both_officers()
    officer.tick(*TOLD, "avoidance_told", "cooperation_told")
    officer.fill(present_person=PARTY, signature="已签名", **filmed("2026-04-30"), **timed("2026-04-30"))
    assert "已办理" in officer.send()

    case.as_("ly-head").does(case.address, "approve_measure", measure_reason="涉案食品可能流入市场")
    officer = case.as_("ly-officer")
    items = {"measure_items.0.name": "散装食品", "measure_items.0.quantity": "12", "measure_items.0.unit": "件"}
    facts = {
        "measure_kind": "扣押",
        "measure_place": "本机关仓库",
        "measure_until": "2026-05-29",
        "present_person": PARTY,
        "signature": "已签名",
    }
    officer.open(case.address, "seal")
    assert "重大案件作出前要经法制审核" in case.page.inner_text("main"), "the document of a sealing is reviewed first"
    officer.does(case.address, "submit_document", link="查封、扣押", document_text="涉案食品可能流入市场，拟扣押。")
    case.as_("ly-review").does(case.address, "pass_document", link="查封、扣押", document_opinion="符合扣押的条件。")
    officer = case.as_("ly-officer")
    heard = ("party_called", "statement_heard", "defence_told")
    officer.does(case.address, "seal", *TOLD, *heard, **facts, **items, **filmed("2026-04-30"), **timed("2026-04-30"))
    # 30 days: 1 May is the first, 30 May the last; these are natural days and do not move.
    assert "2026年5月30日" in case.shown() or "5月30日" in case.shown()
    case.serves("查封（扣押）决定书、查封（扣押）场所、设施、财物清单", **filmed("2026-04-30"))

    case.product.on("2026-05-06")
    officer = case.as_("ly-officer")
    officer.does(
        case.address, "inquire", *TOLD, "avoidance_told", "cooperation_told", place="本机关询问室", asked_person=PARTY,
        asked_role="当事人", asked_id_number=IDENTITY, asked_phone=PHONE, signature="已签名", **filmed("2026-05-06"), **timed("2026-05-06"), **{"questions.0.question": "有没有许可证？", "questions.0.answer": "没有办理。"},
    )  # fmt: skip
    officer.does(
        case.address, "take_evidence", "certificate_shown", "evidence_verified", evidence_kind="书证",
        evidence_name="进货单据", evidence_source="当事人提供，经核对与原件一致", evidence_proves="购进数量和价格",
        **filmed("2026-05-06"),
    )  # fmt: skip


def report_and_review(case: Case) -> None:
    """调查终结报告 → 法制审核: returned, sent again, passed; until then no notice and no decision."""
    case.product.on("2026-05-08")
    officer = case.as_("ly-officer")
    officer.open(case.address, "conclude_investigation")
    assert case.page.input_value('[name="evidence_list.0.name"]') == "进货单据", "evidence is not typed again"
    officer.fill(
        case_name="未经许可经营食品案", violation_facts=f"{PARTY}未经许可经营食品，电话{PHONE}，身份证{IDENTITY}。",
        discretion_reasons="按裁量基准属于一般情节。", violation_ended_on="2026-04-30",
    )  # fmt: skip
    officer.fill(**{
        "correction_order": "责令停止经营。", "legal_basis.0.law": "食品安全法（演示）", "legal_basis.0.article": "第一百二十二条",
        "sanctions.0.kind": "罚款", "sanctions.0.amount": "15000", "sanctions.0.text": "处罚款人民币一万五千元",
    })  # fmt: skip
    assert "已办理" in officer.send()
    officer.open(case.address, "give_notice")
    officer.tick("hearing_told")
    officer.fill(notice_term_days="5")
    assert "三(三)3" in officer.send(), "no notice before the review (LY-53)"

    case.product.on("2026-05-11")
    materials = {"review_materials.0.name": "调查终结报告", "review_materials.0.pages": "4"}
    case.as_("ly-unit").does(case.address, "submit_review", "review_promise", **materials)
    # 12, 13, 14, 15, 18 May.
    assert "5月18日" in case.shown()
    case.product.on("2026-05-12")
    reviewer = case.as_("ly-review")
    reviewer.does(case.address, "return_review", review_return_reason="缺少进货单据原件的核对说明。")
    case.product.on("2026-05-13")
    case.as_("ly-unit").does(case.address, "submit_review", "review_promise", **materials)
    # 14, 15, 18, 19, 20 May: the five days begin anew.
    assert "5月20日" in case.shown()
    head = case.as_("ly-head")
    head.open(case.address, "decide")
    head.fill(decision_reasons="事实清楚。")
    assert "没有经过法制审核，不得作出决定" in head.send()

    case.product.on("2026-05-15")
    reviewer = case.as_("ly-review")
    reviewer.open(case.address, "conclude_review")
    reviewer.fill(review_outcome="同意", review_opinion="同意拟处理意见。")
    assert "三(三)3" in reviewer.send(), "every point needs its finding"
    for at in range(POINTS):
        found = {"finding": "合法", "anchor": f"调查终结报告第{at % 4 + 1}页"}
        reviewer.fill(**{f"review_points.{at}.{name}": value for name, value in found.items()})
    assert "已办理" in reviewer.send()


def notice_and_hearing(case: Case) -> None:
    """事先告知, 陈述申辩, 听证; afterwards the reviewer confirms."""
    case.product.on("2026-05-18")
    case.as_("ly-officer").does(case.address, "give_notice", "hearing_told", notice_term_days="5")
    case.serves("行政处罚听证告知书")
    case.product.on("2026-05-20")
    officer = case.as_("ly-officer")
    answers = {"point": "初犯，请求从轻", "accepted": "不采纳", "reason": "已按较低档拟定"}
    officer.does(
        case.address, "hear_defence", defence_statement="初犯，请求从轻。", signature="已签名",
        **{f"defence_answers.0.{name}": value for name, value in answers.items()},
    )  # fmt: skip
    officer.does(case.address, "request_hearing", hearing_request_manner="书面")
    case.product.on("2026-05-21")
    reviewer = case.as_("ly-review")
    place = {"hearing_place": "本机关听证室", "hearing_chair": "周演示", "hearing_clerk": "沈演示"}
    reviewer.open(case.address, "announce_hearing")
    # Seven working days before: 22, 25, 26, 27, 28, 29 May, 1 June; 29 May would be too soon.
    reviewer.fill(hearing_on="2026-05-29", **place)
    assert "《行政处罚法》第六十四条" in reviewer.send()
    reviewer.fill(hearing_on="2026-06-03")
    assert "已办理" in reviewer.send()
    case.serves("听证通知书")
    case.product.on("2026-05-22")
    case.as_("ly-head").does(
        case.address,
        "lift_seal",
        lift_outcome="解除并退还",
        lift_reason="证据已经固定。",
        link="2026年4月30日 查封、扣押",
    )

    case.product.on("2026-06-03", "15:00")
    reviewer = case.as_("ly-review")
    reviewer.does(
        case.address, "hold_hearing", "certificate_shown", hearing_record="双方陈述、质证并作最后陈述。",
        hearing_opinion="建议维持拟处罚意见。", signature="已签名", **filmed("2026-06-03"),
        **timed("2026-06-03", "14:00", "14:50"),
    )  # fmt: skip
    case.product.on("2026-06-05")
    case.as_("ly-review").does(case.address, "confirm_review", review_confirmation="听证没有改变拟处理意见。")


def decision(case: Case) -> str:
    """An open norm is asked and judged by who may, 集体讨论, 决定, 送达. Gives the number."""
    case.product.on("2026-06-08")
    head = case.as_("ly-head")
    head.open(case.address, "decide")
    asked = case.page.inner_text("main")
    assert "重大违法行为" in asked
    assert "《行政处罚法》第五十七条" in asked
    case.as_("ly-unit").open(case.address, "answer_judgement")
    grave = case.page.locator("fieldset", has_text="重大违法行为")
    grave.locator('input[value="yes"]').check()
    grave.locator("textarea").fill("罚款数额较大，应当集体讨论。")
    case.page.click("main form.sx-card .sx-actions button[type=submit]")
    assert "已办理" in case.page.inner_text("main")
    head = case.as_("ly-head")
    head.open(case.address, "decide")
    head.fill(decision_reasons="事实清楚，证据确凿；陈述、申辩和听证意见已经复核。")
    assert "应当由机关负责人集体讨论决定" in head.send()

    case.product.on("2026-06-09")
    case.as_("ly-head").does(
        case.address, "discuss", discussion_on="2026-06-09", discussion_chair="郑演示", discussion_conclusion="一致同意。",
        **{"discussion_attendees.0.name": "郑演示", "discussion_attendees.1.name": "周演示",
           "discussion_views.0.speaker": "郑演示", "discussion_views.0.view": "同意拟处罚意见"},
    )  # fmt: skip
    case.product.on("2026-06-10")
    said = case.as_("ly-head").does(
        case.address, "decide", decision_reasons="事实清楚，证据确凿；陈述、申辩和听证意见已经复核，不予采纳。",
    )  # fmt: skip
    number = re.search(r"\S*罚决字〔2026〕\d+号", said)
    assert number is not None, said
    # 11, 12, 15, 16, 17, 18 June; 19 to 21 June are the Dragon Boat days; 22 June.
    assert "公示，至 2026年6月22日" in said
    case.product.on("2026-06-11")
    case.serves("行政处罚决定书、信用修复告知书")
    return number[0]


def public_and_closed(case: Case, number: str) -> None:
    """公示 (prepared by one, published by another, masked) → 执行 → 结案 → 归档."""
    case.product.on("2026-06-15")
    publisher = case.as_("ly-publish")
    publisher.does(case.address, "prepare_publication")
    case.product.on("2026-06-16")
    case.as_("ly-check").does(
        case.address, "publish", "secrecy_checked", public_until="2026-12-31", publication_place="演示公示平台"
    )
    seen = public_pages(case, number)
    assert "欧阳某某" in seen
    assert [secret for secret in SECRETS if secret in seen] == []

    case.product.on("2026-06-22")
    case.as_("ly-officer").does(
        case.address,
        "carry_out",
        carried_out_how="当事人自动履行",
        carried_out_on="2026-06-22",
        carried_out_amount="15000",
    )
    case.product.on("2026-06-24")
    case.as_("ly-head").does(
        case.address, "close_case", closing_summary="罚款已缴清。", closing_result="处罚决定执行完毕"
    )
    case.product.on("2026-06-26")
    case.as_("ly-archive").does(case.address, "archive", archive_place="三号柜", archive_retention="三十年")


def public_pages(case: Case, number: str) -> str:
    """Everything the public gets of the case: search page, decision page, with their sources and headers."""
    case.page.context.clear_cookies()
    case.page.goto(f"{case.product.url}/search/?q={number}")
    listed = case.page.content()
    with case.page.expect_navigation() as opened:
        case.page.click(".sx-public-list a")
    assert number in case.page.inner_text("main")
    return "\n".join([listed, case.page.content(), str(opened.value.all_headers())])


def the_volume(case: Case, number: str) -> None:
    """Every stage is done, every paper of every step opens as a PDF, and the package of the archive can be taken."""
    shown = case.shown()
    for stage in STAGES:
        assert stage in shown
    papers = case.page.locator("section.sx-papers a")
    titles = papers.all_inner_texts()
    assert [title for title in PAPERS if title not in titles] == []
    Desk(case.page, case.product, "ly-archive").says_why(case.address)
    for link in {papers.nth(at).get_attribute("href") for at in range(papers.count())}:
        answer = case.page.request.get(f"{case.product.url}{link}")
        assert answer.ok
        if "/seal/" in str(link):
            assert "电子印章" in answer.text()
        elif "/proof/" in str(link):
            assert answer.json()["format"] == "sanxiang-paper/1"
        else:
            assert answer.body().startswith(b"%PDF-"), link
    with case.page.expect_download() as package:
        case.page.click("text=下载案卷包")
    with zipfile.ZipFile(package.value.path()) as taken:
        names = "\n".join(taken.namelist())
        (data,) = (taken.read(name).decode() for name in taken.namelist() if name.endswith("data/case.json"))
    assert "data/volume" in names
    assert "data/receipts/" in names
    assert number in data


@pytest.mark.browser
@pytest.mark.clauses("LY-07", "LY-08", "LY-12", "LY-13", "LY-15", "LY-17", "LY-30", "LY-36", "LY-39", "LY-53")
@pytest.mark.journeys("cases.penalty.ordinary")
def test_an_ordinary_penalty_from_source_to_archive_and_its_withdrawal(product: Moved, page: Any) -> None:
    case = Case(page, product)
    source_and_filing(case)
    investigation(case)
    report_and_review(case)
    notice_and_hearing(case)
    number = decision(case)
    public_and_closed(case, number)
    the_volume(case, number)

    product.on("2026-07-20")
    case.as_("ly-head").does(
        case.address, "revoke", revoked_cause="撤销", revoked_by="洛阳市人民政府（演示）", revoked_on="2026-07-20",
        revoked_document="洛政复决字〔2026〕1号（演示）",
    )  # fmt: skip
    # Penalty Law, three working days: 21, 22, 23 July. Luoyang's twenty would be 17 August; both are shown.
    shown = case.shown()
    assert "7月23日" in shown
    assert "严（那里是 2026年8月17日）" in shown
    product.on("2026-07-22")
    case.as_("ly-check").does(
        case.address, "withdraw_publication", withdrawal_cause="撤销", withdrawal_ground="处罚决定已被复议机关撤销。"
    )
    stream = case.address.rstrip("/").rpartition("/")[2]
    page.context.clear_cookies()
    gone = page.goto(f"{product.url}/d/{stream}/")
    assert gone.status == 410
    assert "处罚决定已被复议机关撤销" in page.inner_text("main") or "已经撤下" in page.inner_text("main")
    assert [secret for secret in (*SECRETS, "欧阳某某", "未经许可经营食品") if secret in page.content()] == []
    page.goto(f"{product.url}/search/?q={number}")
    assert page.locator(f'a[href*="{stream}"]').count() == 0
    product.now()
