"""From plain values to the typed regulation: every key known, every type right, every word in the vocabulary."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from sanxiang.core.rulebook import WORDS, Condition
from sanxiang.core.values import Period

from .yamlfile import Document, Problem, RulebookError, Where, nearest

T = TypeVar("T")

MESSAGES = {
    "missing": "没有写",
    "string_type": "应当是文字",
    "int_type": "应当是整数",
    "bool_type": "应当是 true 或 false",
    "tuple_type": "应当是列表（每项前加 - ）",
    "date_type": "应当是日期，如 2019-06-27",
    "mapping_type": "应当是一组“键: 值”",
    "dict_type": "应当是一组“键: 值”",
    "dataclass_exact_type": "应当是一组“键: 值”",
    "dataclass_type": "应当是一组“键: 值”",
}


def build(cls: type[T], document: Document) -> T:
    """The typed object of a whole document. Raises RulebookError with every fault found."""
    problems: list[Problem] = []
    built = _prepare(document, document.value, cls, (), problems)
    if not problems and not isinstance(built, cls):
        problems.append(document.problem((), "应当是一组“键: 值”"))
    if problems:
        raise RulebookError(problems)
    return built


class Mistyped(ValueError):
    """Values that do not fit their type; `texts` says of each what is wrong, in plain words."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        super().__init__("；".join(texts))
        self.texts = texts


def typed(cls: type[T], values: Mapping[str, Any]) -> T:
    """A typed object from plain values that stand in no document. Raises Mistyped."""
    try:
        built: T = adapter(cls).validate_python(values)  # type: ignore[arg-type]  # mypy asks the class for its hash
    except ValidationError as fault:
        raise Mistyped(tuple(_told(error) for error in fault.errors())) from None
    return built


def _told(error: Any) -> str:
    return f"“{'.'.join(map(str, error['loc']))}”{MESSAGES.get(error['type'], '写法不对')}"


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _explain(document: Document, where: Where, error: Any) -> Problem:
    inner = tuple(part for part in error["loc"] if isinstance(part, int))
    where = (*where, *inner)
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    if error["type"] == "literal_error":
        given = str(error["input"])
        expected = [word.strip("' ") for word in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
        choice = "、".join(expected)
        return document.problem(where, f"“{key}”不能是“{given}”，应为{choice}之一{nearest(given, expected)}")
    return document.problem(where, f"“{key}”{MESSAGES.get(error['type'], '写法不对')}")


def _prepare(document: Document, value: Any, kind: Any, where: Where, problems: list[Problem]) -> Any:
    """Turn conditions and periods into their types and find unknown keys, guided by the type wanted."""
    kind = _without_none(kind)
    if kind is Condition:
        return _condition(document, value, where, problems)
    if kind is Period:
        return _period(document, value, where, problems)
    if kind is datetime:
        return _moment(document, value, where, problems)
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return _members(document, value, kind, where, problems)
    if get_origin(kind) is tuple and isinstance(value, tuple):
        inner = get_args(kind)[0]
        return tuple(_prepare(document, part, inner, (*where, index), problems) for index, part in enumerate(value))
    return value


def _members(document: Document, value: dict[str, Any], kind: Any, where: Where, problems: list[Problem]) -> Any:
    """The object of a mapping: unknown keys, wrong types and missing keys are told, each at its line."""
    hints, given, faults = _hints(kind), {}, len(problems)
    for key, part in value.items():
        if key not in hints:
            problems.append(document.problem((*where, key), f"不认识“{key}”{nearest(key, hints)}"))
            continue
        before = len(problems)
        built = _prepare(document, part, hints[key], (*where, key), problems)
        if len(problems) > before:
            continue
        try:
            given[key] = adapter(hints[key]).validate_python(built, strict=True)
        except ValidationError as fault:
            problems.append(_explain(document, (*where, key), fault.errors()[0]))
    problems += [document.problem(where, f"缺“{name}”") for name in _required(kind) if name not in value]
    return kind(**given) if len(problems) == faults else None


@cache
def _required(kind: Any) -> tuple[str, ...]:
    return tuple(
        item.name
        for item in dataclasses.fields(kind)
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {item.name: hints[item.name] for item in dataclasses.fields(kind) if item.name != "digest"}


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (typing.Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        return rest[0] if len(rest) == 1 else kind
    return kind


def _period(document: Document, value: Any, where: Where, problems: list[Problem]) -> Any:
    try:
        return Period.parse(value if isinstance(value, str) else "")
    except ValueError:
        problems.append(document.problem(where, f"“{value}”不是期限，应写成 7 working_days、30 days、24 hours 的样子"))
        return None


def _moment(document: Document, value: Any, where: Where, problems: list[Problem]) -> Any:
    """A day and a time; YAML itself knows only times that tell the seconds."""
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        problems.append(document.problem(where, f"“{value}”不是时刻，应写成 2024-09-27T10:00 的样子"))
        return None


def _condition(document: Document, value: Any, where: Where, problems: list[Problem]) -> Any:
    if not isinstance(value, dict) or len(value) != 1:
        text = "条件应当只有一个词，如 category: [处罚]；几个条件用 all 或 any 连起来"
        problems.append(document.problem(where, text))
        return None
    ((word, argument),) = value.items()
    if word not in WORDS:
        problems.append(document.problem((*where, word), f"条件里没有“{word}”这个词{nearest(word, WORDS)}"))
        return None
    return Condition(word, _argument(document, WORDS[word].shape, argument, (*where, word), problems))


def _argument(document: Document, shape: Any, value: Any, where: Where, problems: list[Problem]) -> Any:
    key = where[-1]
    if isinstance(shape, Mapping):
        return _keyed(document, shape, value, where, problems)
    if shape == "condition":
        return _condition(document, value, where, problems)
    if shape == "conditions":
        if not isinstance(value, tuple) or not value:
            problems.append(document.problem(where, f"“{key}”后面应当是条件的列表"))
            return ()
        return tuple(_condition(document, part, (*where, index), problems) for index, part in enumerate(value))
    if shape == "period":
        return _period(document, value, where, problems)
    if shape == "texts" and isinstance(value, str):
        return (value,)
    fits = {
        "text": lambda: isinstance(value, str),
        "texts": lambda: isinstance(value, tuple) and all(isinstance(part, str) for part in value),
        "flag": lambda: isinstance(value, bool),
        "number": lambda: isinstance(value, int) and not isinstance(value, bool),
        "mapping": lambda: isinstance(value, dict),
        "any": lambda: True,
    }
    if not fits[shape]():
        problems.append(document.problem(where, f"“{key}”的写法不对，应当是{NAMES[shape]}"))
    return value


NAMES = {"text": "文字", "texts": "文字的列表", "flag": "true 或 false", "number": "整数", "mapping": "一组“键: 值”"}


def _keyed(document: Document, shape: Mapping[str, str], value: Any, where: Where, problems: list[Problem]) -> Any:
    if not isinstance(value, dict):
        problems.append(document.problem(where, f"“{where[-1]}”后面应当是一组“键: 值”"))
        return {}
    prepared: dict[str, Any] = {}
    for key, part in value.items():
        if key not in shape:
            problems.append(document.problem((*where, key), f"不认识“{key}”{nearest(key, shape)}"))
            continue
        prepared[key] = _argument(document, shape[key].rstrip("?"), part, (*where, key), problems)
    for key, wanted in shape.items():
        if key not in value and not wanted.endswith("?"):
            problems.append(document.problem(where, f"缺“{key}”"))
    return prepared
