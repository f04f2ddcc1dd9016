"""Plays the cases of some agencies of the demonstration, in a process of its own (`hand`): two processes use two cores,
two threads do not.

It tells each step in a line on its output, and ends between two steps when its input is closed, also when whoever
started it was killed. What it plays nobody else plays meanwhile: it holds a lock on each of its agencies.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from time import sleep
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connections, transaction

from sanxiang.casework.models import Account, StoryLeft
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.config import demo
from sanxiang.config.operating import loading
from sanxiang.store.errors import RecordRefused, VersionConflict
from sanxiang.store.seals import SealUnusable
from sanxiang.three_systems.recording import sealing

DONE, STOPPED, AGAIN, WRONG = 0, 10, 11, 12
"""How it ended: all is played, somebody asked to stop, the database went away, a story is wrong. Of the last two the
last line says what it was."""


TRIES, PAUSE_S = 12, 0.5


class Stopped(Exception):
    """Somebody asked to stop; what is left is played at the next start."""


def main(agencies: Sequence[str]) -> int:
    """Play what is left of these agencies (their short names in the file); how it ended."""
    stop = Event()
    Thread(target=_listen, args=(stop,), daemon=True).start()
    try:
        play(connections["default"], agencies, stop)
    except Stopped:
        return STOPPED
    except (DatabaseError, InterfaceError, psycopg.Error) as problem:
        print(type(problem).__name__, flush=True)
        return AGAIN
    except (demo.DemonstrationError, RecordRefused) as wrong:
        print(" ".join(str(wrong).split()), flush=True)
        return WRONG
    return DONE


def _listen(stop: Event) -> None:
    """Wait until the input is closed. Not by `sys.stdin`, whose lock Python wants to itself as it ends."""
    while os.read(0, 1):
        pass
    stop.set()


def play(connection: Any, agencies: Sequence[str], stop: Event) -> None:
    """Play all that is left of these agencies, the earliest step first. Raises Stopped."""

    def step(connection: Any, book: Any, people: Mapping[str, str], case: demo.Told, moment: datetime) -> None:
        if stop.is_set():
            raise Stopped
        if _patiently(connection, book, people, case, moment):
            print(f"{moment:%Y-%m-%d} {int(case.done == len(case.steps))}", flush=True)

    with connection.cursor() as cursor:
        for agency in sorted(agencies):
            cursor.execute("SELECT pg_advisory_lock(hashtext('filling.' || %s))", [agency])
    with loading():
        rows, book = list(StoryLeft.objects.order_by("number")), library()
        cases = [case for case in left(rows) if case.agency in agencies]
    if rows:
        people = people_of(demo.read("world.yaml"))
        demo.play_all(connection, book, people, cases, rows[0].until, step)


def _patiently(connection: Any, book: Any, people: Mapping[str, str], case: demo.Told, moment: datetime) -> bool:
    """Take a step; False where it comes too early and its case may wait for a day. Where the worker wrote into the
    case meanwhile it is taken again."""
    before = case.stream, case.at, case.done
    try:
        for left in reversed(range(TRIES)):
            try:
                _taken(connection, book, people, case, moment)
                break
            except VersionConflict:
                case.stream, case.at, case.done = before
                if not left:
                    raise
                sleep(PAUSE_S)
    except demo.DemonstrationError:
        if not case.patience:
            raise
        case.patience, case.at = case.patience - 1, case.at + timedelta(days=1)
        return False
    return True


def _taken(connection: Any, book: Any, people: Mapping[str, str], case: demo.Told, moment: datetime) -> None:
    """One step and the note of it, or neither."""
    with transaction.atomic(using=connection.alias):
        demo.take(connection, book, people, case, moment)
        with suppress(SealUnusable):
            sealing.seal(connection, case.stream, at=moment)
        row = StoryLeft.objects.filter(number=case.number)
        if case.done < len(case.steps):
            row.update(stream=case.stream or None, done=case.done)
        else:
            row.delete()


def left(rows: Iterable[StoryLeft]) -> list[demo.Told]:
    """The cases that are not played to their end, each at the step where it stands."""
    stories, told = demo.read("stories.yaml"), demo.every_case()
    found = []
    for row in rows:
        if row.number >= len(told):
            continue
        (case,) = demo.told_cases(stories, [told[row.number]], row.until, first=row.number)
        for _ in range(row.done):
            case.at = demo.moment_of(case, library())
            case.done += 1
        case.stream = str(row.stream or "")
        if case.done < len(case.steps):
            found.append(case)
    return found


def people_of(world: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The streams of agencies and officers by the short names of the file, as `enter_world` gave them."""
    officers = {name: str(officer) for name, officer in Account.objects.values_list("username", "officer")}
    found: dict[str, dict[str, str]] = {}
    for agency in world["agencies"]:
        known = [person for person in agency["officers"] if person["login"] in officers]
        people = {person["id"]: officers[person["login"]] for person in known}
        first = next(iter(people.values()))
        officer = registers_for(connections["default"], "", (first,)).officer(first)
        assert officer is not None
        found[agency["id"]] = {"": officer.agency, **people}
    return found
