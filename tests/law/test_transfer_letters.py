"""What goes to another agency goes with its letter, outside penalties too."""

from __future__ import annotations

import pytest

from sanxiang.casework.play import Performance, Stage, take
from sanxiang.store.rulebooks.library import default_folder
from sanxiang.three_systems.recording.documents import FontSet, render
from sanxiang.three_systems.recording.papers import papers_of
from tests.apps.recording.papers import joined
from tests.law.test_papers_made import data_in
from tests.support.rules import LIBRARY, scenario


@pytest.mark.parametrize("procedure", ["inspection", "measure", "freezing"])
def test_a_case_that_is_transferred_holds_the_letter_to_its_receiver(procedure: str) -> None:
    story = scenario(default_folder() / f"national/general-practice/scenarios/{procedure}-transferred.yaml")
    stage, performance = Stage(LIBRARY, story), Performance(story)
    for step in story.steps:
        take(stage, performance, step)
    letter = next(one for one in papers_of(performance.events) if one.template == "transfer_letter")
    assert letter.act == "terminate"
    assert letter.number
    until = [one for one in performance.events if one.seq <= letter.seq]
    text = joined(render(letter.template, data_in(stage, until, letter), fonts=FontSet()).pdf)
    assert "演示县市场监督管理局（演示）：" in text
    assert "不属于本机关管辖：该事项由县级机关管辖。" in text
