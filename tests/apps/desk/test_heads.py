"""The home of the head: what waits for a signature, what cannot be signed and why, the numbers that follow from it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sanxiang.casework import desk, judging
from sanxiang.casework.access import reader_of
from sanxiang.casework.desk import flags
from sanxiang.casework.figures import Figure, figures
from sanxiang.casework.models import Account, CaseRow, DutyRow, WaitRow
from sanxiang.casework.views import home
from sanxiang.core.casefile import CaseFile
from tests.support.theatre import Theatre

from .conftest import World

TODAY = date(2026, 11, 20)
AT = timezone.now()


@pytest.fixture
def agency(world: World) -> Any:
    """An agency that nothing else counts in; what is added is taken back."""
    with transaction.atomic():
        yield str(uuid.uuid4())
        transaction.set_rollback(True)


def duty(agency: str, name: str, days_ago: int, *, met: bool = True, late: bool = False, excused: bool = False) -> None:
    DutyRow.objects.create(
        id=str(uuid.uuid4()), stream=uuid.uuid4(), agency=agency, department="d", duty=name, clause="c", law="l",
        started_on=TODAY - timedelta(days=days_ago + 5), due_on=TODAY - timedelta(days=days_ago),
        met_at=AT if met else None, late=late, excused=excused,
    )  # fmt: skip


def decided(agency: str, days_ago: int, state: str = "passed", number: str = "一号", *, due: bool = True) -> None:
    CaseRow.objects.create(
        stream=uuid.uuid4(), version=1, jurisdiction="luoyang", agency=agency, department="d", category="处罚",
        procedure="penalty.ordinary", stage="决定", state="decided", opened_at=AT, last_at=AT, last_act="decide",
        decided_on=TODAY - timedelta(days=days_ago), review_due=due, review_state=state, decision_number=number,
    )  # fmt: skip


def told(agency: str) -> dict[str, Figure]:
    return {one.name: one for one in figures(agency, TODAY)}


def test_a_duty_counts_in_the_window_of_its_last_day(agency: str) -> None:
    for days in (0, 30, 89):
        duty(agency, "publish", days)
    duty(agency, "publish", 10, late=True)
    duty(agency, "publish", 1, met=False)
    duty(agency, "publish", 0, met=False)  # today is not over
    duty(agency, "publish", 10, met=False, excused=True)
    duty(agency, "publish", -3)  # not due yet
    duty(agency, "publish", 90)
    duty(agency, "publish", 179, late=True)
    duty(agency, "publish", 180)
    found = told(agency)["公示及时率"]
    assert (found.good, found.of, found.good_before, found.of_before) == (3, 5, 1, 2)
    assert (found.percent, found.arrow) == ("60%", "up")


def test_reviewed_decisions_and_those_that_went_round_it(agency: str) -> None:
    decided(agency, 5)
    decided(agency, 5, state="", number="")  # reported without a review
    decided(agency, 5, state="passed", number="")  # reported with another breach
    decided(agency, 5, state="", due=False)
    decided(agency, 100)
    found = told(agency)["法制审核率"]
    assert (found.good, found.of, found.percent, found.arrow) == (1, 3, "33%", "down")


def test_nothing_due_is_said_and_not_a_hundred(agency: str) -> None:
    found = told(agency)
    assert list(found) == ["公示及时率", "撤下及时率", "法制审核率", "审核及时率", "归档及时率"]
    assert {one.percent for one in found.values()} == {"没有到期的"}
    assert {one.arrow for one in found.values()} == {""}
    assert figures("", TODAY) == []


@pytest.mark.parametrize(
    ("figure", "percent", "arrow"),
    [
        (Figure("x", 199, 200, 199, 200), "99%", "same"),
        (Figure("x", 1, 3, 1, 2), "33%", "down"),
        (Figure("x", 3, 3, 2, 3), "100%", "up"),
    ],
)
def test_the_share_is_cut_and_the_arrow_exact(figure: Figure, percent: str, arrow: str) -> None:
    assert (figure.percent, figure.arrow) == (percent, arrow)


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (CaseFile(), []),
        (CaseFile(disputed_seq=4), ["审核有分歧"]),
        (CaseFile(disputed_seq=4, coordinated_seq=6), ["分歧已协调"]),
        (CaseFile(facts={"discretion_grade": "减轻"}), ["裁量：减轻"]),
        (CaseFile(facts={"discretion_grade": "一般"}), []),
    ],
)
def test_flags_for_whoever_signs(case: CaseFile, shown: list[str]) -> None:
    assert flags(case) == shown


def client(world: World, role: str) -> Client:
    officer = world.people["luoyang"][role]
    made = Client()
    made.force_login(Account.objects.get(officer=officer))
    return made


def test_the_head_sees_cards_with_both_answers_and_the_numbers(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = client(world, "head").get("/work/")
    text = page.content.decode()
    stream = world.cases["filing"]
    assert "待我签批" in text
    assert f"/work/cases/{stream}/do/approve_filing/" in text
    assert f"/work/cases/{stream}/do/refuse_filing/" in text
    assert "/work/figures/" in text
    assert len(asked) <= 30
    shown = client(world, "head").get("/work/figures/").content.decode()
    for name in ("公示及时率", "撤下及时率", "法制审核率", "审核及时率", "归档及时率"):
        assert name in shown


def test_what_waits_beyond_the_first_is_said_and_listed(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        theatre.played(before="approve_filing")
    head, shown = Client(), []
    head.force_login(theatre.account("head"))
    for most, every in ((1, 200), (200, 200), (1, 2)):
        monkeypatch.setattr(home, "WAITS", most)
        monkeypatch.setattr(home, "ALL_WAITS", every)
        for place in ("/work/", "/work/?waits=all"):
            page = head.get(place)
            waits = len(page.context["ready"]) + len(page.context["blocked"])
            text = page.content.decode()
            shown.append((waits, "还有更多" in text, "列出全部等着办的" in text, "只列出最早到期的 2 件" in text))
    whole = shown[1][0]
    assert whole > 2
    assert shown == [
        (1, True, True, False), (whole, False, False, False), (whole, False, False, False), (whole, False, False, False),
        (1, True, True, False), (2, True, False, True),
    ]  # fmt: skip


def test_nobody_else_has_the_numbers(world: World) -> None:
    for role in ("zhang", "reviewer", "publisher"):
        assert "/work/figures/" not in client(world, role).get("/work/").content.decode()
        assert client(world, role).get("/work/figures/").status_code == 403


def test_what_cannot_be_signed_stands_apart_with_its_clause(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the party may still be heard the head has nothing to press; the clause and the day say why."""
    told = theatre.played(before="decide")
    reader = reader_of(theatre.account("head"))
    waits = [found for found in desk.waits_for(reader, "head", 500) if str(found[1].stream) == told.stream]
    records = {told.stream: theatre.events(told)}
    at = told.at + timedelta(hours=1)
    (waiting,) = judging.judged(theatre.connection, theatre.book, waits, reader.officer, at, records)
    assert (waiting.wait.act, waiting.option.open) == ("decide", False)
    card = desk.card(waiting, theatre.book.on("luoyang", at.date()), at.date())
    assert {reason.clause for reason, _ in card.blocked} & {"PL-44", "PL-62"}
    assert all(reason.law and reason.text for reason, _ in card.blocked)
    assert card.summary
    assert "return_draft" in {act.id for act in card.instead}, "he need not wait to send it back"
    head = signed_in(theatre, "head")
    monkeypatch.setattr(home, "WAITS", 500)
    monkeypatch.setattr(home.timezone, "now", lambda: at)
    page = head.get("/work/").content.decode()
    assert "现在不能签" in page
    assert f'href="/work/cases/{told.stream}/do/return_draft/"' in page.split("现在不能签")[1]


