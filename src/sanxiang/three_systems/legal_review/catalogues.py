"""What changes between two editions of a list of major decisions, and what may happen to one (目录的版本与环节)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sanxiang.core.events import Event, registry
from sanxiang.core.rulebook import Column

STATES = {"compiled": "等待审核备案", "returned": "已退回修改", "filed": "已备案，等待公布", "published": "已公布"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a list: its name, the facts it asks, who does it, in which state of the working edition."""

    id: str
    name: str
    event: type[Event]
    facts: tuple[str, ...]
    by: tuple[str, ...]
    states: tuple[str, ...]
    help: str

    def fits(self, state: str) -> bool:
        return not self.states or state in self.states


FILERS = ("reviewer", "legal_head", "supervisor")
STEPS = {
    step.id: step
    for step in (
        Step("compile", "编制、调整目录", registry.CatalogueCompiled, ("catalogue_entries", "catalogue_note"),
             ("officer", "unit_head"), (), "每一事项写明依据和标准、内容、程序、期限。公布以前，原来的版本仍然有效。"),
        Step("return", "退回修改", registry.CatalogueReturned, ("catalogue_return_reason",), FILERS, ("compiled",),
             "写明要修改的内容，承办机构修改后重新提交。"),
        Step("file", "审核备案", registry.CatalogueFiled, ("catalogue_receipt",), FILERS, ("compiled",),
             "核对事项、依据和标准，给出备案号；备案号就是回执。"),
        Step("publish", "公布", registry.CataloguePublished, (), ("publisher", "disclosure_checker"), ("filed",),
             "公布之日起，目录所列的事项都要经过法制审核。"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that was added, taken out or altered; for an altered one, what stood there and what stands now."""

    kind: str
    name: str
    parts: tuple[tuple[str, str, str], ...] = ()


def changes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], columns: Sequence[Column]
) -> list[Change]:
    """How an edition differs from the one before it; entries are known by their names."""
    old, new = ({str(entry.get("name", "")): entry for entry in entries} for entries in (before, after))
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
    """A value of an entry as people read it; money in yuan."""
    if value in (None, ""):
        return ""
    return f"{int(value) // 100:,}.{int(value) % 100:02d}元" if column.type == "money" else str(value)
