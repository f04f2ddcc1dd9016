"""The ground that measurements of the whole stand on: a durable PostgreSQL of their own, the house set up on it, and
cases: one played through the write path, many copied from it as real events by COPY."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

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


def _told() -> tuple[Any, dict[str, str]]:
    """An ordinary penalty at Luoyang as the demonstration tells it, and its people: streams by their role."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.config import demo
    from sanxiang.core.values import CHINA

    people = demo.enter_world(connections["default"], library(), demo._read("world.yaml"))
    told = [{"agency": "luoyang", "story": "ordinary", "start": datetime(2024, 3, 4, tzinfo=CHINA).date()}]
    case = next(demo.told_cases(demo._read("stories.yaml"), told, datetime(2026, 1, 1, tzinfo=CHINA)))
    return case, {role: people["luoyang"][name] for role, name in case.cast.items() if isinstance(name, str)}


def _go(case: Any, people: Mapping[str, str]) -> Any:
    """Play a told case to the end of its steps."""
    from django.db import connections

    from sanxiang.casework.projections import library
    from sanxiang.config import demo

    by_name = {name: people[role] for role, name in case.cast.items() if isinstance(name, str)}
    while case.done < len(case.steps):
        demo.take(connections["default"], library(), by_name, case, demo.moment_of(case, library()))
    return case


def play(count: int) -> Played:
    """A case brought to `count` events: source, filing, then inspections, inquiries and evidence in turn."""
    case, people = _told()
    start = case.steps[:3]
    turn = [step for step in case.steps if step["act"] in ("inspect", "inquire", "take_evidence")][:3]
    rest = [{**turn[at % 3], "days": 0, "minutes": 1, "any": True} for at in range(count - len(start))]
    case.steps = [*start, *rest]
    inquiry = next(step for step in turn if step["act"] == "inquire")
    return Played(_go(case, people).stream, people, json.loads(json.dumps(inquiry, default=str)))


def stages(counts: Sequence[int]) -> tuple[list[str], dict[str, str]]:
    """One case for each number of steps; their streams, and the people."""
    case, people = _told()
    return [_go(replace(case, steps=case.steps[:count]), people).stream for count in counts], people


def copy(streams: Sequence[str], count: int) -> list[str]:
    """`count` copies of these cases in turn, each with identifiers, numbers, salts, keys and a chain of its own, loaded
    by COPY as the owner; the outbox takes them as it takes every event. Returns their streams."""
    from django.db import connections

    from sanxiang.store import reading
    from sanxiang.store.runtime import plain

    models = [reading.load(connections["default"], stream) for stream in streams]
    made = [str(uuid.uuid4()) for _ in range(count)]
    owner = plain(connections["owner"])
    with owner.cursor() as cursor:
        for start in range(0, count, 500):
            rows = [_copied(models[at % len(models)], made[at], at) for at in range(start, min(start + 500, count))]
            _load(cursor, "record.stream (id, kind)", [(stream, "case") for stream, *_ in rows])
            _load(cursor, "keyring.subject_key (subject, wrapped)", [(row[0], row[1]) for row in rows if row[1]])
            names = "record.event (id, stream, seq, kind, recorded_at, body, salt, entry, sealed)"
            _load(cursor, names, [event for row in rows for event in row[2]])
    owner.commit()
    return made


def _load(cursor: Any, into: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


def _copied(model: Sequence[Any], stream: str, number: int) -> tuple[str, bytes | None, list[tuple[Any, ...]]]:
    """One case under a new stream, with the bytes that `append` would have made of it."""
    from sanxiang.casework.projections import library
    from sanxiang.core.events import from_payload, to_payload
    from sanxiang.core.ledger import commitment, public_entry
    from sanxiang.store.appending import _bytes

    sealed = library().dictionary.sealed
    names = {recorded.id: str(uuid.uuid4()) for recorded in model}
    prev, key, rows = None, None, []
    for recorded in model:
        text = orjson.dumps(to_payload(recorded.event), default=dict).decode()
        for old, new in names.items():
            if old in text:
                text = text.replace(old, new)
        payload = orjson.loads(text)
        for field in ("number", "case_number"):
            if payload.get(field):
                payload[field] = payload[field].replace("号", f"-{number}号")
        facts = payload.get("facts", {})
        if "party_name" in facts:
            facts["party_name"] = f"{facts['party_name']}{number}"
        shift = timedelta(minutes=number % 400_000)
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
