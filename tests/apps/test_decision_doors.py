"""No decision, and no number, without a passed review of that very draft: every door is tried and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from sanxiang.casework.commands import Answer, Command, VersionConflict, handle, preflight
from sanxiang.casework.scenario import load_scenario
from sanxiang.config import demo
from sanxiang.interchange.keys import give
from sanxiang.store.rulebooks.library import default_folder
from tests.support.theatre import Theatre

LATER = timedelta(days=20)
REVIEW = {"LY-30", "PL-58"}
SCENARIO = default_folder() / "dongxihu" / "three-systems" / "scenarios" / "review-of-benefit.yaml"
BENEFIT = {"category": "给付", "procedure": "benefit", "department": "public_legal"}
FORGED = ("review", "bound", "review_due", "passes", "number")
pytestmark = [pytest.mark.clauses("LY-30", "PL-58"), pytest.mark.journeys("review.every-door")]


def clauses(answer: Answer) -> set[str]:
    return {reason.clause for reason in answer.verdict.reasons}


def standing(told: demo.Told) -> tuple[int, int]:
    """How many events the case has, and how many numbers were ever given."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM record.event WHERE stream = %s), (SELECT coalesce(sum(last), 0) FROM"
            " record.series)",
            [told.stream],
        )
        row = cursor.fetchone()
    return int(row[0]), int(row[1])


@contextmanager
def nothing_written(told: demo.Told) -> Iterator[None]:
    before = standing(told)
    yield
    assert standing(told) == before


@pytest.fixture
def unreviewed(theatre: Theatre) -> demo.Told:
    """The draft stands and the party was told; nobody reviewed it."""
    return theatre.played(before="submit_review")


@pytest.fixture
def ready(theatre: Theatre) -> demo.Told:
    """Everything before the decision is done."""
    return theatre.played(before="decide")


def decides(theatre: Theatre, told: demo.Told, **changes: Any) -> Answer:
    return theatre.tries(told, "decide", after=LATER, **changes)


# ── the service ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_service_before_any_review(theatre: Theatre, unreviewed: demo.Told) -> None:
    with nothing_written(unreviewed):
        answer = decides(theatre, unreviewed)
    assert not answer.done
    assert clauses(answer) >= REVIEW
    (reason,) = (reason for reason in answer.verdict.reasons if reason.clause == "LY-30")
    assert reason.fix == "submit_review"
    assert "法制审核意见（尚未送审）" in reason.missing


def test_a_decision_not_to_punish_needs_the_review_too(theatre: Theatre) -> None:
    told = theatre.played("lenient", before="submit_review")
    with nothing_written(told):
        answer = theatre.tries(told, "decide_no_penalty", after=LATER)
    assert clauses(answer) >= REVIEW


def test_service_while_the_review_is_open(theatre: Theatre) -> None:
    told = theatre.played(before="conclude_review")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= REVIEW
    assert any("审核还没有结束" in missing for reason in answer.verdict.reasons for missing in reason.missing)


@pytest.mark.parametrize("name", FORGED)
def test_service_with_a_forged_field(theatre: Theatre, unreviewed: demo.Told, name: str) -> None:
    another = theatre.played(before="decide")
    passed = next(event for event in theatre.events(another) if event.kind == "review.concluded")
    forged: dict[str, Any] = {
        "review": passed.id,
        "bound": passed.event.bound,
        "review_due": False,
        "passes": True,
        "number": "洛市监演罚决字〔2026〕1号",
    }
    for extra in ({name: forged[name]}, forged):
        with nothing_written(unreviewed):
            answer = decides(theatre, unreviewed, extra=extra)
        assert not answer.done
        assert name in answer.problems
        assert clauses(answer) >= REVIEW


@pytest.mark.parametrize("name", FORGED)
def test_forged_fields_are_refused_though_all_else_is_in_order(theatre: Theatre, ready: demo.Told, name: str) -> None:
    with nothing_written(ready):
        answer = decides(theatre, ready, extra={name: True})
    assert not answer.done
    assert set(answer.problems) == {name}


