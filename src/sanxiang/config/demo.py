"""The demonstration: five agencies and their cases, played through the one write path with a moving clock.

The files in `demonstration/` tell stories; every number, date, refusal and duty is computed as they are played. It
works only in a database that is marked as a demonstration, once and for ever (DESIGN 9.14). `filling` plays them all.
"""

from __future__ import annotations

import heapq
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.models import Account
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.config import demo_crowd
from sanxiang.config.demo_files import attached
from sanxiang.config.paths import SECRETS
from sanxiang.core.events import registry
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA, Actor
from sanxiang.store import reading

NOW = re.compile(r"now(-\d+)?")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).resolve().parents[3] / "demonstration"
INSTALLER = Actor(officer="", name="安装人员（演示）", agency="演示", department="", post="installer", certificate=None)


class DemonstrationError(RuntimeError):
    """A story asks for what the rules refuse: the story is wrong, and nothing of its case goes on."""


def date_of(text: str) -> date:
    """A day of a story written as text."""
    return date.fromisoformat(text)


def now() -> datetime:
    return datetime.now(CHINA)


def read(name: str) -> Any:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), LOADER)  # noqa: S506  the safe one


def enter_world(connection: Any, book: Library, world: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The agencies and officers in the registers; stream ids by agency and the short ids of the file."""
    since = datetime.combine(world["since"], time(9), CHINA)
    people: dict[str, dict[str, str]] = {}
    for agency in world["agencies"]:
        opened = registry.AgencyRegistered(jurisdiction=agency["jurisdiction"], facts=agency["facts"])
        entries = [Entry(event=opened, occurred_at=since)]
        entries += [
            Entry(
                event=registry.DepartmentRegistered(
                    department=part["id"], functions=tuple(part["functions"]), facts={"department_name": part["name"]}
                ),
                occurred_at=since,
            )
            for part in agency["departments"]
        ]
        command = RegisterCommand(kind="agency", entries=tuple(entries), installer=INSTALLER)
        made = enter(connection, book, command, since)
        people[agency["id"]] = {"": made}
        for person in agency["officers"]:
            command = RegisterCommand(
                kind="officer", agency=made, entries=tuple(officer_entries(person, made, since)), installer=INSTALLER
            )
            people[agency["id"]][person["id"]] = enter(connection, book, command, since)
        enter_catalogues(connection, book, agency, people[agency["id"]])
        enter_items(connection, book, agency, made, since)
    return people


def enter_items(connection: Any, book: Library, agency: Mapping[str, Any], made: str, since: datetime) -> None:
    """The items that stand on an agency's list from the beginning."""
    for item in agency.get("items", ()):
        facts = {name: value for name, value in item.items() if name.startswith("item_")}
        listed = registry.ItemListed(item=item["code"], agency=made, category=item["category"], facts=facts)
        entries = (Entry(event=listed, occurred_at=since),)
        enter(connection, book, RegisterCommand(kind="item", agency=made, entries=entries, installer=INSTALLER), since)


CATALOGUE = {
    "compile": registry.CatalogueCompiled, "return": registry.CatalogueReturned, "file": registry.CatalogueFiled,
    "publish": registry.CataloguePublished,
}  # fmt: skip


def enter_catalogues(connection: Any, book: Library, agency: Mapping[str, Any], people: Mapping[str, str]) -> None:
    """The lists of major decisions of an agency, each step by whoever does it."""
    for told in agency.get("catalogues", ()):
        at = datetime.combine(told["day"], time(10), CHINA)
        facts = {name: value for name, value in told.items() if name.startswith("catalogue_")}
        event = CATALOGUE[told["step"]](department=told["department"], facts=facts)
        command = RegisterCommand(
            kind="agency", stream=people[""], agency=people[""], officer=people[told["by"]],
            entries=(Entry(event=event, occurred_at=at),),
        )  # fmt: skip
        enter(connection, book, command, at)


def enter(connection: Any, book: Library, command: RegisterCommand, at: datetime) -> str:
    done = register(connection, book, command, at=at)
    if not done.done:
        raise DemonstrationError("；".join(f"{r.law}：{r.text} {r.missing}" for r in done.verdict.reasons))
    return done.stream


def officer_entries(person: Mapping[str, Any], agency: str, since: datetime) -> Iterator[Entry]:
    """What the register holds of an invented officer."""
    before = since - timedelta(days=200)
    opened = registry.OfficerRegistered(
        agency=agency, facts={"officer_name": person["name"], **person.get("facts", {})}
    )
    yield Entry(event=opened, occurred_at=since)
    if "certificate" in person:
        yield Entry(event=registry.ExamPassed(exam="enforcement"), occurred_at=before)
        issued = registry.CertificateIssued(
            number=person["certificate"],
            valid_from=since.date().isoformat(),
            valid_until=str(person.get("valid_until", f"{since.year + 5}-12-31")),
            issuer=person.get("issuer", ""),
        )
        yield Entry(event=issued, occurred_at=since)
    for exam in person.get("exams", ()):
        yield Entry(event=registry.ExamPassed(exam=exam), occurred_at=before)
    for name, hours in person.get("trainings", {}).items():
        yield Entry(event=registry.TrainingCompleted(training=name, hours=hours), occurred_at=before)
    for held in person["posts"]:
        post, _, department = held.partition("@")
        first = department.endswith("!first")
        event = registry.PostAppointed(post=post, department=department.removesuffix("!first"), first_time=first)
        yield Entry(event=event, occurred_at=since)


def make_accounts(world: Mapping[str, Any], people: Mapping[str, Mapping[str, str]]) -> None:
    """One login per officer, all with one password that this installation drew for itself."""
    place = SECRETS / "demonstration"
    if not place.exists():
        place.write_text(f"yanshi-{secrets.token_hex(4)}\n")
        place.chmod(0o600)
    hashed = make_password(place.read_text().strip())
    Account.objects.bulk_create(
        [
            Account(
                username=person["login"], password=hashed, first_name=person["name"],
                officer=people[agency["id"]][person["id"]],
            )
            for agency in world["agencies"]
            for person in agency["officers"]
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@dataclass(slots=True)
class Told:
    """A case of the demonstration as it is played: its steps, who acts, and how far it has come. `patience` the days
    that it may wait where a step comes too early."""

    agency: str
    cast: Mapping[str, str]
    opening: Mapping[str, str]
    steps: list[Mapping[str, Any]]
    at: datetime
    stream: str = ""
    done: int = 0
    number: int = 0
    story: str = ""
    patience: int = 0

    @property
    def name(self) -> str:
        return f"第 {self.number + 1} 件 {self.story}"


def every_case() -> list[dict[str, Any]]:
    """What the files tell: case by case, then, unless a small demonstration is asked for, those of past years."""
    small = os.environ.get("SANXIANG_DEMONSTRATION") == "small"
    return [*read("cases.yaml"), *([] if small else demo_crowd.worked_out(read("crowd.yaml")))]


def told_cases(stories: Mapping[str, Any], cases: Any, until: datetime, first: int = 0) -> Iterator[Told]:
    """Cases of the file with their stories filled in, the first of them number `first`; `start` a date, or days before
    `until` as a negative number."""
    for number, case in enumerate(cases, first):
        story = told_story(stories["stories"], case["story"])
        start = case["start"]
        day = until.date() + timedelta(days=start) if isinstance(start, int) else start
        local = stories.get("local", {}).get(case["agency"], {})
        fill = {**stories.get("fill", {}), **local.get("fill", {}), **story.get("fill", {}), **case.get("fill", {})}
        steps = [_filled(step, fill) for step in _chosen(story["steps"], case, local)]
        cast = stories["casts"][case.get("cast", case["agency"])]
        opening = {**story["case"], **cast.get("case", {})}
        begun = datetime.combine(day, time(9, number % 50), CHINA)
        patience = case.get("patience", 0)
        yield Told(case["agency"], cast, opening, steps, begun, number=number, story=case["story"], patience=patience)


def told_story(stories: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A story with the steps of the one it extends: some left out, others put in after a named step."""
    story = stories[name]
    if "extends" not in story:
        return story
    base = told_story(stories, story["extends"])
    steps = []
    for step in base["steps"]:
        called = step.get("name", step["act"])
        if called not in story.get("without", ()):
            steps.append({**step, **story.get("changes", {}).get(called, {})})
        steps += story.get("after", {}).get(called, ())
    return {**base, **story, "fill": {**base.get("fill", {}), **story.get("fill", {})}, "steps": steps}


def _chosen(steps: list[dict[str, Any]], case: Mapping[str, Any], local: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a story as the case has them: some left out, some later, other facts, up to a last one. `local` is
    what the regulation of the place asks for beyond the story."""
    left_out = (*case.get("without", ()), *local.get("without", ()))
    for step in [one for told in steps for one in (told, *local.get("after", {}).get(_called(told), ()))]:
        name = _called(step)
        if name in left_out:
            continue
        later = case.get("later", {}).get(name, 0)
        facts = {
            **step.get("facts", {}),
            **local.get("facts", {}).get(step["act"], {}),
            **case.get("facts", {}).get(name, {}),
        }
        yield {**step, "days": step.get("days", 0) + later, "facts": facts, **case.get("changes", {}).get(name, {})}
        if name == case.get("until"):
            return


def _called(step: Mapping[str, Any]) -> str:
    return str(step.get("name", step["act"]))


def _filled(value: Any, fill: Mapping[str, Any]) -> Any:
    """Names in braces replaced; a text that is only a name takes the value as it is (a table, a number)."""
    if isinstance(value, str):
        if value.startswith("{") and value.endswith("}") and value[1:-1] in fill:
            return fill[value[1:-1]]
        for name, text in fill.items():
            if isinstance(text, str | int):
                value = value.replace("{" + name + "}", str(text))
        return value
    if isinstance(value, Mapping):
        return {key: _filled(part, fill) for key, part in value.items()}
    return [_filled(part, fill) for part in value] if isinstance(value, list) else value


SAME_ACT = "same_act"
ANOTHER_ACT = {"judgement_reason": "时间、经过都不同，另有查获的商品和票据，不是先前罚过款的那个行为（演示）。"}
"""What the people of the demonstration answer where the party was fined before: each case tells of its own act."""

Step = Callable[[Any, Library, Mapping[str, str], Told, datetime], None]
"""One step of a case at a moment, by these people of its agency."""


def play_all(
    connection: Any, book: Library, people: Mapping[str, Mapping[str, str]], cases: list[Told], until: datetime,
    step: Step | None = None,
) -> int:  # fmt: skip
    """Play all cases together up to `until`, the earliest step first, so that numbers run in the order of time."""
    queue = [(moment_of(case, book), index) for index, case in enumerate(cases)]
    heapq.heapify(queue)
    played = 0
    while queue:
        moment, index = heapq.heappop(queue)
        case = cases[index]
        if moment > until:
            continue
        (step or take)(connection, book, people[case.agency], case, moment)
        played += 1
        if case.done < len(case.steps):
            heapq.heappush(queue, (moment_of(case, book), index))
    return played


def moment_of(case: Told, book: Library) -> datetime:
    """When the next step of a case is taken: so many days after the last, on a working day of the place unless it says
    `any`."""
    step = case.steps[case.done]
    moment = case.at + timedelta(days=step.get("days", 0), minutes=step.get("minutes", 17 * (case.done + 1) % 60))
    if "time" in step:
        hour, minute = map(int, step["time"].split(":"))
        moment = moment.replace(hour=hour, minute=minute)
    calendar = book.calendars[book.jurisdictions[case.agency].calendar]
    while not step.get("any") and not calendar.is_working_day(moment.date()):
        moment += timedelta(days=1)
    return moment


def take(connection: Any, book: Library, people: Mapping[str, str], case: Told, moment: datetime) -> None:
    """One step through the write path. A step that should be refused must be; any other must be done."""
    step = case.steps[case.done]

    def who(role: str) -> str:
        return people[case.cast.get(role, role)]

    facts = {key: value for key, value in step.get("facts", {}).items() if value is not None}
    command = Command(
        act=step["act"],
        officer=who(step["by"]),
        stream=case.stream,
        facts=_dated(facts, moment),
        officers=tuple(who(role) for role in step.get("with", ())),
        link=linked(connection, case, str(step.get("link", ""))),
        files=attached(step.get("files", ()), moment.date()),
        opening={} if case.stream else case.opening,
        extra=step.get("extra", {}),
        report=bool(step.get("report")),
        occurred_at=moment - timedelta(days=step["report"]) if step.get("report") else None,
    )
    answer = handle(connection, book, command, at=moment)
    if [one.id for one in answer.verdict.questions] == [SAME_ACT] and not step.get("refused"):
        judged = Command(act="answer_judgement", officer=command.officer, stream=case.stream, facts=ANOTHER_ACT,
                         extra={"judgement": SAME_ACT, "answer": False})  # fmt: skip
        handle(connection, book, judged, at=moment)
        answer = handle(connection, book, command, at=moment)
    if answer.done == bool(step.get("refused")):
        told = "；".join(f"{r.clause} {r.text}（{'、'.join(r.missing)}）" for r in answer.verdict.reasons)
        asked = "；".join(question.text for question in answer.verdict.questions)
        raise DemonstrationError(f"{case.name} {moment.date()} {step['act']}：{told or asked or '应被拒绝而没有'}")
    case.stream = case.stream or answer.stream
    case.at, case.done = moment, case.done + 1


def linked(connection: Any, case: Told, link: str) -> str:
    """What a step is about; `@` and an act mean the event of the last such act."""
    if not link.startswith("@"):
        return link
    return next(one.id for one in reversed(reading.load(connection, case.stream)) if one.event.act == link[1:])


def _dated(value: Any, moment: datetime) -> Any:
    """`today`, `today+10` in a fact are days counted from the step; `today-1T06:20` an instant of such a day, `now-40`
    one so many minutes before the step."""
    if isinstance(value, str) and NOW.fullmatch(value):
        return (moment + timedelta(minutes=int(value[3:] or 0))).replace(second=0, microsecond=0).isoformat()
    if isinstance(value, str) and value.startswith("today"):
        days, _, clock = value[5:].partition("T")
        day = (moment.date() + timedelta(days=int(days or 0))).isoformat()
        return f"{day}T{clock}+08:00" if clock else day
    if isinstance(value, Mapping):
        return {key: _dated(part, moment) for key, part in value.items()}
    return [_dated(part, moment) for part in value] if isinstance(value, list) else value
