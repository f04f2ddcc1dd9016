"""Cases for the journeys round the gate, on an installation that runs with its demonstration:
`python -m tests.support.gatecrash play AGENCY BEFORE [complex]` plays a penalty until just before an act and prints its
stream; `… change AGENCY STREAM` lets its handler change the sanction of the draft; `… reviewer LOGIN` registers another
reviewer of Luoyang with this login and prints his stream."""

from __future__ import annotations

import sys
from datetime import timedelta
from secrets import randbelow
from typing import Any


def people_of(world: Any, agency: str) -> dict[str, str]:
    """The officers of an agency of the demonstration by the short ids of its file, found by their logins."""
    from sanxiang.casework.models import Account

    (told,) = (one for one in world["agencies"] if one["id"] == agency)
    logins = {person["login"]: person["id"] for person in told["officers"]}
    return {logins[row.username]: str(row.officer) for row in Account.objects.filter(username__in=logins)}


def play(agency: str, before: str, judged: str = "") -> str:
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.projections import library
    from sanxiang.config import demo
    from sanxiang.config.demo_crowd import credit_code

    # each for a party of its own: a second fine of one party would first have to be judged (一事不再罚)
    code = credit_code("91", str(100_000 + randbelow(900_000)), randbelow(1000))
    case: dict[str, Any] = {"story": "ordinary", "agency": agency, "start": -45, "fill": {"party_credit_code": code}}
    if judged:
        case["changes"] = {"judge5": {"extra": {"judgement": "complex", "answer": True}}}
    (told,) = demo.told_cases(demo.read("stories.yaml"), [case], timezone.now())
    people = people_of(demo.read("world.yaml"), agency)
    while told.steps[told.done]["act"] != before:
        demo.take(connections["default"], library(), people, told, demo.moment_of(told, library()))
    return told.stream


def change(agency: str, stream: str) -> str:
    from django.db import connections
    from django.utils import timezone

    from sanxiang.casework.commands import Command, handle
    from sanxiang.casework.projections import library
    from sanxiang.config import demo

    people = people_of(demo.read("world.yaml"), agency)
    sanctions = [{"kind": "罚款", "amount": 900000, "text": "处罚款人民币九千元"}]
    command = Command(
        act="change_draft", officer=people["officer"], officers=(people["officer"], people["officer2"]), stream=stream,
        facts={"draft_change_reason": "审核之后改动（演示）", "sanctions": sanctions},
    )  # fmt: skip
    answer = handle(connections["default"], library(), command, at=timezone.now() - timedelta(seconds=1))
    assert answer.done, answer.verdict.reasons
    return stream


def reviewer(login: str) -> str:
    from datetime import datetime, time

    from django.contrib.auth.hashers import make_password
    from django.db import connections

    from sanxiang.casework.models import Account
    from sanxiang.casework.projections import library
    from sanxiang.casework.registration import RegisterCommand
    from sanxiang.config import demo
    from sanxiang.core.values import CHINA

    world = demo.read("world.yaml")
    agency = agency_of(people_of(world, "luoyang"))
    since = datetime.combine(world["since"], time(9), CHINA)
    described = {
        "name": "停演示", "certificate": "豫C演示8001", "posts": ["reviewer@legal"], "exams": ["judicial"],
        "trainings": {"法制审核": 24},
    }  # fmt: skip
    entries = tuple(demo.officer_entries(described, agency, since))
    command = RegisterCommand(kind="officer", agency=agency, entries=entries, installer=demo.INSTALLER)
    made = demo.enter(connections["default"], library(), command, since)
    password = make_password((demo.SECRETS / "demonstration").read_text().strip())
    Account.objects.create(username=login, password=password, officer=made)
    return made


def agency_of(people: dict[str, str]) -> str:
    from sanxiang.casework.models import Colleague

    return str(Colleague.objects.get(stream=people["registrar"]).agency)


def main() -> None:
    import django

    django.setup()
    print({"play": play, "change": change, "reviewer": reviewer}[sys.argv[1]](*sys.argv[2:]))


if __name__ == "__main__":
    main()
