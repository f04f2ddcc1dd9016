"""What the party's page says of a paper agrees with what the paper itself says of remedies and terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanxiang.counter.words import REMEDY, REMEDY_FIRST, SUMMARIES, summary
from sanxiang.three_systems.recording import documents

TEMPLATES = Path(documents.__file__).parent / "templates"
SOURCES = {place.stem: place.read_text("utf-8") for place in TEMPLATES.glob("[!_]*.typ")}


def told(template: str) -> str:
    return "".join(SUMMARIES[template])


@pytest.mark.parametrize("template", sorted(name for name in SUMMARIES if "remedies(" in SOURCES[name]))
def test_a_paper_that_gives_both_remedies_is_told_with_both(template: str) -> None:
    assert REMEDY in told(template)


def test_a_penalty_on_the_spot_goes_to_review_first() -> None:
    """Administrative Reconsideration Law, art. 23; the paper prints it so, and so does the page."""
    assert "应当先自收到" in SOURCES["on_spot_decision"]
    assert REMEDY_FIRST in told("on_spot_decision")
    assert REMEDY not in told("on_spot_decision")


@pytest.mark.parametrize("template", sorted(name for name in SUMMARIES if 'term("hearing_request")' in SOURCES[name]))
def test_a_paper_that_offers_a_hearing_says_until_when(template: str) -> None:
    """Administrative Penalty Law, art. 64 (1); Licensing Law, art. 47: five days, which are working days."""
    assert "可以要求" in told(template)
    assert "五个工作日" in told(template)


def test_the_notice_of_the_right_to_a_hearing_does_not_say_that_one_was_fixed() -> None:
    lines = summary(
        "hearing_notice", "行政处罚听证告知书", "2026-03-02", {"sanctions": [{"kind": "罚款", "amount": 5_000_000}]}
    )
    assert "罚款50,000元" in lines[1]
    assert not any("定了" in line for line in lines)
    assert "定了" in told("hearing_announcement")


def test_no_summary_is_left_without_its_paper() -> None:
    assert set(SUMMARIES) <= set(SOURCES)
