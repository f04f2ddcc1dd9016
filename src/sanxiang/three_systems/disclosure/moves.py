"""The moves of a section: 采集 → 传递 → 审核 → 发布, each by its role, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.casework.comparing import Change, cell, changes
from sanxiang.casework.projections import library
from sanxiang.core.events import Event, page
from sanxiang.core.registers import Kind, Version
from sanxiang.core.rulebook import Column, Fact
from sanxiang.core.values.differing import Piece, difference

STATES = {
    "": "还没有内容", "collected": "已采集，等待传递", "forwarded": "已传递，等待审核", "returned": "已退回修改",
    "approved": "已审核，等待发布", "issued": "已发布",
}  # fmt: skip
KEYS: Mapping[str, Sequence[str]] = {
    "officers": ("name", "number"), "items": ("code",), "guides": ("code",), "procedures": ("name", "stage"),
    "recorded": ("name", "manner"), "boards": ("window", "name"), "discretion": ("name", "circumstances"),
}  # fmt: skip
"""By which columns a row of a section is known again in the next version."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: its name, who makes it, in which state of the working version, the facts that it asks."""

    id: str
    name: str
    event: type[Event]
    by: tuple[str, ...]
    states: tuple[str, ...]
    facts: tuple[str, ...]
    help: str


MOVES = {
    move.id: move
    for move in (
        Move("collect", "采集", page.PageCollected, ("officer", "unit_head", "publisher"), (), ("page_note",),
             "写好要公示的内容。发布以前，公众看到的还是原来的版本。"),
        Move("forward", "传递", page.PageForwarded, ("unit_head",), ("collected",), (),
             "核对内容真实、完整，交给负责信息公开审核的机构。"),
        Move("return", "退回", page.PageReturned, ("disclosure_checker",), ("forwarded",), ("page_return_reason",),
             "写明要改什么，采集的科室改好后重新传递。"),
        Move("approve", "审核通过", page.PageApproved, ("disclosure_checker",), ("forwarded",), (),
             "核对内容合法、准确，不含国家秘密、商业秘密和个人隐私。"),
        Move("issue", "发布", page.PageIssued, ("publisher", "disclosure_checker"), ("approved",), (),
             "发布后公众马上看到；以前的版本仍可查到。"),
    )
}  # fmt: skip


def open_moves(posts: frozenset[str], state: str) -> list[Move]:
    """The moves that fit the state of the working version and that these posts make."""
    return [move for move in MOVES.values() if posts & set(move.by) and (not move.states or state in move.states)]


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of a section that is a table; none for a text."""
    fact: Fact | None = library().dictionary.get(kind.fact)
    return fact.columns if fact else ()


def table(kind: Kind, content: Any) -> list[list[tuple[str, str, bool]]]:
    """The rows of a content as people read them: label, text, whether it is a picture."""
    if not isinstance(content, list | tuple):
        return []
    columns = columns_of(kind)
    return [
        [
            (column.label, cell(column, row.get(column.id)), column.type == "photo")
            for column in columns
            if row.get(column.id)
        ]
        for row in content
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two contents: entries of a table, or pieces of a text."""

    entries: tuple[Change, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.entries) or any(piece.kind != "same" for piece in self.pieces)


def compared(kind: Kind, old: Any, new: Any) -> Difference:
    """How one content became another."""
    if isinstance(old, str) or isinstance(new, str):
        return Difference(pieces=difference(_text(old), _text(new)))
    return Difference(tuple(changes(old or (), new or (), columns_of(kind), KEYS.get(kind.id, ("name",)))))


def _text(content: Any) -> str:
    return content if isinstance(content, str) else ""


def content_of(version: Version | None) -> Any:
    return version.content if version else None


def text_of(version: Version | None) -> str:
    """The content of a version that is a text; empty for a table."""
    return _text(content_of(version))
