"""Archived cases looked back upon: who did what when, from the first step to the archive; nothing of it can be changed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.auditing import RegisterHistory, replay_case
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.scenario import load_scenario
from sanxiang.core.casefile import fold
from sanxiang.core.events import Recorded
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store import reading
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.file_models import RegisterRow
from sanxiang.three_systems.recording.papers import Paper, papers_of
from tests.apps.legal_review_people.volumes import volumes_of
from tests.support.theatre import Theatre

REMEDIES = dict.fromkeys(("remedies_told", "remedy_procedure_told", "remedy_channel_told", "hearing_right_told"), True)
BENEFIT = default_folder() / "dongxihu" / "three-systems" / "scenarios" / "benefit.yaml"


def penalty(theatre: Theatre) -> str:
    """An ordinary penalty of Wuding, whose rules ask for the remedies at every inquiry."""
    told = dict.fromkeys(("inspect", "inquire", "take_evidence", "serve_notice", "serve_decision"), REMEDIES)
    named = [bound.rule for bound in theatre.book.on("wuding", date(2025, 3, 3)).reviews if bound.rule.points]
    points = [{"point": point, "finding": "合法", "anchor": "调查终结报告第1页"} for point in named[-1].points]
    case = theatre.played(
        "ordinary", "decide", start="2025-03-03", agency="wuding", facts=told, fill={"review_points": points}
    )
    asked = theatre.tries(case, "decide").verdict.questions
    for question in asked:
        judged = Command(
            act="answer_judgement", officer=theatre.who(case, "unit"), stream=case.stream,
            facts={"judgement_reason": "不涉及。"}, extra={"judgement": question.id, "answer": False},
        )  # fmt: skip
        assert handle(theatre.connection, theatre.book, judged, at=case.at + timedelta(days=1)).done
    theatre.go_on(case)
    return case.stream


def benefit(theatre: Theatre) -> str:
    """The benefit of Dongxihu's scenario, done by its officers."""
    people = theatre.people["dongxihu"]
    known = {**people, "zhang": people["officer"], "li": people["officer2"]}
    stream = ""
    for step in load_scenario(BENEFIT).steps:
        command = Command(
            act=step.act, officer=known[step.by], stream=stream, facts=step.facts, link=step.link, extra=step.extra,
            officers=tuple(known[name] for name in step.officers),
            opening={} if stream else {"category": "给付", "procedure": "benefit", "department": "public_legal"},
        )  # fmt: skip
        answer = handle(theatre.connection, theatre.book, command, at=step.at)
        assert answer.done, (step.act, answer.verdict.reasons, answer.problems)
        stream = answer.stream
    return stream


def ordinary(theatre: Theatre) -> str:
    """An ordinary penalty of Urumqi."""
    return theatre.played("ordinary", agency="urumqi", start="2025-03-03").stream


CASES = [
    pytest.param("wuding", penalty, marks=pytest.mark.clauses("WD-11", "WD-28")),
    pytest.param("dongxihu", benefit, marks=pytest.mark.clauses("DXH-10")),
    pytest.param("urumqi", ordinary, marks=pytest.mark.clauses("UR-13")),
]
ALL_PAPERS = (
    "立案审批表",
    "现场检查笔录",
    "询问笔录",
    "证据",
    "告知书",
    "法制审核意见书",
    "行政处罚决定书",
    "送达回证",
    "结案",
)
"""What an ordinary penalty leaves on paper from its source to the archive."""


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.journeys("ledger.replay")
@pytest.mark.parametrize(("agency", "made"), CASES)
def test_from_the_archive_the_whole_course_is_seen(
    theatre: Theatre, agency: str, made: Callable[[Theatre], str]
) -> None:
    stream = made(theatre)
    events = reading.load(theatre.connection, stream)
    assert events[-1].kind == "case.archived"
    client = Client()
    client.force_login(theatre.account("archivist", agency))
    page = client.get(f"/work/cases/{stream}/")
    assert page.status_code == 200
    text = plain(page.content.decode())
    rules, procedure = theatre.book.on(agency, legal_day(events[0].occurred_at)), fold(events).procedure
    acts = {act.id: act.name for act in rules.acts_of(procedure)}
    for recorded in events:
        at = recorded.occurred_at.astimezone(CHINA)
        line = f"{acts[recorded.event.act]} {at:%Y年%-m月%-d日 %H:%M} · {recorded.actor.name}"
        assert line in text, line
    papers = papers_of(events)
    assert papers, "every step of it is on paper"
    links = {f"/recording/{stream}/paper/{paper.event}/{paper.index}.pdf": paper for paper in papers}
    assert set(re.findall(r'href="(/recording/[^"]+/paper/[^"]+\.pdf)"', page.content.decode())) == set(links)
    client.post(f"/recording/{stream}/why/", {"purpose": "案卷评查"})
    for link in links:
        assert client.get(link).content.startswith(b"%PDF-"), link
    for recorded in events:
        for index, file in enumerate(recorded.event.files):
            assert f"/recording/{stream}/file/{recorded.id}/{index}/" in page.content.decode(), file["name"]
    assert text.count("账本回执") >= len(events)
    history = RegisterHistory(connections["default"])
    assert [one for one in replay_case(stream, events, theatre.book, history) if one is not None] == []
    in_the_register(client, stream, events)
    bound(events, papers)


