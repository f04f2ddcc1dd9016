"""Once a day the count of the numbers stands in the ledger, and a stranger recounts it with the script of the docs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.store import reading
from sanxiang.three_systems.disclosure import daily
from sanxiang.three_systems.disclosure.models import NumberedDay, PublicAgency, PublishedNumber
from tests.apps.archive.packed import VERIFIER, number_all
from tests.support.theatre import Theatre

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "recount-a-year.md"
DAY = timezone.localdate()
"""Not yesterday: that a worker of another test may have counted before our cases were decided."""


@pytest.fixture(scope="module")
def counted_day(
    opened_theatre: Theatre, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """One decision published, one not yet; the day counted and in the ledger."""
    home = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock():
        told = [
            opened_theatre.played(start="2025-03-17"),
            opened_theatre.played(before="prepare_publication", start="2025-03-24"),
        ]
        number_all(home, settings)
        connection = connections["default"]
        daily.receive(connection)
        assert daily.count(connection, DAY, at=timezone.now()) > 0
        assert daily.receive(connection) == 0, "no checkpoint covers it yet"
        vkey = number_all(home, settings)
        assert daily.receive(connection) > 0
        row = PublishedNumber.objects.get(pk=told[0].stream)
        connections.close_all()
    return {"agency": str(row.agency), "year": row.year, "vkey": vkey, "streams": [one.stream for one in told]}


@pytest.fixture
def counted(counted_day: dict[str, Any], theatre: Theatre) -> dict[str, Any]:
    return counted_day


@pytest.fixture
def files(counted: dict[str, Any], tmp_path: Path) -> Path:
    """What a stranger saved from the portal, the verifier and the script beside it."""
    base = f"/numbers/{counted['agency']}/{counted['year']}/{DAY.isoformat()}"
    for name, end in (("list.json", ".json"), ("event.json", ".event.json"), ("receipt.tlog-proof", ".tlog-proof")):
        answer = Client().get(base + end)
        assert answer.status_code == 200, end
        (tmp_path / name).write_bytes(answer.content)
    (tmp_path / "log.vkey").write_text(counted["vkey"] + "\n")
    shutil.copy(VERIFIER, tmp_path / "verify.py")
    script = re.search(r"```python\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert script is not None
    assert script[1].count("\n") <= 36
    (tmp_path / "recount.py").write_text(script[1], encoding="utf-8")
    return tmp_path


def recount(folder: Path) -> subprocess.CompletedProcess[str]:
    words = ["recount.py", "list.json", "event.json", "receipt.tlog-proof", "log.vkey"]
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_a_stranger_recounts_the_year(files: Path, counted: dict[str, Any]) -> None:
    done = recount(files)
    assert done.returncode == 0, done.stderr
    assert "nothing missing" in done.stdout
    assert "OK: entry" in done.stdout
    held = {one["id"]: one["state"] for one in json.loads((files / "list.json").read_text())["decisions"]}
    assert [held[stream] for stream in counted["streams"]] == ["published", "overdue"]


def dropped(whole: dict[str, Any]) -> None:
    whole["decisions"].pop()


def restated(whole: dict[str, Any]) -> None:
    for one in whole["decisions"]:
        one["state"] = "published"


def another_day(whole: dict[str, Any]) -> None:
    whole["on"] = (DAY - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (dropped, "not the one whose digest"),
        (restated, "not the one whose digest"),
        (another_day, "another agency or day"),
    ],
)
def test_a_list_that_was_changed_is_found(files: Path, forge: Callable[[dict[str, Any]], None], said: str) -> None:
    whole = json.loads((files / "list.json").read_text())
    forge(whole)
    (files / "list.json").write_bytes(daily.canonical_bytes(whole))
    done = recount(files)
    assert done.returncode != 0
    assert said in done.stderr


def test_an_event_that_was_changed_to_fit_is_found(files: Path) -> None:
    whole = json.loads((files / "list.json").read_text())
    dropped(whole)
    (files / "list.json").write_bytes(daily.canonical_bytes(whole))
    event = json.loads((files / "event.json").read_text())
    for year in event["body"]["payload"]["years"]:
        if year["year"] == whole["year"]:
            year["digest"] = daily.digest_of(whole)
    (files / "event.json").write_bytes(daily.canonical_bytes(event))
    done = recount(files)
    assert done.returncode != 0
    assert "The ledger does not hold this count" in done.stderr


def test_a_day_is_counted_once_and_the_next_day_replaces_the_list(counted: dict[str, Any]) -> None:
    connection = connections["default"]
    assert daily.count(connection, DAY, at=timezone.now()) == 0
    assert daily.count(connection, DAY - timedelta(days=1), at=timezone.now()) == 0, "never backwards"
    stream = reading.streams(connection, daily.STREAM)
    events = [one for name in stream for one in reading.load(connection, name)]
    days = [(one.event.agency, one.event.day) for one in events]  # type: ignore[attr-defined]
    assert len(days) == len(set(days))


def test_what_happened_after_the_day_is_not_in_its_list(counted: dict[str, Any]) -> None:
    row = PublishedNumber.objects.get(pk=counted["streams"][0])
    assert row.published_on is not None
    agency = PublicAgency.objects.get(pk=row.agency)
    for day, state in ((row.published_on, "published"), (row.published_on - timedelta(days=1), "due")):
        (one,) = [
            one for one in dict(daily.lists_of(agency, day))[row.year]["decisions"] if one["id"] == str(row.stream)
        ]
        assert (one["state"], one["published_on"] is None) == (state, state == "due")


def test_the_page_links_them(counted: dict[str, Any]) -> None:
    page = Client().get(f"/numbers/{counted['agency']}/{counted['year']}/").content.decode()
    row = NumberedDay.objects.using("portal").get(agency=counted["agency"], year=counted["year"], day=DAY)
    assert row.digest in page
    for end in (".json", ".event.json", ".tlog-proof"):
        assert f"{DAY.isoformat()}{end}" in page


@pytest.mark.parametrize("day", ["2020-01-01", "x", "2020-13-01", "%27", "9999-12-31"])
@pytest.mark.parametrize("end", [".json", ".event.json", ".tlog-proof"])
def test_a_day_without_a_count_is_not_found(counted: dict[str, Any], day: str, end: str) -> None:
    assert Client().get(f"/numbers/{counted['agency']}/{counted['year']}/{day}{end}").status_code == 404