def test_the_checklist_says_the_same_and_writes_nothing(theatre: Theatre, unreviewed: demo.Told) -> None:
    command = theatre.command(unreviewed, "decide")
    with nothing_written(unreviewed):
        told = preflight(theatre.connection, theatre.book, command, at=unreviewed.at + LATER)
    assert told.verdict.outcome == "refused"
    assert clauses(told) == clauses(decides(theatre, unreviewed))


def test_in_order_it_is_decided_once_with_the_review_named(theatre: Theatre, ready: demo.Told) -> None:
    answer = decides(theatre, ready)
    assert answer.done
    made = answer.events[0].event
    passed = next(event for event in theatre.events(ready) if event.kind == "review.concluded")
    assert (made.review, made.review_due) == (passed.id, True)
    assert made.number == made.documents[0]["number"] != ""
    with nothing_written(ready):
        again = decides(theatre, ready)
    assert not again.done
    assert "decide/once" in {reason.code for reason in again.verdict.reasons}


# ── what voids a review ──────────────────────────────────────────────────────────────────────────────────────────────


CHANGES = {
    "事实": {"violation_facts": "改写后的违法事实，与送审时不同。"},
    "证据": {"evidence_list": [{"number": "1", "name": "另一份证据", "proves": "别的事实"}]},
    "依据": {"legal_basis": [{"law": "另一部法律（演示引用，须核定）", "article": "第一条"}]},
    "处理": {"sanctions": [{"kind": "罚款", "amount": 900000, "text": "处罚款人民币九千元"}]},
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_changed_draft_voids_the_review(theatre: Theatre, part: str) -> None:
    told = theatre.played("ordinary", before="decide")
    facts = {"draft_change_reason": "审核之后改动", **CHANGES[part]}
    change = replace(theatre.command(told, "inspect"), act="change_draft", facts=facts)
    changed = handle(theatre.connection, theatre.book, change, at=told.at + timedelta(days=1))
    assert changed.done, changed.verdict.reasons
    told.at += timedelta(days=1)
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= REVIEW
    assert any("审核后已变更" in text or "变更后" in text for r in answer.verdict.reasons for text in r.missing)


@pytest.mark.parametrize("part", CHANGES)
def test_a_decision_other_than_the_draft_is_refused(theatre: Theatre, ready: demo.Told, part: str) -> None:
    facts = {**theatre.command(ready, "decide").facts, **CHANGES[part]}
    with nothing_written(ready):
        answer = decides(theatre, ready, facts=facts)
    assert not answer.done
    assert clauses(answer) >= REVIEW


@pytest.mark.clauses("LY-37")
def test_an_adverse_opinion(theatre: Theatre) -> None:
    told = theatre.played("corrected", before="change_draft")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= {"PL-58", "LY-37"}


def test_after_the_defence_the_reviewer_confirms_first(theatre: Theatre) -> None:
    told = theatre.played("defended", before="confirm_review")
    with nothing_written(told):
        answer = decides(theatre, told)
    assert not answer.done
    assert any("审核人员的确认" in text for reason in answer.verdict.reasons for text in reason.missing)
    theatre.step(told)
    assert decides(theatre, told).done


# ── reported facts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reported_decision_is_recorded_with_its_breach_and_gets_no_number(
    theatre: Theatre, unreviewed: demo.Told
) -> None:
    events, numbers = standing(unreviewed)
    answer = decides(theatre, unreviewed, report=True, occurred_at=unreviewed.at + timedelta(days=2))
    assert answer.done
    recorded = answer.events[0]
    assert {breach["clause"] for breach in recorded.breaches} >= REVIEW
    assert (recorded.event.number, recorded.event.documents, recorded.event.review) == ("", (), "")
    assert recorded.event.review_due
    assert standing(unreviewed) == (events + 1, numbers)
    assert answer.case.decision is not None
    assert answer.case.decision_number == ""


