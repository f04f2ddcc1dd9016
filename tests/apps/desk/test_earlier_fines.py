"""One act, one fine (《行政处罚法》第二十九条): earlier fines of a party stand beside the draft and the decision, somebody
judges whether they are for the same act, and a second fine for it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanxiang.casework.commands import handle
from sanxiang.config import demo
from tests.apps.desk.test_budgets import QUERIES_MAX
from tests.support.theatre import Theatre, own_party

pytestmark = pytest.mark.clauses("PL-29")
STEP = "conclude_investigation"


def page(theatre: Theatre, told: demo.Told, act: str = STEP, role: str = "zhang") -> str:
    client = Client()
    client.force_login(theatre.account(role, told.agency))
    return str(client.get(f"/work/cases/{told.stream}/do/{act}/").content.decode())


def fined(theatre: Theatre, fill: dict[str, Any], **case: Any) -> demo.Told:
    return theatre.played("ordinary", start="2026-03-02", fill=fill, before="serve_decision", **case)


def answered(theatre: Theatre, told: demo.Told, answer: bool) -> None:
    judged = theatre.command(
        told, STEP, act="answer_judgement", files=(), link="", facts={"judgement_reason": "对照过时间、地点、批次。"},
        extra={"judgement": "same_act", "answer": answer},
    )  # fmt: skip
    assert handle(theatre.connection, theatre.book, judged, at=told.at + timedelta(hours=1)).done


def test_a_fine_of_another_department_is_shown_and_asked_about(theatre: Theatre) -> None:
    fill = own_party("ordinary")
    first = fined(theatre, fill, cast="luoyang2")
    number = theatre.events(first)[-1].event.documents[0]["number"]
    told = theatre.played("ordinary", start="2026-04-13", fill=fill, before=STEP)
    asked = theatre.tries(told, STEP)
    assert not asked.done
    assert [one.id for one in asked.verdict.questions] == ["same_act"]
    html = page(theatre, told)
    assert number in html
    assert "日期相近" in html
    assert f"/work/cases/{first.stream}/" not in html, "another department's case is named and not opened"
    client = Client()
    client.force_login(theatre.account("zhang"))
    sent = {"sanctions.0.kind": "罚款", "sanctions.0.amount": "1000", "violation_ended_on": "2026-04-03"}
    posted = client.post(f"/work/cases/{told.stream}/do/{STEP}/", sent)
    assert posted.status_code == 422
    assert 'name="judge.same_act"' in posted.content.decode()
    answered(theatre, told, answer=True)
    refused = theatre.tries(told, STEP)
    assert [reason.clause for reason in refused.verdict.reasons] == ["PL-29"]
    no_fine = theatre.command(told, STEP)
    no_fine = replace(no_fine, facts={**no_fine.facts, "sanctions": [{"kind": "警告", "text": "警告"}]})
    assert handle(theatre.connection, theatre.book, no_fine, at=told.at + timedelta(days=1)).done
    known = theatre.events(told)[-1].event.facts["earlier_fines"]
    assert [row["number"] for row in known] == [number]


def test_a_fine_that_comes_after_the_draft_is_asked_about_at_the_decision(theatre: Theatre) -> None:
    fill = own_party("ordinary")
    told = theatre.played("ordinary", start="2026-03-16", fill=fill, before="decide")
    assert "同一当事人先前的罚款" not in page(theatre, told, "decide", "head")
    first = fined(theatre, fill)
    assert first.at < told.at + timedelta(days=12)
    asked = theatre.tries(told, "decide", after=timedelta(days=12))
    assert [one.id for one in asked.verdict.questions] == ["same_act"]
    with CaptureQueriesContext(theatre.connection) as counted:
        assert "日期相近" in page(theatre, told, "decide", "head")
    assert len(counted) <= QUERIES_MAX, "what is known of other cases costs the page no query for each"
    answered(theatre, told, answer=False)
    assert theatre.tries(told, "decide", after=timedelta(days=12)).done
    known = [one.event.facts for one in theatre.events(told) if one.event.act == "answer_judgement"][-1]
    assert len(known["earlier_fines"]) == 1, "the answer keeps what was before whoever gave it"


def test_what_is_typed_never_counts_and_another_party_is_not_asked(theatre: Theatre) -> None:
    told = theatre.played("ordinary", start="2026-04-13", before=STEP)
    command = theatre.command(told, STEP)
    forged = [{"number": "伪造〔2026〕1号", "agency": "x", "decided_on": "2026-04-01", "fine": "罚款1元"}]
    command = replace(command, facts={**command.facts, "earlier_fines": forged})
    done = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=1))
    assert done.done
    assert "earlier_fines" not in done.case.facts


def test_a_revoked_fine_is_none(theatre: Theatre) -> None:
    fill = own_party("ordinary")
    first = fined(theatre, fill)
    revoked = theatre.command(
        first, STEP, act="revoke", officer=theatre.who(first, "head"), officers=(), files=(), link="",
        facts={"revoked_cause": "撤销", "revoked_by": "演示区人民政府（演示）", "revoked_on": first.at.date().isoformat()},
    )  # fmt: skip
    assert handle(theatre.connection, theatre.book, revoked, at=first.at + timedelta(days=1)).done
    told = theatre.played("ordinary", start="2026-04-27", fill=fill, before=STEP)
    assert "同一当事人先前的罚款" not in page(theatre, told)
    assert theatre.tries(told, STEP).done


def test_of_another_agency_only_what_it_published(theatre: Theatre) -> None:
    theatre.everywhere()
    fill = own_party("ordinary")
    other = theatre.begin("ordinary", start="2026-03-02", agency="wuding", fill=fill)
    theatre.go_on(other, "prepare_publication")
    told = theatre.played("ordinary", start="2026-04-27", fill=fill, before=STEP)
    assert "同一当事人先前的罚款" not in page(theatre, told)
    theatre.go_on(other, "carry_out")
    html = page(theatre, told)
    assert "同一当事人先前的罚款" in html
    assert "武定县市场监督管理局" in html
    assert [one.id for one in theatre.tries(told, STEP).verdict.questions] == ["same_act"]
