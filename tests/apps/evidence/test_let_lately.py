"""The file process remembers whom it let at a film, and forgets with the session, the account, the post and the mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from sanxiang.casework.models import Account
from sanxiang.casework.registers import SHELF
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events.registry import OfficerChanged
from sanxiang.store.blobs import shelf
from sanxiang.three_systems.recording import lately, looking
from tests.support.films import film
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.clauses("LY-29", "UR-15", "CN-12"), pytest.mark.journeys("recording.player")]


@dataclass
class Watching:
    """Somebody of the unit who watches a film of a case; `asked` how often his right was looked up in full."""

    theatre: Theatre
    told: demo.Told
    client: Client
    place: str
    clock: list[float]
    asked: list[int]

    def get(self, later: float = 0.0) -> int:
        self.clock[0] += later
        answered = self.client.get(self.place, HTTP_RANGE="bytes=0-9")
        if answered.status_code == 206:
            assert len(b"".join(answered.streaming_content)) == 10
        return int(answered.status_code)


@pytest.fixture
def watching(theatre: Theatre, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Watching:
    told = theatre.played(before="take_evidence", start="2026-10-12")
    data = film(tmp_path / "a.mov", "mov", seconds=1)
    file = {"name": "现场录像.mov", "sha256": shelf().add(data), "size": len(data), "type": "video/quicktime"}
    assert theatre.tries(told, "take_evidence", files=(file,)).done
    client = Client()
    client.force_login(theatre.account("unit"))
    assert client.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    settings.SANXIANG_FILES = True
    clock, asked = [1000.0], [0]
    seen: Callable[..., Any] = looking.seen

    def counted(*given: Any) -> Any:
        asked[0] += 1
        return seen(*given)

    monkeypatch.setattr(lately, "monotonic", lambda: clock[0])
    monkeypatch.setattr(looking, "seen", counted)
    lately.forget()
    place = f"/files/of/{told.stream}/{theatre.events(told)[-1].id}/0/original"
    return Watching(theatre, told, client, place, clock, asked)


def test_what_has_not_moved_is_not_asked_in_full_again_within_a_minute(watching: Watching) -> None:
    assert [watching.get(later) for later in (0, 1, 10, 10, 30)] == [206] * 5
    assert watching.asked == [1]
    assert watching.get(20) == 206
    assert watching.asked == [2], "after a minute everything is asked anew"


def logged_out(watching: Watching) -> None:
    Session.objects.get(pk=watching.client.cookies[installed.SESSION_COOKIE_NAME].value).delete()


def locked(watching: Watching) -> None:
    account = watching.theatre.account("unit")
    account.is_active = False
    account.save()


def marked(watching: Watching) -> None:
    zhang = Client()
    zhang.force_login(watching.theatre.account("zhang"))
    assert zhang.post(f"/recording/{watching.told.stream}/why/", {"purpose": "办理本案"}).status_code == 302
    look = watching.place.replace("/files/of/", "/recording/").split("/")
    place = f"/recording/{look[2]}/look/{look[3]}/0/level/"
    assert zhang.post(place, {"level": "商业秘密", "reason": "当事人申请保密"}).status_code == 302


def entered_anew(watching: Watching) -> None:
    """The registrar writes the entry of the officer again."""
    now, people = timezone.now() - timedelta(seconds=1), watching.theatre.people["luoyang"]
    entry = Entry(event=OfficerChanged(facts={"officer_levels": []}), occurred_at=now)
    command = RegisterCommand(
        kind="officer", agency=people[""], stream=people["unit"], entries=(entry,), officer=people["registrar"]
    )
    demo.enter(watching.theatre.connection, watching.theatre.book, command, now)


@pytest.mark.parametrize(("moved", "answer"), [(logged_out, 401), (locked, 401), (marked, 404)])
def test_a_right_that_ended_ends_within_five_seconds(
    watching: Watching, moved: Callable[[Watching], None], answer: int
) -> None:
    assert watching.get() == 206
    moved(watching)
    try:
        assert watching.get(5.1) == answer
        assert watching.get() == answer, "a refusal is never remembered as a right"
    finally:
        Account.objects.filter(officer=watching.theatre.who(watching.told, "unit")).update(is_active=True)


def test_a_register_entry_that_moved_is_read_again(watching: Watching) -> None:
    assert watching.get() == 206
    entered_anew(watching)
    assert watching.get(5.1) == 206
    assert watching.asked == [2]


def test_what_rests_on_an_old_register_entry_is_not_remembered(watching: Watching) -> None:
    unit = watching.theatre.who(watching.told, "unit")
    assert watching.client.get("/work/cases/").status_code == 200
    before = SHELF.find(unit)
    assert before is not None
    entered_anew(watching)
    SHELF.keep(unit, before)
    assert watching.get() == 206
    assert watching.get(5.1) == 206
    assert watching.asked == [2], "the first answer rested on the entry as it was before"


def test_at_midnight_the_purpose_is_asked_again(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    assert watching.get() == 206
    now = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    Session.objects.update(expire_date=now + timedelta(days=1))
    assert watching.get(5.1) == 403
