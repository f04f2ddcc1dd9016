"""The page of a case says why it is under legal review or not: every criterion with its clause and its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sanxiang.casework.commands import Command, handle
from sanxiang.config import demo
from tests.support.theatre import Theatre

pytestmark = [pytest.mark.journeys("review.scope")]


def page(theatre: Theatre, told: demo.Told, agency: str = "luoyang") -> Any:
    browser = Client()
    browser.force_login(theatre.account("head", agency))
    return browser.get(f"/work/cases/{told.stream}/")


@pytest.mark.clauses("LY-34")
def test_luoyang_says_which_criterion_brings_it_in(theatre: Theatre) -> None:
    told = theatre.played(before="submit_review")
    shown = page(theatre, told)
    scope = shown.context["scope"]
    assert scope.answer == "in"
    assert "一般程序的处罚决定" in {line.say for line in scope.inside}
    assert any("三(三)2" in line.law for line in scope.inside)
    text = shown.content.decode()
    assert "法制审核范围" in text
    assert "属于，应当法制审核" in text
    assert {line.say for line in (*scope.inside, *scope.open, *scope.outside)} == {line.say for line in scope.lines}
    assert any("听证" in line.say for line in scope.outside)
    assert any("须核定" in amount for amount in scope.amounts)


@pytest.mark.clauses("WD-20")
def test_wuding_first_asks_then_is_out_then_in(theatre: Theatre) -> None:
    told_too = {"remedy_procedure_told": True, "remedy_channel_told": True}
    told = theatre.begin(agency="wuding", facts={"inspect": told_too}, without=[f"judge{n}" for n in range(1, 7)])
    theatre.go_on(told, before="conclude_investigation")
    before = page(theatre, told, "wuding").context["scope"]
    assert before.answer == "open"
    assert {question for line in before.open for question in line.questions} >= {"本案案情是否疑难复杂？"}
    theatre.go_on(told, before="submit_review")
    for name in SIX:
        judge(theatre, told, name, answer=False)
    assert page(theatre, told, "wuding").context["scope"].answer == "out"
    assert "不属于，不必法制审核" in page(theatre, told, "wuding").content.decode()
    judge(theatre, told, "social_risk", answer=True)
    after = page(theatre, told, "wuding").context["scope"]
    assert (after.answer, [line.say for line in after.inside]) == ("in", ["可能引发社会风险"])


SIX = (
    "major_public_interest", "major_social_effect", "social_risk", "major_rights", "complex", "several_relations",
)  # fmt: skip


def judge(theatre: Theatre, told: demo.Told, name: str, *, answer: bool) -> None:
    judged = Command(
        act="answer_judgement", officer=theatre.who(told, "unit"), stream=told.stream,
        facts={"judgement_reason": "演示"}, extra={"judgement": name, "answer": answer},
    )  # fmt: skip
    assert handle(theatre.connection, theatre.book, judged, at=told.at + timedelta(hours=1)).done
