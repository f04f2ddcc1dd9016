"""Changning, clause 9: a recording is whole, begins with the notice, every interruption has its cause; where it need not
be made, and who else may make it, is on the record."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.auditing import RegisterHistory, replay_case
from sanxiang.casework.commands import handle
from sanxiang.core.casefile import fold_recording
from sanxiang.store import reading
from sanxiang.three_systems.recording.models import RecordingRow
from tests.support.filmed import times_of

from .conftest import BASE, even

NOW = timezone.now


@pytest.fixture
def scene(theatre: Any) -> Any:
    theatre.everywhere()
    return theatre.played("ordinary", agency="changning", before="inspect")


def bare(theatre: Any, story: Any) -> dict[str, Any]:
    facts = theatre.command(story, "inspect").facts
    return {key: value for key, value in facts.items() if not key.startswith("recording_")} | times_of(story.stream)


def tried(theatre: Any, story: Any, **facts: Any) -> Any:
    command = theatre.command(story, "inspect", facts=bare(theatre, story) | facts)
    return handle(theatre.connection, theatre.book, command, at=NOW())


def differences(theatre: Any, story: Any) -> list[Any]:
    """What a second judgement of the whole case finds otherwise."""
    history = RegisterHistory(theatre.connection)
    return [one for one in replay_case(story.stream, theatre.events(story), theatre.book, history) if one]


def missing(answer: Any) -> str:
    return "；".join(text for reason in answer.verdict.reasons for text in (reason.text, *reason.missing))


@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.gaps")
def test_an_activity_waits_until_every_interruption_has_its_cause(theatre: Any, scene: Any, phone_of: Any) -> None:
    """A gap between two runs and three seconds without sound: both are found, none can be passed over; afterwards in
    writing only with the reason why not in the recording."""
    account, began = theatre.account("officer", "changning"), NOW() - timedelta(minutes=20)
    phone = phone_of(account, case=scene.stream, activity="inspect", began=began)
    silence = {"from": (began + timedelta(seconds=2)).isoformat(), "to": (began + timedelta(seconds=5)).isoformat(),
               "cause": "没有声音"}  # fmt: skip
    notice = {"at": began.isoformat(), "kind": "开始告知", "note": ""}
    phone.record(even(3), began=began, gaps=[silence], marks=[notice])
    lost = {"from": (began + timedelta(seconds=6)).isoformat(), "to": (began + timedelta(seconds=66)).isoformat()}
    phone.record([(66, 68), (68, 70)], run=1, began=began, gaps=[lost | {"cause": "切换到其他应用"}])
    gaps = {one["cause"]: one for one in phone.all().json()["gaps"]}
    assert {"没有声音", "切换到其他应用"} <= set(gaps)
    desk = Client()
    desk.force_login(account)
    page, said = f"/recording/{scene.stream}/recordings/", {"do": "explain", "recording": phone.take}
    assert "中断未说明" in desk.get(page).content.decode()
    for gap in RecordingRow.objects.get(pk=phone.take).open_gaps * [None]:
        refused = tried(theatre, scene)
        assert not refused.done
        assert "录音录像中断的原因" in missing(refused)
        gap = fold_recording(reading.load(theatre.connection, phone.take)).unexplained[0]
        facts = {"gap": gap.id, "gap_cause": "其他", "gap_text": "演示", "gap_given": "事后书面说明"}
        assert desk.post(page, said | facts).status_code == 422, "why it could not be said in the recording"
        assert desk.post(page, said | facts | {"gap_why_after": "手机系统中断了录制"}).status_code == 302
    done = tried(theatre, scene)
    assert done.done, missing(done)
    facts = done.events[0].event.facts
    assert facts["recording_told"] is True
    assert not differences(theatre, scene), "judged again, it stands"
    assert "演示" in facts["recording_reason"]


@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.gaps")
def test_a_recording_without_the_notice_at_its_start_is_not_enough(theatre: Any, scene: Any, phone_of: Any) -> None:
    """What is typed counts for nothing beside the recording itself: somebody who had it open says where it is."""
    account = theatre.account("officer", "changning")
    phone = phone_of(account, case=scene.stream, activity="inspect")
    phone.record(even(2), began=NOW() - timedelta(minutes=10))
    phone.all()
    assert "告知当事人的位置" in missing(tried(theatre, scene))
    assert "告知当事人的位置" in missing(tried(theatre, scene, recording_told=True))
    desk = Client()
    desk.force_login(account)
    page, said = f"/recording/{scene.stream}/recordings/", {"do": "notice", "recording": phone.take}
    assert "没有标记告知" in desk.get(page).content.decode()
    unseen = desk.post(page, said | {"second": "0:01"})
    assert (unseen.status_code, "先打开这份录音录像查看" in unseen.content.decode()) == (422, True)
    desk.post(f"/recording/{scene.stream}/why/", {"purpose": "办理本案"})
    assert desk.get(f"/recording/{phone.take}/play/0/", follow=True).status_code == 200
    for nonsense in ("", "开头", "-1", "0:0:0:1", "9999"):
        assert desk.post(page, said | {"second": nonsense}).status_code == 422
    assert desk.post(page, said | {"second": "0:01"}).status_code == 302
    assert "第 1 秒已告知当事人" in desk.get(page).content.decode()
    done = tried(theatre, scene)
    assert done.done, missing(done)
    assert done.events[0].event.facts["recording_told"] is True
    assert not differences(theatre, scene), "judged again, it stands"


@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.gaps")
def test_what_is_kept_elsewhere_is_told_by_word(theatre: Any, scene: Any) -> None:
    facts = {"recording_mode": "全程录音录像", "recording_place": "区局平台", "recording_on": "2024-08-07"}
    times = {"started_on_site": "2024-08-07T09:00", "ended_on_site": "2024-08-07T09:20"}
    assert "开始录音录像时要告知当事人" in missing(tried(theatre, scene, **facts, **times))
    assert "告知" not in missing(tried(theatre, scene, **facts, **times, recording_told=True))


def shown_by(client: Client, place: str, label: str) -> str:
    found = re.search(rf'<option value="([0-9a-f-]{{36}})"[^>]*>{label}', client.get(place).content.decode())
    assert found, label
    return found[1]


@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.third-party")
def test_an_exemption_has_its_ground_its_reason_and_its_approver(theatre: Any, scene: Any) -> None:
    officer, unit = Client(), Client()
    officer.force_login(theatre.account("officer", "changning"))
    unit.force_login(theatre.account("unit", "changning"))
    page = f"/recording/{scene.stream}/recordings/"
    approver = theatre.people["changning"]["unit"]
    asked = {"do": "exempt", "activity": "inspect", "exempt_ground": "易燃易爆", "approver": approver}
    refused = officer.post(page, asked)
    assert refused.status_code == 422
    assert "免予录音录像的理由" in refused.content.decode()
    colleague = theatre.people["changning"]["officer2"]
    wrong = officer.post(page, asked | {"exempt_reason": "加油站", "approver": colleague})
    assert "承办机构负责人" in wrong.content.decode()
    assert officer.post(page, asked | {"exempt_reason": "加油站卸油区，禁用电子设备"}).status_code == 302
    assert not tried(theatre, scene).done, "asked is not approved"
    one = RecordingRow.objects.get(case=scene.stream, sort="exemption")
    assert officer.post(page, {"do": "approve", "recording": str(one.stream)}).status_code == 422
    assert unit.post(page, {"do": "approve", "recording": str(one.stream)}).status_code == 302
    done = tried(theatre, scene)
    assert done.done, missing(done)
    facts = done.events[0].event.facts
    assert not differences(theatre, scene), "judged again, it stands"
    assert (facts["recording_mode"], facts["recording_reason"]) == (
        "不录音录像",
        "易燃易爆，加油站卸油区，禁用电子设备",
    )


@pytest.mark.clauses("CN-09")
@pytest.mark.journeys("recording.third-party")
def test_a_third_party_records_what_it_was_engaged_for_and_nothing_else(
    theatre: Any, scene: Any, phone_of: Any
) -> None:
    account = theatre.account("officer", "changning")
    desk = Client()
    desk.force_login(account)
    page = f"/recording/{scene.stream}/recordings/"
    clock = lambda minutes: timezone.localtime(NOW() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    terms = {"do": "entrust", "activity": "inspect", "third_party_name": "演示影像公司", "third_party_person": "钱演示",
             "valid_from": clock(-30), "valid_until": clock(60), "third_party_reason": "需要多机位"}  # fmt: skip
    assert "委托合同编号" in desk.post(page, terms).content.decode()
    assert desk.post(page, terms | {"third_party_contract": "演合〔2026〕1号"}).status_code == 302
    held = re.search(r"#third=([^\"]+)\"", desk.get(page).content.decode())[1]  # type: ignore[index]
    stranger = Client()
    told = stranger.get(f"{BASE}third", headers={"X-Pass": held}).json()["body"]
    assert told["tasks"][0]["only"] == "inspect"
    assert "演示" not in json.dumps(told["tasks"], ensure_ascii=False), "nothing of the case"
    other = theatre.played("ordinary", agency="changning", before="inspect")
    phone = phone_of(account, case=other.stream, activity="inquire")
    phone.opening = json.dumps(json.loads(phone.opening) | {"pass": held}).encode()
    phone.client, phone.more = stranger, {"X-Pass": held}
    began = NOW() - timedelta(minutes=5)
    phone.record(even(2), began=began, marks=[{"at": began.isoformat(), "kind": "开始告知", "note": ""}])
    assert phone.all().status_code == 200
    one = fold_recording(reading.load(theatre.connection, phone.take))
    assert (one.case, one.activity, one.maker_name) == (scene.stream, "inspect", "演示影像公司 钱演示")
    facts = tried(theatre, scene).events[0].event.facts
    assert facts["recording_maker"] == "演示影像公司 钱演示"
    assert stranger.get(f"{BASE}package", headers={"X-Pass": held}).status_code == 401
    mine = phone_of(account)
    mine.record(even(1), began=NOW() - timedelta(minutes=5))
    mine.open()
    mine.client, mine.more = stranger, {"X-Pass": held}
    assert mine.send(0).status_code == 403, "not his recording"
    assert phone.put(f"acts/{uuid.uuid4()}", b"{}").status_code == 403
    engaged = RecordingRow.objects.get(case=scene.stream, sort="engagement")
    assert desk.post(page, {"do": "end", "recording": str(engaged.stream)}).status_code == 302
    assert stranger.get(f"{BASE}third", headers={"X-Pass": held}).status_code == 403
    assert phone.send(0).status_code == 401
