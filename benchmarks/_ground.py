"""The ground that measurements of the whole stand on: a durable PostgreSQL of their own, the house set up on it, and
cases: one played through the write path, many copied from it as real events by COPY."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import psycopg

ROOT = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def server() -> Iterator[dict[str, str]]:
    """A PostgreSQL with fsync on, in a folder that goes away; gives the environment for programs that work on it."""
    from sanxiang.store.postgres import Cluster

    with tempfile.TemporaryDirectory(prefix="sanxiang-bench-") as place:
        os.chmod(place, 0o711)
        folder = Path(place)
        cluster = Cluster(folder / "postgres", secrets=folder / "secrets")
        url = cluster.start()
        outer = {name: value for name, value in os.environ.items() if not name.startswith("SANXIANG_")}
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        try:
            yield {**outer, "DATABASE_URL": url, "SANXIANG_VAR": str(folder / "var"), "PYTHONPATH": path}
        finally:
            cluster.stop()


def said(environment: Mapping[str, str], module: str, *words: object) -> Any:
    """What a program of ours prints as JSON in its last line; it runs in a process of its own."""
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def house(*, fresh: bool = False) -> Iterator[None]:
    """Django set up on the server of the environment; `fresh` lays the tables and marks it as a demonstration."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sanxiang.config.settings"
    from sanxiang.config import operating, preparation

    with operating.database():
        from django.db import connections

        from sanxiang.store import schema

        if fresh:
            preparation.tables()
            owner = connections["owner"]
            owner.ensure_connection()
            schema.found(owner.connection, demo=True, origin="demo-bench.sanxiang.invalid")
            owner.close()
        yield


@dataclass(frozen=True)
class Played:
    """A case that was played: its stream, who handled it, and the step by which it can go on."""

    stream: str
    people: Mapping[str, str]
    step: Mapping[str, Any]


def world() -> dict[str, str]:
    """The agencies and people of the demonstration, entered; the people of Luoyang: streams by their name."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.config import demo

    return dict(demo.enter_world(connections["default"], library(), demo.read("world.yaml"))["luoyang"])


def own_party() -> dict[str, str]:
    """A credit code that no other case has: a second fine of one party soon after the first would have to be judged
    (一事不再罚)."""
    from sanxiang.config.demo_crowd import credit_code

    return {"party_credit_code": credit_code("91", str(100_000 + secrets.randbelow(900_000)), secrets.randbelow(1000))}


def _told(cast: str = "luoyang") -> Any:
    """An ordinary penalty at Luoyang as the demonstration tells it, played by one of its casts."""
    from sanxiang.config import demo
    from sanxiang.core.values import CHINA

    start = datetime(2024, 3, 4, tzinfo=CHINA).date()
    told = [{"agency": "luoyang", "story": "ordinary", "start": start, "cast": cast, "fill": own_party()}]
    return next(demo.told_cases(_stories(), told, datetime(2026, 1, 1, tzinfo=CHINA)))


@cache
def _stories() -> Any:
    from sanxiang.config import demo

    return demo.read("stories.yaml")


def _go(case: Any, people: Mapping[str, str]) -> Any:
    """Play a told case to the end of its steps."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.config import demo

    while case.done < len(case.steps):
        demo.take(connections["default"], library(), people, case, demo.moment_of(case, library()))
    return case


def play(count: int) -> Played:
    """A case brought to `count` events: source, filing, then inspections, inquiries and evidence in turn."""
    people, case = world(), _told()
    start = case.steps[:3]
    turn = [step for step in case.steps if step["act"] in ("inspect", "inquire", "take_evidence")][:3]
    rest = [{**turn[at % 3], "days": 0, "minutes": 1, "any": True} for at in range(count - len(start))]
    case.steps = [*start, *rest]
    inquiry = next(step for step in turn if step["act"] == "inquire")
    roles = {role: people[name] for role, name in case.cast.items() if isinstance(name, str)}
    return Played(_go(case, people).stream, roles, json.loads(json.dumps(inquiry, default=str)))


def stages(people: Mapping[str, str], counts: Sequence[int], cast: str) -> list[str]:
    """One case for each number of steps, by this cast; their streams."""
    case = _told(cast)
    return [_go(replace(case, steps=case.steps[:count]), people).stream for count in counts]


def whole(cast: str, people: Mapping[str, str]) -> str:
    """A case of this cast played from its source to the archive; its stream."""
    return str(_go(_told(cast), people).stream)


