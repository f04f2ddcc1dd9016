"""Where a platform makes decisions public, its own word that one is public there meets the duty; that it was sent, pushed,
received or taken does not. 长宁实施方案 6."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import DutyRow
from sanxiang.config import demo
from sanxiang.interchange.models import Change, Delivery, Partner
from tests.support.theatre import Theatre

from .far import Far
from .test_exchange import partner, round_of

JSON = "application/json"


@pytest.fixture
def shared(theatre: Theatre, gathered: Any) -> demo.Told:
    """A penalty of Changning that was published here, and that the platform has not confirmed."""
    theatre.everywhere()
    told = theatre.played(
        agency="changning",
        start="2025-05-12",
        without=("submit_review", "conclude_review"),
        before="confirm_publication",
    )
    gathered()
    return told


def duty(told: demo.Told) -> DutyRow:
    return DutyRow.objects.get(stream=told.stream, duty="publish")


def say(key: str, told: demo.Told, event: Any = None, **more: Any) -> Any:
    body = {"id": told.stream, "event": str(event or Change.objects.get(stream=told.stream).event), **more}
    return Client(HTTP_AUTHORIZATION=f"Bearer {key}").post("/api/v1/exchange/shown", body, content_type=JSON)


@pytest.mark.clauses("CN-06")
@pytest.mark.journeys("disclosure.platform-confirmation")
def test_only_the_platforms_word_meets_the_duty(theatre: Theatre, shared: demo.Told, far: Far) -> None:
    assert duty(shared).met_at is None, "published here, and not yet by the platform"
    pushed, key = partner(far, platform=True)
    while round_of(theatre, pushed):
        pass
    delivery = Delivery.objects.get(partner=pushed.pk, stream=shared.stream)
    assert delivery.state == "delivered"
    assert delivery.receipt
    last = Change.objects.order_by("-position").values_list("position", flat=True)[0]
    asks = Client(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert asks.post("/api/v1/exchange/taken", {"cursor": last}, content_type=JSON).status_code == 200
    assert duty(shared).met_at is None, "sent, received, taken: none of them is public"
    board = Client()
    board.force_login(theatre.account("publisher", "changning"))
    assert "等平台确认公开" in board.get("/disclosure/").content.decode()

    answer = say(key, shared, address="https://platform.example/1")
    assert answer.status_code == 200, answer.content
    met = duty(shared)
    assert met.met_at is not None
    event = theatre.events(shared)[-1]
    assert (event.kind, event.event.place, event.event.address) == (
        "publication.acknowledged", pushed.name, "https://platform.example/1",
    )  # fmt: skip
    assert answer.json() == {"receipt": event.id}
    assert say(key, shared).json() == {"receipt": event.id}, "said again it is the same"
    assert theatre.events(shared)[-1].id == event.id
    assert "等平台确认公开" not in board.get("/disclosure/").content.decode()
    page = board.get(f"/work/cases/{shared.stream}/").content.decode()
    assert "公示平台确认已经公开" in page


@pytest.mark.clauses("CN-06")
@pytest.mark.journeys("disclosure.platform-confirmation")
def test_a_person_enters_what_he_sees_on_a_platform_without_an_interface(theatre: Theatre, shared: demo.Told) -> None:
    client = Client()
    client.force_login(theatre.account("publisher", "changning"))
    page = client.get("/disclosure/").content.decode()
    assert f"/work/cases/{shared.stream}/do/confirm_publication/" in page
    refused = theatre.tries(shared, "confirm_publication", facts={"platform_confirmed_on": "2025-07-01"})
    assert not refused.done
    assert any("平台上的网址或者确认编号" in one for reason in refused.verdict.reasons for one in reason.missing)
    assert duty(shared).met_at is None
    theatre.step(shared)
    assert duty(shared).met_at is not None


def test_who_is_no_platform_or_speaks_of_something_else_confirms_nothing(theatre: Theatre, shared: demo.Told) -> None:
    before = len(theatre.events(shared))
    _, other = partner()
    assert say(other, shared).status_code == 403
    _, elsewhere = partner(platform=True, jurisdiction="wuding")
    assert say(elsewhere, shared).status_code == 404
    _, key = partner(platform=True, jurisdiction="changning")
    assert say(key, shared, event=uuid.uuid4()).status_code == 409, "another text than the one that is public"
    assert say(key, shared, address="javascript:alert(1)").status_code == 422
    assert say(key, shared, address="https://" + "x" * 400).status_code == 422
    assert say(key, shared, more="x").status_code == 422
    assert say("sxp_nothing", shared).status_code == 401
    assert len(theatre.events(shared)) == before
    assert duty(shared).met_at is None
    Partner.objects.filter(name__startswith="演示省平台").update(expires_at=timezone.now() - timedelta(days=1))
    assert say(key, shared).status_code == 401


def test_after_a_withdrawal_there_is_nothing_to_confirm(theatre: Theatre, shared: demo.Told, gathered: Any) -> None:
    _, key = partner(platform=True)
    event = Change.objects.get(stream=shared.stream).event
    facts = {"withdrawal_cause": "其他", "withdrawal_ground": "演示", "withdrawal_late_reason": "演示"}
    command = Command(
        act="withdraw_publication", officer=theatre.who(shared, "checker"), stream=shared.stream, facts=facts
    )
    assert handle(theatre.connection, theatre.book, command, at=shared.at + timedelta(days=1)).done
    gathered()
    assert say(key, shared, event=event).status_code == 409
    assert say(key, shared).status_code == 409