def test_a_reported_decision_in_order_gets_its_number(theatre: Theatre, ready: demo.Told) -> None:
    answer = decides(theatre, ready, report=True, occurred_at=ready.at + timedelta(days=12))
    assert answer.done
    assert answer.events[0].breaches == ()
    assert answer.case.decision_number


def test_reporting_opens_no_way_to_a_number(theatre: Theatre, unreviewed: demo.Told) -> None:
    with nothing_written(unreviewed):
        answer = decides(theatre, unreviewed, report=True, extra={"number": "洛市监演罚决字〔2026〕1号"})
    assert not answer.done


# ── other jurisdictions ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.clauses("WD-18")
def test_refused_at_wuding_by_its_own_clause(theatre: Theatre) -> None:
    told_too = {"remedy_procedure_told": True, "remedy_channel_told": True}
    told = theatre.played(before="submit_review", agency="wuding", facts={"inspect": told_too})
    judged = Command(
        act="answer_judgement",
        officer=theatre.who(told, "unit"),
        stream=told.stream,
        facts={"judgement_reason": "事实争议大（演示）"},
        extra={"judgement": "complex", "answer": True},
    )
    assert handle(theatre.connection, theatre.book, judged, at=told.at + timedelta(hours=1)).done
    with nothing_written(told):
        answer = decides(theatre, told)
    assert clauses(answer) >= {"WD-18", "PL-58"}


@pytest.mark.clauses("DXH-19")
def test_refused_at_dongxihu_by_its_own_clause(theatre: Theatre) -> None:
    """A grant there, for a penalty is not its matter: the scenario of the regulation, on the real record."""
    people = theatre.people["dongxihu"]
    known = {"zhang": people["officer"], "li": people["officer2"]}
    told = theatre.begin(agency="dongxihu")
    for step in load_scenario(SCENARIO).steps:
        command = Command(
            act=step.act,
            officer=known.get(step.by) or people[step.by],
            stream=told.stream,
            facts=step.facts,
            officers=tuple(known[name] for name in step.officers),
            opening={} if told.stream else BENEFIT,
            extra=step.extra,
        )
        if step.act == "submit_review":
            break
        answer = handle(theatre.connection, theatre.book, command, at=step.at)
        assert answer.done, answer.verdict.reasons
        told.stream = answer.stream
    with nothing_written(told):
        unlawful = replace(command, act="decide", officer=people["head"], facts={"decision_reasons": "符合条件"})
        answer = handle(theatre.connection, theatre.book, unlawful, at=step.at)
    assert not answer.done
    assert "DXH-19" in clauses(answer)


# ── two at one instant ───────────────────────────────────────────────────────────────────────────────────────────────


def test_two_requests_at_one_instant_make_one_decision(theatre: Theatre, ready: demo.Told) -> None:
    command = theatre.command(ready, "decide")
    together = Barrier(2)
    events, numbers = standing(ready)

    def decide(expected: int | None) -> Any:
        connection = connections["default"]
        try:
            connection.ensure_connection()
            together.wait()
            answer = handle(connection, theatre.book, replace(command, expected=expected), at=ready.at + LATER)
        except VersionConflict as conflict:
            return conflict
        finally:
            connection.close()
        return answer

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(decide, (None, events)))
    made = [one for one in outcomes if isinstance(one, Answer) and one.done]
    assert len(made) == 1
    assert standing(ready)[0] == events + 1
    (other,) = (one for one in outcomes if one is not made[0])
    assert isinstance(other, VersionConflict) or "decide/once" in {reason.code for reason in other.verdict.reasons}
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record.decision_number WHERE stream = %s", [ready.stream])
        assert cursor.fetchone() == (1,)
    assert standing(ready)[1] == numbers + 1, "one of its papers has a number"