@contextlib.contextmanager
def trips() -> Iterator[list[int]]:
    """How often this process waits for an answer of PostgreSQL while the block runs, in a list of one number."""
    from sanxiang.store.wire import Statement

    count, ways = [0], ((psycopg.Connection, "wait"), (Statement, "run"))
    before = [getattr(of, name) for of, name in ways]

    def counting(way: Any) -> Any:
        def counted(*words: Any, **more: Any) -> Any:
            count[0] += 1
            return way(*words, **more)

        return counted

    for (of, name), way in zip(ways, before, strict=True):
        setattr(of, name, counting(way))
    try:
        yield count
    finally:
        for (of, name), way in zip(ways, before, strict=True):
            setattr(of, name, way)


def copy(streams: Sequence[str], count: int, workers: int = 2) -> list[str]:
    """`count` copies of these cases in turn, each with identifiers, numbers, salts, keys and a chain of its own, loaded
    by COPY as the owner; the outbox takes them as it takes every event. Returns their streams."""
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    from sanxiang.store import reading
    from sanxiang.store.runtime import plain

    models = [_model(reading.load(connections["default"], stream)) for stream in streams]
    owner = plain(connections["owner"])
    address = make_conninfo("", **owner.info.get_parameters(), password=owner.info.password)
    parts = [(at, min(BATCH, count - at)) for at in range(0, count, BATCH)]
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _begin, (address, models))
    with pool:
        return [stream for made in pool.map(_copy, parts) for stream in made]


BATCH = 500
Model = Sequence[tuple[Any, str, Sequence[str]]]
_of_worker: list[Any] = []


def _model(events: Sequence[Any]) -> Model:
    """The events of a case, each with its payload as text and the events of the case that it names."""
    from sanxiang.core.events import to_payload

    found = []
    for recorded in events:
        text = orjson.dumps(to_payload(recorded.event), default=dict).decode()
        found.append((recorded, text, [other.id for other in events if other.id in text]))
    return found


def _begin(address: str, models: Sequence[Model]) -> None:
    _of_worker[:] = [psycopg.connect(address), models]


def _copy(part: tuple[int, int]) -> list[str]:
    """So many copies from a number on, in one transaction."""
    owner, models = _of_worker
    rows = [_copied(models[at % len(models)], str(uuid.uuid4()), at) for at in range(part[0], sum(part))]
    with owner.transaction(), owner.cursor() as cursor:
        _load(cursor, "record.stream (id, kind)", [(stream, "case") for stream, *_ in rows])
        _load(cursor, "keyring.subject_key (subject, wrapped)", [(row[0], row[1]) for row in rows if row[1]])
        names = "record.event (id, stream, seq, kind, recorded_at, body, salt, entry, sealed)"
        _load(cursor, names, [event for row in rows for event in row[2]])
    return [row[0] for row in rows]


def _load(cursor: Any, into: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def _copied(model: Model, stream: str, number: int) -> tuple[str, bytes | None, list[tuple[Any, ...]]]:
    """One case under a new stream, with the bytes that `append` would have made of it."""
    from sanxiang.casework.projections import library
    from sanxiang.core.events import from_payload
    from sanxiang.core.ledger import commitment, public_entry
    from sanxiang.store.appending import _bytes

    sealed = library().dictionary.sealed
    names = {recorded.id: str(uuid.uuid4()) for recorded, *_ in model}
    shift = timedelta(minutes=number % 400_000)
    prev, key, rows = None, None, []
    for recorded, text, named in model:
        for old in named:
            text = text.replace(old, names[old])
        payload = orjson.loads(text)
        for field in ("number", "case_number"):
            if payload.get(field):
                payload[field] = payload[field].replace("号", f"-{number}号")
        facts = payload.get("facts", {})
        if "party_name" in facts:
            facts["party_name"] = f"{facts['party_name']}{number}"
        event = replace(
            recorded, id=names[recorded.id], stream=stream, prev=prev,
            event=from_payload(recorded.kind, recorded.event.VERSION, payload),
            occurred_at=recorded.occurred_at - shift, recorded_at=recorded.recorded_at - shift,
        )  # fmt: skip
        body, salt, blob, key = _bytes(event, key, sealed)
        prev = commitment(salt, body).hex()
        entry = public_entry(salt, body)
        rows.append((event.id, stream, event.seq, event.kind, event.recorded_at, body, salt, entry, blob))
    return stream, key.wrapped if key else None, rows
