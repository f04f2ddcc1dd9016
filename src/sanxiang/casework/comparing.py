"""What changes between two versions of a table that is kept in a register (版本比对)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.rulebook import Column


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
