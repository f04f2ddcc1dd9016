"""The clock of the device that recorded an act speaks against a time that does not fit: on the page of the case, in the
file and for the supervisor, and it is named as the one that spoke."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import handle
from sanxiang.three_systems.recording.models import RecordingRow
from tests.support.filmed import times_of

from .conftest import even

pytestmark = [pytest.mark.clauses("UR-11"), pytest.mark.journeys("recording.register")]
NOW = timezone.now
CHIP = '<span class="sx-chip warn">设备时钟</span>'


def client_of(theatre: Any, role: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role))
    return client


def recorded(theatre: Any, phone_of: Any, told: Any, **clock: Any) -> Any:
    """A recording of the inspection of a case, made now."""
    began = NOW() - timedelta(minutes=4)
    phone = phone_of(theatre.account("zhang"), began=began, case=told.stream, activity="inspect")
    phone.record(even(3), began=began, **clock)
    assert phone.all().status_code == 200
    return phone


def does(theatre: Any, told: Any, occurred_at: Any) -> Any:
    """The inspection, entered now, said to have happened at a time."""
    command = theatre.command(told, "inspect")
    facts = {key: value for key, value in command.facts.items() if not key.startswith("recording_")}
    facts |= times_of(told.stream)
    command = replace(command, facts={**facts, "late_entry_reason": "演示：事后补录"}, report=True,
                      occurred_at=occurred_at)  # fmt: skip
    answer = handle(theatre.connection, theatre.book, command, at=NOW())
    assert answer.done, [reason.text for reason in answer.verdict.reasons]
    return answer.events[0]


def test_an_act_that_is_dated_before_its_recording_is_shown_to_the_officer_and_the_supervisor(
    theatre: Any, phone_of: Any
) -> None:
    told = theatre.played("ordinary", before="inspect", start=(NOW() - timedelta(days=20)).date().isoformat())
    phone = recorded(theatre, phone_of, told)
    act = does(theatre, told, NOW() - timedelta(days=3))
    row = RecordingRow.objects.get(pk=phone.take)
    assert row.event == act.id
    (text,) = row.doubts
    assert "以后才开始" in text
    page = client_of(theatre, "zhang").get(f"/work/cases/{told.stream}/").content.decode()
    assert "时间核对" in page
    assert CHIP in page
    assert text in page
    assert text in client_of(theatre, "head").get(f"/recording/{told.stream}/").content.decode()
    listed = client_of(theatre, "supervisor").get("/recording/register/?mark=doubt").content.decode()
    assert "设备时钟对不上" in listed
    assert text in listed
    assert f"/recording/{told.stream}/recordings/#{phone.take}" in listed
    theatre.everywhere()
    elsewhere = Client()
    elsewhere.force_login(theatre.account("head", "wuding"))
    assert text not in elsewhere.get("/recording/register/?mark=doubt").content.decode()


def test_an_act_that_is_dated_as_it_was_recorded_is_silent(theatre: Any, phone_of: Any) -> None:
    told = theatre.played("ordinary", before="inspect", start=(NOW() - timedelta(days=20)).date().isoformat())
    phone = recorded(theatre, phone_of, told)
    does(theatre, told, NOW())
    assert RecordingRow.objects.get(pk=phone.take).doubts == []
    assert CHIP not in client_of(theatre, "zhang").get(f"/work/cases/{told.stream}/").content.decode()


def test_a_clock_that_was_turned_is_named(theatre: Any, phone_of: Any) -> None:
    told = theatre.played("ordinary", before="inspect", start=(NOW() - timedelta(days=20)).date().isoformat())
    began = NOW() - timedelta(minutes=4)
    phone = phone_of(theatre.account("zhang"), began=began, case=told.stream, activity="inspect")
    phone.record(even(1), began=began)
    phone.record([(2, 4)], began=began, mono=[2000, 150_000])
    assert phone.all().status_code == 200
    page = client_of(theatre, "zhang").get(f"/work/cases/{told.stream}/").content.decode()
    assert "录制中设备的时钟被改动过" in page
