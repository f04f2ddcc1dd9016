"""The record under sixteen writers, its sequencer at work: durable appends against bare INSERTs of the same bytes, and
the time from a commit to the signed and published checkpoint that covers it."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
WRITERS = 16
DRAFTS = 2_000
FORK = multiprocessing.get_context("fork")
FACTS = {
    "place": "洛阳市涧西区某路 12 号（演示）",
    "inquiry_question": "请问店内这批食品的进货时间、数量和价款各是多少？",
    "inquiry_answer": "今年二月从某批发部购进四十袋，每袋三十元，已售出十二袋，有进货单和收款记录。",
    "party_name": "某食品店（演示）",
    "party_credit_code": "92410305MA00000000",
    "party_phone": "13800000000",
    "recorder_note": "当事人阅读后认为无误，逐页签名。",
}
OPEN = {"place"}


def measure(seconds: float = 4.0, rounds: int = 5) -> list[dict[str, Any]]:
    """Appends and INSERTs a second in turn, medians of `rounds`; then latency at 2,000 events a second."""
    from sanxiang.store import runtime

    with house() as (urls, folder):
        runtime.configure(folder / "secrets")
        with sequencing(urls, folder):
            rates: dict[str, list[float]] = {"bare": [], "append": []}
            for _ in range(rounds):
                for what, found in rates.items():
                    found.append(together(what, urls, seconds))
            bare, ours = (statistics.median(rates[what]) for what in ("bare", "append"))
            settle(urls)
            spans = latencies(urls, folder, rate=2000, seconds=seconds)
        check(urls, folder)
    ratio = round(ours / bare, 2)
    p50, p99 = (spans[int(len(spans) * part)] for part in (0.5, 0.99))
    return [
        {
            "name": f"落盘追加一条记录，{WRITERS} 个写入者，账本排序同时进行",
            "against": "同样字节的单条 INSERT，每条一个事务", "ratio": ratio, "goal": 0.5, "met": ratio >= 0.5,
            "note": f"{ours:,.0f} 对 {bare:,.0f} 次/秒，{rounds} 轮中位数；追加含规范化、封存、承诺、校验和待编号队列",
        },
        {
            "name": "提交到签名并公布的检查点，每秒约 2000 条", "against": "0.5 秒（p99）",
            "ratio": round(0.5 / p99, 2), "goal": 1.0, "met": p99 < 0.5,
            "note": f"p50 {p50 * 1000:.0f} 毫秒，p99 {p99 * 1000:.0f} 毫秒，{len(spans):,} 条，"
            f"实际每秒 {len(spans) / seconds:,.0f} 条",
        },
    ]  # fmt: skip


# ── the ground ───────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def house() -> Iterator[tuple[dict[str, str], Path]]:
    """A durable PostgreSQL of its own with the record laid in it; the address of each role."""
    from sanxiang.store import custody, schema
    from sanxiang.store.postgres import Cluster, ensure_roles
    from sanxiang.store.postgres.dsn import parts

    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as place:
        os.chmod(place, 0o711)
        folder = Path(place)
        cluster = Cluster(folder / "postgres", secrets=folder / "secrets")
        urls = ensure_roles(cluster.start(), secrets=folder / "secrets")
        try:
            custody.prepare(folder / "secrets")
            with psycopg.connect(urls["owner"]) as owner:
                names = {role: parts(urls[role])["user"] for role in schema.Roles._fields}
                schema.install(owner, schema.Roles(**names))
                schema.found(owner, demo=False, origin="bench.sanxiang.invalid/log")
                owner.execute(
                    "CREATE TABLE public.bare (pos bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                    " body bytea NOT NULL, salt bytea NOT NULL, entry bytea NOT NULL, sealed bytea)"
                    " WITH (toast_tuple_target = 8160)"
                )
                owner.execute(f'GRANT INSERT ON public.bare TO "{names["web"]}"')
            yield urls, folder
        finally:
            cluster.stop()


@contextmanager
def sequencing(urls: dict[str, str], folder: Path) -> Iterator[None]:
    """A sequencer in a process of its own; it notes when each checkpoint was published."""
    command = [sys.executable, "-m", "benchmarks.ledger", urls["sequencer"], str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        child.stdin.close()
        if child.wait(60):
            raise RuntimeError("the sequencer failed")


def sequence(url: str, folder: Path) -> None:
    """Step until standard input ends; a line of size and time for every checkpoint."""
    from threading import Event, Thread

    from sanxiang.store import custody
    from sanxiang.store.ledger.publisher import Publisher
    from sanxiang.store.ledger.sequencer import PAUSE, Sequencer
    from sanxiang.store.ledger.signer import Signer

    secret = custody.read(folder / "secrets", custody.SIGNING)
    stop = Event()
    with psycopg.connect(url, autocommit=True) as connection, (folder / "published.log").open("w") as log:
        signer = Signer("bench.sanxiang.invalid/log", secret, folder / "signed.json")
        sequencer = Sequencer(connection, signer, Publisher(folder / "published"))
        sequencer.start()
        print("ready", flush=True)
        Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
        while not stop.is_set():
            done = sequencer.step()
            if done.taken:
                log.write(f"{done.size} {time.monotonic()}\n")
                log.flush()
            stop.wait(PAUSE)


def settle(urls: dict[str, str]) -> None:
    """Wait until nothing waits for its number."""
    with psycopg.connect(urls["owner"], autocommit=True) as owner:
        while owner.execute("SELECT FROM record.pending LIMIT 1").fetchone():
            time.sleep(0.05)


def check(urls: dict[str, str], folder: Path) -> None:
    """Figures of a ledger that does not hold are worth nothing."""
    from sanxiang.store.ledger.verification import Verifier

    with psycopg.connect(urls["web"]) as web:
        done = Verifier(web, published=folder / "published").run("full")
    if not done.ok or done.size != done.checked:
        raise AssertionError(done.findings[:3])


# ── writers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def together(what: str, urls: dict[str, str], seconds: float) -> float:
    """Sixteen processes write for so long; commits a second of all."""
    ready, pipe = FORK.Barrier(WRITERS), FORK.Queue()
    writers = [FORK.Process(target=_write, args=(what, urls["web"], seconds, ready, pipe)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    done = [pipe.get(timeout=120) for _ in writers]
    for writer in writers:
        writer.join()
    return sum(count / took for count, took in done)


def _write(what: str, url: str, seconds: float, ready: Any, pipe: Any) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        one = _bare(connection) if what == "bare" else _append(connection)
        for _ in range(10):
            next(one)
        ready.wait()
        begun = time.monotonic()
        count = 0
        while time.monotonic() - begun < seconds:
            next(one)
            count += 1
        pipe.put((count, time.monotonic() - begun))


def _bare(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """The bytes that an append writes, made before, in one INSERT."""
    from sanxiang.core.events import Recorded
    from sanxiang.core.ledger import public_entry
    from sanxiang.store.appending import _bytes

    drafted, stream = _draft(), str(uuid.uuid4())
    recorded = Recorded(
        id=drafted.id, stream=stream, seq=2, prev="0" * 64, occurred_at=drafted.occurred_at,
        recorded_at=drafted.occurred_at, actor=drafted.actor, finding=drafted.finding, breaches=(), event=drafted.event,
    )  # fmt: skip
    body, salt, sealed, _ = _bytes(recorded, None, lambda fact: fact not in OPEN)
    values = (body, salt, public_entry(salt, body), sealed)
    while True:
        connection.execute("INSERT INTO public.bare (body, salt, entry, sealed) VALUES (%b, %b, %b, %b)", values)
        yield


def _append(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Cases of 30 events, one after another; gives the id of each event once it is committed. What is to be appended
    is made before, as the bytes of the bare INSERT are."""
    from sanxiang.store.appending import append

    ready = [_draft() for _ in range(DRAFTS)]
    while True:
        stream = str(uuid.uuid4())
        for expected in range(30):
            drafted = ready.pop() if ready else _draft()
            append(
                connection, stream=stream, stream_kind="case", expected=expected, drafts=(drafted,),
                recorded_at=datetime.now(UTC), sealed_facts=lambda fact: fact not in OPEN,
            )  # fmt: skip
            yield drafted.id


