"""What changes between two versions (版本比对): of a table that is kept in a register, of what a paper states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.gates import PARTS
from sanxiang.core.rulebook import Column, RuleSet
from sanxiang.core.values.differing import Piece, difference

from . import telling


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that was added, taken out or altered; for an altered one, what stood there and what stands now."""

    kind: str
    name: str
    parts: tuple[tuple[str, str, str], ...] = ()


def changes(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    keys: Sequence[str] = ("name",),
) -> list[Change]:
    """How a version differs from the one before it; entries are known by the columns `keys`."""

    def called(entry: Mapping[str, Any]) -> str:
        return " ".join(str(entry.get(key, "")) for key in keys)

    old, new = ({called(entry): entry for entry in entries} for entries in (before, after))
    found = [Change("新增", name) for name in new if name not in old]
    found += [Change("删去", name) for name in old if name not in new]
    for name in new:
        parts = tuple(
            (column.label, cell(column, old[name].get(column.id)), cell(column, new[name].get(column.id)))
            for column in columns
            if name in old and old[name].get(column.id) != new[name].get(column.id)
        )
        if parts:
            found.append(Change("修改", name, parts))
    return found


def cell(column: Column, value: Any) -> str:
    """A value of an entry as people read it; money in yuan, a picture by the fact that there is one."""
    if value in (None, ""):
        return ""
    if column.type == "photo":
        return "（照片）"
    return f"{int(value) // 100:,}.{int(value) % 100:02d}元" if column.type == "money" else str(value)


@dataclass(frozen=True, slots=True)
class Changed:
    """One fact that differs: its label, old and new text, the way from one to the other."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


def changed(rules: RuleSet, fact: str, old: Any, new: Any) -> Changed | None:
    """How one fact differs; None where it does not, and for a state secret, which no page shows."""
    if old == new or telling.secret(rules, fact):
        return None
    left, right = (telling.plain(rules, fact, value) if value not in (None, "", []) else "" for value in (old, new))
    return Changed(telling.label(rules, fact), left, right, difference(left, right))


def parts_changed(
    rules: RuleSet, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, list[Changed]]]:
    """How two drafts differ, by the parts that a review is bound to (事实, 证据, 依据, 处理)."""
    return [
        (
            name,
            [
                found
                for fact in rules.dictionary.of_part(part)
                if (found := changed(rules, fact, before.get(fact), after.get(fact)))
            ],
        )
        for part, name in PARTS
    ]