def in_the_register(client: Client, stream: str, events: Sequence[Recorded]) -> None:
    """Every act stands in the register with its papers and files, on the page and in the spreadsheet."""
    rows = {str(row.event): row for row in RegisterRow.objects.filter(stream=stream)}
    assert set(rows) == {one.id for one in events}
    for paper in papers_of(events):
        assert (paper.title, paper.number) in {(one["title"], one["number"]) for one in rows[paper.event].papers}
    days = [legal_day(one.occurred_at) for one in events]
    place = f"/recording/register/?since={min(days)}&until={max(days)}"
    sheet = list(csv.reader(io.StringIO(client.get(f"{place}&as=csv").content.decode("utf-8-sig"))))
    mine = {line[-1]: line for line in sheet[1:] if line[-1] in rows}
    assert set(mine) == set(rows), "with the number of the record"
    for paper in papers_of(events):
        assert paper.title in mine[paper.event][7]


def bound(events: Sequence[Recorded], papers: Sequence[Paper]) -> None:
    """The volumes list every paper in order, with page numbers and a closing note."""
    volumes = volumes_of(events[-1])
    catalogues = "".join(text.split("备考表")[0] for text in volumes.values())
    assert "卷内文件目录" in catalogues
    assert [paper.title for paper in papers if paper.title not in catalogues] == []
    assert [paper.number for paper in papers if paper.number and paper.number not in catalogues] == []
    assert all("备考表" in text for text in volumes.values())


@pytest.mark.clauses("WD-11")
@pytest.mark.journeys("cases.penalty.ordinary")
def test_an_ordinary_penalty_leaves_all_its_papers(theatre: Theatre) -> None:
    events = reading.load(theatre.connection, penalty(theatre))
    assert (events[0].kind, events[-1].kind) == ("source.registered", "case.archived")
    titles = " ".join(paper.title for paper in papers_of(events))
    assert [name for name in ALL_PAPERS if name not in titles] == []
    numbers = [paper.number for paper in papers_of(events) if paper.number]
    assert len(numbers) == len(set(numbers)) > 2


@pytest.mark.journeys("ledger.replay")
@pytest.mark.parametrize(("agency", "made"), CASES[:2])
def test_nothing_that_was_archived_can_be_changed(
    theatre: Theatre, agency: str, made: Callable[[Theatre], str]
) -> None:
    stream = made(theatre)
    for act in ("inspect", "decide", "archive", "close_case"):
        again = Command(act=act, officer=theatre.people[agency]["head"], stream=stream)
        assert not handle(theatre.connection, theatre.book, again, at=timezone.now()).done, act
    before = reading.load(theatre.connection, stream)
    place = connections["default"].settings_dict
    address: dict[str, Any] = {
        "host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"], "user": place["USER"],
    }  # fmt: skip
    with psycopg.connect(**address, password=place["PASSWORD"], autocommit=True) as web:
        for statement in (
            "UPDATE record.event SET kind = 'x'", "DELETE FROM record.event", "TRUNCATE record.event CASCADE",
            "ALTER TABLE record.event DISABLE TRIGGER ALL", "DROP TABLE record.event CASCADE",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement.encode())
    assert reading.load(theatre.connection, stream) == before
