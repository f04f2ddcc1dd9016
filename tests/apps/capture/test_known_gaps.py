"""An interruption is on the record as soon as it is known and can be explained at once, while recording goes on and
without a net; what is missing inside a file is found and has to be explained as well."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework.models import CaseRow
from sanxiang.core.casefile import fold, fold_recording
from sanxiang.core.ledger import segments as chain
from sanxiang.store import reading
from sanxiang.three_systems.recording.capture import afterwards, interrupting
from sanxiang.three_systems.recording.models import Found
from tests.support.filmed import times_of
from tests.support.films import film

from .browsing import end, pieces, start, until, whole
from .conftest import even

pytestmark = [pytest.mark.clauses("CN-09"), pytest.mark.journeys("recording.gaps")]
NOW = timezone.now
SAID = {"gap_cause": "电话呼入", "gap_text": "接了一个电话", "gap_given": "在录像中说明"}


@pytest.fixture
def officer(theatre: Any) -> Any:
    return theatre.account("zhang")


def state(theatre: Any, take: str) -> Any:
    return fold_recording(reading.load(theatre.connection, take))


def explain(phone: Any, gap: str) -> Any:
    return phone.explain(gap, SAID)


def interrupted(phone: Any, began: Any) -> None:
    """Two runs with a call between them; sound was away in the second, told two pieces later."""

    def gap(since: int, to: int, cause: str) -> dict[str, str]:
        return {"from": (began + timedelta(seconds=since)).isoformat(),
                "to": (began + timedelta(seconds=to)).isoformat(), "cause": cause}  # fmt: skip

    phone.record(even(2), began=began)
    phone.record([(64, 66)], run=1, began=began, gaps=[gap(4, 64, "电话呼入")])
    phone.record([(66, 68)], run=1, began=began)
    phone.record([(75, 77)], run=1, began=began, gaps=[gap(66, 67, "没有声音")])


def test_a_gap_is_known_with_its_piece_and_explained_before_the_recording_ends(
    theatre: Any, officer: Any, phone_of: Any
) -> None:
    phone, began = phone_of(officer), NOW() - timedelta(minutes=5)
    interrupted(phone, began)
    phone.open()
    answers = [phone.send(number).json() for number in range(3)]
    assert ["gaps" in one for one in answers] == [False, False, True]
    (gap,) = answers[2]["gaps"]
    assert (gap["id"], gap["cause"]) == ("2.0", "电话呼入")
    assert state(theatre, phone.take).state == "running"
    assert [one.id for one in state(theatre, phone.take).unexplained] == ["2.0"]
    page = phone.client.get("/recording/capture/package")
    assert page.status_code == 200
    assert explain(phone, "2.0").json() == {"open_gaps": 0}
    assert explain(phone, "2.0").json() == {"open_gaps": 0}, "the same again, where the answer was lost"
    assert phone.explain("2.0", SAID | {"gap_text": "别的原因"}).status_code == 422, "once"
    phone.send(3)
    assert [one["id"] for one in phone.send(4).json()["gaps"]] == ["4.0", "4.before"]
    sealed = phone.seal().json()
    assert [one["id"] for one in sealed["gaps"]] == ["4.0", "4.before"], "what was explained is not asked again"
    one = state(theatre, phone.take)
    assert [(gap.id, gap.explained is None) for gap in one.gaps] == [("2.0", False), ("4.0", True), ("4.before", True)]
    assert explain(phone, "4.0").json() == {"open_gaps": 1}
    assert explain(phone, "4.before").json() == {"open_gaps": 0}
    assert phone.seal().json()["gaps"] == []


def test_a_piece_that_comes_before_others_tells_its_gap_once_they_are_there(
    theatre: Any, officer: Any, phone_of: Any
) -> None:
    phone, began = phone_of(officer), NOW() - timedelta(minutes=5)
    interrupted(phone, began)
    phone.open()
    assert phone.send(2).json()["gaps"] == []
    for number in (0, 1, 3):
        phone.send(number)
    assert [one["id"] for one in phone.send(4).json()["gaps"]] == ["2.0", "4.0", "4.before"]
    phone.seal()
    assert len(state(theatre, phone.take).gaps) == 3


def test_a_piece_costs_the_same_however_long_the_recording_is(
    theatre: Any, officer: Any, phone_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, read = NOW() - timedelta(hours=1), chain.read
    phone = phone_of(officer)
    gap = {"from": began.isoformat(), "to": began.isoformat(), "cause": "没有声音"}
    phone.record([(2 * nth, 2 * nth + 2) for nth in range(24)], began=began, gaps=[gap])
    phone.open()
    headers: list[bytes] = []
    monkeypatch.setattr(chain, "read", lambda header: headers.append(header) or read(header))
    costs = []
    for number in range(24):
        before = len(headers)
        with CaptureQueriesContext(connection) as asked:
            assert f"{number}.0" in {one["id"] for one in phone.send(number).json()["gaps"]}
        costs.append((len(headers) - before, len(asked)))
    assert set(costs[5:8]) == set(costs[20:]), costs
    assert {gap.id for gap in state(theatre, phone.take).gaps} == {f"{number}.0" for number in range(24)}
    assert phone.seal().status_code == 200


def filmed(phone: Any, began: Any, made: bytes, seconds: int) -> None:
    half = len(made) // 2
    phone.record([(0, seconds / 2), (seconds / 2, seconds)], began=began, made=[made[:half], made[half:]])


def test_what_is_missing_inside_a_recording_is_found_and_has_to_be_explained(
    theatre: Any, officer: Any, phone_of: Any, tmp_path: Path
) -> None:
    phone, began = phone_of(officer), NOW() - timedelta(minutes=5)
    made = film(
        tmp_path / "a.webm", "webm", ("libvpx", "libopus"), seconds=40, gap=(3, 6), black=(8, 20), silent=(24, 38)
    )
    filmed(phone, began, made, 40)
    sealed = phone.all().json()
    assert sealed["gaps"] == [], "no phone sees it"
    one = interrupting.inspect(theatre.connection, phone.take, at=NOW())
    causes = [gap.cause for gap in one.unexplained]
    assert causes == ["时间戳不连续", "画面全黑", "没有声音"]
    assert {gap.found_by for gap in one.gaps} == {"inspection"}
    first = one.gaps[0]
    assert abs((first.since - began).total_seconds() - 3) < 1
    assert abs(first.seconds - 3) <= 1
    events = reading.load(theatre.connection, phone.take)
    again = interrupting.inspect(theatre.connection, phone.take, at=NOW())
    assert reading.load(theatre.connection, phone.take) == events
    assert again.gaps == one.gaps
    for gap in one.unexplained:
        assert explain(phone, gap.id).status_code == 200
    assert state(theatre, phone.take).unexplained == ()


def test_an_act_cannot_rest_on_it_before(theatre: Any, officer: Any, phone_of: Any, story: Any, tmp_path: Path) -> None:
    """The gate of the activity names what was found inside, until it is explained."""
    began = story.at + timedelta(hours=20)
    phone = phone_of(officer, case=story.stream, activity="inspect")
    made = film(tmp_path / "b.webm", "webm", ("libvpx", "libopus"), seconds=14, black=(1, 13))
    filmed(phone, NOW() - timedelta(minutes=5), made, 14)
    phone.all()
    (gap,) = interrupting.inspect(theatre.connection, phone.take, at=NOW()).unexplained
    later = NOW() - story.at
    facts = theatre.command(story, "inspect").facts | times_of(story.stream)
    refused = theatre.tries(story, "inspect", after=later, facts=facts)
    assert not refused.done, began
    assert any("录音录像中断的原因" in text for one in refused.verdict.reasons for text in one.missing)
    page = phone.client.get(f"/recording/{story.stream}/recordings/").content.decode()
    assert "画面全黑" in page
    assert explain(phone, gap.id).status_code == 200
    told = theatre.tries(story, "inspect", after=NOW() - story.at, facts=facts)
    texts = [text for one in told.verdict.reasons for text in one.missing]
    assert not any("录音录像中断的原因" in text for text in texts)


def test_a_whole_recording_has_none_and_silence_of_a_moment_is_none(
    theatre: Any, officer: Any, phone_of: Any, tmp_path: Path
) -> None:
    phone = phone_of(officer)
    made = film(tmp_path / "c.webm", "webm", ("libvpx", "libopus"), seconds=14, silent=(2, 7), black=(8, 12))
    filmed(phone, NOW() - timedelta(minutes=5), made, 14)
    phone.all()
    assert interrupting.inspect(theatre.connection, phone.take, at=NOW()).gaps == ()
    row = Found.objects.get(sha256=state(theatre, phone.take).files[0]["sha256"])
    assert row.found["silence"]
    assert row.found["black"]


@pytest.mark.browser
def test_on_the_phone_a_gap_is_explained_while_recording_and_without_a_net(app: Any, served: Any, theatre: Any) -> None:
    page = app()
    take = start(page)
    pieces(page, 3)
    page.locator("#live").get_by_role("button", name="暂停").tap()
    page.locator("#live").get_by_role("button", name="继续录制").tap()
    page.locator("#live").get_by_role("link", name="说明中断（1）").wait_for(timeout=60_000)
    served.down = True
    page.locator("#live").get_by_role("link", name="说明中断（1）").tap()
    page.wait_for_selector("select#gap_given")
    page.select_option("#gap_cause", label="其他")
    page.fill("#gap_text", "换了一个房间")
    before = page.evaluate("sanxiang.recorder.count")
    page.wait_for_function(f"() => sanxiang.recorder.count > {before + 2}", timeout=60_000)
    assert page.input_value("#gap_text") == "换了一个房间", "nothing typed is redrawn away"
    page.select_option("#gap_given", label="在录像中说明")
    page.get_by_role("button", name="提交说明").tap()
    page.wait_for_selector("text=联网后自动送达", timeout=60_000)
    served.down = False
    end(page)
    one = whole(theatre, take)
    until(lambda: not state(theatre, take).unexplained)
    (gap,) = state(theatre, take).gaps
    assert (gap.explained["gap_text"], one.grade) == ("换了一个房间", "A")
    page.wait_for_function("(id) => sanxiang.takes.some((one) => one.take === id && one.sealed && !one.gaps.length)",
                           arg=take, timeout=60_000)  # fmt: skip


# ── what comes to light after the act ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("CN-09", "LY-17")
def test_an_act_does_not_wait_for_the_inspection_and_what_it_finds_later_is_asked_for(
    theatre: Any, officer: Any, phone_of: Any, story: Any, tmp_path: Path
) -> None:
    """The act goes by what the device declared; what the worker finds afterwards is a breach in the case, asked for,
    once, and gone from the list of what is missing when it is explained."""
    phone = phone_of(officer, case=story.stream, activity="inspect")
    made = film(tmp_path / "d.webm", "webm", ("libvpx", "libopus"), seconds=14, black=(1, 13))
    filmed(phone, NOW() - timedelta(minutes=5), made, 14)
    phone.all()
    page = f"/recording/{story.stream}/recordings/"
    assert "待检验" in phone.client.get(page).content.decode()
    later = NOW() - story.at
    facts = {key: value for key, value in theatre.command(story, "inspect").facts.items() if key != "recording_reason"}
    facts |= times_of(story.stream)
    done = theatre.tries(story, "inspect", after=later, facts=facts)
    assert done.done, done.verdict.reasons
    assert not done.events[0].breaches

    for _ in range(2):  # the task may come again
        one = interrupting.inspect(theatre.connection, phone.take, at=NOW())
    (gap,) = one.unexplained
    noted = [event for event in theatre.events(story) if event.kind.startswith("coverage.")]
    assert [event.kind for event in noted] == ["coverage.interrupted"]
    assert noted[0].event.about == done.events[0].id
    assert {breach["clause"] for breach in noted[0].breaches} >= {"TS-3.2"}
    assert "画面全黑" in noted[0].breaches[0]["text"]
    case = fold(theatre.events(story))
    assert [one.gap for one in case.unexplained] == [gap.id]
    row = CaseRow.objects.get(pk=story.stream)
    assert row.breaches == len(case.breaches) >= 1
    shown = phone.client.get(f"/work/cases/{story.stream}/").content.decode()
    assert "录音录像中断待说明（1）" in shown
    held = theatre.tries(story, "conclude_investigation", after=NOW() - story.at)
    (reason,) = (one for one in held.verdict.reasons if one.fix == "recording.explained")
    assert (reason.clause, "画面全黑" in reason.missing[0]) == ("TS-3.2", True)
    asked = phone.client.get(f"/work/cases/{story.stream}/do/conclude_investigation/").content.decode()
    assert f'href="{page}">中断说明</a>' in asked
    text = phone.client.get(page).content.decode()
    assert "已检验" in text
    assert "办完以后检验发现的中断（1）" in text

    assert explain(phone, gap.id).status_code == 200
    case = fold(theatre.events(story))
    assert (case.unexplained, case.interrupted[f"{phone.take}/{gap.id}"].explained) == ((), True)
    assert len(case.breaches) == row.breaches, "an explanation does not undo what was broken"
    assert "录音录像中断待说明" not in phone.client.get(f"/work/cases/{story.stream}/").content.decode()
    free = theatre.tries(story, "conclude_investigation", after=NOW() - story.at)
    assert "recording.explained" not in {one.fix for one in free.verdict.reasons}
    before = theatre.events(story)
    afterwards.settle(theatre.connection, phone.take, at=NOW())
    assert theatre.events(story) == before


def test_a_film_that_is_shorter_than_the_device_told_or_broken_is_an_interruption(
    theatre: Any, officer: Any, phone_of: Any, tmp_path: Path
) -> None:
    made = film(tmp_path / "e.webm", "webm", ("libvpx", "libopus"), seconds=14)
    phone, began = phone_of(officer), NOW() - timedelta(minutes=5)
    filmed(phone, began, made, 60)
    phone.all()
    (gap,) = interrupting.inspect(theatre.connection, phone.take, at=NOW()).unexplained
    assert (gap.cause, gap.found_by) == ("内容比设备所报的短", "inspection")
    assert abs((gap.since - began).total_seconds() - 14) < 1
    assert abs((gap.until - began).total_seconds() - 60) < 1

    hurt = phone_of(officer)
    filmed(hurt, began, made[:200] + b"\0" * 4000, 30)
    hurt.all()
    (gap,) = interrupting.inspect(theatre.connection, hurt.take, at=NOW()).unexplained
    assert gap.cause in ("文件打不开，须人工查看", "后面的部分缺失", "内容比设备所报的短")
    assert gap.seconds >= 25
