"""Publicity periods: the class is proposed and confirmed with the decision, the notice is served with it, and what was
public for its whole term goes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from sanxiang.casework.commands import handle, preflight
from sanxiang.casework.models import StoryLeft
from sanxiang.core.casefile import fold
from sanxiang.core.gates import publicity
from sanxiang.core.values import CHINA
from sanxiang.three_systems.disclosure import expiring
from sanxiang.three_systems.disclosure.models import Published
from sanxiang.three_systems.recording.documents import catalogue
from sanxiang.three_systems.recording.gathering import registers_of
from sanxiang.three_systems.recording.papers import paper_data, papers_of
from tests.support.theatre import Theatre

REASON = "罚款数额不大，没有没收，参照同类案件"


def decided(theatre: Theatre, **facts: Any) -> Any:
    """A case after the classes came into force, just before its decision, and the command of the decision."""
    told = theatre.played(before="decide", start="2026-05-06")
    command = theatre.command(told, "decide")
    return told, theatre.command(told, "decide", facts={**command.facts, **facts})


def test_each_class_is_proposed_from_kind_amount_and_procedure(theatre: Theatre) -> None:
    told = theatre.played(before="decide", start="2026-05-06")
    rules = theatre.book.on("luoyang", date(2026, 6, 1))
    case = fold(theatre.events(told))

    def of(procedure: str, *lines: dict[str, Any]) -> str:
        other = case.copied()
        other.procedure, other.facts["sanctions"] = procedure, list(lines)
        bound = publicity.proposed_of(rules, other)
        return bound.rule.name if bound else ""

    fine = {"kind": "罚款", "amount": 100_000}
    assert of("penalty.summary", fine) == "轻微"
    assert of("penalty.ordinary", {"kind": "警告"}) == "轻微"
    assert of("penalty.ordinary", {"kind": "警告"}, fine) == "", "left to a person"
    assert of("penalty.ordinary", fine) == ""
    assert of("penalty.ordinary", {"kind": "罚款", "amount": 1_000_000_000}) == "一般"
    assert of("penalty.ordinary", {"kind": "没收违法所得", "amount": 1}) == "一般"
    assert of("penalty.ordinary", {"kind": "吊销许可证件"}, {"kind": "没收违法所得", "amount": 1}) == "严重"
    before = theatre.book.on("luoyang", date(2026, 3, 31))
    assert before.publicity == (), "before 1 April 2026 there were other rules"
    ends = publicity.term(rules, "严重", date(2026, 6, 1))
    assert ends is not None
    assert (ends.least, ends.most) == (date(2027, 6, 1), date(2029, 6, 1))
    usual = publicity.term(rules, "一般", date(2026, 6, 1))
    assert usual is not None
    assert (usual.least, usual.most) == (date(2026, 9, 1), date(2027, 6, 1))
    light = publicity.term(rules, "轻微", date(2026, 6, 1))
    assert light is not None
    assert (light.least, light.most) == (None, date(2026, 9, 1))


def test_another_class_than_proposed_needs_its_reason(theatre: Theatre) -> None:
    told, command = decided(theatre, credit_class="严重")
    verdict = preflight(theatre.connection, theatre.book, command, at=theatre.moment(told)).verdict
    assert any(reason.clause == "CR-1" and "分类的理由" in reason.missing for reason in verdict.reasons)
    _, command = told, theatre.command(told, "decide", facts={**command.facts, "credit_class_reason": REASON})
    assert preflight(theatre.connection, theatre.book, command, at=theatre.moment(told)).verdict.allowed


@pytest.mark.journeys("credit.repair-notice")
def test_the_notice_of_repair_is_made_with_the_decision_and_served_with_it(theatre: Theatre) -> None:
    told, command = decided(theatre, credit_class="一般", credit_class_reason=REASON)
    at = theatre.moment(told)
    answer = handle(theatre.connection, theatre.book, command, at=at)
    assert answer.done
    event = answer.events[-1]
    assert event.event.facts["credit_class_reason"] == REASON, "who judged, and why, stands on the record"
    assert [paper["template"] for paper in event.event.documents][-1] == "credit_repair_notice"
    told.at, told.done = at, told.done + 1
    theatre.step(told)
    events = theatre.events(told)
    rules = theatre.book.on("luoyang", at.astimezone(CHINA).date())
    registers = registers_of(theatre.connection, events)
    notice = next(one for one in papers_of(events) if one.template == "credit_repair_notice")
    data = paper_data(notice, events, rules, registers, demo=True)
    assert catalogue().missing("credit_repair_notice", data) == {}
    day = at.astimezone(CHINA).date()
    assert f"{day.year}年{day.month + 3}月{day.day}日届满" in data["document"]["public_least"]
    assert f"{day.year + 1}年{day.month}月{day.day}日届满" in data["document"]["public_most"]
    receipt = next(one for one in papers_of(events) if one.template == "service_receipt" and one.seq == events[-1].seq)
    served = paper_data(receipt, events, rules, registers, demo=True)["lists"]["served"]
    assert [one["title"] for one in served] == ["行政处罚决定书", "信用修复告知书"]


def test_the_page_of_the_decision_brings_the_proposal_and_says_who_decides(theatre: Theatre) -> None:
    told = theatre.played(
        before="decide", start="2026-08-03",
        facts={"conclude_investigation": {"sanctions": [{"kind": "没收违法所得", "amount": 10_000, "text": "没收一百元"}]}},
    )  # fmt: skip
    client = Client()
    client.force_login(theatre.account(told.cast.get("head", "head")))
    page = client.get(f"/work/cases/{told.stream}/do/decide/").content.decode()
    assert "建议“一般”" in page
    assert "改选其他分类的写明理由" in page
    assert "<option selected>一般</option>" in page


@pytest.mark.clauses("UR-10")
@pytest.mark.journeys("disclosure.expiry")
def test_the_end_of_the_term_takes_it_down_by_itself(theatre: Theatre) -> None:
    """Gone from page, search, feed, interface and sitemap; a notice in its place; on the record; once."""
    told = theatre.played(start="2024-01-03", facts={"publish": {"public_until": "today+5"}},
                          fill={"party_name": "期满演示商行"})  # fmt: skip
    row = Published.objects.get(pk=told.stream)
    assert row.until is not None
    theatre.connection.close()

    def at(hour: int, minute: int) -> datetime:
        return datetime.combine(row.until, time(hour, minute), CHINA)

    public = Client()
    assert expiring.expire(theatre.connection, at=at(23, 29)) == 0, "the last day is a whole day"
    assert public.get(f"/d/{told.stream}/").status_code == 200
    assert expiring.expire(theatre.connection, at=at(23, 38)) == 1
    assert expiring.expire(theatre.connection, at=at(23, 39)) == 0
    last = theatre.events(told)[-1]
    assert (last.kind, last.event.until, last.actor.name) == ("publication.expired", row.until.isoformat(), "系统")
    assert fold(theatre.events(told)).publication == "expired"
    answer = public.get(f"/d/{told.stream}/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "公示期满" in page
    assert "期满演示商行" not in page
    assert public.get(f"/d/{told.stream}.json").status_code == 410
    for place in ("/search/?q=期满演示商行", "/search.json?q=期满演示商行", "/search.atom?q=期满演示商行"):
        assert told.stream not in public.get(place).content.decode()
    assert told.stream not in public.get(f"/sitemap-{row.published_on:%Y-%m}.xml").content.decode()


def test_a_case_whose_past_is_still_played_does_not_end_before_its_time(theatre: Theatre) -> None:
    """A demonstration that is filled now plays days of years ago: the worker's clock is not that of its cases."""
    told = theatre.played(start="2024-01-03", facts={"publish": {"public_until": "today+5"}})
    until = Published.objects.get(pk=told.stream).until
    assert until is not None
    later = datetime.combine(until + timedelta(days=1), time(9), CHINA)
    left = StoryLeft.objects.create(number=-1, until=later, stream=told.stream, done=1)
    expiring.expire(theatre.connection, at=later)
    assert fold(theatre.events(told)).publication == "published"
    left.delete()
    expiring.expire(theatre.connection, at=later)
    assert fold(theatre.events(told)).publication == "expired"


@pytest.mark.clauses("UR-10")
@pytest.mark.journeys("disclosure.expiry")
def test_a_correction_keeps_what_stood_before(theatre: Theatre) -> None:
    """Updates keep their history: the text before and after stand on the record."""
    told = theatre.played(before="carry_out", start="2024-05-06", fill={"party_name": "更正演示商行"})
    before = fold(theatre.events(told)).public
    command = theatre.command(told, "publish")
    wrong = str(before["违法事实"])[:6]
    fixes = [{"field": "违法事实", "wrong": wrong, "right": f"更正后的{wrong}"}]
    facts = {"correction_note": "更正违法事实的笔误", "correction_fixes": fixes}
    corrected = replace(command, act="correct_publication", facts=facts)
    answer = handle(theatre.connection, theatre.book, corrected, at=told.at + timedelta(days=1))
    assert answer.done, answer.verdict
    assert theatre.events(told)[-1].kind == "publication.corrected"
    published = next(one for one in theatre.events(told) if one.kind == "publication.published")
    assert published.event.public == before
    assert Published.objects.get(pk=told.stream).corrected_on is not None
