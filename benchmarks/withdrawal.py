"""From a withdrawal to gone everywhere: a published decision is withdrawn through the write path while web server,
sequencer and worker run as in production; the clock stops when every public place, asked over HTTP, and a partner by
its receipt have confirmed. Seconds, told."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks import _ground, portal

GOAL_S = 60
TIMES = 3
PATIENCE_S = 300


def measure(times: int = TIMES) -> dict[str, Any]:
    """So many withdrawals, one after another."""
    with _ground.server() as environment, _partner() as address:
        cases = _ground.said(environment, "benchmarks.withdrawal", "prepare", times, address)
        public = {**environment, "SANXIANG_DATABASES": "default,portal"}
        with portal.serving(public, portal.OURS) as port:
            asked = {**environment, "SANXIANG_ASKED": f"http://127.0.0.1:{port}"}
            with _running(environment, "sequencer"), _running(asked, "worker"):
                told = _ground.said(asked, "benchmarks.withdrawal", "withdraw", json.dumps(cases))
    seconds, places = sorted(told["seconds"]), told["places"]
    shown = "、".join(f"{one:.0f}" for one in seconds)
    return {
        "name": "撤下到处处都撤下", "against": "", "ratio": None, "goal": None, "met": seconds[-1] < GOAL_S,
        "note": f"{times} 次各 {shown} 秒，每次 {places} 处逐一确认（目标 {GOAL_S} 秒以内）",
    }  # fmt: skip


@contextmanager
def _running(environment: dict[str, str], command: str) -> Iterator[None]:
    """A process of the product beside the web server."""
    child = subprocess.Popen([sys.executable, "-m", "sanxiang", command], cwd=_ground.ROOT, env=environment)
    try:
        yield
    finally:
        child.terminate()
        child.wait(30)


class _Receives(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = json.dumps({"event": told["event"], "receipt": "演示"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def _partner() -> Iterator[str]:
    """A partner that takes what is pushed to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receives)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def prepare(times: int, address: str) -> None:
    """Decisions that are public and were revoked, played through the write path; and a partner."""
    with _ground.house(fresh=True):
        from datetime import date, timedelta

        from django.utils import timezone

        from sanxiang.config import demo
        from sanxiang.interchange.exchange import partners

        people, now = _ground.world(), timezone.now()
        partners.enter("演示平台", days=9, at=now, address=address, networks=("127.0.0.0/8",))
        start = date.today() - timedelta(days=300)
        told = [
            {"agency": "luoyang", "story": "revoked", "start": start + timedelta(days=n), "fill": _ground.own_party()}
            for n in range(times)
        ]
        cases = []
        for case in demo.told_cases(demo.read("stories.yaml"), told, now):
            until = next(at for at, step in enumerate(case.steps) if step["act"] == "withdraw_publication")
            played = _ground._go(replace(case, steps=case.steps[:until]), people)
            person = people[case.cast.get(case.steps[until]["by"], case.steps[until]["by"])]
            cases.append({"stream": played.stream, "officer": person, "facts": case.steps[until]["facts"]})
        print(json.dumps(cases, ensure_ascii=False, default=str))


def withdraw(cases: list[dict[str, Any]]) -> None:
    """Withdraw one after another; how many seconds each took from the act to the last confirmation."""
    with _ground.house():
        from django.db import connections
        from django.utils import timezone

        from sanxiang.casework.commands import Command, handle
        from sanxiang.casework.projections import library
        from sanxiang.interchange.models import Withdrawal, WithdrawalCheck

        seconds = []
        for case in cases:
            facts = {**case["facts"], "withdrawal_late_reason": "演示"}
            command = Command(act="withdraw_publication", officer=case["officer"], stream=case["stream"], facts=facts)
            start = time.monotonic()
            answer = handle(connections["default"], library(), command, at=timezone.now())
            if not answer.done:
                raise RuntimeError([reason.text for reason in answer.verdict.reasons])
            while not Withdrawal.objects.filter(stream=case["stream"]).exclude(done_at=None).exists():
                if time.monotonic() - start > PATIENCE_S:
                    raise RuntimeError([*WithdrawalCheck.objects.values_list("name", "problem")])
                time.sleep(0.1)
            seconds.append(time.monotonic() - start)
        places = WithdrawalCheck.objects.filter(withdrawal=Withdrawal.objects.latest("position").event).count()
        print(json.dumps({"seconds": seconds, "places": places}))


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]), sys.argv[3])
    else:
        withdraw(json.loads(sys.argv[2]))
