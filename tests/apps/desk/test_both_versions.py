"""The law changed between the act and the draft: both stand beside each other on the page, and nothing is drafted before
somebody chose (《行政处罚法》第三十七条)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from sanxiang.casework.commands import handle
from sanxiang.config import demo
from sanxiang.core.events.page import LawChanged
from sanxiang.core.values import CHINA
from tests.support.theatre import Theatre

LAW = "两个版本对照条例（演示）"
CHOICE = {
    "applied_rule": "行为时的规定（现在的规定不较轻）",
    "applied_rule_reason": "修改以后的罚款较重，适用行为时的规定。",
}


@pytest.mark.clauses("PL-37")
def test_both_versions_are_shown_and_the_choice_is_asked_for_at_the_draft(theatre: Theatre) -> None:
    told = theatre.played("ordinary", before="conclude_investigation", start="2026-03-02", fill={"law": LAW})
    people, at = theatre.people["luoyang"], datetime(2026, 3, 3, 9, tzinfo=CHINA)
    facts = {"law_name": LAW, "law_change": "修改", "law_effective": date(2026, 3, 3).isoformat()}
    command = demo.RegisterCommand(
        kind="agency", stream=people[""], agency=people[""], officer=people["reviewer"],
        entries=(demo.Entry(event=LawChanged(facts=facts), occurred_at=at),),
    )  # fmt: skip
    demo.enter(theatre.connection, theatre.book, command, at)
    refused = theatre.tries(told, "conclude_investigation")
    assert {reason.clause for reason in refused.verdict.reasons} == {"PL-37"}
    officer = Client()
    officer.force_login(theatre.account("zhang"))
    place = f"/work/cases/{told.stream}/do/conclude_investigation/"
    sent = {"legal_basis.0.law": LAW, "legal_basis.0.article": "第一条"}
    page = officer.post(place, sent)
    assert page.status_code == 422
    html = page.content.decode()
    assert "行为时和现在的规定" in html
    assert f"《{LAW}》自 2026年3月3日 起修改" in html
    assert 'name="applied_rule"' in html
    drafted = theatre.command(told, "conclude_investigation")
    drafted = replace(drafted, facts={**drafted.facts, **CHOICE})
    assert handle(theatre.connection, theatre.book, drafted, at=told.at + timedelta(days=1)).done
    other = officer.get(f"/work/cases/{told.stream}/do/give_notice/").content.decode()
    assert 'name="applied_rule"' not in other


def test_a_case_whose_law_did_not_change_is_asked_nothing(theatre: Theatre) -> None:
    told = theatre.played("ordinary", before="conclude_investigation", start="2026-03-02")
    officer = Client()
    officer.force_login(theatre.account("zhang"))
    html = officer.get(f"/work/cases/{told.stream}/do/conclude_investigation/").content.decode()
    assert "行为时和现在的规定" not in html
    assert 'name="applied_rule"' not in html
