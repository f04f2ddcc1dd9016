"""A whole ordinary penalty through the write path: all its acts and papers, from the source to the archive.

Two processes play case after case on one PostgreSQL with fsync on. Told are the time of the processor and the
round trips that a case takes; compared is what one of the last cases costs with what one of the first did.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import _ground

PROCESSES = 2
CASTS = ("luoyang", "luoyang2")
FULL = {"count": 10_000}
GOAL = 1.1
WARM = 5


def measure(count: int = 300) -> list[dict[str, Any]]:
    """`count` cases by two processes; the first tenth and the last tenth of each process are compared."""
    with _ground.server() as environment:
        _ground.said(environment, "benchmarks.cases", "prepare", 0)
        found = _ground.said(environment, "benchmarks.cases", "run", count)
    told = (
        f"{found['acts']} 个环节、{found['papers']} 份文书；每件 {found['own_ms']:.0f} 毫秒处理器时间（本方），"
        f"{found['server_ms']:.0f} 毫秒（数据库），{found['trips']:.0f} 次往返；"
        f"{PROCESSES} 个进程每分钟 {found['a_minute']:.0f} 件，共 {count} 件，落盘提交"
    )
    ratio = round(found["last_ms"] / found["first_ms"], 2)
    return [
        {
            "name": "从线索到归档办完一件普通程序案件", "against": "", "ratio": None, "goal": None, "met": True,
            "note": told,
        },
        {
            "name": "后办的案件的处理器时间", "against": "先办的案件", "ratio": ratio, "goal": GOAL,
            "met": ratio <= GOAL,
            "note": f"{found['last_ms']:.0f} 对 {found['first_ms']:.0f} 毫秒，各进程首尾十分之一的中位数，越小越好",
        },
    ]  # fmt: skip


def prepare(_: int) -> str:
    with _ground.house(fresh=True):
        place().write_text(json.dumps(_ground.world()), encoding="utf-8")
    return "ready"


def place() -> Path:
    from sanxiang.config.paths import VAR

    return VAR / "bench.json"


def run(count: int) -> dict[str, float]:
    """All cases, by forked processes that begin together."""
    with _ground.house():
        from django.db import connections

        people = json.loads(place().read_text("utf-8"))
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        ready, pipe = fork.Barrier(PROCESSES), fork.Queue()
        each = max(count // PROCESSES, 10)
        children = [fork.Process(target=_work, args=(cast, people, each, ready, pipe)) for cast in CASTS]
        for child in children:
            child.start()
        parts = [pipe.get(timeout=4 * 3600) for _ in children]
        for child in children:
            child.join()
    tenth = max(each // 10, 1)
    costs = [[own + server for own, server in part["costs"]] for part in parts]
    taken = max(part["ended"] for part in parts) - min(part["begun"] for part in parts)
    every = [cost for part in parts for cost in part["costs"]]
    return {
        "own_ms": statistics.median(own for own, _ in every),
        "server_ms": statistics.median(server for _, server in every),
        "first_ms": statistics.median(cost for part in costs for cost in part[:tenth]),
        "last_ms": statistics.median(cost for part in costs for cost in part[-tenth:]),
        "trips": statistics.median(part["trips"] for part in parts),
        "a_minute": 60 * each * PROCESSES / taken,
        "acts": parts[0]["acts"],
        "papers": parts[0]["papers"],
    }


def _work(cast: str, people: dict[str, str], count: int, ready: Any, pipe: Any) -> None:
    from django.db import connections

    from sanxiang.core.casefile import fold
    from sanxiang.store import reading

    connection = connections["default"]
    for _ in range(WARM):
        last = _ground.whole(cast, people)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    with _ground.trips() as asked:
        _ground.whole(cast, people)
    ready.wait()
    begun, costs = time.monotonic(), []
    for _ in range(count):
        own, behind = time.process_time(), _spent(server)
        last = _ground.whole(cast, people)
        costs.append((1000 * (time.process_time() - own), 1000 * (_spent(server) - behind)))
    ended = time.monotonic()
    case = fold(reading.load(connection, last))
    pipe.put(
        {
            "costs": costs, "begun": begun, "ended": ended, "trips": asked[0],
            "acts": len(case.done), "papers": len(case.papers),
        }
    )  # fmt: skip


def _spent(process: int) -> float:
    """Seconds of processor that a process of this machine has used, as Linux tells."""
    told = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    what, word = sys.argv[1:]
    print(json.dumps({"prepare": prepare, "run": run}[what](int(word))))
