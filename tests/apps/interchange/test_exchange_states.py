"""What partners get of each state, where it stands included; and a partner that never answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.projections import library
from sanxiang.config import demo
from sanxiang.interchange.exchange import pushing
from sanxiang.interchange.models import Delivery, Partner
from tests.support.theatre import Theatre

from .far import Far, status
from .test_exchange import partner, pulled, round_of


@pytest.mark.clauses("LY-02")
@pytest.mark.journeys("disclosure.channel")
def test_where_it_stands_is_recorded_and_another_portal_takes_it(
    theatre: Theatre, shown: demo.Told, gathered: Any, far: Far
) -> None:
    """On the record, on the page, and for whoever takes it: by feed, by the public interface, by the exchange."""
    gathered()
    (event,) = [one.event for one in theatre.events(shown) if one.kind == "publication.published"]
    told = next(step for step in shown.steps if step["act"] == "publish")["facts"]["publication_place"]
    assert event.place == told != "", "the platform that the publisher names"
    plain = theatre.played(start="2025-08-18", before="carry_out", facts={"publish": {"publication_place": None}})
    (event,) = [one.event for one in theatre.events(plain) if one.kind == "publication.published"]
    settings = library().jurisdictions["luoyang"].settings
    assert event.place == settings["judicial_portal"], "where nobody names one, that of the place"
    gathered()
    for stream, place in ((shown.stream, told), (plain.stream, event.place)):
        page = Client().get(f"/d/{stream}/").content.decode()
        assert re.search(rf"<dt>公示平台</dt>\s*<dd>{place}</dd>", page)
        assert Client().get(f"/d/{stream}.json").json()["place"] == place
    number = Client().get(f"/d/{plain.stream}.json").json()["number"]
    feed = Client().get("/search.atom", {"q": number}).content.decode()
    assert f"/d/{plain.stream}/" in feed
    _, key = partner(jurisdiction="luoyang")
    assert {one["id"]: one["place"] for one in pulled(key)}[plain.stream] == event.place
    pushed, _ = partner(far)
    while round_of(theatre, pushed):
        pass
    assert far.held[plain.stream]["place"] == event.place


@pytest.mark.clauses("LY-45")
@pytest.mark.journeys("integration.exchange")
def test_a_correction_is_pushed_with_what_stands_now(theatre: Theatre, gathered: Any, far: Far) -> None:
    told = theatre.played(start="2025-06-09", before="carry_out")
    gathered()
    one, _ = partner(far)
    while round_of(theatre, one):
        pass
    before = far.held[told.stream]
    facts = {
        "correction_note": "地址写错一字",
        "correction_fixes": [{"field": "执法结论", "wrong": "罚款", "right": "处以罚款"}],
    }
    command = Command(
        act="correct_publication", officer=theatre.who(told, "publisher"), stream=told.stream, facts=facts
    )
    answer = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=1))
    assert answer.done, answer.verdict
    gathered()
    assert round_of(theatre, one) == 1
    after = far.held[told.stream]
    assert (before["state"], after["state"]) == ("published", "corrected")
    assert after["version"] > before["version"]
    assert "处以罚款" in after["fields"]["执法结论"]
    assert after["corrected_on"]
    assert Delivery.objects.get(partner=one.pk, event=after["event"]).state == "delivered"


def test_a_partner_that_never_answers_is_left_for_a_person(theatre: Theatre, gathered: Any, far: Far) -> None:
    theatre.played(start="2025-06-16", before="carry_out")
    gathered()
    one, _ = partner(far)
    Partner.objects.filter(pk=one.pk).update(failures=pushing.GIVE_UP - 1)
    far.moods = [status(503)]
    pushing.make_out(theatre.connection, one, at=timezone.now())
    waiting = Delivery.objects.filter(partner=one.pk, state="waiting").count()
    assert round_of(theatre, one) == 0
    one.refresh_from_db()
    assert pushing.given_up(one)
    assert one.next_at <= timezone.now() + pushing.LONGEST, "a day at most between two tries"
    asked = len(far.came)
    assert round_of(theatre, one, timedelta(days=900)) == 0
    assert len(far.came) == asked, "nothing is sent any more"
    client = Client()
    client.force_login(theatre.account("head"))
    assert "已停止推送，要人处理" in client.get("/exchange/partners/").content.decode()
    assert client.post("/exchange/partners/", {"resume": str(one.pk)}).status_code == 403
    client.force_login(theatre.account("publisher"))
    for odd in ("", "x", told_nobody()):
        assert client.post("/exchange/partners/", {"resume": odd}).status_code == 404
    assert client.post("/exchange/partners/", {"resume": str(one.pk)}).status_code == 302
    assert round_of(theatre, one) > 0
    assert Delivery.objects.filter(partner=one.pk, state="waiting").count() < waiting, "nothing was lost"


def told_nobody() -> str:
    return "00000000-0000-0000-0000-000000000000"
