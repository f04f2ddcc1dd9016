"""Filling a new installation with the demonstration (填入演示数据), beside its pages and after any interruption.

The agencies, their people and the list of stories come in one transaction: the pages can be used at once. Then every
case is played step by step, each step in one transaction with the note of how far the case has come; whoever starts
again, after Ctrl-C or `kill -9`, goes on with the very next step.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connections, transaction

from sanxiang.casework.models import Account, StoryLeft
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.config import demo, demo_seals
from sanxiang.config.demo_devices import enter_devices
from sanxiang.config.demo_pages import enter_pages
from sanxiang.config.demo_reports import enter_reports
from sanxiang.config.paths import SEALS, SECRETS
from sanxiang.config.preparation import say
from sanxiang.store import reading, schema
from sanxiang.store.errors import RecordRefused
from sanxiang.store.seals import SealUnusable
from sanxiang.three_systems.recording import sealing

TOLD_S = 3.0
"""So often the terminal hears how far it has come."""
AGAIN_S = 2.0
HANDS = 2
"""So many threads play, each some of the agencies: while one waits for the disk or for a paper, the other goes on."""


def begin() -> None:
    """Mark a new database as a demonstration and enter its agencies and people; where SANXIANG_ORIGIN names the ledger
    of a real installation, mark it as real and leave it empty. A database that holds anything is left alone."""
    if not _demonstration() or reading.streams(connections["default"], "agency", limit=1):
        return
    say("填入演示数据：机关、科室、人员……")
    until, world = demo.now(), demo.read("world.yaml")
    with transaction.atomic():
        people = demo.enter_world(connections["default"], library(), world)
        demo.make_accounts(world, people)
        names = {people[one["id"]][""]: one["facts"]["agency_name"] for one in world["agencies"]}
        demo_seals.make(SEALS, names)
        enter_pages(connections["default"], library(), people, until)
        enter_devices(connections["default"], library(), people, until)
        numbers = range(len(demo.every_case()))
        StoryLeft.objects.bulk_create([StoryLeft(number=number, until=until) for number in numbers])


def _demonstration() -> bool:
    """Whether the database is one of demonstration; a new one is marked as what it shall be, for ever."""
    origin = os.environ.get("SANXIANG_ORIGIN", "")
    owner = connections["owner"]
    owner.ensure_connection()
    with owner.cursor() as cursor:
        cursor.execute("SELECT demo FROM record.cluster")
        founded = cursor.fetchone()
    if founded is None:
        name = origin or f"demo-{secrets.token_hex(6)}.sanxiang.invalid"
        schema.found(owner.connection, demo=not origin, origin=name)
        founded = (not origin,)
    owner.close()
    return bool(founded[0])


def introduction() -> str:
    """The logins of the demonstration, one for each post and agency; empty in a real installation."""
    place = SECRETS / "demonstration"
    if not place.exists():
        return ""
    lines = ["演示登录（密码都是 " + place.read_text().strip() + "）："]
    for agency in demo.read("world.yaml")["agencies"]:
        seen: dict[str, str] = {}
        for person in agency["officers"]:
            post = person["posts"][0].partition("@")[0]
            seen.setdefault(library().posts.get(post, post), person["login"])
        logins = "，".join(f"{post} {login}" for post, login in seen.items())
        lines.append(f"  {agency['facts']['agency_name']}：{logins}")
    return "\n".join(lines)


class Stopped(Exception):
    """Somebody asked to stop; what is left is played at the next start."""


class Filling(Thread):
    """Plays what is left of the demonstration; `stop` ends it between two steps."""

    def __init__(self) -> None:
        super().__init__(name="filling", daemon=True)
        self._stop_asked = Event()
        self._told, self._open = 0.0, 0

    def stop(self) -> None:
        self._stop_asked.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                try:
                    self._play()
                    return
                except (DatabaseError, InterfaceError, psycopg.Error) as problem:
                    say(f"演示数据暂停填入（{type(problem).__name__}），稍后继续")
                    connections.close_all()
                    self._stop_asked.wait(AGAIN_S)
        except Stopped:
            say("演示数据还没有填完，下次启动接着填")
        except (demo.DemonstrationError, RecordRefused) as wrong:
            say(f"演示数据没有填完：{wrong}")
        finally:
            connections.close_all()

    def _play(self) -> None:
        rows = list(StoryLeft.objects.order_by("number"))
        if not rows:
            return
        begun = monotonic()
        cases = left(rows)
        streams = {one.stream for one in rows if one.stream is not None}
        say(f"填入演示案件：还有 {len(cases)} 件" + (f"，其中 {len(streams)} 件接着演" if streams else ""))
        people, until = people_of(demo.read("world.yaml")), rows[0].until
        self._open = len(cases)
        with ThreadPoolExecutor(HANDS) as pool:
            played = sum(pool.map(lambda part: self._part(people, part, until), shared_out(cases)))
        enter_reports(connections["default"], library(), people, until)
        StoryLeft.objects.all().delete()
        say(f"演示数据就绪：{len(cases)} 件案件，{played} 个办理环节，{monotonic() - begun:.0f} 秒")

    def _part(self, people: Mapping[str, Mapping[str, str]], cases: list[demo.Told], until: datetime) -> int:
        try:
            return demo.play_all(connections["default"], library(), people, cases, until, self._step)
        finally:
            connections.close_all()

    def _step(self, connection: Any, book: Any, people: Mapping[str, str], case: demo.Told, moment: datetime) -> None:
        if self._stop_asked.is_set():
            raise Stopped
        try:
            self._taken(connection, book, people, case, moment)
        except demo.DemonstrationError:
            if not case.patience:
                raise
            case.patience, case.at = case.patience - 1, case.at + timedelta(days=1)
            return
        if case.done == len(case.steps):
            self._open -= 1
        if monotonic() - self._told > TOLD_S:
            self._told = monotonic()
            say(f"　演示案件还有 {self._open} 件没有演完，刚演到 {moment:%Y年%-m月%-d日}")

    @staticmethod
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


def shared_out(cases: Iterable[demo.Told]) -> list[list[demo.Told]]:
    """The cases in as many parts as there are hands, alike in steps. An agency stays whole: its numbers run in the
    order of time."""
    heaps: dict[str, list[demo.Told]] = {}
    for case in cases:
        heaps.setdefault(case.agency, []).append(case)
    parts: list[list[demo.Told]] = [[] for _ in range(HANDS)]
    for heap in sorted(heaps.values(), key=steps_of, reverse=True):
        min(parts, key=steps_of).extend(heap)
    return parts


def steps_of(cases: Iterable[demo.Told]) -> int:
    """How many steps are still to be taken."""
    return sum(len(case.steps) - case.done for case in cases)


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
