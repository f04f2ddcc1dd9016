"""The difference of two texts: it always leads from the old to the new one, and people can read it."""

from __future__ import annotations

import random
import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sanxiang.core.values.differing import Piece, after, before, difference

TEXTS = st.text(alphabet="罚款五三万元。；\n当事人销售 a1", max_size=300)


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_the_old_text_with_its_changes_is_the_new_one(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert before(pieces) == old
    assert after(pieces) == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(TEXTS)
@settings(deadline=None)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert difference(text, text) == ((Piece("same", text),) if text else ())


def test_a_changed_word_is_found_in_its_sentence() -> None:
    found = difference("货值三百六十元，违法所得八百元。经查属实。", "货值三百六十元，违法所得九百元。经查属实。")
    assert [(piece.kind, piece.text) for piece in found] == [
        ("same", "货值三百六十元，违法所得"), ("gone", "八"), ("new", "九"), ("same", "百元。经查属实。"),
    ]  # fmt: skip


def test_an_added_sentence_is_new_and_nothing_else() -> None:
    found = difference("第一句。第三句。", "第一句。第二句话是新写的。第三句。")
    assert [piece.text for piece in found if piece.kind == "new"] == ["第二句话是新写的。"]
    assert not [piece for piece in found if piece.kind == "gone"]


def test_shreds_are_read_as_one_change() -> None:
    found = difference("按较低档处理。", "不从轻处罚了。")
    assert [piece.kind for piece in found if piece.kind != "same"] == ["gone", "new"]


def sentence(chance: random.Random) -> str:
    return (
        "".join(chance.choice("当事人销售不符合标准的食品货值金额处罚款万元经查属实违法所得没收") for _ in range(30))
        + "。"
    )


def test_drafts_of_fifty_pages_are_compared_in_bounded_steps() -> None:
    """Not a limit in seconds (the benchmark tells those), but none of these may take minutes."""
    chance = random.Random(3)
    old = [sentence(chance) for _ in range(1300)]
    new = [one.replace("处罚", "处理") if at % 3 else sentence(chance) for at, one in enumerate(old)]
    hostile = [("。" * 40_000, "。；" * 20_000), ("罚" * 40_000, "款" * 40_000), ("罚款" * 20_000, "款罚" * 20_000)]
    begun = time.monotonic()
    for left, right in [("".join(old), "".join(new)), *hostile]:
        pieces = difference(left, right)
        assert before(pieces) == left
        assert after(pieces) == right
    assert time.monotonic() - begun < 60
