"""People of the theatre at their pages: clients, acts done out of the story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Answer, Command, handle


def client(theatre: Any, role: str, agency: str = "luoyang") -> Client:
    found = Client()
    found.force_login(theatre.account(role, agency))
    return found


def start(days: int = 40) -> str:
    return (timezone.now() - timedelta(days=days)).date().isoformat()


def does(theatre: Any, told: Any, act: str, role: str, *, named: tuple[str, ...] = (), link: str = "",
         **facts: Any) -> Answer:  # fmt: skip
    """An act now, by the command itself."""
    people = theatre.people[told.agency]
    command = Command(
        act=act, officer=people[role], stream=told.stream, officers=tuple(people[name] for name in named), link=link,
        facts=facts,
    )  # fmt: skip
    return handle(theatre.connection, theatre.book, command, at=timezone.now())


def clauses_of(answer: Answer) -> set[str]:
    return {reason.clause for reason in answer.verdict.reasons}
