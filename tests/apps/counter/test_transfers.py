"""A case that is transferred to another agency of this system comes in there as a clue, with all that the file knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sanxiang.casework.commands import handle
from sanxiang.casework.models import CaseRow
from sanxiang.counter import transfers
from sanxiang.counter.models import ClueRow
from tests.support.theatre import Theatre

LUOYANG, WUDING = "洛阳市市场监督管理局（演示）", "武定县市场监督管理局（演示）"


def transferred(theatre: Theatre, receiver: str) -> Any:
    """A case that its agency gives away right after its source was registered."""
    theatre.everywhere()
    start = (timezone.localdate() - timedelta(days=6)).isoformat()
    told = theatre.played("ordinary", start=start, before="request_filing")
    command = theatre.command(
        told, told.steps[told.done - 1]["act"], act="terminate", officer=theatre.people["luoyang"]["head"], officers=(),
        facts={"termination_cause": "移送其他机关", "transfer_receiver": receiver, "termination_reason": "违法行为发生地不在本地。"},
    )  # fmt: skip
    done = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(hours=2))
    assert done.done, done.verdict
    return told, done.events[0]


def arrived(theatre: Theatre, stream: str) -> str:
    with theatre.alone():
        return transfers.arrive(theatre.connection, stream, at=timezone.now())


def client_of(theatre: Theatre, role: str, agency: str) -> Client:
    client = Client()
    client.force_login(theatre.account(role, agency))
    return client


def test_nobody_types_a_transfer_again(theatre: Theatre) -> None:
    agency = theatre.people
    told, given = transferred(theatre, WUDING)
    assert ProcrastinateJob.objects.filter(task_name="counter.take_transfer", args__stream=told.stream).exists()
    clue = arrived(theatre, told.stream)
    row = ClueRow.objects.get(pk=clue)
    assert (str(row.agency), row.sender, row.department) == (agency["wuding"][""], LUOYANG, "")
    letter = next(paper["number"] for paper in given.event.documents if paper["template"] == "transfer_letter")
    assert row.sent_number == letter
    assert arrived(theatre, told.stream) == clue, "twice is nothing new"

    unit, page = client_of(theatre, "unit", "wuding"), f"/counter/clues/{clue}/"
    assert unit.post(page, {"do": "assign", "department": "inspection"}).status_code == 302
    facts = theatre.events(told)[0].event.facts
    form = client_of(theatre, "officer", "wuding").get(f"/work/cases/new/?procedure=penalty.ordinary&source={clue}")
    stands = {one.fact.id: one.value for group in form.context["groups"] for one in group.fields}
    for name in (
        "party_kind",
        "party_name",
        "party_credit_code",
        "legal_representative",
        "party_address",
        "party_phone",
    ):
        assert stands[name] == facts.get(name, ""), name
    assert stands["source_kind"] == "其他机关移送"
    for said in (facts["source_summary"], "违法行为发生地不在本地", CaseRow.objects.get(pk=told.stream).case_number):
        assert said in stands["source_summary"]
    assert client_of(theatre, "zhang", "luoyang").get(page).status_code == 404, "it is no longer theirs"


@pytest.mark.parametrize("receiver", ["演示公安局", LUOYANG])
def test_whoever_is_not_here_gets_the_letter_alone(theatre: Theatre, receiver: str) -> None:
    told, _ = transferred(theatre, receiver)
    before = ClueRow.objects.filter(summary__contains=told.stream[:8]).count()
    assert arrived(theatre, told.stream) == ""
    assert ClueRow.objects.filter(summary__contains=told.stream[:8]).count() == before
