"""What differs between two texts (文字的差异), word by word, for long Chinese texts without spaces.

First by sentences, then inside the sentences that differ by characters; what stays the same for a character or two
between two changes is taken into the change, so that people read words and not shreds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]

SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")
SHORTEST = 2
"""A stretch of so many characters or fewer between two changes belongs to them."""

FINE = 1_000_000
"""Two stretches whose lengths multiply to more are shown as replaced whole: comparing them letter by letter would cost
more than it tells."""
ALIKE = 0.3
"""Sentences that share less than this are shown as replaced whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, that only the old one has (gone), or only the new one (new)."""

    kind: Kind
    text: str


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """The way from the old text to the new one. Without its new pieces it reads as the old text, without its gone ones
    as the new.

    >>> [(piece.kind, piece.text) for piece in difference("罚款五万元。", "罚款三万元。")]
    [('same', '罚款'), ('gone', '五'), ('new', '三'), ('same', '万元。')]
    """
    return tuple(_joined(_by_sentence(SENTENCE.findall(old), SENTENCE.findall(new))))


def before(pieces: Iterable[Piece]) -> str:
    """The old text of a difference."""
    return "".join(piece.text for piece in pieces if piece.kind != "new")


def after(pieces: Iterable[Piece]) -> str:
    """The new text of a difference."""
    return "".join(piece.text for piece in pieces if piece.kind != "gone")


def _by_sentence(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for sign, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if sign == "equal":
            yield Piece("same", "".join(old[i:j]))
        elif j - i == m - k:
            for one, other in zip(old[i:j], new[k:m], strict=True):
                yield from _by_letter(one, other)
        else:
            yield from _by_letter("".join(old[i:j]), "".join(new[k:m]))


def _by_letter(old: str, new: str) -> Iterator[Piece]:
    if len(old) * len(new) > FINE:
        yield from (Piece("gone", old), Piece("new", new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > FINE // 10)
    if matcher.quick_ratio() < ALIKE:
        yield from (Piece("gone", old), Piece("new", new))
        return
    steps = matcher.get_opcodes()
    for at, (sign, i, j, k, m) in enumerate(steps):
        inside = 0 < at < len(steps) - 1
        if sign == "equal" and not (inside and j - i < SHORTEST):
            yield Piece("same", old[i:j])
        else:
            yield from (Piece("gone", old[i:j]), Piece("new", new[k:m]))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of a kind as one; what is gone stands before what is new in each change."""
    same, gone, new = "", "", ""
    for piece in pieces:
        if not piece.text:
            continue
        if piece.kind == "same":
            yield from _change(gone, new)
            gone = new = ""
            same += piece.text
            continue
        if same:
            yield Piece("same", same)
            same = ""
        gone, new = gone + piece.text * (piece.kind == "gone"), new + piece.text * (piece.kind == "new")
    if same:
        yield Piece("same", same)
    yield from _change(gone, new)


def _change(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
