"""A penalty on the spot (当场处罚) from source to the archive and off the portal again, and what a head cannot sign, in a
real browser on the running product with its demonstration."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sanxiang.core.values import CHINA
from tests.support.desk import Desk
from tests.support.serving import Serving

VERIFIER = Path(__file__).resolve().parents[2] / "verify" / "verify.py"
TODAY = datetime.now(CHINA).date().isoformat()
PARTY, IDENTITY, PHONE = "欧阳演示", "41030519840717854X", "13900001234"
TOLD = ["certificate_shown", "document_shown", "uniform_worn", "reason_told", "basis_told", "rights_told", "explained"]


def recorded(desk: Desk) -> None:
    desk.fill(recording_mode="全程录音录像")
    desk.fill(recording_place="执法记录服务器01柜", recording_maker="张演示", recording_method="执法记录仪")


@pytest.mark.browser
@pytest.mark.clauses("LY-07", "LY-08", "LY-13")
def test_a_penalty_on_the_spot_from_source_to_archive_and_its_withdrawal(
    product: Serving, page: Any, tmp_path: Path
) -> None:
    officer = Desk(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/new/?procedure=penalty.summary")
    officer.both_officers()
    officer.fill(source_kind="监督检查", source_on=date.today().isoformat(), party_kind="自然人", party_name=PARTY)
    officer.fill(party_id_number=IDENTITY, party_address="洛阳市涧西区演示街21号", party_phone=PHONE)
    assert "已登记" in officer.send()
    case = re.match(r".*/work/cases/[0-9a-f-]{36}/", page.url)[0]  # type: ignore[index]

    officer.open(case, "find_on_spot")
    officer.fill(place="洛阳市涧西区演示街21号", violation_facts=f"{PARTY}占道经营，电话{PHONE}。")
    refusal = officer.send()
    assert "洛政办〔2019〕37号" in refusal
    assert "证件" in refusal
    assert "责令改正的内容" in refusal
    assert page.input_value('[name="violation_facts"]').startswith(PARTY), "what was typed is kept"

    officer.fill(correction_order="违法行为已经当场改正，不再责令改正。")
    officer.both_officers()
    officer.tick(*TOLD)
    recorded(officer)
    officer.fill(**{
        "case_name": "占道经营案", "evidence_list.0.name": "现场照片", "legal_basis.0.law": "城市市容条例（演示）",
        "legal_basis.0.article": "第一条", "sanctions.0.kind": "罚款", "sanctions.0.amount": "100",
    })  # fmt: skip
    assert "已办理" in officer.send()

    officer.open(case, "decide_on_spot")
    officer.both_officers()
    officer.tick("defence_told")
    assert "已办理" in officer.send()
    number = re.search(r"\S+当罚字〔\d{4}〕\d+号", page.inner_text("main"))[0]  # type: ignore[index]

    officer.open(case, "serve")
    officer.both_officers()
    officer.tick(*TOLD)
    officer.fill(served_to=PARTY, service_manner="直接送达", service_receipt="本人签收")
    recorded(officer)
    assert "已办理" in officer.send()

    publisher = Desk(page, product, "ly-publish")
    publisher.open(case, "prepare_publication")
    assert "公众看到的样子" in page.inner_text("main")
    assert "轻微" in page.inner_text("main"), "confirmed with the decision, not asked again"
    assert "已办理" in publisher.send()
    publisher.open(case, "publish")
    assert "已办理" not in publisher.send(), "who prepared it cannot publish it"

    checker = Desk(page, product, "ly-check")
    checker.open(case, "publish")
    checker.tick("secrecy_checked")
    checker.fill(public_until=(date.today() + timedelta(days=30)).isoformat(), publication_place="演示公示平台")
    assert "已办理" in checker.send()

    page.context.clear_cookies()
    page.goto(f"{product.url}/search/?q=占道经营")
    page.click(".sx-public-list a")
    public = page.inner_text("main")
    assert number in public
    assert "欧阳某某" in public
    assert not [secret for secret in (PARTY, IDENTITY, PHONE) if secret in page.content()]

    shown = page.url
    carried_out_and_archived(product, page, case, tmp_path)
    Desk(page, product, "ly-head").does(
        case, "revoke", revoked_cause="撤销", revoked_by="洛阳市人民政府（演示）", revoked_on=TODAY,
    )  # fmt: skip
    Desk(page, product, "ly-check").does(
        case, "withdraw_publication", withdrawal_cause="撤销", withdrawal_ground="处罚决定已被撤销。"
    )
    page.context.clear_cookies()
    gone = page.goto(shown)
    assert gone.status == 410
    assert "占道经营" not in page.content()


def carried_out_and_archived(product: Serving, page: Any, case: str, folder: Path) -> None:
    """备案 → 执行 → 结案 → 归档; the package that is then handed out holds, as who has only the package finds."""
    officer = Desk(page, product, "ly-officer")
    officer.does(
        case, "carry_out", carried_out_how="当事人自动履行", carried_out_on=TODAY, carried_out_amount="100"
    )  # fmt: skip
    head = Desk(page, product, "ly-head")
    head.open(case, "close_case")
    closing = {"closing_summary": "罚款已缴清。", "closing_result": "处罚决定执行完毕"}
    head.fill(**closing)
    refusal = head.send()
    assert "《行政处罚法》第五十二条" in refusal, "a penalty on the spot is reported to the agency first"
    Desk(page, product, "ly-officer").does(case, "report_on_spot")
    Desk(page, product, "ly-head").does(case, "close_case", **closing)
    keeper = Desk(page, product, "ly-archive")
    keeper.does(case, "archive", archive_place="档案室二号柜", archive_retention="十年")

    keeper.says_why(case)
    with page.expect_download() as package:
        page.click("text=下载案卷包")
    with zipfile.ZipFile(package.value.path()) as taken:
        taken.extractall(folder)
    bag = next(folder.rglob("bagit.txt")).parent
    key = next((product.var / "ledger").glob("*.vkey"))
    check = subprocess.run(
        [sys.executable, "-I", VERIFIER, "package", bag, "--vkey", key], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


@pytest.mark.browser
@pytest.mark.clauses("LY-30", "LY-41")
def test_a_head_sees_why_a_decision_cannot_be_made_and_who_must_act(product: Serving, page: Any) -> None:
    head = Desk(page, product, "ly-head")
    page.goto(f"{product.url}/work/cases/?review=reviewing")
    page.click("tbody a")
    case = page.url
    assert "作出审核意见" in page.inner_text("main")
    head.open(case, "decide")
    head.fill(decision_reasons="事实清楚，证据确凿。")
    refusal = head.send()
    assert "没有经过法制审核，不得作出决定" in refusal
    assert "洛政办〔2019〕37号 三(三)" in refusal
    assert "行政处罚法》第五十八条" in refusal
    page.goto(case)
    assert "罚决字" not in page.inner_text("main"), "no number was given"


@pytest.mark.browser
def test_pages_are_only_for_those_who_may_see_them(product: Serving, page: Any) -> None:
    Desk(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/")
    page.click("tbody a")
    case = page.url
    Desk(page, product, "wd-officer")
    assert page.goto(case).status == 404
    page.context.clear_cookies()
    page.goto(case)
    assert "/login/" in page.url
