"""Sixteen writers that hold their transactions open, against our design and against the two well-known mistakes.

The mistakes stand here in a scratch schema, so that it is seen that this hammer would find them: the head row taken by
ORDER BY … FOR UPDATE forks the chain; reading `id > last` misses what commits late.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from sanxiang.core.events import case
from sanxiang.store import reading

from .logs import Log
from .records import Record, draft, new_id

WRITERS = 16
Write = Callable[[psycopg.Connection[Any], random.Random], None]


def hammer(record: Record, write: Write, *, each: int, role: str = "owner") -> None:
    """`each` transactions by every writer, each held open 0 to 5 ms after it wrote; all begin at one instant."""
    ready, faults = threading.Barrier(WRITERS), list[BaseException]()
    connections = [record.connect(role) for _ in range(WRITERS)]

    def run(at: int) -> None:
        chance = random.Random(at)
        ready.wait()
        try:
            for _ in range(each):
                with connections[at].transaction():
                    write(connections[at], chance)
                    time.sleep(chance.uniform(0, 0.005))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(at,)) for at in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    for connection in connections:
        connection.close()


def beside(work: Callable[[], Any], main: Callable[[], None]) -> None:
    """Do `work` again and again in another thread until `main` is done, and once more after."""
    stop, faults = threading.Event(), list[BaseException]()

    def run() -> None:
        try:
            while not stop.is_set():
                work()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    main()
    stop.set()
    thread.join()
    assert not faults
    work()


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_event_is_numbered_once_and_none_is_missed(log: Log) -> None:
    """Half the writers go on with a stream of their own, half open new ones; a reader follows the tail meanwhile."""
    record, sequencer, reader = log.record, log.sequencer(batch=50), log.record.connect()
    followed: list[str] = []
    own: dict[int, tuple[str, int]] = {}

    def write(connection: psycopg.Connection[Any], chance: random.Random) -> None:
        mine, seq = own.get(id(connection), (new_id(), 0))
        if chance.random() < 0.5:
            record.add(connection, new_id(), expected=0)
        else:
            record.add(connection, mine, draft(case.EvidenceTaken()), expected=seq)
            own[id(connection)] = (mine, seq + 1)

    def sequence() -> None:
        sequencer.step()
        while page := reading.tail(reader, len(followed) - 1, limit=7):
            assert page[0].index == len(followed)
            followed.extend(one.id for one in page)

    beside(sequence, lambda: hammer(record, write, each=25, role="web"))
    while sequencer.step().taken:
        pass
    sequence()
    written = record.one("SELECT array_agg(id::text) FROM record.event")
    assert len(written) == WRITERS * 25
    assert len(followed) == len(set(followed))
    assert set(followed) == set(written)
    done = log.verify()
    assert (done.size, done.waiting, done.findings) == (WRITERS * 25, 0, [])


# ── the two mistakes, found by the same hammer ───────────────────────────────────────────────────────────────────────


def test_the_hammer_finds_a_head_row_by_order_by_for_update(record: Record) -> None:
    """Waiting for the newest row, a writer gets the row that was newest when it began to wait."""
    owner = record.connect("owner")
    owner.execute("CREATE TABLE scratch_chain (seq bigint, prev bigint, id bigint GENERATED ALWAYS AS IDENTITY)")
    owner.execute("INSERT INTO scratch_chain VALUES (0, -1)")

    def write(connection: psycopg.Connection[Any], chance: random.Random) -> None:
        connection.execute(
            "WITH head AS (SELECT seq FROM scratch_chain ORDER BY seq DESC LIMIT 1 FOR UPDATE)"
            " INSERT INTO scratch_chain (seq, prev) SELECT seq + 1, seq FROM head"
        )

    until = time.monotonic() + 30
    forks = 0
    while not forks and time.monotonic() < until:
        hammer(record, write, each=5)
        forks = record.one("SELECT count(*) - count(DISTINCT prev) FROM scratch_chain")
    assert forks > 0


def test_the_hammer_finds_a_reader_of_ids_after_the_last(record: Record) -> None:
    """Identities are given before the commit: what commits after a higher one was read is never seen."""
    record.connect("owner").execute("CREATE TABLE scratch_log (id bigint GENERATED ALWAYS AS IDENTITY, x integer)")
    reader, taken = record.connect("owner"), [0]

    def take() -> None:
        rows = reader.execute("SELECT id FROM scratch_log WHERE id > %s ORDER BY id", (taken[-1],)).fetchall()
        taken.extend(row[0] for row in rows)

    def write(connection: psycopg.Connection[Any], chance: random.Random) -> None:
        connection.execute("INSERT INTO scratch_log (x) VALUES (1)")

    until = time.monotonic() + 30
    missed = 0
    while not missed and time.monotonic() < until:
        beside(take, lambda: hammer(record, write, each=10))
        missed = record.one("SELECT count(*) FROM scratch_log") - (len(taken) - 1)
    assert missed > 0


# ── kill -9 ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PROGRAM = """
import sys, time
from pathlib import Path
import psycopg
from sanxiang.store import custody
from sanxiang.store.ledger.publisher import Publisher
from sanxiang.store.ledger.sequencer import Busy, Sequencer
from sanxiang.store.ledger.signer import Signer
url, secrets, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
connection = psycopg.connect(url, autocommit=True)
secret = custody.read(secrets, custody.SIGNING)
one = Sequencer(connection, Signer("sanxiang.test/record", secret, home / "signed.json"), Publisher(home / "published"), 40)
while True:
    try:
        one.start()
        break
    except Busy:
        time.sleep(0.02)
print("started", flush=True)
while True:
    one.step()
"""


def test_a_sequencer_killed_again_and_again_loses_and_doubles_nothing(log: Log, tmp_path: Path) -> None:
    record, chance = log.record, random.Random(7)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PROGRAM, record.urls["sequencer"], str(log.secrets), str(record.home)]
        child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        return child

    def write(connection: psycopg.Connection[Any], chance: random.Random) -> None:
        record.add(connection, new_id(), draft(), draft(), expected=0)

    def kill() -> None:
        child = start()
        time.sleep(chance.uniform(0, 0.12))
        child.send_signal(signal.SIGKILL)
        child.wait()

    writers = threading.Thread(target=hammer, args=(record, write), kwargs={"each": 60, "role": "web"})
    writers.start()
    kills = 0
    while writers.is_alive() or kills < 8:
        kill()
        kills += 1
    writers.join()
    last = Log(record, log.secrets)
    sequencer = again(last)
    while sequencer.step().taken:
        pass
    done = last.verify()
    assert (done.size, done.waiting, done.findings) == (WRITERS * 60 * 2, 0, [])
    assert record.one("SELECT count(*) FROM record.checkpoint") >= 2


def again(log: Log) -> Any:
    """The next sequencer, once the server has noticed that the killed one is gone."""
    from sanxiang.store.ledger.sequencer import Busy

    for _ in range(500):
        try:
            return log.sequencer()
        except Busy:
            time.sleep(0.02)
    raise AssertionError("the lock of a killed sequencer was not given back")
