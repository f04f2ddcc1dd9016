"""Projections: written by difference, rebuilt to the same, compared with what stands, beside writers that go on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from sanxiang.core.events import Recorded, case, registry
from sanxiang.store import projecting, reading
from sanxiang.store.projecting import Projection, Rows, project
from sanxiang.store.rebuilding import SHADOW, Difference, compare, rebuild

from .records import Record, draft, new_id

TABLES = """
CREATE TABLE demo_case (stream uuid PRIMARY KEY, version integer NOT NULL, party text, token bytea,
    places text[] NOT NULL, about jsonb NOT NULL, opened_on date, last_at timestamptz,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce(party, ''))) STORED);
CREATE TABLE demo_act (id text PRIMARY KEY, stream uuid NOT NULL, kind text NOT NULL);
"""


def rows(stream: str, events: Sequence[Recorded]) -> Rows:
    facts: dict[str, Any] = {}
    for one in events:
        facts |= one.event.facts
    return {
        "demo_case": [
            {
                "stream": stream,
                "version": len(events),
                "party": facts.get("party_name"),
                "token": str(facts.get("party_name")).encode(),
                "places": sorted({str(one.event.facts.get("place", "")) for one in events}),
                "about": {"名": "“引号”\\", "n": len(events)},
                "opened_on": date(2026, 1, 1),
                "last_at": datetime(2026, 1, 1, 8, tzinfo=UTC),
            }
        ],
        "demo_act": [
            {"id": f"{stream}/{one.seq}", "stream": stream, "kind": one.kind}
            for one in events
            if not facts.get("hidden") or one.seq > 1
        ],
    }


@pytest.fixture
def projected(record: Record, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.setattr(projecting, "PROJECTIONS", known := {})
    monkeypatch.setattr("sanxiang.store.rebuilding.PROJECTIONS", known)
    projecting._shapes.clear()
    projecting._kept.clear()
    projecting.register(Projection(name="demo", stream_kinds=("case",), tables=("demo_case", "demo_act"), rows=rows))
    owner = record.connect("owner")
    owner.execute(TABLES)
    web = psycopg.conninfo.conninfo_to_dict(record.urls["web"])["user"]
    owner.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON demo_case, demo_act TO "{web}"')
    return record


def act(record: Record, web: psycopg.Connection[Any], stream: str, **facts: Any) -> None:
    before = reading.load(web, stream)
    with web.transaction():
        after = record.add(web, stream, draft(case.ActivityDone(facts=facts)), expected=len(before))
        project(web, "case", stream, before, (*before, *after))


def table(record: Record, name: str) -> list[tuple[Any, ...]]:
    return record.connect("owner").execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()


def test_only_differences_are_written(projected: Record) -> None:
    web, stream = projected.connect(), new_id()
    act(projected, web, stream, place="甲", party_name="某店 \x01\"'😀")
    act(projected, web, stream, place="乙")
    first = projected.one("SELECT xmin::text FROM demo_act WHERE id = %s", f"{stream}/1")
    (row,) = table(projected, "demo_case")
    assert row[1:6] == (2, "某店 \x01\"'😀", "某店 \x01\"'😀".encode(), ["乙", "甲"], {"名": "“引号”\\", "n": 2})
    act(projected, web, stream, place="丙")
    assert projected.one("SELECT xmin::text FROM demo_act WHERE id = %s", f"{stream}/1") == first
    act(projected, web, stream, hidden=True)
    assert [row[0][-1] for row in table(projected, "demo_act")] == ["2", "3", "4"]


def test_a_row_that_went_missing_comes_back_with_its_change(projected: Record) -> None:
    web, stream = projected.connect(), new_id()
    act(projected, web, stream, place="甲")
    projected.connect("owner").execute("DELETE FROM demo_case")
    act(projected, web, stream, place="乙")
    assert len(table(projected, "demo_case")) == 1


def test_a_rolled_back_act_leaves_no_trace_in_what_is_kept(projected: Record) -> None:
    web, stream = projected.connect(), new_id()
    act(projected, web, stream, place="甲")
    before = reading.load(web, stream)
    with web.transaction(force_rollback=True):
        after = projected.add(web, stream, draft(case.ActivityDone(facts={"place": "谬"})), expected=1)
        project(web, "case", stream, before, (*before, *after))
    act(projected, web, stream, place="乙")
    assert table(projected, "demo_case")[0][4] == ["乙", "甲"]


def test_a_row_with_wrong_columns_is_refused(projected: Record) -> None:
    web = projected.connect()
    wrong = [{"id": "x", "stream": new_id()}]
    with pytest.raises(ValueError, match="missing"):
        projecting.encoded("demo_act", wrong, projecting.shape(web, "demo_act")[1])
    projected.connect("owner").execute("CREATE TABLE two (a int, b int, PRIMARY KEY (a, b))")
    with pytest.raises(ValueError, match="primary key"):
        projecting.shape(projected.connect("owner"), "two")


@pytest.mark.parametrize("workers", [1, 2])
def test_rebuild_gives_what_the_write_path_wrote(projected: Record, workers: int) -> None:
    web = projected.connect()
    streams = [new_id() for _ in range(20)]
    for stream in streams:
        for place in ("甲", "乙"):
            act(projected, web, stream, place=place, party_name="某店")
    projected.add(web, new_id(), draft(registry.ExamPassed(exam="enforcement")), kind="officer")
    stood = table(projected, "demo_case"), table(projected, "demo_act")
    owner = projected.connect("owner")
    told: list[tuple[int, int]] = []
    report = compare(owner, progress=lambda done, total, rate: told.append((done, total)), workers=workers)
    assert (report.streams, report.differences, told[-1]) == (20, (), (20, 20))
    owner.execute("TRUNCATE demo_case, demo_act")
    rebuild(owner, ["demo"], workers=workers)
    assert (table(projected, "demo_case"), table(projected, "demo_act")) == stood
    xmins = projected.one("SELECT array_agg(xmin::text ORDER BY stream) FROM demo_case")
    rebuild(owner)
    assert projected.one("SELECT array_agg(xmin::text ORDER BY stream) FROM demo_case") == xmins
    assert projected.one("SELECT count(*) FROM pg_namespace WHERE nspname = %s", SHADOW) == 0


def test_compare_finds_each_kind_of_difference_and_rebuild_mends_it(projected: Record) -> None:
    web, owner = projected.connect(), projected.connect("owner")
    changed, lost, extra = new_id(), new_id(), new_id()
    for stream in (changed, lost):
        act(projected, web, stream, place="甲")
    owner.execute("UPDATE demo_case SET party = '改' WHERE stream = %s", (changed,))
    owner.execute("DELETE FROM demo_case WHERE stream = %s", (lost,))
    owner.execute("INSERT INTO demo_act VALUES (%s, %s, 'x')", (extra, extra))
    wanted = {
        Difference("demo_case", changed, "changed"),
        Difference("demo_case", lost, "missing"),
        Difference("demo_act", extra, "extra"),
    }
    assert set(compare(owner).differences) == wanted
    assert set(compare(owner).differences) == wanted
    assert set(rebuild(owner).differences) == wanted
    assert compare(owner).differences == ()


def test_rebuild_beside_writers_loses_nothing(projected: Record) -> None:
    owner, streams, stop = projected.connect("owner"), [new_id() for _ in range(6)], threading.Event()

    def writes(connection: psycopg.Connection[Any], mine: list[str]) -> None:
        while not stop.is_set():
            for stream in mine:
                act(projected, connection, stream, place=str(len(reading.load(connection, stream))))

    threads = [threading.Thread(target=writes, args=(projected.connect(), streams[at::2])) for at in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        rebuild(owner)
        assert compare(owner).differences == ()
    stop.set()
    for thread in threads:
        thread.join()
    assert compare(owner).differences == ()
    assert compare(owner).streams == 6


def test_an_unknown_projection_is_named(projected: Record) -> None:
    with pytest.raises(LookupError, match="没有投影 nothing"):
        rebuild(projected.connect("owner"), ["nothing"])
    with pytest.raises(ValueError, match="two projections"):
        projecting.register(
            Projection(name="demo", stream_kinds=("case",), tables=("demo_case",), rows=lambda s, e: {})
        )
