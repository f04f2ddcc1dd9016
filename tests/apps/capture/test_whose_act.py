"""Whose act it is that a phone sends: of whoever held the pass when it was done, not of whoever is logged in when there is
a net. A pass that does not fit is refused in words, and nothing is done."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.core.casefile import fold_recording
from sanxiang.store import reading
from sanxiang.three_systems.recording.capture import passes
from sanxiang.three_systems.recording.models import ArrivedAct, BlankRow

from .conftest import BASE
from .test_capture import act_of, sent
from .test_exempting import asked, packed, put
from .test_on_spot import Phone

NOW = timezone.now


@pytest.fixture
def story(theatre: Any) -> Any:
    return theatre.played("ordinary", before="inspect")


def unrecorded(theatre: Any, story: Any, phone: Any, **changes: Any) -> dict[str, Any]:
    """An inspection that the gate refuses: it arrives and waits."""
    body = act_of(theatre, story, phone, recordings=[], **changes)
    body["facts"].pop("certificate_shown")
    return body


@pytest.mark.clauses("LY-24")
def test_who_acts_is_fixed_before_it_is_sent(theatre: Any, phone_of: Any, story: Any) -> None:
    """On a shared phone a colleague logs in once the session has ended: the act is of who held the pass, the colleague
    stands beside it, and only the officer himself takes it up again."""
    zhang, li = theatre.account("zhang"), theatre.account("li")
    phone, key = phone_of(zhang), str(uuid.uuid4())
    body = unrecorded(theatre, story, phone)
    phone.client.force_login(li)
    assert sent(phone, key, body).json()["state"] == "refused"
    assert sent(phone, key, body).json()["state"] == "refused", "again the same"
    row = ArrivedAct.objects.get(pk=key)
    assert (str(row.officer), row.sender) == (str(zhang.officer), str(li.officer))
    assert "pass" not in row.sent
    assert phone.client.get(f"{BASE}arrived/{key}/").status_code == 404
    phone.client.force_login(zhang)
    page = phone.client.get(f"{BASE}arrived/{key}/").content.decode()
    assert "登录送达" in page
    phone.client.post(f"{BASE}arrived/{key}/", {"do": "as_it_is"})
    assert theatre.events(story)[-1].actor.officer == str(zhang.officer)


def forged(theatre: Any, **changes: Any) -> str:
    told: dict[str, Any] = {
        "agency": theatre.people["luoyang"][""], "jurisdiction": "luoyang", "department": "",
        "maker": theatre.people["luoyang"]["zhang"], "until": NOW() + timedelta(hours=1),
    }  # fmt: skip
    return passes.Pass(**(told | changes)).signed()


@pytest.mark.parametrize("how", ["none", "made up", "another agency", "third party", "long ago", "another's"])
def test_a_pass_that_does_not_fit_is_refused_in_words(theatre: Any, phone_of: Any, story: Any, how: str) -> None:
    theatre.everywhere()
    phone = phone_of(theatre.account("zhang"))
    body, people = unrecorded(theatre, story, phone), theatre.people
    body["pass"], words = {
        "none": ("", "缺办理凭据"),
        "made up": (body["pass"][:-3] + "abc", "凭据不是本系统发的"),
        "another agency": (
            forged(theatre, agency=people["dongxihu"][""], maker=people["dongxihu"]["officer"]), "另一个机关",
        ),
        "third party": (forged(theatre, maker=str(uuid.uuid4()), third_party=True), "第三方的凭据只能录音录像"),
        "long ago": (forged(theatre, until=NOW() - timedelta(days=8)), "早已过期"),
        "another's": (forged(theatre, maker=people["luoyang"]["reviewer"]), "不在这次办理的执法人员里"),
    }[how]  # fmt: skip
    answer = sent(phone, str(uuid.uuid4()), body)
    assert (answer.status_code, words in answer.json()["text"]) == (403, True), answer.json()
    assert not ArrivedAct.objects.filter(case=story.stream).exists()


def test_a_phone_that_was_away_for_days_loses_nothing(theatre: Any, phone_of: Any, story: Any) -> None:
    phone, key = phone_of(theatre.account("zhang")), str(uuid.uuid4())
    body = unrecorded(theatre, story, phone) | {"pass": forged(theatre, until=NOW() - timedelta(days=6))}
    assert sent(phone, key, body).json()["state"] == "refused"
    done = datetime.fromisoformat(body["done_at"])
    assert passes.of_act(forged(theatre, until=done), theatre.people["luoyang"][""], done).maker


@pytest.mark.clauses("CN-09")
def test_an_exemption_is_asked_by_whose_pass_it_is(theatre: Any) -> None:
    theatre.everywhere()
    scene, head = theatre.played("ordinary", agency="changning", before="inspect"), Client()
    officer = Client()
    officer.force_login(theatre.account("officer", "changning"))
    told, key = asked(scene, packed(officer)), uuid.uuid4()
    others = [role for role in theatre.people["changning"] if role not in ("", "officer")]
    other = next(one for one in others if packed_or_none(theatre, one))
    head.force_login(theatre.account(other, "changning"))
    assert put(head, f"exempt/{key}", told).status_code == 200
    (first,) = reading.load(theatre.connection, str(key))
    assert fold_recording((first,)).maker == theatre.people["changning"]["officer"]
    assert first.event.sender == theatre.people["changning"][other]
    for held in ("", "x", forged(theatre)):
        assert put(officer, f"exempt/{uuid.uuid4()}", told | {"pass": held}).status_code == 403


INTERRUPTED = {"gap_cause": "电话呼入", "gap_text": "接了一个电话", "gap_given": "在录像中说明"}


@pytest.fixture
def broken(theatre: Any, phone_of: Any, story: Any) -> tuple[Any, str]:
    """A recording of zhang in two runs, sealed, and what interrupted it; a colleague has logged in on his phone."""
    phone, began = phone_of(theatre.account("zhang"), case=story.stream, activity="inspect"), NOW() - timedelta(hours=1)
    phone.record([(0, 2)], began=began)
    phone.record([(62, 64)], run=1, began=began)
    gap = phone.all().json()["gaps"][0]["id"]
    phone.client.force_login(theatre.account("li"))
    return phone, gap


@pytest.mark.clauses("CN-09")
def test_an_explanation_is_of_who_wrote_it_and_of_then(theatre: Any, broken: tuple[Any, str]) -> None:
    """Written without a net by whoever held the pass, sent in the evening by a colleague."""
    (phone, gap), written = broken, NOW() - timedelta(minutes=20)
    assert phone.explain(gap, INTERRUPTED, said_at=written.isoformat()).json() == {"open_gaps": 0}
    said = next(one for one in reading.load(theatre.connection, phone.take) if one.kind == "recording.explained")
    zhang, li = theatre.account("zhang").officer, theatre.account("li").officer
    assert (said.actor.officer, said.event.sender, said.occurred_at) == (str(zhang), str(li), written)
    assert phone.explain(gap, INTERRUPTED).json() == {"open_gaps": 0}, "the answer was lost, it is sent again"
    assert phone.explain(gap, INTERRUPTED | {"gap_text": "其实是没电了"}).status_code == 422


@pytest.mark.parametrize("how", ["none", "made up", "long ago", "a stranger", "nonsense"])
def test_an_explanation_without_a_pass_that_fits_is_refused_in_words(
    theatre: Any, broken: tuple[Any, str], how: str
) -> None:
    phone, gap = broken
    changes, status, words = {
        "none": ({"pass": ""}, 403, "缺办理凭据"),
        "made up": ({"pass": "x"}, 403, "凭据不是本系统发的"),
        "long ago": ({"pass": forged(theatre, until=NOW() - timedelta(days=8))}, 403, "早已过期"),
        "a stranger": ({"pass": forged(theatre, maker=theatre.people["luoyang"]["reviewer"])}, 422, "录制人"),
        "nonsense": ({"said_at": "gestern"}, 422, "不能识别"),
    }[how]  # fmt: skip
    answer = phone.explain(gap, INTERRUPTED, **changes)
    assert (answer.status_code, words in answer.json()["text"]) == (status, True), answer.json()
    assert fold_recording(reading.load(theatre.connection, phone.take)).unexplained


def packed_or_none(theatre: Any, role: str) -> bool:
    client = Client()
    client.force_login(theatre.account(role, "changning"))
    return client.get(f"{BASE}package").status_code == 200


def test_numbered_blanks_are_handed_out_to_the_holder_of_the_pass_alone(
    theatre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanxiang.three_systems.recording.capture.blanks.MOST_OUT", 10_000)
    phone = Phone(theatre)
    number, *_ = phone.take()
    before = BlankRow.objects.count()
    phone.client.force_login(theatre.account("li"))
    refused = phone.put(f"blanks/{uuid.uuid4()}")
    assert (refused.status_code, "由本人登录后领取" in refused.json()["text"]) == (403, True)
    assert BlankRow.objects.count() == before
    spoilt = {"number": number, "outcome": "spoilt", "facts": {"blank_reason": "写错了"}}
    mine = Phone(theatre, "li").pack["pass"]
    late = spoilt | {"pass": forged(theatre, until=NOW() - timedelta(days=8))}
    assert "早已过期" in phone.put(f"blanks/{uuid.uuid4()}", late).json()["text"]
    nonsense = phone.put(f"blanks/{uuid.uuid4()}", spoilt | {"at": "gestern"})
    assert nonsense.status_code == 422
    assert phone.put(f"blanks/{uuid.uuid4()}", spoilt | {"pass": mine}).status_code == 403, "a colleague's number"
    assert phone.put(f"blanks/{uuid.uuid4()}", spoilt).status_code == 200, "his, sent by a colleague"
    row = BlankRow.objects.get(pk=number)
    last = reading.load(theatre.connection, str(row.stream))[-1]
    assert (last.actor.officer, last.event.sender) == (phone.pack["officer"], str(theatre.account("li").officer))
