"""The approval form of a benefit (行政给付决定审批表): made with the decision from what stands on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sanxiang.casework.commands import Command, handle
from sanxiang.core.values import chinese_date, legal_day
from tests.apps.legal_review_people.people import paper_text


def test_a_granted_benefit_has_its_approval_form_signed_from_the_record(theatre: Any) -> None:
    told = theatre.played("benefit_reviewed", agency="dongxihu", before="serve", start="2026-03-02")
    decided = next(one for one in theatre.events(told) if one.kind == "decision.made")
    assert [paper["title"] for paper in decided.event.documents] == ["行政给付决定书", "行政给付决定审批表"]
    assert decided.event.documents[1]["number"] == "", "it stays inside and takes no number"
    text = paper_text(theatre, told, "benefit_approval")
    review = next(one for one in theatre.events(told) if one.kind == "review.concluded")
    for words in ("行政给付决定审批表", "法律援助补贴", f"法制审核{review.event.outcome}：", "给付金额", "大写："):
        assert words in text, words
    assert "不予给付的理由" not in text
    head = text.split("行政机关负责人意见")[1]
    assert f"签名：{decided.actor.name}{chinese_date(legal_day(decided.occurred_at))}" in head
    assert "谁负责" in text


def test_a_refused_benefit_has_it_with_the_reason(theatre: Any) -> None:
    told = theatre.played("benefit", agency="dongxihu", before="decide", start="2026-03-02")
    people = theatre.people["dongxihu"]
    ground = "申请的案件不属于本区法律援助机构指派"
    command = Command(
        act="decide_refusal", officer=people["head"], stream=told.stream, facts={"refusal_ground": ground},
    )  # fmt: skip
    answer = handle(theatre.connection, theatre.book, command, at=told.at + timedelta(days=2))
    assert answer.done, answer.verdict.reasons
    assert [paper["title"] for paper in answer.events[0].event.documents] == [
        "不予行政给付决定书",
        "行政给付决定审批表",
    ]
    text = paper_text(theatre, told, "benefit_approval")
    assert f"不予给付的理由{ground}" in text
    assert "给付金额" not in text
