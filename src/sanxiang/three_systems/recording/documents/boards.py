"""The post notice board of a window on paper (岗位信息公示牌), A4 or A3: set like every other paper, without Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import typst

from sanxiang.core.values.dates import chinese_date

from .fonts import FontSet
from .model import DocumentError, Json
from .preparing import boxed, breakable, texts, unshowable
from .rendering import qr_drawing, typeset

SIZES: tuple[Literal["a4", "a3"], ...] = ("a4", "a3")


@dataclass(frozen=True, slots=True)
class Post:
    """One post on the board: its fields as label and text, and the bytes of a JPEG photo (empty for none)."""

    fields: Sequence[tuple[str, str]]
    photo: bytes = b""


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on a board. `address` is what its code opens, `number` and `day` the version and its day."""

    agency: str
    window: str
    posts: Sequence[Post]
    address: str
    number: int
    day: date
    demo: bool = False


def board(told: Board, paper: Literal["a4", "a3"], *, fonts: FontSet) -> bytes:
    """The board as PDF/A-2b. Raises DocumentError."""
    words: dict[str, Json] = {
        "agency": told.agency,
        "window": told.window,
        "paper": paper,
        "number": told.number,
        "day": chinese_date(told.day),
        "demo": told.demo,
        "qr": qr_drawing(told.address),
    }
    posts = [{"fields": [[label, breakable(text)] for label, text in post.fields]} for post in told.posts]
    signs = unshowable(texts([words, posts]))
    content = boxed({**words, "posts": posts}, signs)
    for post, shown in zip(told.posts, content["posts"], strict=True):
        shown["photo"] = list(post.photo)
    try:
        return typeset("_window_board", content, {"document": {"date": told.day.isoformat()}}, fonts, "a-2b")
    except typst.TypstError as fault:
        raise DocumentError(f"公示牌不能生成：{fault.message}") from fault
