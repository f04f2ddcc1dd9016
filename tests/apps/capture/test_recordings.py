"""Recordings on the record: entered through the gates, found by the act that they record, shown as one line each."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from sanxiang.casework.commands import handle
from sanxiang.casework.recordings import RecordingCommand, Said, enter, system_of
from sanxiang.core.casefile import fold
from sanxiang.core.events import recording as told
from sanxiang.core.values import Actor
from sanxiang.store.rebuilding import compare
from sanxiang.three_systems.recording.models import RecordingRow

SAID = {"gap_cause": "电话呼入", "gap_text": "接了一个电话", "gap_given": "在录像中说明"}


@pytest.fixture
def scene(theatre: Any) -> Any:
    """A case of Luoyang just before its inspection, and the moment at which that begins."""
    story = theatre.played("ordinary", before="inspect")
    return theatre, story, story.at + timedelta(days=1)


def started(theatre: Any, story: Any, at: datetime, activity: str = "inspect") -> told.RecordingStarted:
    agency, maker = theatre.people["luoyang"][""], theatre.who(story, "a")
    return told.RecordingStarted(
        jurisdiction="luoyang", agency=agency, department="enforcement", case=story.stream, activity=activity,
        maker=maker, officers=(maker,), began=at.isoformat(), notice=True, device="手机",
    )  # fmt: skip


def says(theatre: Any, stream: str, at: datetime, *events: Any, officer: str = "", system: Actor | None = None) -> Any:
    said = tuple(Said(event=event, occurred_at=at) for event in events)
    command = RecordingCommand(stream=stream, said=said, officer=officer, system=system)
    return enter(theatre.connection, theatre.book, command, at=at)


def test_an_act_waits_for_its_recording_and_then_rests_on_it(scene: Any) -> None:
    theatre, story, at = scene
    stream, maker = str(uuid.uuid4()), theatre.who(story, "a")
    assert says(theatre, stream, at, started(theatre, story, at), officer=maker).done
    ended = at + timedelta(minutes=20)
    found = {"id": "g", "from": (at + timedelta(minutes=5)).isoformat(), "to": (at + timedelta(minutes=6)).isoformat()}
    whole = told.RecordingSealed(
        began=at.isoformat(), ended=ended.isoformat(), not_before="", not_after="", segments=2, head="ab", seconds=1200
    )
    assert says(
        theatre,
        stream,
        ended,
        told.RecordingInterrupted(gaps=(found,)),
        whole,
        system=system_of(theatre.people["luoyang"][""]),
    ).done
    bare = theatre.command(story, "inspect")
    facts = {key: value for key, value in bare.facts.items() if not key.startswith("recording_")}
    facts |= {"started_on_site": at.isoformat(), "ended_on_site": ended.isoformat()}
    later = ended + timedelta(minutes=30)
    refused = handle(theatre.connection, theatre.book, theatre.command(story, "inspect", facts=facts), at=later)
    assert not refused.done
    assert any("录音录像中断的原因" in text for reason in refused.verdict.reasons for text in reason.missing)
    assert says(theatre, stream, later, told.RecordingExplained(gap="g", facts=SAID), officer=maker).done
    done = handle(theatre.connection, theatre.book, theatre.command(story, "inspect", facts=facts), at=later)
    assert done.done, done.verdict
    event = done.events[0].event
    assert event.recordings == (stream,)
    assert event.facts["recording_mode"] == "全程录音录像"
    assert stream[:8] in event.facts["recording_place"]
    row = RecordingRow.objects.get(pk=stream)
    assert (row.event, row.gaps, row.open_gaps, row.seconds) == (done.events[0].id, 1, 0, 1200)
    assert fold(theatre.events(story)).recordings == {stream: done.events[0].id}


def test_what_was_recorded_is_taken_even_where_a_rule_was_broken(scene: Any) -> None:
    """An officer of another agency has no business here; that he recorded is a fact all the same."""
    theatre, story, at = scene
    theatre.everywhere()
    stream, stranger = str(uuid.uuid4()), theatre.people["dongxihu"]["officer"]
    noted = says(theatre, stream, at, started(theatre, story, at), officer=stranger)
    assert noted.done
    assert [one["code"] for one in noted.events[0].breaches] == ["recording.started/agency"]
    assert not says(theatre, str(uuid.uuid4()), at, started(theatre, story, at), officer=str(uuid.uuid4())).done


def test_no_stream_of_another_kind_is_taken_for_a_recording(scene: Any) -> None:
    theatre, story, at = scene
    noted = says(theatre, story.stream, at, started(theatre, story, at), officer=theatre.who(story, "a"))
    assert not noted.done
    assert [one.text for one in noted.reasons] == ["这个编号不是录音录像"]


def test_a_recording_of_another_case_cannot_be_named(scene: Any) -> None:
    theatre, story, at = scene
    other = theatre.played("ordinary", before="inspect")
    stream = str(uuid.uuid4())
    assert says(theatre, stream, at, started(theatre, other, at), officer=theatre.who(other, "a")).done
    command = theatre.command(story, "inspect", recordings=(stream,))
    answer = handle(theatre.connection, theatre.book, command, at=at + timedelta(hours=1))
    assert "recordings" in answer.problems


def test_the_rows_of_recordings_are_those_of_the_record(scene: Any) -> None:
    theatre, story, at = scene
    stream = str(uuid.uuid4())
    says(theatre, stream, at, started(theatre, story, at), officer=theatre.who(story, "a"))
    assert compare(connections["owner"], ("recordings", "case_recordings")).differences == ()
