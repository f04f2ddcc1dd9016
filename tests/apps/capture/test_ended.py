"""Recordings that are ended while they do not run: no way of ending hides that nothing was recorded, and each such time
has to be explained before the activity is done."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanxiang.core.casefile import fold_recording
from sanxiang.store import reading
from tests.support.browser import arguments, chromium

from .browsing import ALLOWED, PHONE, end, killed, pieces, start, until, whole
from .conftest import even
from .served import Served
from .test_capture import act_of, sent

NOW = timezone.now
HALF = timedelta(minutes=30)


def state(theatre: Any, take: str) -> Any:
    return fold_recording(reading.load(theatre.connection, take))


@pytest.mark.clauses("CN-09")
@pytest.mark.parametrize("told", ["told", "left out", "no end"])
def test_an_activity_waits_until_it_is_said_why_nothing_was_recorded_before_its_end(
    theatre: Any, phone_of: Any, told: str
) -> None:
    """Told by the phone; not told, though it says when it ended; or not even that, as an old phone does."""
    story = theatre.played("ordinary", before="inspect")
    phone, key = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect"), str(uuid.uuid4())
    began = NOW() - timedelta(minutes=40)
    phone.record(even(3), began=began)
    last, tapped = began + timedelta(seconds=6), began + timedelta(seconds=6) + HALF
    gap = {"from": last.isoformat(), "to": tapped.isoformat(), "cause": "权限被收回"}
    phone.open()
    for number in range(3):
        phone.send(number)
    said = {
        "told": {"at": tapped.isoformat(), "gaps": [gap]},
        "left out": {"at": tapped.isoformat()},
        "no end": {"at": ""},
    }
    (found,) = phone.seal(**said[told]).json()["gaps"]
    assert (found["cause"], found["found_by"]) == {
        "told": ("权限被收回", "device"), "left out": ("没有数据", "server"), "no end": ("没有报告何时结束", "server"),
    }[told]  # fmt: skip
    (one,) = state(theatre, phone.take).unexplained
    assert one.seconds >= HALF.total_seconds()
    assert phone.seal().json()["gaps"] == [found], "the same again is the same"
    answer = sent(phone, key, act_of(theatre, story, phone)).json()
    assert answer["state"] == "refused"
    assert any("录音录像中断的原因" in text for why in answer["reasons"] for text in why["missing"])
    facts = {"gap_cause": "其他", "gap_text": "误触", "gap_given": "事后书面说明", "gap_why_after": "录制已经停了"}
    assert phone.explain(found["id"], facts).json() == {"open_gaps": 0}
    assert theatre.events(story)[-1].event.recordings == (phone.take,)


def test_a_photo_has_no_interruption(theatre: Any, phone_of: Any) -> None:
    phone = phone_of(theatre.account("zhang"), medium="photo")
    phone.record([(0, 0)], began=NOW() - timedelta(minutes=40))
    phone.open()
    phone.send(0)
    assert phone.seal(at="").json()["gaps"] == []


def test_a_closing_record_of_nonsense_seals_nothing(theatre: Any, phone_of: Any) -> None:
    phone = phone_of(theatre.account("zhang"))
    phone.record(even(1), began=NOW() - timedelta(minutes=5))
    phone.open()
    phone.send(0)
    assert phone.seal(at="gestern").status_code == 422
    assert phone.seal(gaps=[{"from": 1}]).status_code == 422
    assert state(theatre, phone.take).state == "running"


def asks_why(page: Any, served: Served, theatre: Any, take: str, cause: str) -> None:
    """The recording stands with one interruption up to its end, which the phone asks to explain."""
    one = whole(theatre, take)
    (gap,) = one.unexplained
    assert (gap.cause, gap.id, gap.found_by) == (cause, "end.0", "device")
    assert gap.since <= one.ended + timedelta(seconds=1)
    page.goto(f"{served.url}/recording/capture/#take/{take}")
    page.wait_for_selector("select#gap_given")
    page.fill("#gap_text", "没有再录，直接结束")
    page.select_option("#gap_cause", label="其他")
    page.select_option("#gap_given", label="事后书面说明")
    page.fill("#gap_why_after", "录制已经停了")
    page.get_by_role("button", name="提交说明").tap()
    until(lambda: not state(theatre, take).unexplained)


def persistent(playwright: Any, served: Served, theatre: Any, profile: Path, args: list[str]) -> Any:
    context = playwright.launch_persistent_context(
        str(profile), executable_path=chromium(), args=args, permissions=ALLOWED, service_workers="block", **PHONE
    )  # fmt: skip
    context.add_cookies([served.cookie(theatre.account("zhang"))])
    page = context.new_page()
    page.goto(f"{served.url}/recording/capture/")
    page.wait_for_selector("body[data-ready]")
    return context, page


@pytest.mark.browser
@pytest.mark.clauses("CN-09")
def test_ended_after_the_permission_was_withdrawn(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    quiet = [one for one in arguments() if "fake-ui" not in one]
    context, page = persistent(playwright, served, theatre, tmp_path / "profile", quiet)
    take = start(page)
    pieces(page, 3)
    context.clear_permissions()
    page.wait_for_selector("text=中断：权限被收回", timeout=20_000)
    page.wait_for_timeout(3_000)
    end(page)
    page.wait_for_selector("text=没有录到的时间要说明原因")
    asks_why(page, served, theatre, take, "权限被收回")
    context.close()


@pytest.mark.browser
@pytest.mark.clauses("CN-09")
def test_a_recording_that_was_killed_and_is_ended_there(
    playwright: Any, served: Served, theatre: Any, tmp_path: Path
) -> None:
    """就此结束, without a net: the phone asks why before anything was sent."""
    context, page = persistent(playwright, served, theatre, tmp_path / "profile", arguments())
    served.down = True
    take = start(page, 1000)
    pieces(page, 3)
    killed(tmp_path / "profile")
    served.down = False
    context, page = persistent(playwright, served, theatre, tmp_path / "profile", arguments())
    served.down = True
    page.locator("main a", has_text="意外中断").first.tap()
    page.get_by_role("button", name="就此结束").tap()
    page.wait_for_selector("text=系统判断：程序异常退出")
    served.down = False
    page.evaluate("sanxiang.ask('upload')")
    asks_why(page, served, theatre, take, "程序异常退出")
    context.close()


@pytest.mark.browser
@pytest.mark.clauses("CN-09")
def test_ended_after_no_data_came_any_more(app: Any, served: Served, theatre: Any) -> None:
    page = app()
    take = start(page)
    pieces(page, 3)
    page.evaluate("() => { sanxiang.recorder.recorder.ondataavailable = () => {}; }")
    page.wait_for_selector("text=中断：没有数据", timeout=40_000)
    end(page)
    asks_why(page, served, theatre, take, "没有数据")