def test_a_review_lost_between_judging_and_writing(theatre: Theatre, ready: demo.Told) -> None:
    """Who saw the case before the draft was changed cannot decide on what he saw."""
    seen = standing(ready)[0]
    facts = {"draft_change_reason": "审核之后改动", **CHANGES["处理"]}
    change = replace(theatre.command(ready, "inspect"), act="change_draft", facts=facts)
    assert handle(theatre.connection, theatre.book, change, at=ready.at + timedelta(days=1)).done
    with nothing_written(ready), pytest.raises(VersionConflict):
        decides(theatre, ready, expected=seen)


# ── the interface ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def head(theatre: Theatre) -> dict[str, str]:
    """Headers with the key of an account of the head of the agency."""
    return key_of(theatre, "head")


def key_of(theatre: Theatre, role: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": "Bearer " + give(theatre.account(role), "演示", days=1, at=timezone.now())}


def post(told: demo.Told, head: dict[str, str], body: dict[str, Any], more: str = "") -> Any:
    address = f"/api/v1/cases/{told.stream}/acts/decide{more}"
    return Client().post(address, json.dumps(body), content_type="application/json", **head)


def body_of(theatre: Theatre, told: demo.Told, **more: Any) -> dict[str, Any]:
    return {"facts": dict(theatre.command(told, "decide", report=bool(more.get("report"))).facts), **more}


def test_interface_refuses_with_the_clauses(theatre: Theatre, unreviewed: demo.Told, head: dict[str, str]) -> None:
    with nothing_written(unreviewed):
        answered = post(unreviewed, head, body_of(theatre, unreviewed))
    assert answered.status_code == 409
    told = answered.json()
    assert {reason["clause"] for reason in told["reasons"]} >= REVIEW
    assert (told["events"], told["documents"]) == ([], [])
    with nothing_written(unreviewed):
        listed = post(unreviewed, head, body_of(theatre, unreviewed), "/preflight")
    assert listed.status_code == 200
    assert listed.json()["reasons"] == told["reasons"]


@pytest.mark.parametrize("name", FORGED)
def test_interface_refuses_forged_fields(theatre: Theatre, ready: demo.Told, head: dict[str, str], name: str) -> None:
    with nothing_written(ready):
        inside = post(ready, head, body_of(theatre, ready, extra={name: True}))
        outside = post(ready, head, body_of(theatre, ready, **{name: True}))
    assert (inside.status_code, outside.status_code) == (422, 422)


def test_interface_reports_without_a_number(theatre: Theatre, unreviewed: demo.Told, head: dict[str, str]) -> None:
    numbers = standing(unreviewed)[1]
    answered = post(unreviewed, head, body_of(theatre, unreviewed, report=True))
    assert answered.status_code == 200
    assert answered.json()["documents"] == []
    assert standing(unreviewed)[1] == numbers


def test_interface_without_a_key_or_with_another_post(theatre: Theatre, ready: demo.Told) -> None:
    with nothing_written(ready):
        assert post(ready, {}, body_of(theatre, ready)).status_code == 401
        answered = post(ready, key_of(theatre, "zhang"), body_of(theatre, ready))
    assert answered.status_code == 409
    assert "decide/post" in {reason["code"] for reason in answered.json()["reasons"]}


def test_interface_decides_what_is_in_order(theatre: Theatre, ready: demo.Told, head: dict[str, str]) -> None:
    answered = post(ready, head, body_of(theatre, ready))
    assert answered.status_code == 200, answered.json()
    assert [bool(paper["number"]) for paper in answered.json()["documents"]] == [True, False], "decision and approval"


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_page_refuses_with_the_clauses(theatre: Theatre, unreviewed: demo.Told) -> None:
    browser = Client()
    browser.force_login(theatre.account("head"))
    facts = theatre.command(unreviewed, "decide").facts
    with nothing_written(unreviewed):
        page = browser.post(f"/work/cases/{unreviewed.stream}/do/decide/", dict(facts))
    text = page.content.decode()
    assert page.status_code in (200, 409, 422)
    assert "第五十八条" in text
    assert "没有经过法制审核，不得作出决定" in text
