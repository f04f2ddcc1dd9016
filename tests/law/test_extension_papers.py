"""The approval of an extension tells both last days as the rules count them, whatever period was extended."""

from __future__ import annotations

from datetime import date

import pytest

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.core.values import chinese_date
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.documents import FontSet, render
from sanxiang.three_systems.recording.extending import APPROVAL
from sanxiang.three_systems.recording.papers import papers_of
from tests.apps.recording.papers import joined
from tests.law.test_papers_made import data_in
from tests.support.rules import LIBRARY, scenario

LOCAL = "luoyang/three-systems/scenarios"
TOLD = {
    "national/penalty-law/scenarios/ninety-days-extended": (
        "延长办案期限审批表", "自立案之日起九十日内作出决定", "《行政处罚法》第六十条", "2024-11-04", "2024-12-04",
    ),
    f"{LOCAL}/licence-refused": (
        "延长期限审批表", "自受理之日起二十个工作日内作出决定；逾期没有受理的，自收到申请之日起算", "《行政许可法》第四十二条",
        "2025-04-21", "2025-05-07",
    ),
    f"{LOCAL}/review-extended": (
        "延长法制审核期限审批表", "送审之日起五个工作日内完成审核", "洛政办〔2019〕37号 三(三)3", "2024-08-20", "2024-08-27",
    ),
    f"{LOCAL}/measure": (
        "延长查封（扣押）期限审批表", "查封、扣押期限届满前作出处理", "《行政强制法》第二十五条", "2025-04-02", "2025-05-02",
    ),
    f"{LOCAL}/freezing": (
        "延长冻结期限审批表", "冻结之日起三十日内作出处理决定或者解除冻结", "《行政强制法》第二十九条至第三十三条",
        "2025-04-02", "2025-05-02",
    ),
}  # fmt: skip
"""Per scenario: the title, what was extended, by which rule, and until when before and after."""


@pytest.mark.parametrize("file", TOLD)
def test_the_approval_tells_the_last_day_before_and_after(file: str) -> None:
    title, *told = TOLD[file]
    story = scenario(default_folder() / f"{file}.yaml")
    stage, performance = Stage(LIBRARY, story), Performance(story)
    for step in story.steps:
        take(stage, performance, step)
        if found := [one for one in papers_of(performance.events) if one.template == APPROVAL]:
            break
    assert [one.title for one in found] == [title]
    data = data_in(stage, list(performance.events), found[0])
    assert [data["document"][name] for name in ("extended_duty", "extended_law", "before_on", "due_on")] == told
    text = joined(render(APPROVAL, data, fonts=FontSet()).pdf)
    assert chinese_date(date.fromisoformat(told[-1])) in text
    assert [one["role"] for one in data["signatures"]] == ["head"]
    assert data["signatures"][0]["name"] in text
