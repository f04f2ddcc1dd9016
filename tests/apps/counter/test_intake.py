"""The intake: the portal adds and cannot look; the worker takes each item in once, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from sanxiang.casework import noting
from sanxiang.casework.codes import respelled
from sanxiang.core.events.publication import NumbersCounted
from sanxiang.counter import sending, taking
from sanxiang.counter.models import Attempt, Intake, IntakeFile, Outcome
from sanxiang.counter.sending import NotSent, SentFile, send
from sanxiang.counter.taking import Item, Refused, Taken, take_in
from sanxiang.store import reading
from tests.support.theatre import Theatre

pytestmark = pytest.mark.usefixtures("theatre")
PHOTO = SentFile("照片.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 100)
HOSTILE = ["<script>alert(1)</script>", "'; DROP TABLE intake; --", "\x00", "{{ 7*7 }}", "\u202e", "😀" * 300, ""]


def noted(connection: Any, item: Item, at: Any) -> Taken | Refused:
    """What these tests do with an item: one event of its own."""
    if item.payload.get("refuse"):
        return Refused(("不收",), agency=item.payload["refuse"])
    event = NumbersCounted(agency="x", day="2026-01-01")
    made = noting.note(connection, "intake-test", item.receipt, event, agency="窗口", at=at)
    if item.payload.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if item.payload.get("raise"):
        raise RuntimeError("as a fault of ours would")
    return Taken(made.stream, made.id)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(taking.kind.handlers, "test", noted)
    yield
    Intake.objects.all().delete()
    IntakeFile.objects.all().delete()


def sent(once: str, *, address: str = "203.0.113.7", files: tuple[SentFile, ...] = (), **payload: Any) -> str:
    return send("test", {"text": once, **payload}, once=once, address=address, at=timezone.now(), files=files)


def worked(only: str = "") -> int:
    return take_in(connections["default"], at=timezone.now(), only=only)


def test_sent_once_is_one_event_under_its_number(theatre: Theatre) -> None:
    receipt = sent("first", files=(PHOTO,))
    assert respelled(receipt.lower().replace("-", " ")) == receipt, "as somebody types it from paper"
    assert sent("first", text="anders") == receipt, "the same again is the same number"
    assert sent("second") != receipt
    assert worked() == 2
    outcome = Outcome.objects.get(pk=receipt)
    (event,) = reading.load(theatre.connection, str(outcome.stream))
    assert (outcome.state, str(outcome.event)) == (Outcome.TAKEN, event.id)
    assert bytes(outcome.body) == b"", "what was said stands in the record alone"
    assert not Intake.objects.exists()
    assert not IntakeFile.objects.filter(receipt=receipt).exists()

    assert sent("first") == receipt
    assert worked() == 1
    assert len(reading.load(theatre.connection, str(outcome.stream))) == 1, "sent again later it is not taken again"


def test_a_worker_killed_in_the_middle_takes_it_in_once(theatre: Theatre) -> None:
    receipt = sent("killed", die=True)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            worked()
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert Intake.objects.filter(pk=receipt).exists()
    assert not Outcome.objects.filter(pk=receipt).exists()
    Intake.objects.filter(pk=receipt).update(body=b'{"text": "killed"}')
    assert worked() == 1
    outcome = Outcome.objects.get(pk=receipt)
    assert len(reading.load(theatre.connection, str(outcome.stream))) == 1


def test_two_workers_at_once_take_each_item_once(theatre: Theatre) -> None:
    receipts = [sent(f"many-{n}", address=f"198.51.100.{n}") for n in range(12)]

    def one(_: int) -> int:
        try:
            return worked()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == 12
    for outcome in Outcome.objects.filter(pk__in=receipts):
        assert len(reading.load(theatre.connection, str(outcome.stream))) == 1


def test_what_is_refused_is_kept_with_the_reasons(theatre: Theatre) -> None:
    agency = theatre.people["luoyang"][""]
    receipt = sent("refused", refuse=agency, files=(PHOTO,))
    assert worked() == 1
    outcome = Outcome.objects.get(pk=receipt)
    assert (outcome.state, outcome.reasons, str(outcome.agency)) == (Outcome.REFUSED, ["不收"], agency)
    assert b"refused" in bytes(outcome.body)
    assert IntakeFile.objects.filter(receipt=receipt).count() == 1


def test_a_fault_of_ours_stops_nobody_else_and_ends_with_people() -> None:
    receipt, other = sent("fault", **{"raise": True}), sent("after")
    assert worked() == 1
    assert Outcome.objects.filter(pk=other).exists()
    assert Intake.objects.filter(pk=receipt).exists()
    assert take_in(connections["default"], at=timezone.now() + taking.PATIENCE) == 1
    assert "工作人员" in Outcome.objects.get(pk=receipt).reasons[0]


def test_a_strange_kind_and_a_broken_body_are_refused(portal_role: psycopg.Connection[Any]) -> None:
    """What somebody could add who had the portal's login."""
    add = "INSERT INTO intake (receipt, kind, sent_at, body) VALUES (%s, %s, now() - interval '2 h', %s)"
    portal_role.execute(add, ["strange", "no such kind", b"{}"])
    portal_role.execute(add, ["broken", "test", b"\xff{"])
    assert worked() == 2
    assert {one.state for one in Outcome.objects.filter(pk__in=["strange", "broken"])} == {Outcome.REFUSED}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_through_as_they_are(text: str) -> None:
    receipt = sent(f"hostile {text}", refuse=str(uuid.UUID(int=1)), note=text)
    assert worked(receipt) == 1
    assert orjson.loads(bytes(Outcome.objects.get(pk=receipt).body))["note"] == text


def test_sizes_and_numbers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSent, match="太长"):
        sent("long", note="长" * sending.BODY_MAX)
    with pytest.raises(NotSent, match="照片"):
        sent("photos", files=(PHOTO,) * (sending.FILES_MAX + 1))
    with pytest.raises(NotSent, match="照片"):
        sent("large", files=(SentFile("a", "image/jpeg", b"x" * (sending.FILE_MAX + 1)),))
    assert not Intake.objects.exists()
    for n in range(sending.SENDS_MAX):
        sent(f"often {n}")
    with pytest.raises(NotSent, match="频繁"):
        sent("once more")
    sent("another address", address="203.0.113.8")
    monkeypatch.setattr(sending, "HOURLY_MAX", 5)
    with pytest.raises(NotSent, match="人太多"):
        sent("one too many of all", address="203.0.113.9")
    before = Attempt.objects.count()
    with pytest.raises(NotSent):
        sent("refusing adds nothing")
    assert Attempt.objects.count() == before
    assert taking.clear(timezone.now() + timedelta(days=1, minutes=1)) >= before


@pytest.mark.parametrize(
    "statement",
    ["SELECT count(*) FROM intake", "SELECT receipt FROM intake", "UPDATE intake SET kind = 'x'", "DELETE FROM intake",
     "INSERT INTO intake VALUES ('a', 'test', now(), '') RETURNING body", "TRUNCATE intake",
     "INSERT INTO intake VALUES ('a', 'test', now(), '') ON CONFLICT (receipt) DO UPDATE SET body = ''",
     "SELECT content FROM intake_file", "DELETE FROM intake_file", "SELECT * FROM intake_outcome",
     "INSERT INTO intake_outcome (receipt) VALUES ('a')", "UPDATE counter_attempt SET at = now() - interval '1 year'",
     "DELETE FROM counter_attempt"],
)  # fmt: skip
def test_the_portals_role_adds_and_does_nothing_else(portal_role: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        portal_role.execute(statement.encode())
