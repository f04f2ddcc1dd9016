"""Filling a new installation with the demonstration (填入演示数据), beside its pages and after any interruption.

The agencies, their people and the list of stories come in one transaction: the pages can be used at once. Then every
case is played step by step, each step in one transaction with the note of how far the case has come; whoever starts
again, after Ctrl-C or `kill -9`, goes on with the very next step.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from subprocess import PIPE, Popen
from threading import Event, Lock, Thread
from time import monotonic
from typing import NamedTuple

import psycopg
from django.db import DatabaseError, InterfaceError, connections, transaction

from sanxiang.casework.models import StoryLeft
from sanxiang.casework.projections import library
from sanxiang.config import demo, demo_seals, playing
from sanxiang.config.demo_devices import enter_devices
from sanxiang.config.demo_pages import enter_pages
from sanxiang.config.demo_reports import enter_reports
from sanxiang.config.paths import SEALS, SECRETS
from sanxiang.config.preparation import say
from sanxiang.store import reading, schema

TOLD_S = 3.0
"""So often the terminal hears how far it has come."""
AGAIN_S = 2.0
HANDS = 2
"""So many processes play, each some of the agencies."""


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


class Interrupted(Exception):
    """A hand ended before all was played, for a reason that passes."""


class Ending(NamedTuple):
    """How a hand ended (`playing.DONE` …), how many steps it took, and the last line that it told."""

    code: int
    played: int
    told: str


class Filling(Thread):
    """Plays what is left of the demonstration; `stop` ends it between two steps."""

    def __init__(self) -> None:
        super().__init__(name="filling", daemon=True)
        self._stop_asked, self._lock = Event(), Lock()
        self._hands: list[Popen[str]] = []
        self._told, self._open = 0.0, 0

    def stop(self) -> None:
        self._stop_asked.set()
        self._end_hands()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                try:
                    self._play()
                    return
                except (DatabaseError, InterfaceError, psycopg.Error, Interrupted) as problem:
                    if not self._stop_asked.is_set():
                        why = str(problem) if isinstance(problem, Interrupted) else type(problem).__name__
                        say(f"演示数据暂停填入（{why}），稍后继续")
                        connections.close_all()
                        self._stop_asked.wait(AGAIN_S)
            say("演示数据还没有填完，下次启动接着填")
        except demo.DemonstrationError as wrong:
            say(f"演示数据没有填完：{wrong}")
        finally:
            connections.close_all()

    def _play(self) -> None:
        rows = list(StoryLeft.objects.order_by("number"))
        if not rows:
            return
        begun = monotonic()
        cases = playing.left(rows)
        streams = {one.stream for one in rows if one.stream is not None}
        say(f"填入演示案件：还有 {len(cases)} 件" + (f"，其中 {len(streams)} 件接着演" if streams else ""))
        self._open = len(cases)
        with ThreadPoolExecutor(HANDS) as pool:
            ended = list(pool.map(self._part, shared_out(cases)))
        if wrong := [hand.told for hand in ended if hand.code == playing.WRONG]:
            raise demo.DemonstrationError("；".join(wrong))
        if early := [hand for hand in ended if hand.code != playing.DONE]:
            raise Interrupted(early[0].told if early[0].code == playing.AGAIN else f"退出码 {early[0].code}")
        played = sum(hand.played for hand in ended)
        people = playing.people_of(demo.read("world.yaml"))
        enter_reports(connections["default"], library(), people, rows[0].until)
        StoryLeft.objects.all().delete()
        say(f"演示数据就绪：{len(cases)} 件案件，{played} 个办理环节，{monotonic() - begun:.0f} 秒")

    def _part(self, agencies: Sequence[str]) -> Ending:
        """Let a hand play these agencies, and tell how far it has come."""
        command = [sys.executable, "-m", "sanxiang.config.hand", *agencies]
        env = os.environ | {"SANXIANG_DATABASES": "default"}
        # In a session of its own: Ctrl-C reaches it only through us.
        hand = Popen(command, env=env, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True)  # noqa: S603
        with self._lock:
            self._hands.append(hand)
        if self._stop_asked.is_set():
            self._end_hands()
        played, line = 0, ""
        assert hand.stdout is not None
        for line in hand.stdout:
            day, _, last = line.partition(" ")
            if last.strip() in ("0", "1"):
                played += 1
                self._come(day, int(last))
        code = hand.wait()
        with self._lock:
            self._hands.remove(hand)
        return Ending(code, played, line.strip())

    def _come(self, day: str, ended: int) -> None:
        with self._lock:
            self._open -= ended
            if monotonic() - self._told > TOLD_S:
                self._told = monotonic()
                reached = date.fromisoformat(day)
                say(f"　演示案件还有 {self._open} 件没有演完，刚演到 {reached:%Y年%-m月%-d日}")

    def _end_hands(self) -> None:
        """Ask every hand to end after the step it is at."""
        with self._lock:
            for hand in self._hands:
                if hand.stdin is not None:
                    hand.stdin.close()


def shared_out(cases: Iterable[demo.Told]) -> list[list[str]]:
    """The agencies in as many parts as there are hands, alike in steps. An agency stays whole: its numbers run in the
    order of time."""
    heaps: dict[str, int] = {}
    for case in cases:
        heaps[case.agency] = heaps.get(case.agency, 0) + len(case.steps) - case.done
    parts: list[list[str]] = [[] for _ in range(min(HANDS, len(heaps)))]
    for agency in sorted(heaps, key=heaps.__getitem__, reverse=True):
        min(parts, key=lambda part: sum(heaps[one] for one in part)).append(agency)
    return parts
