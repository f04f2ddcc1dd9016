"""`kill -9` of web, worker, sequencer and database during a thousand acts: what was acknowledged is there, once."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.serving import Serving

REAL = {"SANXIANG_ORIGIN": "killed.test.invalid", "DJANGO_SETTINGS_MODULE": "sanxiang.config.settings"}
ROOT = Path(__file__).parents[2]
ACTS = 500
"""Acknowledged acts of each of the two counterparts."""


@pytest.fixture
def serving() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory(prefix="sanxiang-kill-") as name:
        Path(name).chmod(0o711)
        made = Serving(Path(name) / "var", REAL)
        yield made
        if made.process is not None and made.process.poll() is None:
            made.stop()


def python(serving: Serving, *words: str) -> str:
    """What a command beside the server prints; it must succeed."""
    done = subprocess.run(
        [sys.executable, *words], env=serving.env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr + serving.said()
    return done.stdout


def targets(serving: Serving) -> list[int]:
    """One process of each kind as they are now: sequencer, worker, web, database."""
    services = [entry["pid"] for entry in json.loads((serving.var / "processes.json").read_text())]
    database = (serving.var / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
    return [*services, int(database)]


def kill_in_turn(serving: Serving, running: list[subprocess.Popen[bytes]]) -> list[int]:
    """While the counterparts are busy, kill one kind of process after the other; how often each was killed."""
    killed = [0, 0, 0, 0]
    for turn in itertools.count():
        pause = time.monotonic() + 2.0
        while time.monotonic() < pause and any(one.poll() is None for one in running):
            time.sleep(0.02)
        if all(one.poll() is not None for one in running):
            return killed
        kind = (3, 2, 0, 1)[turn % 4]
        if killed[kind] >= 3:
            continue
        try:
            os.kill(targets(serving)[kind], signal.SIGKILL)
            killed[kind] += 1
        except (OSError, ValueError, IndexError):
            continue  # It is just being started again.
    raise AssertionError("the loop above returns")


def everything(serving: Serving, query: str) -> list[Any]:
    owner = json.loads((serving.var / "secrets" / "addresses.json").read_text())["owner"]
    with psycopg.connect(owner) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.journeys("ledger.verification")
def test_every_acknowledged_act_is_there_exactly_once(serving: Serving, tmp_path: Path) -> None:
    serving.start()
    staff = json.loads(python(serving, "-m", "tests.support.staffed"))
    files = [tmp_path / f"acknowledged-{nth}" for nth in range(2)]
    counterparts = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.busy", serving.url, key, str(file), str(ACTS), *staff["officers"]],
            cwd=ROOT, env=serving.env,
        )
        for key, file in zip(staff["keys"], files, strict=True)
    ]  # fmt: skip
    try:
        killed = kill_in_turn(serving, counterparts)
    finally:
        for one in counterparts:
            one.kill()
    assert [one.wait() for one in counterparts] == [0, 0]
    assert min(killed) >= 1, killed
    serving.wait_until_served()

    noted = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    acknowledged = [(one["stream"], one["seq"], one["event"]) for one in noted if "event" in one]
    asked = sum(one.get("asked", 0) for one in noted)
    assert len(acknowledged) == len(set(acknowledged)) == 2 * ACTS
    events = everything(
        serving, "SELECT stream::text, seq, id::text FROM record.event WHERE kind IN"
        " ('source.registered', 'filing.requested')",
    )  # fmt: skip
    recorded = set(events)
    assert len(recorded) == len(events)
    assert set(acknowledged) <= recorded
    assert len(recorded) <= asked
    opened = sum(seq == 1 for _, seq, _ in recorded)
    assert everything(serving, "SELECT count(*), max(n) FROM record.number WHERE series LIKE '%案'") == [
        (opened, opened)
    ]

    until = time.monotonic() + 60
    while everything(serving, "SELECT count(*) FROM record.pending") != [(0,)]:
        assert time.monotonic() < until, serving.said()
        time.sleep(0.1)
    assert json.loads(python(serving, "-m", "sanxiang", "ledger", "verify", "--full", "--json")) == []
    assert json.loads(python(serving, "-m", "sanxiang", "projections", "compare", "--json")) == []
    assert json.loads(python(serving, "-m", "sanxiang", "audit", "replay", "--json")) == []
    assert serving.stop() == 0
