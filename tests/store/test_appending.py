"""Appending and loading: what goes in comes out, in order, once, and nothing else gets in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import orjson
import psycopg
import pytest

from sanxiang.core.events import Recorded, body_of, case, registry
from sanxiang.core.ledger import canonical_bytes, public_entry
from sanxiang.store import known, reading
from sanxiang.store.errors import (
    ACTOR_MISSING,
    CLOCK_DIFFERS,
    CLUSTER_SETTLED,
    DUPLICATE,
    ENTRY_DIFFERS,
    GUARD_MOVED,
    ISOLATION,
    MALFORMED,
    VERSION_CONFLICT,
    RecordRefused,
    VersionConflict,
)

from .records import HANDLER, Record, draft, new_id, now

CALL = "SELECT record.append(%s, %b, %b, %b, %b, %b, %s::uuid[], %s::int4[])"
FACTS = {
    "place": "洛阳市涧西区",
    "party_name": "某食品店（演示）",
    "statement": "😀 “原话”\n第二行",
    "amount_fen": 120_000,
}


def test_what_is_appended_is_loaded(record: Record) -> None:
    web, stream = record.connect(), new_id()
    event = case.ActivityDone(
        act="inquiry", officers=("o-1", "o-2"), facts=FACTS, files=({"name": "a.jpg", "sha256": "0" * 64, "size": 3},)
    )
    finding = {"rulebook": "luoyang", "clauses": ["LY-1"]}
    breaches = ({"code": "late", "clause": "LY-2"},)
    first = record.add(web, stream, draft(event, finding=finding, breaches=breaches), draft())
    second = record.add(web, stream, draft())
    assert reading.load(web, stream) == (*first, *second)
    assert [one.seq for one in reading.load(web, stream)] == [1, 2, 3]
    assert reading.load_many(web, [stream, new_id()]) == {stream: (*first, *second)}
    assert reading.load(web, new_id()) == ()


def test_another_process_loads_the_same(record: Record) -> None:
    web, stream = record.connect(), new_id()
    appended = record.add(web, stream, draft(case.ActivityDone(facts=FACTS)))
    known._known.clear()
    assert reading.load(web, stream) == appended
    known._known.clear()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), expected=1)
    assert [one.event.facts for one in reading.load(web, stream)] == [FACTS, FACTS]


def test_stored_bytes_are_canonical_and_committed_to(record: Record) -> None:
    web, stream = record.connect(), new_id()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), draft())
    stored = reading.raw(web, stream)
    prev = None
    for one in stored:
        body = orjson.loads(one.body)
        assert canonical_bytes(body) == one.body
        assert body["prev"] == prev
        prev = hashlib.sha256(one.salt + one.body).hexdigest()
        assert one.entry == public_entry(one.salt, one.body)


def test_streams_are_paged_by_key(record: Record) -> None:
    web = record.connect()
    made = {new_id() for _ in range(7)}
    for stream in made:
        record.add(web, stream)
    record.add(web, new_id(), draft(registry.ExamPassed(exam="enforcement")), kind="officer")
    pages = list(reading.every_stream(web, "case", batch=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {stream for page in pages for stream in page} == made


def test_the_second_of_two_is_refused(record: Record) -> None:
    web, stream = record.connect(), new_id()
    record.add(web, stream)
    for expected in (0, 2, 7):
        with pytest.raises(VersionConflict) as conflict:
            record.add(web, stream, expected=expected)
        assert conflict.value.stream == stream
    assert len(reading.load(web, stream)) == 1


def test_of_many_at_one_instant_one_wins(record: Record) -> None:
    stream, writers, rounds = new_id(), 8, 10
    connections = [record.connect() for _ in range(writers)]
    ready = Barrier(writers)

    def tries(connection: psycopg.Connection[object]) -> int:
        won = 0
        for version in range(rounds):
            ready.wait()
            try:
                record.add(connection, stream, expected=version)
                won += 1
            except VersionConflict:
                pass
            ready.wait()
        return won

    with ThreadPoolExecutor(writers) as pool:
        assert sum(pool.map(tries, connections)) == rounds
    assert [one.seq for one in reading.load(connections[0], stream)] == list(range(1, rounds + 1))


def test_a_rolled_back_append_leaves_nothing_and_no_wrong_memory(record: Record) -> None:
    web, stream = record.connect(), new_id()
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)))
    with web.transaction(force_rollback=True):
        record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), expected=1)
    with pytest.raises(VersionConflict):
        record.add(web, stream, expected=2)
    record.add(web, stream, draft(case.ActivityDone(facts=FACTS)), expected=1)
    with web.transaction(force_rollback=True):
        opened = new_id()
        record.add(web, opened, draft(case.ActivityDone(facts=FACTS)), expected=0)
    record.add(web, opened, draft(case.ActivityDone(facts=FACTS)), expected=0)
    known._known.clear()
    assert [one.event.facts for one in reading.load(web, stream)] == [FACTS, FACTS]
    assert [one.event.facts for one in reading.load(web, opened)] == [FACTS]


def test_several_events_are_taken_all_or_none(record: Record) -> None:
    web, stream = record.connect(), new_id()
    good, bad = draft(), draft(actor=replace(HANDLER, name=""))
    with pytest.raises(RecordRefused) as refused:
        record.add(web, stream, good, bad)
    assert refused.value.code == ACTOR_MISSING
    assert reading.load(web, stream) == ()


def test_an_id_is_used_once(record: Record) -> None:
    web, once = record.connect(), draft()
    record.add(web, new_id(), once)
    with pytest.raises(RecordRefused) as refused:
        record.add(web, new_id(), once)
    assert refused.value.code == DUPLICATE


@pytest.mark.parametrize("missing", ["name", "agency", "post"])
def test_an_actor_is_named_in_full(record: Record, missing: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        record.add(record.connect(), new_id(), draft(actor=replace(HANDLER, **{missing: ""})))
    assert refused.value.code == ACTOR_MISSING


@pytest.mark.parametrize("away", [timedelta(minutes=-2), timedelta(minutes=2)])
def test_the_clock_cannot_be_moved(record: Record, away: timedelta) -> None:
    with pytest.raises(RecordRefused) as refused:
        record.add(record.connect(), new_id(), at=now() + away)
    assert refused.value.code == CLOCK_DIFFERS


def test_only_a_demonstration_has_a_moving_clock(make_record: Callable[..., Record], record: Record) -> None:
    demo = make_record(demo=True)
    web, stream = demo.connect(), new_id()
    demo.add(web, stream, at=now() - timedelta(days=700))
    assert len(reading.load(web, stream)) == 1
    with pytest.raises(RecordRefused):
        demo.add(web, new_id(), at=now() + timedelta(days=1))
    web.close()


def test_a_cluster_is_what_it_was_from_the_first_event(make_record: Callable[..., Record], record: Record) -> None:
    unfounded = make_record(found=False)
    web = unfounded.connect()
    with pytest.raises(RecordRefused):
        unfounded.add(web, new_id(), at=now() - timedelta(days=1))
    unfounded.add(web, new_id())
    with pytest.raises(psycopg.Error) as refused:
        unfounded.one("INSERT INTO record.cluster (demo, origin) VALUES (true, 'demo.x') RETURNING 1")
    assert refused.value.sqlstate == CLUSTER_SETTLED
    web.close()


def test_a_demonstration_says_so_in_its_origin(make_record: Callable[..., Record], record: Record) -> None:
    unfounded = make_record(found=False)
    for origin, demo in [("sanxiang.test", True), ("two words", False), ("", False), ("a+b", False)]:
        with pytest.raises(psycopg.errors.CheckViolation):
            unfounded.one("INSERT INTO record.cluster (demo, origin) VALUES (%s, %s) RETURNING 1", demo, origin)
    with pytest.raises(psycopg.errors.UniqueViolation):
        record.one("INSERT INTO record.cluster (demo, origin) VALUES (false, 'other') RETURNING 1")


def test_only_read_committed(record: Record) -> None:
    web = record.connect(autocommit=False)
    web.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with pytest.raises(RecordRefused) as refused:
        record.add(web, new_id(), expected=0)
    assert refused.value.code == ISOLATION


# ── the function called directly, as somebody with the web role's password would ─────────────────────────────────────


def bytes_of(own: str, **changes: object) -> bytes:
    honest = Recorded(
        id=new_id(), stream=own, seq=1, prev=None, occurred_at=now(), recorded_at=now(), actor=HANDLER,
        finding=None, breaches=(), event=case.CaseFiled(),
    )  # fmt: skip
    return canonical_bytes({**body_of(honest, {}), **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 0}, MALFORMED),
        ({"kind": None}, MALFORMED),
        ({"occurred_at": None}, MALFORMED),
        ({"recorded_at": None}, MALFORMED),
        ({"stream": None}, MALFORMED),
        ({"sealed": None}, MALFORMED),
        ({"sealed": {"party_name": "0" * 64}}, MALFORMED),
        ({"actor": None}, ACTOR_MISSING),
        ({"prev": "0" * 64}, MALFORMED),
        ({"seq": 2}, MALFORMED),
        ({"seq": 2, "prev": "0" * 64}, VERSION_CONFLICT),
    ],
)
def test_a_body_that_lies_about_its_place_is_refused(record: Record, changes: dict[str, object], code: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        record.connect().execute(CALL, ("case", bytes_of(new_id(), **changes), bytes(32), *[None] * 5))
    assert refused.value.sqlstate == code


def test_a_body_follows_the_one_before_it(record: Record) -> None:
    web, stream = record.connect(), new_id()
    record.add(web, stream)
    (first,) = reading.raw(web, stream)
    head = hashlib.sha256(first.salt + first.body).hexdigest()
    for prev in ("0" * 64, head[:-1], ""):
        with pytest.raises(psycopg.Error) as refused:
            web.execute(CALL, ("case", bytes_of(stream, seq=2, prev=prev), bytes(32), *[None] * 5))
        assert refused.value.sqlstate == ENTRY_DIFFERS
    web.execute(CALL, ("case", bytes_of(stream, seq=2, prev=head), bytes(32), *[None] * 5))


def test_forged_arguments_are_refused(record: Record) -> None:
    web, good = record.connect(), bytes_of(new_id())
    forged = [
        (good, b"short", None, None, None),
        (good, bytes(32), b"short", None, None),
        (good, bytes(32), None, b"blob", None),
        (good, bytes(32), None, None, b"key"),
        (good, None, None, None, None),
    ]
    for values in forged:
        with pytest.raises(psycopg.Error) as refused:
            web.execute(CALL, ("case", *values, None, None))
        assert refused.value.sqlstate == MALFORMED
    for body in (b"", b"not json", b"[]", b"\xff\xfe"):
        with pytest.raises(psycopg.Error):
            web.execute(CALL, ("case", body, bytes(32), *[None] * 5))
    assert record.one("SELECT count(*) FROM record.event") == 0


def test_the_public_entry_holds_commitments_only(record: Record) -> None:
    record.connect().execute(CALL, ("case", bytes_of(new_id()), bytes(32), bytes(32), *[None] * 4))
    entry = orjson.loads(record.one("SELECT entry FROM record.event"))
    assert set(entry) == {"v", "commitment", "sm3"}


# ── guards: an act that relied on a register, and a change of that register at the same instant ──────────────────────


def officer(record: Record, web: psycopg.Connection[object]) -> str:
    stream = new_id()
    record.add(web, stream, draft(registry.OfficerRegistered(agency="a")), kind="officer")
    return stream


def test_a_moved_guard_is_told(record: Record) -> None:
    web = record.connect()
    who = officer(record, web)
    record.add(web, new_id(), guards={who: 1, new_id(): 0})
    for guards in ({who: 2}, {who: 0}, {who: 1, new_id(): 3}):
        with pytest.raises(VersionConflict) as conflict:
            record.add(web, new_id(), guards=guards)
        assert conflict.value.code == GUARD_MOVED
        assert conflict.value.stream in guards


def test_a_case_is_no_guard(record: Record) -> None:
    web, other = record.connect(), new_id()
    record.add(web, other)
    with pytest.raises(RecordRefused) as refused:
        record.add(web, new_id(), guards={other: 1})
    assert refused.value.code == MALFORMED


def test_an_act_and_the_loss_of_its_certificate_cannot_both_win(record: Record) -> None:
    """The act waits for a suspension that is not committed yet, then is refused; one that came first holds it up."""
    web, registrar, watcher = record.connect(), record.connect(autocommit=False), record.connect()
    who = officer(record, web)
    record.add(registrar, who, draft(registry.CertificateSuspended(number="x")), kind="officer")
    with ThreadPoolExecutor(1) as pool:
        act = pool.submit(record.add, web, new_id(), guards={who: 1}, expected=0)
        waits(watcher, web)
        registrar.commit()
        with pytest.raises(VersionConflict):
            act.result(20)

    acting = record.connect(autocommit=False)
    record.add(acting, new_id(), guards={who: 2})
    with ThreadPoolExecutor(1) as pool:
        loss = pool.submit(
            record.add, web, who, draft(registry.CertificateSuspended(number="y")), kind="officer", expected=2
        )
        waits(watcher, web)
        acting.commit()
        assert loss.result(20)[0].seq == 3


def waits(watcher: psycopg.Connection[object], waiting: psycopg.Connection[object]) -> None:
    """Until that connection waits for a lock."""
    for _ in range(2000):
        row = watcher.execute(
            "SELECT wait_event_type, pg_sleep(0.005) FROM pg_stat_activity WHERE pid = %s", (waiting.info.backend_pid,)
        ).fetchone()
        if row and row[0] == "Lock":
            return
    raise AssertionError("nothing waited")
