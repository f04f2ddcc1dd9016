"""What the server does not take stays on the phone, which says so and why, and goes once what was wrong is mended: another
login, or whoever presses 再送. What the server keeps is told in other words."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.three_systems.recording.capture import arriving
from sanxiang.three_systems.recording.capture.takes import NotTaken
from sanxiang.three_systems.recording.models import ArrivedAct

from .browsing import end, pieces, shot, start, until, whole
from .served import Served

HERE = "系统没有收下，只存在这台手机里"
KEPT = "系统已经收下，现在还不能办成"


def saved(page: Any, theatre: Any, story: Any) -> str:
    """An inspection that the gate will refuse, done on the phone under the pass that it holds; it is sent at once."""
    command = theatre.command(story, "inspect")
    facts = {key: value for key, value in command.facts.items() if not key.startswith("recording_")}
    facts.pop("certificate_shown")
    sent = {"case": story.stream, "act": "inspect", "facts": facts, "officers": list(command.officers),
            "recordings": [], "done_at": timezone.now().isoformat(), "contact": None, "files": [], "signed": None}  # fmt: skip
    key = str(uuid.uuid4())
    page.evaluate(
        """([key, sent]) => sanxiang.ask("save", {place: "acts", name: `${key}.json`, data: {id: key, officer: sanxiang.pack.officer,
        title: "演示", name: "现场检查", sent: {...sent, pass: sanxiang.pack.pass}, answer: null}})""",
        [key, sent],
    )
    return key


def logged_in(page: Any, served: Served, account: Any) -> None:
    page.context.clear_cookies()
    page.context.add_cookies([served.cookie(account)])


def opened(page: Any, served: Served, hash: str) -> None:
    page.goto(f"{served.url}/recording/capture/{hash}")


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_an_act_refused_to_the_wrong_login_goes_under_the_right_one(
    app: Any, served: Served, theatre: Any, story: Any
) -> None:
    page = app()
    logged_in(page, served, theatre.account("reviewer"))
    key = saved(page, theatre, story)
    page.wait_for_selector("text=现场检查系统没有收下，只在这台手机里")
    shot(page, "here-home")
    opened(page, served, f"#queued/{key}")
    page.wait_for_selector(f"text={HERE}：办理要由执法人员登录后送达")
    shot(page, "here")
    assert page.locator("text=去补正").count() == 0, "there is nothing to mend on the server"
    assert not ArrivedAct.objects.filter(pk=key).exists()
    logged_in(page, served, theatre.account("li"))
    page.reload()
    arrived = until(lambda: ArrivedAct.objects.filter(pk=key).first())
    assert (str(arrived.officer), arrived.sender) == (
        str(theatre.account("zhang").officer), str(theatre.account("li").officer)
    )  # fmt: skip
    page.wait_for_selector(f"text={KEPT}")
    page.wait_for_selector("text=由办理人登录后补正")
    logged_in(page, served, theatre.account("zhang"))
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.locator("text=去补正").tap()
    page.wait_for_selector("text=现在还不能办")


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
def test_a_recording_refused_to_another_agency_goes_under_the_right_login(
    app: Any, served: Served, theatre: Any
) -> None:
    theatre.everywhere()
    page = app()
    take = start(page)
    pieces(page, 2)
    logged_in(page, served, theatre.account("officer", "dongxihu"))
    page.wait_for_function("(id) => sanxiang.takes.some((one) => one.take === id && one.problem)", arg=take)
    end(page)
    opened(page, served, f"#take/{take}")
    page.wait_for_selector(f"text={HERE}：这份录制不属于您的机关")
    logged_in(page, served, theatre.account("zhang"))
    page.reload()
    assert whole(theatre, take).gaps == ()


@pytest.mark.browser
@pytest.mark.clauses("LY-24")
@pytest.mark.parametrize("status", [413, 422])
def test_what_is_refused_for_itself_is_told_as_such_and_sent_again_by_hand(
    app: Any, served: Served, theatre: Any, story: Any, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def unread(*given: Any) -> Any:
        raise NotTaken("送来的内容不能识别")

    page = app()
    with monkeypatch.context() as wrong:
        if status == 413:
            wrong.setattr(arriving, "ACT_MAX", 10)
        else:
            wrong.setattr(arriving, "read", unread)
        key = saved(page, theatre, story)
        page.evaluate(f"location.hash = '#queued/{key}'")
        page.wait_for_selector(f"text={HERE}：{'内容太大' if status == 413 else '送来的内容不能识别'}")
        assert KEPT not in page.inner_text("main")
    page.reload()
    page.wait_for_selector(f"text={HERE}")
    assert not ArrivedAct.objects.filter(pk=key).exists(), "not tried again by itself"
    page.get_by_role("button", name="再送").tap()
    page.wait_for_selector(f"text={KEPT}")
    assert ArrivedAct.objects.filter(pk=key, state="refused").exists()


@pytest.mark.browser
def test_a_number_whose_end_was_not_taken_is_shown(app: Any, served: Served, theatre: Any) -> None:
    page = app()
    told = {
        "id": str(uuid.uuid4()),
        "number": "演示当场编〔2026〕99999号",
        "outcome": "spoilt",
        "facts": {"blank_reason": "写错了"},
    }
    page.evaluate(
        "(told) => sanxiang.ask('save', {place: 'ended', name: `${told.id}.json`, data: {...told, pass: sanxiang.pack.pass}})",
        json.loads(json.dumps(told)),
    )
    asked = "(id) => sanxiang.ask('load', {place: 'ended', name: `${id}.json`})"
    until(lambda: (page.evaluate(asked, told["id"]) or {}).get("refused"))
    page.evaluate("location.hash = '#spot'")
    page.wait_for_selector(f"text={HERE}：没有这个编号，或者不是发给您的")
