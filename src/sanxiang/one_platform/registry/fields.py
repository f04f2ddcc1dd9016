"""The fields of a registrar's form, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.http import QueryDict

from sanxiang.core.rulebook import Dictionary, Fact, check

YES_NO = ("是", "否")
Type = Literal["line", "text", "day", "choice", "choices", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `options` of a choice as (value, label); `value` what stands in it, `problem` what is wrong."""

    id: str
    label: str
    type: Type = "line"
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    help: str = ""
    limit: int = 200
    fact: bool = False
    value: Any = ""
    problem: str = ""


def fact_field(dictionary: Dictionary, name: str, *, required: bool = False, value: Any = "") -> Field:
    """A field for a fact of the dictionary."""
    entry: Fact = dictionary[name]
    own: dict[str, Type] = {
        "long_text": "text", "caps": "text", "choice": "choice", "choices": "choices", "flag": "choice",
    }  # fmt: skip
    kind = own.get(entry.type, "line")
    options = tuple((choice, choice) for choice in (YES_NO if entry.type == "flag" else entry.choices))
    if isinstance(value, bool):
        value = YES_NO[0] if value else YES_NO[1]
    return Field(
        id=name, label=entry.label, type=kind, required=required, options=options, help=entry.help,
        limit=entry.length, fact=True, value=value,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: the fields with what was typed, the clean values by id, whether anything is wrong."""

    fields: tuple[Field, ...]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not any(one.problem for one in self.fields)

    def blamed(self, problems: Mapping[str, str]) -> Typed:
        """The same with these problems added to its fields."""
        fields = tuple(replace(one, problem=problems.get(one.id, one.problem)) for one in self.fields)
        return Typed(fields, self.values)

    def facts(self) -> dict[str, Any]:
        return {one.id: self.values[one.id] for one in self.fields if one.fact and one.id in self.values}


def typed(fields: Sequence[Field], sent: QueryDict, dictionary: Dictionary) -> Typed:
    """Read a form. Blank fields have no value."""
    shown: list[Field] = []
    values: dict[str, Any] = {}
    for one in fields:
        raw: Any = sent.getlist(one.id) if one.type == "choices" else sent.get(one.id, "").strip()
        value, problem = _clean(one, raw, dictionary)
        if not problem and one.required and value in ("", None, []):
            problem = "请填写这一项"
        if not problem and value not in ("", None, []):
            values[one.id] = value
        shown.append(replace(one, value=raw, problem=problem))
    return Typed(tuple(shown), values)


def _clean(one: Field, raw: Any, dictionary: Dictionary) -> tuple[Any, str]:
    if raw in ("", []):
        return "", ""
    if one.type in ("choice", "choices"):
        known = {value for value, _ in one.options}
        chosen = raw if isinstance(raw, list) else [raw]
        if set(chosen) <= known:
            return check(dictionary[one.id], raw) if one.fact and known == set(YES_NO) else (raw, "")
        return "", "请从列出的选项中选择"
    if one.type == "flag":
        return raw == "on", ""
    entry = (
        dictionary[one.id]
        if one.fact
        else Fact(id=one.id, label=one.label, type="day" if one.type == "day" else "text", limit=one.limit)
    )
    return check(entry, raw)
