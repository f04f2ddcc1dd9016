"""Work that a killed worker had begun is taken up again by the next, by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connections

from sanxiang.config import cli

LIVING = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id"
BEGUN = """INSERT INTO procrastinate_jobs
(queue_name, task_name, args, status, attempts, worker_id, queueing_lock, scheduled_at)
VALUES ('default', 'casework.forget_files', %s, %s::procrastinate_job_status, %s, %s, %s, now() + %s::interval)
RETURNING id"""
pytestmark = [pytest.mark.clauses("LY-27"), pytest.mark.journeys("evidence.files")]


def one(query: str, *values: Any) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, values)
        return (cursor.fetchone() or (None,))[0]


def worker(silent: str) -> int:
    """One that was heard of so long ago."""
    return int(one(LIVING, silent))


def job(by: int | None, *, status: str = "doing", attempts: int = 0, lock: str | None = None) -> int:
    later = "1 hour" if status == "todo" else None
    return int(one(BEGUN, json.dumps({"timestamp": 0}), status, attempts, by, lock, later))


def state(name: int) -> str | None:
    """How a job stands; None once it was done."""
    found = one("SELECT status::text FROM procrastinate_jobs WHERE id = %s", name)
    return str(found) if found else None


def test_what_a_dead_worker_had_begun_is_done_by_the_next(theatre: Any) -> None:
    # No process stands behind the one who lives: it is heard of all through a test that may take a minute.
    dead, alive = worker("10 minutes"), worker("-10 minutes")
    begun, gone, busy = job(dead), job(None), job(alive)
    hopeless = job(dead, attempts=12)
    waiting = job(None, status="todo", lock="the same")
    twin = job(dead, lock="the same")
    try:
        assert cli.main(["worker", "--once"]) == 0
        assert [state(name) for name in (begun, gone)] == [None] * 2
        assert (state(waiting), state(twin)) == ("todo", None), "what waits already is not done twice"
        assert state(busy) == "doing", "who still works is left alone"
        assert state(hopeless) == "failed", "what killed a dozen workers is given up, and stays to be seen"
    finally:
        one("DELETE FROM procrastinate_jobs WHERE id = ANY(%s) RETURNING 1", [busy, hopeless, waiting])
        one("DELETE FROM procrastinate_workers WHERE id = %s RETURNING 1", alive)
