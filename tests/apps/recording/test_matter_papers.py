"""The papers of confirmations, awards, rulings and other powers, made by cases played through the one write path."""

from __future__ import annotations

from typing import Any

import pytest

from sanxiang.core.casefile import fold
from tests.apps.legal_review_people.people import paper_text

STORIES = {
    "confirmation": ("luoyang", "行政确认", "matter_decision", ["行政确认决定书", "行政确认决定审批表"]),
    "award": ("dongxihu", "行政奖励", "matter_decision", ["行政奖励决定书", "荣誉证书", "行政奖励决定审批表"]),
    "ruling": ("luoyang", "行政裁决", "ruling_decision", ["行政裁决书", "行政裁决审批表"]),
    "other": ("dongxihu", "其他行政权力", "matter_decision", ["行政执法事项决定书", "行政执法事项审批表"]),
}
HELD = {
    "confirmation": ("股权出质设立登记", "准予股权出质设立登记", "申请行政复议"),
    "award": ("先进人民调解员奖励", "给予表彰奖励", "大写：壹仟元整", "《人民调解法》第六条"),
    "ruling": (
        "被申请人：洛阳对照五金有限公司（演示）",
        "被申请人答辩：产品的结构与专利不同",
        "经调解没有达成协议",
        "本裁决书",
    ),
    "other": ("考核为合格", "申请行政复议"),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_matter_of_the_demonstration_ends_in_its_archive_with_its_papers(theatre: Any, story: str) -> None:
    agency, category, template, titles = STORIES[story]
    theatre.everywhere()
    told = theatre.played(story, agency=agency, start="2026-03-02")
    events = theatre.events(told)
    case = fold(list(events))
    assert case.archived is not None
    assert case.public is not None
    assert case.public["执法类别"] == category
    decided = next(one for one in events if one.kind == "decision.made")
    assert [paper["title"] for paper in decided.event.documents] == titles
    numbered = [paper["title"] for paper in decided.event.documents if paper["number"]]
    assert numbered == titles[:1], "the decision is served; its approval stays, a certificate is handed over"
    text = paper_text(theatre, told, template)
    for words in HELD[story]:
        assert words in text, words
    approval = paper_text(theatre, told, "matter_approval")
    assert "行政机关负责人意见" in approval or "责人意见" in approval
