"""The server side of a phone: pieces come twice, altered, out of order, late; nothing is sealed that is not whole."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework import desk
from sanxiang.casework.access import reader_of
from sanxiang.core.casefile import fold_recording
from sanxiang.core.ledger import segments as chain
from sanxiang.store import reading
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording.capture import along, takes
from sanxiang.three_systems.recording.models import ArrivedAct, RecordingRow, Segment, Take

from .conftest import BASE, FILES, even

NOW = timezone.now


@pytest.fixture
def officer(theatre: Any) -> Any:
    return theatre.account("zhang")


def state(theatre: Any, take: str) -> Any:
    return fold_recording(reading.load(theatre.connection, take))


def test_a_recording_arrives_whole_and_can_be_recounted(theatre: Any, officer: Any, phone_of: Any) -> None:
    phone = phone_of(officer)
    began = NOW() - timedelta(minutes=10)
    phone.record(even(4), began=began, marks=[{"at": began.isoformat(), "kind": "开始告知", "note": ""}])
    assert phone.open().status_code == 200
    assert [phone.send(number).status_code for number in range(4)] == [201] * 4
    sealed = phone.seal()
    assert sealed.status_code == 200, sealed.content
    one = state(theatre, phone.take)
    assert (one.state, one.grade, one.segments, one.seconds, one.head) == ("sealed", "A", 4, 8, phone.head)
    assert one.maker == str(officer.officer)
    assert one.notice
    assert one.not_before <= NOW()
    video, listing = one.files
    assert shelf().read(video["sha256"]) == b"".join(phone.pieces)
    opening, *headers = shelf().read(listing["sha256"]).split(b"\n")
    assert chain.reckon(opening, headers).problems == ()
    row = RecordingRow.objects.get(pk=phone.take)
    assert (row.grade, row.gaps, row.maker) == ("A", 0, str(officer.officer))


def test_a_piece_that_comes_again_is_taken_once(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(2), began=NOW() - timedelta(minutes=5))
    assert [phone.open().status_code for _ in range(2)] == [200, 200]
    assert [phone.send(0).status_code for _ in range(3)] == [201, 200, 200]
    phone.send(1)
    first = phone.seal().json()
    assert phone.seal().json() == first
    assert phone.send(0).status_code == 200
    assert len(reading.load(theatre.connection, phone.take)) == 2


def test_pieces_in_any_order_make_the_same_recording(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(5), began=NOW() - timedelta(minutes=5))
    phone.open()
    for number in (3, 0, 4, 2, 1):
        assert phone.send(number).status_code == 201
    assert phone.seal().json()["problems"] == []
    assert shelf().read(state(theatre, phone.take).files[0]["sha256"]) == b"".join(phone.pieces)


def test_nothing_is_sealed_while_a_piece_is_missing(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(4), began=NOW() - timedelta(minutes=5))
    phone.open()
    phone.send(0)
    phone.send(2)
    refused = phone.seal()
    assert (refused.status_code, refused.json()["missing"]) == (422, [1, 3])
    assert state(theatre, phone.take).state == "running"
    phone.send(1)
    phone.send(3)
    assert phone.seal(head="0" * 64).status_code == 409
    assert phone.seal().status_code == 200


def test_a_different_piece_under_the_same_number_is_refused_and_both_are_kept(
    officer: Any, phone_of: Any, theatre: Any
) -> None:
    phone = phone_of(officer)
    phone.record(even(2), began=NOW() - timedelta(minutes=5))
    phone.open()
    phone.send(0)
    phone.send(1)
    other = b"something else"
    header = json.loads(phone.headers[1]) | {"sha256": hashlib.sha256(other).hexdigest(), "bytes": len(other)}
    told = phone.send(1, data=other, header=json.dumps(header).encode())
    assert (told.status_code, told.json()["kept"]) == (409, True)
    assert phone.seal().status_code == 200
    one = state(theatre, phone.take)
    assert one.conflicts == (hashlib.sha256(other).hexdigest(),)
    assert shelf().read(next(file["sha256"] for file in one.files if "争议" in file["name"])) == other


@pytest.mark.parametrize("how", ["altered", "cut", "header", "number", "nothing"])
def test_what_was_changed_on_the_way_is_not_taken(how: str, officer: Any, phone_of: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(1), began=NOW() - timedelta(minutes=5))
    phone.open()
    data, header = phone.pieces[0], phone.headers[0]
    if how == "altered":
        data = data[:-1] + b"!"
    elif how == "cut":
        data = data[:-1]
    elif how == "header":
        header = b"not json"
    elif how == "number":
        header = header.replace(b'"i": 0', b'"i": 7')
    else:
        data = b""
    assert phone.send(0, data=data, header=header).status_code in (413, 422)
    assert not Segment.objects.filter(take=phone.take).exists()


def test_a_clock_that_is_wrong_is_reckoned_and_bracketed(officer: Any, phone_of: Any, theatre: Any) -> None:
    before = NOW()
    began = before - timedelta(minutes=3)
    phone = phone_of(officer, wrong=-37 * 60, began=began)
    phone.record(even(3), began=began - timedelta(minutes=37))
    phone.all()
    one = state(theatre, phone.take)
    assert abs((one.began - began).total_seconds()) < 1
    assert one.offset_seconds == 37 * 60
    assert before - timedelta(seconds=5) <= one.not_before <= one.not_after <= NOW()


def test_an_interruption_between_two_runs_is_on_the_record(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone, began = phone_of(officer), NOW() - timedelta(minutes=5)
    phone.record(even(2), began=began)
    gap = {"from": (began + timedelta(seconds=4)).isoformat(), "to": (began + timedelta(seconds=64)).isoformat()}
    phone.record([(64, 66)], run=1, began=began, gaps=[gap | {"cause": "电话呼入"}])
    told = phone.all().json()
    assert [one["cause"] for one in told["gaps"]] == ["电话呼入"]
    assert [gap.seconds for gap in state(theatre, phone.take).unexplained] == [60]
    assert len([file for file in told["files"] if "录像" in file["name"]]) == 2
    facts = {"gap_cause": "电话呼入", "gap_text": "接电话", "gap_given": "事后书面说明"}
    gap_id = told["gaps"][0]["id"]
    assert "不能在录像中说明的客观原因" in phone.explain(gap_id, facts).json()["text"]
    assert phone.explain(gap_id, facts | {"gap_why_after": "录制已被系统中断"}).json() == {"open_gaps": 0}


def test_who_records_is_fixed_before_it_begins(officer: Any, phone_of: Any, theatre: Any) -> None:
    """On a shared phone somebody else sends: the maker is who held the pass."""
    phone = phone_of(officer)
    phone.record(even(1), began=NOW() - timedelta(minutes=5))
    phone.client.force_login(theatre.account("li"))
    phone.all()
    assert state(theatre, phone.take).maker == str(officer.officer)
    assert Take.objects.get(pk=phone.take).sender == str(theatre.account("li").officer)


def test_nobody_sends_without_logging_in_and_nothing_is_lost_by_it(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(2), began=NOW() - timedelta(minutes=5))
    phone.open()
    phone.send(0)
    phone.client.logout()
    assert phone.send(1).status_code == 401
    phone.client.force_login(officer)
    assert phone.send(1).status_code == 201
    assert phone.seal().status_code == 200


def test_a_request_from_another_site_and_a_made_up_pass_are_refused(officer: Any, phone_of: Any) -> None:
    phone = phone_of(officer)
    bare = phone.client.put(f"{BASE}takes/{phone.take}/opening", phone.opening, content_type="text/plain")
    assert bare.status_code == 403
    told = json.loads(phone.opening)
    phone.opening = json.dumps(told | {"pass": told["pass"][:-3] + "abc"}).encode()
    assert phone.open().status_code == 403
    assert not Take.objects.filter(pk=phone.take).exists()


def test_another_agency_can_neither_send_nor_look(officer: Any, phone_of: Any, theatre: Any) -> None:
    theatre.everywhere()
    phone = phone_of(officer)
    phone.record(even(1), began=NOW() - timedelta(minutes=5))
    phone.open()
    phone.client.force_login(theatre.account("officer", "dongxihu"))
    assert phone.send(0).status_code == 403
    assert phone.client.get(f"{FILES}{phone.take}/", headers={"X-Capture": "1"}).status_code == 403
    assert phone.seal().status_code == 403


def act_of(theatre: Any, story: Any, phone: Any, **changes: Any) -> dict[str, Any]:
    command = theatre.command(story, "inspect")
    facts = {key: value for key, value in command.facts.items() if not key.startswith("recording_")}
    return {
        "pass": json.loads(phone.opening)["pass"], "case": story.stream, "act": "inspect", "facts": facts, "officers": list(command.officers),
        "recordings": [phone.take], "done_at": NOW().isoformat(), "contact": phone.contact, **changes,
    }  # fmt: skip


def sent(phone: Any, key: str, body: dict[str, Any]) -> Any:
    return phone.put(f"acts/{key}", json.dumps(body).encode())


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_an_act_done_without_a_net_is_done_as_of_its_time(theatre: Any, phone_of: Any) -> None:
    story = theatre.played("ordinary", before="inspect")
    phone, key = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect"), str(uuid.uuid4())
    began = NOW() - timedelta(minutes=10)
    phone.record(even(3), began=began)
    body = act_of(theatre, story, phone, files=[{"name": "当事人签名.png", "data": PNG}])
    body["done_at"] = (began + timedelta(seconds=30)).isoformat()
    assert sent(phone, key, body).status_code == 409, "its recording has not arrived"
    phone.all()
    told = sent(phone, key, body).json()
    assert told["state"] == "done", told
    assert sent(phone, key, body).json() == told
    assert sent(phone, key, body | {"link": "x"}).status_code == 409
    event = theatre.events(story)[-1]
    assert event.event.recordings == (phone.take,)
    assert [file["name"] for file in event.event.files] == ["当事人签名.png"]
    assert event.late
    assert abs((event.occurred_at - began).total_seconds() - 30) < 1
    assert ArrivedAct.objects.get(pk=key).sent == {}
    page = phone.client.get(f"/work/cases/{story.stream}/").content.decode()
    assert f'href="/recording/{phone.take}/play/0/"' in page, "the entry of the timeline opens its recording"


def test_an_act_that_the_gate_refuses_is_kept_and_done_once_it_is_mended(theatre: Any, phone_of: Any) -> None:
    story = theatre.played("ordinary", before="inspect")
    phone, key = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect"), str(uuid.uuid4())
    began = NOW() - timedelta(minutes=10)
    phone.record(even(1), began=began)
    phone.record([(62, 64)], run=1, began=began)
    gap = phone.all().json()["gaps"][0]
    body = act_of(theatre, story, phone)
    told = sent(phone, key, body).json()
    assert told["state"] == "refused"
    assert any("录音录像中断的原因" in text for one in told["reasons"] for text in one["missing"])
    assert ArrivedAct.objects.get(pk=key).sent["facts"] == body["facts"]
    page = phone.client.get(f"{BASE}arrived/{key}/").content.decode()
    assert "中断的原因" in page
    facts = {"gap_cause": "程序异常退出", "gap_text": "手机死机", "gap_given": "在录像中说明"}
    phone.explain(gap["id"], facts)
    assert ArrivedAct.objects.get(pk=key).state == "done"
    assert theatre.events(story)[-1].event.recordings == (phone.take,)


def test_what_happened_can_be_recorded_with_what_it_breaks(theatre: Any, phone_of: Any) -> None:
    story = theatre.played("ordinary", before="inspect")
    phone, key = phone_of(theatre.account("zhang")), str(uuid.uuid4())
    body = act_of(theatre, story, phone, recordings=[])
    body["facts"].pop("certificate_shown")
    assert sent(phone, key, body).json()["state"] == "refused"
    phone.client.post(f"{BASE}arrived/{key}/", {"do": "as_it_is"})
    assert ArrivedAct.objects.get(pk=key).state == "done"
    assert theatre.events(story)[-1].breaches


def test_pieces_go_once_their_recording_has_long_been_sealed(officer: Any, phone_of: Any, theatre: Any) -> None:
    phone = phone_of(officer)
    phone.record(even(2), began=NOW() - timedelta(minutes=5))
    phone.all()
    path = takes.pieces().path(hashlib.sha256(phone.pieces[1]).hexdigest())
    assert takes.sweep(NOW() - timedelta(days=1)) == 0
    assert path.exists()
    takes.sweep(NOW() + timedelta(seconds=5))
    assert not path.exists()
    assert shelf().read(state(theatre, phone.take).files[0]["sha256"]) == b"".join(phone.pieces)


@pytest.mark.parametrize("path", ["", "manifest.webmanifest", "sw.js", "contact"])
def test_the_app_itself_holds_nothing_and_needs_no_login(path: str, theatre: Any) -> None:
    assert Client().get(BASE + path).status_code == 200
    assert Client().get(f"{BASE}package").status_code == 401


def test_what_is_done_takes_no_place_of_a_task(theatre: Any, officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An officer whose latest cases are decided still finds the one that he has to go out for."""
    monkeypatch.setattr(along, "MOST", 200)
    mine = theatre.played(before="inspect", start="2026-06-01")
    theatre.played(before="archive", start="2026-06-01")
    reader = reader_of(officer)
    rows = desk.latest(reader, 200, mine=True)
    newer = next(at for at, row in enumerate(rows) if str(row.stream) == mine.stream)
    still_open = sum(row.state == "open" for row in rows[: newer + 1])
    assert still_open < newer + 1, "some newer ones are decided"
    monkeypatch.setattr(along, "MOST", still_open)
    client = Client()
    client.force_login(officer)
    tasks = client.get(f"{BASE}package").json()["body"]["tasks"]
    assert mine.stream in {one["case"] for one in tasks}
