"""An officer in a hurry, or a malicious one, tries ways round the gate in a real browser, on a desk and on a telephone:
forged fields, the back button, two tabs, the same request again, a reviewer who lost his certificate in between. All are
refused with the clause, and all stand among the refusals."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.desk import Desk
from tests.support.serving import Serving

ROOT = Path(__file__).resolve().parents[2]
REASONS = "事实清楚，证据确凿；当事人没有提出陈述、申辩。"
MOVED = "这件案卷刚刚被他人更新"
SEND = "main form.sx-card .sx-actions button[type=submit]"
FORGE = """form => {
  const forged = {review: 'passed', bound: 'x', review_due: 'false', passes: 'true', number: '高新城演罚决字〔2026〕999号',
    extra: '{"review_due": false}', outcome: '同意', post: 'head'};
  for (const [name, value] of Object.entries(forged)) {
    const field = document.createElement('input');
    Object.assign(field, {type: 'hidden', name, value});
    form.append(field);
  }
  form.querySelector('[name=expected]').remove();
}"""
pytestmark = [pytest.mark.clauses("LY-30", "UR-19"), pytest.mark.journeys("review.every-door")]


def beside(product: Serving, *words: str) -> str:
    """What a helper beside the running product prints; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.gatecrash", *words], env=product.env, cwd=ROOT, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()[-1]


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def logged_in(request: Any, product: Any, browser: Any) -> Any:
    """Somebody at a screen of his own."""
    product.now()
    screens = []

    def enter(login: str) -> Desk:
        size = {"width": request.param, "height": 844}
        screens.append(browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"))
        return Desk(screens[-1].new_page(), product, login)

    yield enter
    for one in screens:
        one.close()


def decision(head: Desk, case: str) -> Any:
    """The page on which the head decides, filled in."""
    head.open(case, "decide")
    head.fill(decision_reasons=REASONS)
    return head.page


def numbers(head: Desk, case: str) -> set[str]:
    head.page.goto(case)
    return set(re.findall(r"\S+罚决字〔\d{4}〕\d+号", head.page.inner_text("main")))


def kept(head: Desk, stream: str) -> list[str]:
    """What stands among the refusals about a case, the latest first."""
    page = head.page
    page.goto(f"{head.url}/work/refusals/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits the screen"
    return list(page.locator("tr", has=page.locator(f'a[href*="{stream}"]')).all_inner_texts())


def case_of(product: Serving, stream: str) -> str:
    return f"{product.url}/work/cases/{stream}/"


@pytest.mark.browser
def test_forged_fields_decide_nothing(product: Serving, logged_in: Callable[[str], Desk]) -> None:
    stream = beside(product, "play", "urumqi", "submit_review")
    head, case = logged_in("ur-head"), case_of(product, stream)
    page = decision(head, case)
    page.locator("#act-form").evaluate(FORGE)
    said = head.send()
    assert "未经审核，主要负责人也不得作出决定" in said
    assert "行政处罚法》第五十八条" in said
    assert numbers(head, case) == set()
    assert "未经审核，主要负责人也不得作出决定" in kept(head, stream)[0]


@pytest.mark.browser
@pytest.mark.clauses("UR-18")
def test_the_back_button_after_the_draft_changed(product: Serving, logged_in: Callable[[str], Desk]) -> None:
    stream = beside(product, "play", "urumqi", "decide")
    head, case = logged_in("ur-head"), case_of(product, stream)
    page = decision(head, case)
    beside(product, "change", "urumqi", stream)
    assert MOVED in head.send(), "the page is older than the draft"
    assert page.input_value('[name="decision_reasons"]') == REASONS, "what was typed is kept"
    page.go_back()
    head.fill(decision_reasons=REASONS)
    said = head.send()
    assert MOVED in said or "审核后已变更" in said
    decision(head, case)
    assert "审核后已变更" in head.send(), "nor is it decided on a fresh page: the review is no longer of this draft"
    assert numbers(head, case) == set()
    rows = kept(head, stream)
    assert len(rows) == 3
    assert "法制审核" in rows[0]
    assert MOVED in rows[-1]


@pytest.mark.browser
def test_two_tabs_and_the_same_request_again_decide_once(product: Serving, logged_in: Callable[[str], Desk]) -> None:
    stream = beside(product, "play", "urumqi", "decide")
    head, case = logged_in("ur-head"), case_of(product, stream)
    first = decision(head, case)
    other = Desk.__new__(Desk)
    other.page, other.url = first.context.new_page(), head.url
    decision(other, case)
    acting = first.url.split("#")[0]  # the picture beside the form posts of its own accord, to another address
    with first.expect_request(lambda one: one.method == "POST" and one.url == acting) as sent:
        first.click(SEND)
    assert "已办理" in first.inner_text("main")
    made = numbers(head, case)
    assert len(made) == 1
    assert MOVED in other.send(), "the second tab"
    request = sent.value
    headers = {"content-type": request.headers["content-type"], "origin": head.url, "referer": request.url}
    body = request.post_data_buffer
    again = first.context.request.post(request.url, data=body, headers=headers)
    assert again.status == 409, "the very bytes again"
    unversioned = body.replace(b'name="expected"', b'name="expectes"').replace(b"&expected=", b"&expectes=")
    assert unversioned != body
    blind = first.context.request.post(request.url, data=unversioned, headers=headers)
    assert blind.status == 422, "without saying what it saw"
    assert numbers(head, case) == made
    assert len(kept(head, stream)) == 3


@pytest.mark.browser
@pytest.mark.clauses("LY-32")
def test_a_reviewer_whose_certificate_ended_while_he_read(product: Serving, logged_in: Callable[[str], Desk]) -> None:
    login = f"ly-ended-{date.today():%d}-{id(logged_in) % 9973}"
    officer = beside(product, "reviewer", login)
    stream = beside(product, "play", "luoyang", "conclude_review")
    reviewer = logged_in(login)
    desk = reviewer.page
    desk.goto(f"{product.url}/review/{stream}/")
    for point in range(9):
        desk.check(f'[name="review_points.{point}.finding"][value="合法"]')
        desk.fill(f'[name="review_points.{point}.anchor"]', "材料1第1页")
    desk.check('[name="review_outcome"][value="同意"]')
    desk.fill("#opinion", "同意。")

    registrar = logged_in("ly-register")
    registrar.page.goto(f"{product.url}/registry/officers/{officer}/suspend_certificate/")
    registrar.page.select_option('[name="number"]', index=1)
    registrar.page.fill('input[type="date"]', date.today().isoformat())
    registrar.send()

    desk.click('button[value="conclude_review"]')
    desk.wait_for_selector("text=还不能签署")
    assert "洛政办〔2019〕37号 三(三)1" in desk.inner_text("main")
    assert desk.input_value("#opinion") == "同意。", "nothing typed is lost"
    head = logged_in("ly-head")
    head.page.goto(case_of(product, stream))
    assert "审核意见：同意" not in head.page.inner_text("main")
    (row,) = kept(head, stream)
    assert "停演示" in row


def command(product: Serving, *words: str) -> subprocess.CompletedProcess[str]:
    """`sanxiang …` beside the running product."""
    return subprocess.run(
        [sys.executable, "-m", "sanxiang", *words], env=product.env, cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip


def decisions(product: Serving) -> tuple[int, int]:
    """How many decisions stand on the record, and how many numbers were given."""
    owner = json.loads((product.var / "secrets" / "addresses.json").read_text())["owner"]
    with psycopg.connect(owner) as connection:
        made = connection.execute("SELECT count(*) FROM record.event WHERE kind LIKE 'decision.%'").fetchone()
        given = connection.execute("SELECT coalesce(sum(last), 0) FROM record.series").fetchone()
    assert made is not None
    assert given is not None
    return int(made[0]), int(given[0])


def test_commands_decide_nothing_and_a_sample_is_drawn_with_its_seed(product: Any, tmp_path: Path) -> None:
    product.now()
    before = decisions(product)
    table = tmp_path / "decisions.csv"
    table.write_text("case,number\nx,洛市监演罚决字〔2026〕996号\n", "utf-8")
    forged = command(product, "import", str(table), "--kind", "decisions", "--installer", "某人")
    assert forged.returncode == 2, "the import knows registers only"
    scenario = "rulebooks/luoyang/three-systems/scenarios/ordinary-penalty.yaml"
    assert command(product, "play", scenario).returncode == 0, "a scenario decides in memory"

    ask = ("review", "sample", "--month", "2025-03")
    drawn = command(product, *ask, "--by", "ly-review2", "--seed", "0123456789abcdef", "--json")
    assert drawn.returncode == 0, drawn.stderr
    told = json.loads(drawn.stdout)
    assert told["month"] == "2025-03"
    assert told["seed"] == "0123456789abcdef"
    assert told["of"] >= len(told["cases"]) >= 1
    assert told["refused"] == {}
    again = command(product, *ask, "--by", "ly-review2", "--json")
    assert json.loads(again.stdout) == told, "the seed of the month stands"
    plain = command(product, *ask, "--by", "ly-review2")
    assert told["cases"][0] in plain.stdout
    for words, why in (
        ((*ask, "--by", "ly-review2", "--seed", "fedcba9876543210"), "不能换种子"),
        ((*ask, "--by", "ly-head"), "不是在任的法制机构负责人"),
        ((*ask, "--by", "nobody"), "不是在任的法制机构负责人"),
        (("review", "sample", "--month", "2025-13", "--by", "ly-review2"), "月份"),
        (("review", "sample", "--month", f"{date.today():%Y-%m}", "--by", "ly-review2"), "还没有结束"),
    ):
        wrong = command(product, *words)
        assert wrong.returncode == 2, words
        assert why in wrong.stderr, words
    assert decisions(product) == before
