"""People of the theatre at their pages: clients, acts done out of the story."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Answer, Command, handle
from sanxiang.casework.models import WaitRow
from sanxiang.interchange.keys import give
from sanxiang.three_systems.recording.papers import papers_of
from tests.apps.legal_review_people.volumes import text_of
from tests.law.playing import POINTS


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


def points(place: str, *, problem: str = "", note: str = "演示的问题", earlier: str = "") -> list[dict[str, str]]:
    """The points of a regulation with their findings; one of them a problem, or one that was a problem before."""
    found = [{"point": name, "finding": "合法", "anchor": "调查终结报告第1页"} for name in POINTS[place]]
    for row in found:
        if row["point"] == problem:
            row |= {"earlier": earlier} if earlier else {"finding": "存在问题", "note": note}
    return found


def paper_text(theatre: Any, told: Any, template: str, role: str = "head", nth: int = -1) -> str:
    """A paper of a kind, the last, as its page gives it to somebody; its text."""
    found = [one for one in papers_of(theatre.events(told)) if one.template == template][nth]
    place = f"/recording/{told.stream}/paper/{found.event}/{found.index}.pdf"
    reader = client(theatre, role, told.agency)
    reader.post(f"/recording/{told.stream}/why/", {"purpose": "办理本案"})
    answer = reader.get(place)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), answer.content[:200]
    return text_of(answer.content)


def page_of(theatre: Any, told: Any, role: str, act: str) -> str:
    """The form of an act as somebody sees it."""
    return str(client(theatre, role, told.agency).get(f"/work/cases/{told.stream}/do/{act}/").content.decode())


def sends(theatre: Any, told: Any, role: str, act: str, **facts: str) -> tuple[int, str]:
    """The form of an act filled and sent by somebody: status and page. Fields of a table: `table.row.column`."""
    sent = {"expected": str(theatre.events(told)[-1].seq), **facts}
    place = f"/work/cases/{told.stream}/do/{act}/"
    answer = client(theatre, role, told.agency).post(place, sent)
    return answer.status_code, answer.content.decode()


def asks(theatre: Any, told: Any, role: str, act: str, **facts: Any) -> tuple[int, set[str]]:
    """The same through the interface: status, and the clauses that refuse."""
    key = give(theatre.account(role, told.agency), "演示", days=1, at=timezone.now())
    answer = Client().post(
        f"/api/v1/cases/{told.stream}/acts/{act}", json.dumps({"facts": facts}), content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )  # fmt: skip
    return answer.status_code, {reason["clause"] for reason in answer.json().get("reasons", ())}


def waits(told: Any) -> set[tuple[str, str]]:
    """What the case waits for: act and post."""
    return {(row.act, row.post) for row in WaitRow.objects.filter(stream=told.stream)}
