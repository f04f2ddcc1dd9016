"""Who answers for what (谁负责): on the page of the case, on the papers of its volume; the head of the handling department
from the registers of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connections

from sanxiang.casework.answering import UNNAMED, parts
from sanxiang.core.casefile import fold
from sanxiang.core.registers import Officer, Post, Registers
from tests.apps.legal_review_people.people import client, paper_text
from tests.law.playing import LIBRARY, Played


@pytest.fixture(scope="module")
def decided(opened_theatre: Any, django_db_blocker: Any) -> Any:
    """A case that an officer submitted himself, decided."""
    with django_db_blocker.unblock():
        told = opened_theatre.played(
            "ordinary", start="2026-03-02", changes={"submit_review": {"by": "a"}}, until="serve_decision"
        )
        sent = next(one for one in opened_theatre.events(told) if one.kind == "review.submitted")
        connections.close_all()
    assert sent.actor.name == "张演示"
    return told


@pytest.mark.clauses("LY-40", "UR-19", "CN-21")
def test_each_decision_says_who_answers_the_head_first(theatre: Any, decided: Any) -> None:
    text = client(theatre, "head").get(f"/work/cases/{decided.stream}/").content.decode()
    part = text.split('id="answering"')[1].split("</section>")[0]
    lines = [line.split("<br>")[0].split("</strong>") for line in part.split("<strong>")[1:]]
    named = {role: " ".join(rest.split()) for role, rest in lines}
    assert next(iter(named)) == "机关负责人"
    assert "第一责任人" in named["机关负责人"]
    assert named["机关负责人"].startswith("郑演示")
    assert named["承办机构负责人"] == "钱演示", "the head of the unit, not the officer who submitted"
    assert named["审核人员"] == "周演示"
    assert "承办人" in named


@pytest.mark.clauses("LY-40", "WD-23", "UR-17")
def test_the_approval_paper_names_who_handled_headed_reviewed_and_decided(theatre: Any, decided: Any) -> None:
    text = paper_text(theatre, decided, "decision_approval")
    assert "行政处罚决定审批表" in text
    told = text.split("谁负责")[1].replace("　", "")
    assert told.startswith("机关负责人（第一责任人）郑演示：")
    for role, name in (
        ("承办机构负责人", "钱演示"),
        ("审核人员", "周演示"),
        ("承办人", "张演示"),
        ("承办人", "李演示"),
    ):
        assert f"{role}{name}：" in told, role
    assert "法制审核同意" in text
    assert "签名：郑演示" in text, "who decided is on the record, and signs"


@pytest.mark.clauses("LY-37", "LY-40")
def test_the_opinion_names_those_who_answer_up_to_it_and_its_reviewer_signs(theatre: Any, decided: Any) -> None:
    text = paper_text(theatre, decided, "review_opinion", role="archivist")
    told = text.split("谁负责")[1].replace("　", "")
    assert "承办机构负责人钱演示：" in told
    assert "审核人员周演示：" in told
    assert "郑演示" not in text, "nobody has decided yet"
    assert "签名：周演示" in text


def test_the_papers_that_leave_the_agency_do_not_say_it(theatre: Any, decided: Any) -> None:
    for template in ("penalty_notice", "penalty_decision"):
        assert "谁负责" not in paper_text(theatre, decided, template), template
    receipt = paper_text(theatre, decided, "service_receipt")
    assert "行政处罚决定书" in receipt
    assert "审批表" not in receipt, "the approval stays inside and is not served"


def test_the_approval_is_not_offered_to_be_served(theatre: Any) -> None:
    told = theatre.played("ordinary", before="serve_decision", start="2026-03-02")
    page = client(theatre, "zhang").get(f"/work/cases/{told.stream}/do/serve/").content.decode()
    offered = page.split('id="link"')[1].split("</select>")[0]
    assert '<option value="decide">行政处罚决定书</option>' in " ".join(offered.split()).replace(" selected", "")
    assert "审批表" not in offered.split('value="decide"')[1].split("</option>")[0]


# ── whom the registers name for the day ──────────────────────────────────────────────────────────────────────────────


def wuding() -> Played:
    """At Wuding the draft was sent by an officer on 2024-08-13 and passed."""
    played = Played("wuding", "conclude_investigation")
    return played.do("submit_review", "2024-08-13T09:00", by="zhang", review_materials=[{"name": "材料"}],
                     review_promise=True).concluded("2024-08-14T09:00")  # fmt: skip


def answering(played: Played, registers: Registers) -> dict[str, str]:
    events = played.performance.events
    rules = LIBRARY.on(played.place, events[-1].occurred_at.date())
    return {("第一" if one.first else "") + one.role: one.who for one in parts(fold(events), events, rules, registers)}


def registers_with(played: Played, *posts: tuple[str, Post]) -> Registers:
    """The registers of the scenario with other holders of the post of the head of a unit."""
    known = played.stage.registers
    officers = {
        name: replace(officer, posts=tuple(held for held in officer.posts if held.post != "unit_head"))
        for name, officer in known.officers.items()
    }
    for name, post in posts:
        one = officers.get(name, Officer(id=name, agency="agency", facts={"officer_name": f"{name}（演示）"}))
        officers[name] = replace(one, posts=(*one.posts, post))
    return replace(known, officers=officers)


@pytest.mark.clauses("WD-23")
def test_at_wuding_the_head_of_the_unit_answers_first() -> None:
    played = wuding()
    found = answering(played, played.stage.registers)
    assert next(iter(found)) == "第一承办机构负责人"
    assert found["第一承办机构负责人"] == "钱演示"
    assert {"审核人员", "承办人"} <= set(found)


@pytest.mark.clauses("WD-23", "LY-40")
def test_who_headed_the_unit_on_that_day_answers_not_who_heads_it_now() -> None:
    played = wuding()
    before = Post("unit_head", "enforcement", date(2020, 1, 1), until=date(2024, 8, 13))
    then = Post("unit_head", "enforcement", date(2024, 8, 13), until=date(2024, 9, 1))
    now = Post("unit_head", "enforcement", date(2024, 9, 1))
    elsewhere = Post("unit_head", "legal", date(2020, 1, 1))
    registers = registers_with(played, ("a", before), ("b", then), ("c", now), ("d", elsewhere))
    assert answering(played, registers)["第一承办机构负责人"] == "b（演示）"
    two = registers_with(played, ("b", then), ("e", then))
    assert answering(played, two)["第一承办机构负责人"] == "b（演示）、e（演示）"


@pytest.mark.clauses("WD-23", "LY-40")
def test_where_the_registers_name_nobody_it_is_said_plainly() -> None:
    played = wuding()
    assert answering(played, registers_with(played))["第一承办机构负责人"] == UNNAMED
    ended = Post("unit_head", "enforcement", date(2020, 1, 1), until=date(2024, 8, 13))
    assert answering(played, registers_with(played, ("a", ended)))["第一承办机构负责人"] == UNNAMED
    gone = registers_with(played, ("a", Post("unit_head", "enforcement", date(2020, 1, 1))))
    gone.officers["a"].left_on = date(2024, 8, 13)
    assert answering(played, gone)["第一承办机构负责人"] == UNNAMED


@pytest.mark.clauses("CN-21")
def test_a_decision_that_no_review_was_due_for_names_the_head_of_its_day() -> None:
    played = Played("changning", "waive_defence", without=("submit_review", "conclude_review"))
    assert played.decide("2024-08-27T09:00").allowed
    assert answering(played, played.stage.registers)["承办机构负责人"] == "钱演示"
