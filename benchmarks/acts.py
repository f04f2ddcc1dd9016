"""One full act through the write path against the same fields saved under django-auditlog and django-simple-history.

The act is an inquiry record on a case of 30 events: load, fold, gate, append, project, durable commit. Four processes,
each on cases of its own, on one PostgreSQL with fsync on; peers are small Django projects in `benchmarks/peers`.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from benchmarks import _ground

PROCESSES = 4
PEERS = {"auditlog": ("django-auditlog", 0.6), "simple_history": ("django-simple-history", 0.4)}


def measure(rounds: int = 3, count: int = 100) -> list[dict[str, Any]]:
    """Acts a second, medians of `rounds`, ours and the peers in turn; `count` acts of each process in a round, each on
    a case that it has not seen."""
    rates: dict[str, list[float]] = {"sanxiang": [], **{peer: [] for peer in PEERS}}
    with _ground.server() as environment:
        _ground.said(environment, "benchmarks.acts", "prepare", (rounds * count + 5) * PROCESSES)
        for peer in PEERS:
            _ground.said(environment, "benchmarks.peers.run", peer, "prepare", count)
        for at in range(rounds):
            rates["sanxiang"].append(_ground.said(environment, "benchmarks.acts", "run", count, at))
            for peer in PEERS:
                rates[peer].append(_ground.said(environment, "benchmarks.peers.run", peer, "run", count))
    middle = {name: statistics.median(found) for name, found in rates.items()}
    rows = []
    for peer, (name, goal) in PEERS.items():
        ratio = round(middle["sanxiang"] / middle[peer], 2)
        note = f"{middle['sanxiang']:.0f} 对 {middle[peer]:.0f} 次/秒，{PROCESSES} 个进程，{rounds} 轮中位数，落盘提交"
        rows.append(
            {
                "name": "办理一个环节（询问笔录，案件已有 30 项记录）", "against": name, "ratio": ratio,
                "goal": goal, "met": ratio >= goal, "note": note,
            }
        )  # fmt: skip
    return rows


def together(work: Callable[..., None], warm: Callable[..., None], count: int, *words: Any) -> float:
    """Run `work` in four forked processes that begin at one instant after they warmed up; acts a second of all."""
    fork = multiprocessing.get_context("fork")
    ready, pipe = fork.Barrier(PROCESSES), fork.Queue()

    def run(at: int) -> None:
        warm(at, *words)
        ready.wait()
        begun = time.monotonic()
        work(at, *words)
        pipe.put((begun, time.monotonic()))

    children = [fork.Process(target=run, args=(at,)) for at in range(PROCESSES)]
    for child in children:
        child.start()
    spans = [pipe.get(timeout=600) for _ in children]
    for child in children:
        child.join()
    return PROCESSES * count / (max(end for _, end in spans) - min(begun for begun, _ in spans))


def prepare(copies: int) -> str:
    with _ground.house(fresh=True):
        played = _ground.play(30)
        streams = _ground.copy([played.stream], copies)
        noted = {"streams": streams, "people": dict(played.people), "step": dict(played.step)}
        place().write_text(json.dumps(noted), encoding="utf-8")
        rebuild()
    return "ready"


def rebuild() -> None:
    from django.db import connections

    from sanxiang.store.rebuilding import rebuild as again

    again(connections["owner"], ("cases",), workers=2)


def place() -> Any:
    from sanxiang.config.paths import VAR

    return VAR / "bench.json"


def run(count: int, nth: int) -> float:
    """One round: the warm cases come first in the list, then those of each round and process."""
    with _ground.house():
        from django.db import connections

        connections.close_all()
        return together(_work, _warm, count, json.loads(place().read_text("utf-8")), count, nth)


def _warm(at: int, noted: dict[str, Any], count: int, nth: int) -> None:
    for stream in noted["streams"][at * 5 : at * 5 + 5]:
        act(noted, stream)


def _work(at: int, noted: dict[str, Any], count: int, nth: int) -> None:
    start = PROCESSES * 5 + (nth * PROCESSES + at) * count
    for stream in noted["streams"][start : start + count]:
        act(noted, stream)


def act(noted: dict[str, Any], stream: str) -> None:
    from django.db import connections

    from sanxiang.casework.commands import Command, handle
    from sanxiang.casework.projections import library
    from sanxiang.core.values import CHINA

    step, people = noted["step"], noted["people"]
    now = datetime.now(CHINA)
    facts = {
        key: "2024-03-11" if value == "today" else value for key, value in step["facts"].items() if value is not None
    }
    command = Command(
        act=step["act"], officer=people["a"], officers=(people["a"], people["b"]), stream=stream, facts=facts,
    )  # fmt: skip
    answer = handle(connections["default"], library(), command, at=now - timedelta(seconds=1))
    if not answer.done:
        raise AssertionError(answer.verdict)


def profile(count: int) -> None:
    """The same acts in this process under cProfile; the report goes to standard error."""
    import cProfile
    import pstats

    with _ground.house():
        noted = json.loads(place().read_text("utf-8"))
        _warm(0, noted, 0, 0)
        watch = cProfile.Profile()
        watch.runcall(lambda: [act(noted, stream) for stream in noted["streams"][-count:]])
        pstats.Stats(watch, stream=sys.stderr).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    print(json.dumps({"prepare": prepare, "run": run, "profile": profile}[what](*map(int, words))))
