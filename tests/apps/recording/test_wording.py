"""A set paper as running text: all that it says, paragraph by paragraph, nothing of the sheet."""

from __future__ import annotations

import pytest

from sanxiang.three_systems.recording.documents import DocumentError, render
from sanxiang.three_systems.recording.documents.wording import NOTICE, paragraphs, text_of
from tests.apps.recording.papers import FONTS, sample


def test_a_paper_reads_as_paragraphs() -> None:
    data = {**sample("penalty_decision"), "qr": "", "party_qr": "", "party_code": "", "digest": ""}
    lines = text_of(render("penalty_decision", data, fonts=FONTS).pdf).split("\n")
    assert lines[0] == NOTICE
    assert lines.count(NOTICE) == 1
    assert "行政处罚决定书" in lines
    assert (
        "经查，当事人于2024年7月18日至7月30日期间，在其经营场所货架上摆放超过保质期的“示例牌”饼干12袋待售，标价每袋8.5元，"
        "货值金额102元，未售出。"
    ) in lines
    assert "统一社会信用代码：91410300MA00000007" in lines, "rows of a list stay apart"
    assert not [line for line in lines if line.startswith("—") or "系统生成" in line]


def test_lines_broken_at_the_edge_are_joined_and_others_are_not() -> None:
    wide = "一" * 28
    assert list(paragraphs([wide, "二三", "— 1 —", "四：五", "六。"])) == [f"{wide}二三", "四：五", "六。"]


def test_what_is_no_paper_is_told_in_words() -> None:
    with pytest.raises(DocumentError, match="读不出来"):
        text_of(b"%PDF-1.7 nothing")
