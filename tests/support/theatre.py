"""Cases of the demonstration, played through the one write path to any step; what is written stays committed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connections

from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.casework.models import Account
from sanxiang.casework.projections import library
from sanxiang.casework.registration import RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events import Recorded
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA
from sanxiang.core.values.identifiers import CREDIT_SIGNS, problems_of_credit_code, problems_of_organisation_code
from sanxiang.store import reading

_again = itertools.count()


@cache
def stories() -> Any:
    """All that is told of, read once; nobody changes it."""
    return demo.read("stories.yaml")


@dataclass
class Theatre:
    """An agency of the demonstration with its people and logins, and cases played in it."""

    people: dict[str, dict[str, str]]

    @property
    def book(self) -> Library:
        return library()

    @property
    def connection(self) -> Any:
        return connections["default"]

    def everywhere(self) -> None:
        """Enter the agencies that are not there yet, so that cases of all five can be played."""
        told = demo.read("world.yaml")
        told["agencies"] = [one for one in told["agencies"] if one["id"] not in self.people]
        self.people.update(demo.enter_world(self.connection, self.book, told))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While other tests' agencies of the same names bear others: who is found by name must be one."""
        from sanxiang.three_systems.disclosure.models import PublicAgency

        own = [people[""] for people in self.people.values()]
        names = list(PublicAgency.objects.filter(stream__in=own).values_list("name", flat=True))
        others = list(PublicAgency.objects.filter(name__in=names).exclude(stream__in=own))
        PublicAgency.objects.filter(pk__in=[one.pk for one in others]).update(name="另一家（演示）")
        try:
            yield
        finally:
            PublicAgency.objects.bulk_update(others, ["name"])

    def begin(self, story: str = "ordinary", start: str = "2026-03-02", **case: Any) -> demo.Told:
        """A case of a story, of which nothing is done yet."""
        described = {"story": story, "agency": "luoyang", "start": demo.date_of(start)} | case
        described["fill"] = own_party(story) | described.get("fill", {})
        (told,) = demo.told_cases(stories(), [described], demo.now())
        return told

    def played(self, story: str = "ordinary", before: str = "", **case: Any) -> demo.Told:
        """A case played until just before a step, or to its end."""
        told = self.begin(story, **case)
        self.go_on(told, before)
        return told

    def go_on(self, told: demo.Told, before: str = "") -> None:
        while told.done < len(told.steps) and name_of(told.steps[told.done]) != before:
            self.step(told)
        assert not before or told.done < len(told.steps), f"no step {before}"

    def step(self, told: demo.Told) -> None:
        demo.take(self.connection, self.book, self.people[told.agency], told, self.moment(told))

    def moment(self, told: demo.Told) -> datetime:
        return demo.moment_of(told, self.book)

    def who(self, told: demo.Told, role: str) -> str:
        return self.people[told.agency][told.cast.get(role, role)]

    def command(self, told: demo.Told, name: str, **changes: Any) -> Command:
        """The command of a step of the story as it stands, wherever the case has come to."""
        step = next(step for step in told.steps if name_of(step) == name)
        facts = {key: value for key, value in step.get("facts", {}).items() if value is not None}
        command = Command(
            act=step["act"],
            officer=self.who(told, step["by"]),
            stream=told.stream,
            facts=demo._dated(facts, told.at),
            officers=tuple(self.who(told, role) for role in step.get("with", ())),
            link=str(step.get("link", "")),
            opening={} if told.stream else told.opening,
            extra=step.get("extra", {}),
        )
        if changes.get("report"):
            command = replace(command, facts={**command.facts, "late_entry_reason": "演示：当时没有网络"})
        return replace(command, **changes)

    def tries(self, told: demo.Told, name: str, *, after: timedelta = timedelta(days=1), **changes: Any) -> Answer:
        """Do a step out of its turn, so long after the last act of the case."""
        return handle(self.connection, self.book, self.command(told, name, **changes), at=told.at + after)

    def account(self, role: str, agency: str = "luoyang") -> Account:
        """The login of an officer; one for each."""
        officer = self.people[agency][role]
        return Account.objects.get_or_create(officer=officer, defaults={"username": officer})[0]

    def expiring(self, *, on: date) -> str:
        """Another officer of Luoyang, whose certificate is valid for the last time on a day."""
        number = f"豫C演示9{len(self.people['luoyang']):03d}"
        described = {
            "name": "期演示", "certificate": number, "valid_until": on.isoformat(), "posts": ["officer@enforcement"],
        }  # fmt: skip
        since = datetime(2023, 12, 1, 9, tzinfo=CHINA)
        agency = self.people["luoyang"][""]
        entries = tuple(demo.officer_entries(described, agency, since))
        command = RegisterCommand(kind="officer", agency=agency, entries=entries, installer=demo.INSTALLER)
        self.people["luoyang"][number] = demo.enter(self.connection, self.book, command, since)
        return self.people["luoyang"][number]

    def events(self, told: demo.Told) -> tuple[Recorded, ...]:
        return reading.load(self.connection, told.stream)


def own_party(story: str) -> dict[str, str]:
    """A credit code that no other case has, where a story fines an enterprise: no case is taken for the second fine of
    another one's act (一事不再罚). Its last four signs are those of the story, which a party shows at the counter."""
    told = demo.told_story(stories()["stories"], story)
    filled = {**stories()["fill"], **told.get("fill", {})}
    if told["case"]["category"] != "处罚" or not filled.get("party_credit_code"):
        return {}
    return {"party_credit_code": next(_parties)}


def _codes() -> Iterator[str]:
    for signs in itertools.product(CREDIT_SIGNS, repeat=4):
        code = f"91410305MA{''.join(signs)}BX0U"
        if not problems_of_organisation_code(code[8:17]) and not problems_of_credit_code(code):
            yield code


_parties = _codes()


def party_code(told: demo.Told) -> str:
    """The credit code of the party of a case."""
    return next(str(step["facts"]["party_credit_code"]) for step in told.steps if "party_credit_code" in step["facts"])


def name_of(step: Mapping[str, Any]) -> str:
    return str(step.get("name", step["act"]))


def open_theatre(*, again: bool = False) -> Theatre:
    """The five agencies with their people, entered anew; `again` beside others."""
    told = another_world() if again else demo.read("world.yaml")
    return Theatre(demo.enter_world(connections["default"], library(), told))


def another_world() -> dict[str, Any]:
    """What is told of the five agencies, to be entered beside those that are there: with marks of their own, as two
    agencies never count in one series of numbers."""
    told: dict[str, Any] = demo.read("world.yaml")
    nth = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(next(_again)))
    for facts in _facts(told):
        if "agency_mark" in facts:
            facts["agency_mark"] += nth
    return told


def _facts(told: Any) -> Iterator[dict[str, Any]]:
    """Every `facts` of what is told, at any depth."""
    if isinstance(told, dict):
        if isinstance(told.get("facts"), dict):
            yield told["facts"]
        told = list(told.values())
    for part in told if isinstance(told, list) else ():
        yield from _facts(part)
