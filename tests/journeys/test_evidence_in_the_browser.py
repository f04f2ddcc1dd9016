"""A photo on its way: chosen on the page where evidence is taken, seen in the case, carried in the package, checked there
by a stranger, who also finds a changed byte of it. In a real browser, on the running product."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.filled import copied
from tests.support.serving import Serving


@pytest.fixture(scope="module")
def product() -> Iterator[Serving]:
    """The product as `make run` starts it, filled with the demonstration."""
    with tempfile.TemporaryDirectory(prefix="sanxiang-evidence-") as name:
        Path(name).chmod(0o711)
        serving = Serving(Path(name) / "var")
        copied(serving.var)
        serving.start()
        yield serving
        if serving.process is not None and serving.process.poll() is None:
            serving.stop()


def log_in(page: Any, product: Serving, login: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{product.url}/login/")
    page.fill("#id_username", login)
    page.fill("#id_password", (product.var / "secrets" / "demonstration").read_text().strip())
    page.click("main button[type=submit]")
    page.wait_for_url("**/work/")


def fill(page: Any, **facts: str) -> None:
    for name, value in facts.items():
        field = page.locator(f'[name="{name}"]').first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def both_officers(page: Any) -> None:
    for name in ("张演示", "李演示"):
        page.locator("label.sx-check", has_text=name).locator("input").check()


def send(page: Any) -> str:
    page.click("main form.sx-card .sx-actions button[type=submit]")
    return str(page.inner_text("main"))


def case_of(page: Any, product: Serving) -> str:
    log_in(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/new/?procedure=penalty.ordinary")
    both_officers(page)
    fill(page, source_kind="监督检查", source_on=date.today().isoformat(), party_kind="自然人", party_name="欧阳演示")
    fill(page, party_id_number="41030519840717854X", source_summary="检查中发现疑似情形。")
    assert "已登记" in send(page)
    found = re.match(r".*/work/cases/[0-9a-f-]{36}/", page.url)
    assert found is not None
    return found[0]


def verified(bag: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """As a stranger runs it, with the verifier that came along."""
    command = [sys.executable, "-I", "-S", str(bag / "verify.py"), "package", str(bag), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.browser
@pytest.mark.clauses("LY-17", "LY-27", "CN-14")
@pytest.mark.journeys("evidence.files", "archive.package", "ledger.verification")
def test_a_photo_from_the_page_to_the_package(product: Serving, page: Any, tmp_path: Path) -> None:
    from sanxiang.config.demo_files import photo

    taken, case = photo({"day": date.today().isoformat()}), case_of(page, product)
    shot, broken = tmp_path / "店内 照片.png", tmp_path / "坏照片.png"
    shot.write_bytes(taken)
    broken.write_bytes(taken[:5000])

    page.goto(f"{case}do/take_evidence/")
    page.set_input_files("#f-files", [str(shot), str(broken)])
    page.wait_for_selector("#p-files:has-text('不完整')")  # until then it tells how far it is
    assert "坏照片.png" in page.inner_text("#p-files")
    assert page.locator("#l-files label").all_inner_texts()[0].startswith("店内 照片.png")
    both_officers(page)
    refusal = send(page)
    assert "证据名称" in refusal
    assert page.locator("#l-files input[name=kept]").is_checked(), "what was chosen is still there"
    both_officers(page)
    page.check('input[name="certificate_shown"]')
    fill(page, evidence_kind="视听资料", evidence_name="店内照片", evidence_source="执法人员拍摄")
    fill(page, recording_mode="不录音录像", recording_reason="照片已能反映现场。")
    assert "已办理" in send(page)

    assert page.locator("#evidence ~ .sx-file img").count() == 0, "not before he says why"
    page.click("form[action$='/why/'] button:has-text('办理本案')")
    image = page.locator("#evidence ~ .sx-file img")
    image.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert image.evaluate("image => image.naturalWidth") == 480, "the photo is shown, small"

    page.goto(f"{case}do/request_filing/")
    both_officers(page)
    fill(page, suspected_violation="经核查没有发现违法情形。")
    fill(page, **{"suspected_basis.0.law": "城市市容条例（演示）", "suspected_basis.0.article": "第一条"})
    assert "已办理" in send(page)
    log_in(page, product, "ly-head")
    page.goto(f"{case}do/refuse_filing/")
    fill(page, not_filed_reason="没有违法事实。")
    assert "已办理" in send(page)
    log_in(page, product, "ly-archive")
    page.goto(f"{case}do/archive/")
    fill(page, archive_place="综合档案室三号柜", archive_retention="三十年")
    assert "已办理" in send(page)

    bag = unpacked(page, case, tmp_path / "bag")
    (held,) = (path for path in (bag / "data" / "evidence").rglob("*.png"))
    assert (held.name, held.read_bytes()) == ("店内 照片.png", taken)
    key = (product.var / "ledger" / "log.vkey").read_text()
    fine = verified(bag, "--vkey", key)
    assert fine.returncode == 0, fine.stdout
    assert "not in the package" not in fine.stdout
    data = bytearray(taken)
    data[-100] ^= 1
    held.write_bytes(bytes(data))
    assert f"file data/evidence/{hashlib.sha256(taken).hexdigest()}/店内 照片.png was changed" in verified(bag).stdout


def says_why(page: Any, case: str) -> None:
    """Why he looks into the files of a case, once a day; then he stands on its page."""
    page.goto(case.replace("/work/cases/", "/recording/") + "why/")
    page.check("input[value=案卷评查]")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/work/cases/**")


def unpacked(page: Any, case: str, folder: Path) -> Path:
    """The package as the browser gets it, once the ledger has signed the last event."""
    place = case.replace("/work/cases/", "/files/package/").rstrip("/") + ".zip"
    says_why(page, case)
    until = time.monotonic() + 30
    answer = page.request.get(place)
    while answer.status == 409 and time.monotonic() < until:
        time.sleep(0.3)
        answer = page.request.get(place)
    assert answer.status == 200, answer.text()
    assert int(answer.headers["content-length"]) == len(answer.body())
    with zipfile.ZipFile(io.BytesIO(answer.body())) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.browser
@pytest.mark.clauses("LY-27")
def test_an_operator_learns_which_evidence_was_changed(product: Serving, page: Any) -> None:
    """`sanxiang ledger verify` names the file; the page does not hand it out."""
    log_in(page, product, "ly-officer")
    page.goto(f"{product.url}/work/cases/?state=archived&category=处罚&q=机械")
    page.click("tbody a")
    case = page.url
    says_why(page, case)
    listed = page.locator(".sx-file", has_text="进货单据").first
    place = listed.locator("a", has_text="下载").get_attribute("href")
    answer = page.request.get(f"{product.url}{place}")
    assert answer.headers["content-type"] == "application/pdf"
    digest = answer.headers["etag"].strip('"')
    kept = product.var / "blobs" / digest[:2] / digest
    whole = kept.read_bytes()
    kept.chmod(0o600)
    kept.write_bytes(whole[:-1])
    command = [sys.executable, "-m", "sanxiang", "ledger", "verify", "--full", "--json"]
    done = subprocess.run(command, env=product.env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1, done.stdout + done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["code"], found["where"]) == ("evidence", digest)
    assert "进货单据.pdf”已被改动" in found["text"]
    assert page.request.get(f"{product.url}{place}").status == 409
    kept.write_bytes(whole)