def test_a_draft_that_may_not_be_sent_back_has_no_button_for_it(theatre: Theatre) -> None:
    """While it is reviewed, and once it was sent back and not presented again."""
    for before in ("conclude_review", "decide"):
        told = theatre.played(before=before)
        if before == "decide":
            assert theatre.tries(told, "decide", act="return_draft", facts={"draft_return_reason": "补充证据"}).done
        waits = WaitRow.objects.filter(stream=told.stream, act="decide")
        rules = theatre.book.on("luoyang", told.at.date())
        reader, row = reader_of(theatre.account("head")), CaseRow.objects.get(stream=told.stream)
        wait = waits.first() or WaitRow(stream=told.stream, act="decide", act_name="", post="head", since=told.at)
        (waiting,) = judging.judged(
            theatre.connection, theatre.book, [(wait, row)], reader.officer, told.at + timedelta(days=2),
            {told.stream: theatre.events(told)},
        )  # fmt: skip
        assert not waiting.option.open
        assert "return_draft" not in {act.id for act in desk.card(waiting, rules, told.at.date()).instead}


def signed_in(theatre: Theatre, role: str) -> Client:
    made = Client()
    made.force_login(theatre.account(role))
    return made


def test_a_draft_of_no_penalty_waits_for_the_head(theatre: Theatre) -> None:
    """Not for a notice, which nobody is owed (PL-44), nor for a penalty."""
    told = theatre.played("lenient", before="decide_no_penalty")
    reader = reader_of(theatre.account("head"))
    found = [one for one in desk.waits_for(reader, "head", 500) if str(one[1].stream) == told.stream]
    at = told.at + timedelta(hours=1)
    records = {told.stream: theatre.events(told)}
    (waiting,) = judging.judged(theatre.connection, theatre.book, found, reader.officer, at, records)
    assert (waiting.wait.act, waiting.option.open) == ("decide_no_penalty", True)
    assert [row.act for row in WaitRow.objects.filter(stream=told.stream, act__in=["decide", "give_notice"])] == []