def _draft() -> Any:
    from sanxiang.core.events import case
    from sanxiang.core.values import Actor
    from sanxiang.store.appending import Draft

    actor = Actor(
        "5d0e9f6a-0000-4000-8000-000000000001",
        "张三（演示）",
        "洛阳市市场监督管理局",
        "执法一科",
        "officer",
        "豫C-0001",
    )
    event = case.ActivityDone(act="inquire", officers=(actor.officer, "o-2"), facts=FACTS)
    finding = {"rulebook": "luoyang", "digest": "ab" * 32, "clauses": ["LY-2.3", "LY-2.7"], "outcome": "allowed"}
    return Draft(id=str(uuid.uuid4()), event=event, occurred_at=datetime.now(UTC), actor=actor, finding=finding)


def latencies(urls: dict[str, str], folder: Path, *, rate: int, seconds: float) -> list[float]:
    """Seconds from commit to published checkpoint of every event, ascending, at about `rate` events a second."""
    pipe, start = FORK.Queue(), time.monotonic() + 1.0
    turns = range(WRITERS)
    pace = WRITERS / rate
    writers = [
        FORK.Process(target=_paced, args=(urls["web"], start + at * pace / WRITERS, pace, seconds, pipe))
        for at in turns
    ]
    for writer in writers:
        writer.start()
    committed = dict(pair for _ in writers for pair in pipe.get(timeout=120))
    for writer in writers:
        writer.join()
    settle(urls)
    time.sleep(0.5)
    with psycopg.connect(urls["owner"]) as owner:
        places = dict(
            owner.execute(
                "SELECT e.id::text, l.log_index FROM record.event e JOIN record.leaf l ON l.event_pos = e.pos"
            )
        )
    lines = [line.split() for line in (folder / "published.log").read_text().splitlines()]
    heads = iter([(int(size), float(at)) for size, at in lines])
    head, spans = next(heads), []
    for event, at in sorted(committed.items(), key=lambda pair: places[pair[0]]):
        while head[0] <= places[event]:
            head = next(heads)
        spans.append(head[1] - at)
    return sorted(spans)


def _paced(url: str, start: float, pace: float, seconds: float, pipe: Any) -> None:
    committed = []
    with psycopg.connect(url, autocommit=True) as connection:
        one = _append(connection)
        next(one)
        due = start
        while due < start + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            event = next(one)
            committed.append((event, time.monotonic()))
            due += pace
    pipe.put(committed)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sequence(sys.argv[1], Path(sys.argv[2]))
    else:
        print(json.dumps(measure(), ensure_ascii=False, indent=1))
