"""The masking pane as data (脱敏): the text of the case beside what the public will read, passage by passage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.gates import passages
from sanxiang.core.gates.choosing import BY_HAND, CHOICES, HIDE, KEEP, rows_of
from sanxiang.core.gates.fulltext import full_passages, texts_of
from sanxiang.core.gates.masking import ALWAYS, KNOWN, TRADE
from sanxiang.core.registers import Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values.personal_numbers import Found

DECLARED = frozenset({KNOWN, TRADE, ALWAYS, BY_HAND})
"""Why a passage is hidden where nobody has to look at it again: the case declares it, or a person marked it."""
ROWS_MAX = 200
TINTS = {
    "身份证号": "id", "证件号码": "id", "手机号码": "phone", "电话号码": "phone", "电子邮箱": "phone",
    "联系电话": "phone", "被询问人电话": "phone", "身份证号码": "id", "被询问人身份证号码": "id", "详细住址": "home",
    "住所（住址）": "home", "经营场所": "home", "银行账号": "account", "账号": "account",
    "商业秘密": "trade", "国家秘密": "state",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A passage that was found or marked: its class, why, what stands in its place; `choice` what a person decided and
    `why` his reason; `open` public unless he hides it; `firm` nobody may open it; `fresh` nobody has looked at it."""

    number: int
    text: str
    sort: str
    reason: str
    shown: str
    firm: bool
    open: bool
    choice: str
    why: str
    fresh: bool

    @property
    def tint(self) -> str:
        return "firm" if self.firm else TINTS.get(self.sort, "other")

    @property
    def hidden(self) -> bool:
        return not self.open


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and the passage that it is part of; None for what nobody found."""

    text: str
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One public field. `changed`: it is no longer what was masked and handed on."""

    name: str
    pieces: tuple[Piece, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Laid:
    """All of a publication: its fields, and each passage once, in the order of reading."""

    lines: tuple[Line, ...]
    spots: tuple[Spot, ...]

    @property
    def clean(self) -> bool:
        """Whether nobody has to decide anything."""
        return not any(spot.fresh for spot in self.spots)


def laid(rules: RuleSet, case: CaseFile, registers: Registers) -> Laid:
    """The pane of a decided case as its masks stand."""
    choices = {str(row.get("text", "")): row for row in rows_of(case.facts)}
    spots: dict[str, Spot] = {}
    lines, before = [], case.prepared or case.public
    for name, text, found in passages(rules, case, registers):
        pieces = tuple(_pieces(text, found, spots, choices))
        lines.append(Line(name, pieces, before is not None and str(before.get(name, "")) != _shown(pieces)))
    handed = case.prepared_full if case.prepared is not None else case.public_full
    was = texts_of(rules.dictionary, handed)
    for label, pieces in _in_full(rules, case, registers, spots, choices):
        lines.append(Line(label, pieces, before is not None and was.get(label, "") != _shown(pieces)))
    return Laid(tuple(lines), tuple(spots.values()))


def _in_full(
    rules: RuleSet, case: CaseFile, registers: Registers, spots: dict[str, Spot], choices: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The texts of the decision under what they are called, rows of one table together."""
    found: dict[str, list[Piece]] = {}
    for passage in full_passages(rules, case, registers):
        held = found.setdefault(passage.label, [])
        held += [Piece("\n")] if held else []
        held += _pieces(passage.text, passage.found, spots, choices)
    yield from ((label, tuple(pieces)) for label, pieces in found.items())


def _shown(pieces: Sequence[Piece]) -> str:
    return "".join(map(_public, pieces))


def _public(piece: Piece) -> str:
    return piece.spot.shown if piece.spot is not None and piece.spot.hidden else piece.text


def _pieces(
    text: str, found: Sequence[Found], spots: dict[str, Spot], choices: Mapping[str, Mapping[str, Any]]
) -> Iterator[Piece]:
    at = 0
    for one in found:
        if one.start > at:
            yield Piece(text[at : one.start])
        passage = text[one.start : one.end]
        if passage not in spots:
            spots[passage] = _spot(len(spots) + 1, passage, one, choices.get(passage, {}))
        yield Piece(passage, spots[passage])
        at = one.end
    if at < len(text):
        yield Piece(text[at:])


def _spot(number: int, passage: str, one: Found, row: Mapping[str, Any]) -> Spot:
    choice = str(row.get("choice", ""))
    looked_at = bool(choice) or one.firm or one.open or one.reason in DECLARED
    return Spot(
        number=number,
        text=passage,
        sort=str(row.get("sort") or one.sort),
        reason=one.reason,
        shown=one.shown,
        firm=one.firm,
        open=one.open,
        choice=choice,
        why=str(row.get("reason", "")),
        fresh=not looked_at,
    )


def chosen(post: Mapping[str, str], sorts: Sequence[str]) -> list[dict[str, str]]:
    """The rows of `mask_choices` that a form of the pane means: what was decided about each passage, and the passages
    that somebody marked himself. Those without a decision are left out."""
    rows = []
    for number in range(1, ROWS_MAX + 1):
        row = {key: post.get(f"s.{number}.{key}", "").strip() for key in ("text", "choice", "sort", "reason")}
        if row["text"] and row["choice"] in (HIDE, KEEP):
            rows.append(row)
        mine = {key: post.get(f"m.{number}.{key}", "").strip() for key in ("text", "sort", "reason")}
        if mine["text"]:
            rows.append({**mine, "choice": HIDE})
    for row in rows:
        row["sort"] = row["sort"] if row["sort"] in sorts else "登记信息"
    return rows


def sorts_of(rules: RuleSet) -> tuple[str, ...]:
    """The classes that a mask may have."""
    columns = rules.dictionary[CHOICES].columns
    return next(column.choices for column in columns if column.id == "sort")
