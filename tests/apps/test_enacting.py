"""A year without an official arrangement of holidays, and what happens when the arrangement arrives."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sanxiang.casework import enacting, projections
from sanxiang.casework.models import CaseRow, DutyRow, RulesTaken
from sanxiang.config import cli, demo
from sanxiang.core.calendar import Arrangement, Calendar, Layer
from sanxiang.store import projecting, reading
from sanxiang.store.rulebooks.library import default_folder, load_library
from sanxiang.store.rulebooks.yamlfile import RulebookError
from tests.support.theatre import Theatre

YEAR, ANNOUNCED = "\n  - year: 2026\n", "announced: 2025-11-04"
BEFORE, AFTER = date(2026, 2, 24), date(2026, 3, 2)
"""Seven working days after 13 February 2026: by the weekends alone, and by the arrangement of that year."""
Folder = Callable[..., Path]


def cleared() -> None:
    """As a process that has just started."""
    projections.library.cache_clear()
    projecting._kept.clear()
    connections.close_all()


@pytest.fixture
def rulebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """Puts a folder of rulebooks in place of ours: without the year 2026, or with it, announced on a day; `test` makes
    it one that the record has never seen. What was counted with it is put right in the end: the cases whose lists were
    written meanwhile, for nobody else may have days by these rules."""
    place, ours = tmp_path / "rulebooks", default_folder()
    shutil.copytree(ours, place)
    before, after = (ours / "calendar" / "national.yaml").read_text().split(YEAR)

    def use(announced: str = "", test: str = "") -> Path:
        year = after.replace(ANNOUNCED, f"announced: {announced}").replace("7号", f"7号，{test}")
        (place / "calendar" / "national.yaml").write_text(before + (YEAR + year if announced else "\n"))
        cleared()
        return place

    monkeypatch.setenv("SANXIANG_RULEBOOKS", str(place))
    stood = written()
    yield use
    monkeypatch.delenv("SANXIANG_RULEBOOKS")
    cleared()
    for stream in sorted({stream for _, stream, *_ in written() ^ stood}):
        enacting.count_again(connections["default"], stream)


def duty(told: demo.Told, name: str = "publish") -> tuple[date, bool]:
    row = DutyRow.objects.get(stream=told.stream, duty=name)
    return row.due_on, row.provisional


def take() -> enacting.Taken:
    return enacting.take(connections["default"], projections.library(), at=timezone.now())


def arranged(calendar: str = "national") -> list[Any]:
    stream = str(enacting.uuid.uuid5(enacting.SPACE, f"calendar/{calendar}"))
    return [one for one in reading.load(connections["default"], stream) if one.event.year == 2026]  # type: ignore[attr-defined]


def written() -> set[tuple[str, ...]]:
    """Which transaction wrote each row of the lists: table, case, transaction, place."""
    found: set[tuple[str, ...]] = set()
    with connections["default"].cursor() as cursor:
        for table in (table for one in projecting.of_kind("case") for table in one.tables):
            cursor.execute(f"SELECT '{table}', stream::text, xmin::text, ctid::text FROM {table}")
            found.update(cursor.fetchall())
    return found


def page(theatre: Theatre, told: demo.Told) -> str:
    browser = Client()
    browser.force_login(theatre.account("zhang"))
    return browser.get(reverse("casework:case", args=[told.stream])).content.decode()


def test_the_arrangement_arrives_and_the_worker_counts_open_duties_again(theatre: Theatre, rulebooks: Folder) -> None:
    rulebooks()
    told = theatre.played(before="publish", start="2026-01-10")
    verdicts = [(one.id, one.finding) for one in theatre.events(told)]
    assert duty(told) == (BEFORE, True)
    assert duty(told, "serve") == (BEFORE, True), "served on 16 February"
    assert "暂定" in page(theatre, told)

    rulebooks(announced="2026-02-20", test="first")
    assert cli.main(["worker", "--once"]) == 0
    assert duty(told) == (AFTER, False)
    assert CaseRow.objects.get(pk=told.stream).next_due == AFTER
    assert "暂定" not in page(theatre, told)
    assert duty(told, "serve") == (BEFORE, True), "what was met before the arrangement was known stays as it was"
    event = arranged()[-1]
    assert (event.kind, event.actor.name) == ("holidays.arranged", "系统")
    assert timezone.localtime(event.occurred_at).date() == date(2026, 2, 20)
    after = theatre.events(told)
    assert [(one.id, one.finding) for one in after[: len(verdicts)]] == verdicts, "no verdict was touched"
    assert {one.kind for one in after[len(verdicts) :]} <= {"paper.issued"}, "the worker notes the papers that went out"

    stands, known = written(), len(arranged())
    assert cli.main(["worker", "--once"]) == 0
    assert (written(), len(arranged())) == (stands, known), "running again changes nothing"
    RulesTaken.objects.all().delete()
    assert take() == enacting.Taken()
    assert written() == stands, "not even where everything is counted again"


def test_a_duty_met_after_the_announcement_is_counted_by_it(theatre: Theatre, rulebooks: Folder) -> None:
    rulebooks()
    told = theatre.played(before="publish", start="2026-01-10")
    rulebooks(announced="2025-11-04", test="announced before")
    take()
    assert (duty(told), duty(told, "serve")) == ((AFTER, False), (AFTER, False))


def test_killed_in_the_middle_it_goes_on(theatre: Theatre, rulebooks: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    rulebooks()
    cases = [theatre.played(before="publish", start="2026-01-10") for _ in range(2)]
    rulebooks(announced="2025-11-04", test="killed")
    mine = sorted(told.stream for told in cases)
    monkeypatch.setattr(enacting, "open_cases", lambda place: mine if place == "luoyang" else [])

    def refresh(connection: Any, kind: str, stream: str) -> bool:
        if stream == mine[1]:
            os.kill(os.getpid(), signal.SIGKILL)
        return projecting.refresh(connection, kind, stream)

    monkeypatch.setattr(enacting, "refresh", refresh)
    child = multiprocessing.get_context("fork").Process(target=take)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    where = {told.stream: duty(told) for told in cases}
    assert where == {mine[0]: (AFTER, False), mine[1]: (BEFORE, True)}

    monkeypatch.setattr(enacting, "refresh", projecting.refresh)
    known = len(arranged())
    done = take()
    assert (done.events, done.changed) == ((), 1), "what is on the record is not put there again"
    assert len(arranged()) == known
    assert [duty(told) for told in cases] == [(AFTER, False)] * 2
    assert take() == enacting.Taken()


def test_a_process_with_older_rules_does_not_turn_the_days_back(
    theatre: Theatre, rulebooks: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    rulebooks()
    told = theatre.played(before="publish", start="2026-01-10")
    rulebooks(announced="2025-11-04", test="older")
    take()
    rulebooks()
    assert take().outdated == ("national 2026",)
    assert "national 2026" in caplog.text
    rulebooks(announced="2025-11-04", test="corrected")
    take()
    rulebooks(announced="2025-11-04", test="older")
    assert take().outdated == ("national 2026",)
    assert duty(told) == (AFTER, False)


def test_one_process_at_a_time_and_an_act_goes_first(
    theatre: Theatre, rulebooks: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebooks()
    told = theatre.played(before="publish", start="2026-01-10")
    rulebooks(announced="2025-11-04", test="busy")
    other = connections["default"].copy("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('casework.enacting'))")
            assert take() == enacting.Taken()
            cursor.execute("SELECT pg_advisory_unlock_all()")
            cursor.execute("BEGIN; SELECT FROM case_row WHERE stream = %s FOR UPDATE", [told.stream])
        monkeypatch.setattr(enacting, "PATIENCE", 1)
        monkeypatch.setattr(enacting, "open_cases", lambda place: [told.stream] if place == "luoyang" else [])
        with pytest.raises(RuntimeError, match="一直有人在办理"):
            take()
        assert duty(told) == (BEFORE, True)
    finally:
        other.close()
    assert take().changed == 1
    assert duty(told) == (AFTER, False)


def test_a_new_edition_of_a_rulebook_stands_on_the_record_once(theatre: Theatre, rulebooks: Folder) -> None:
    place = rulebooks(announced="2025-11-04", test="edition")
    take()
    old = next((place / "luoyang" / "three-systems").glob("*.yaml"))
    new = old.with_name("2031-01-01.yaml")
    new.write_text(old.read_text().replace(f"effective: {old.stem}", "effective: 2031-01-01"))
    cleared()
    (event,) = take().events
    assert (event.kind, event.event.effective) == ("rulebook.enacted", "2031-01-01")  # type: ignore[attr-defined]
    assert take() == enacting.Taken()


def test_a_calendar_as_it_was_known() -> None:
    year, next_year = (
        Arrangement(year=year, sources=("演示",), announced=day)
        for year, day in ((2025, None), (2026, date(2025, 11, 4)))
    )
    calendar = Calendar("national", "全国", (Layer(years=(year, next_year)),))
    assert calendar.known_on(date(2025, 11, 4)) is calendar
    then = calendar.known_on(date(2025, 11, 3))
    assert (calendar.provisional(date(2026, 5, 1)), then.provisional(date(2026, 5, 1))) == (False, True)
    assert calendar.known_on(date(2025, 6, 1)) is then


def test_a_year_after_one_with_its_announcement_must_have_its_own(theatre: Theatre, rulebooks: Folder) -> None:
    """The fixture needs the database, the loader does not."""
    place = rulebooks(announced="2025-11-04", test="loader")
    calendar = place / "calendar" / "national.yaml"
    calendar.write_text(calendar.read_text() + "\n  - year: 2027\n    sources: [演示]\n    days_off: []\n")
    with pytest.raises(RulebookError, match="announced"):
        load_library(place)
