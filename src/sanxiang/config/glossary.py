"""The reference pages of events and conditions, made from their docstrings and meanings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from types import ModuleType

HEAD = "由 `make docs` 从程序生成，请勿手改。Made from the code by `make docs`; do not edit.\n"


def events_page() -> str:
    """Every kind of event, by the file it stands in: what it is, its law, its own fields."""
    from sanxiang.core import events
    from sanxiang.core.events.base import Event

    told = (
        "# 事件 · Events\n\n"
        + HEAD
        + "\nOne kind for each act that the record knows. Its name in the record is the dotted kind, never the class.\n"
        "Every payload may hold, beside its own fields:\n\n"
        + _table(Event)
        + f"\n{_paragraphs(Event)[1]}\n\nEmpty fields are left out of the payload; how it stands in the record is"
        " told in [the ledger's formats](ledger-format.md).\n"
    )
    modules = (
        events.case, events.clock, events.avoidance, events.remedy, events.review, events.hearing, events.party,
        events.publication, events.page,
        events.report, events.recording, events.coverage, events.looking, events.archive, events.feed, events.sealing,
        events.correcting, events.weighing, events.clue,
        events.registry, events.device, events.monitor, events.blank, events.draw, events.inspectee,
        events.visit,
    )  # fmt: skip
    return told + "".join(part for module in modules for part in _kinds(module))


def _kinds(module: ModuleType) -> Iterator[str]:
    from sanxiang.core.events.base import KINDS, Event

    yield f"\n## {_paragraphs(module)[0]}\n"
    for name, cls in KINDS.items():
        if cls.__module__ != module.__name__:
            continue
        text = "\n\n".join(_paragraphs(cls))
        own = _table(cls, {item.name for item in fields(Event)})
        yield f"\n### `{name}` · {cls.__name__}, version {cls.VERSION}\n\n{text}\n" + (f"\n{own}" if own else "")


def _paragraphs(thing: object) -> list[str]:
    """The paragraphs of a docstring, each in one line."""
    return [" ".join(part.split()) for part in (inspect.getdoc(thing) or "").split("\n\n")]


def _table(cls: type, without: set[str] | None = None) -> str:
    rows = [
        f"| `{item.name}` | `{item.type}` | {'yes' if item.default is item.default_factory is MISSING else ''} |\n"
        for item in fields(cls)
        if item.name not in (without or set())
    ]
    return "| field | type | required |\n| --- | --- | --- |\n" + "".join(rows) if rows else ""


def vocabulary_page() -> str:
    """Every word of the conditions with the shape of its argument and its meaning."""
    from sanxiang.core.rulebook import WORDS

    rows = "".join(f"| `{name}` | {_shape(word.shape)} | {word.means} |\n" for name, word in WORDS.items())
    return (
        "# 条件词汇 · Words of conditions\n\n"
        + HEAD
        + "\n规则文件的 `when` 和 `needs` 只用这些词，写成“一个词：内容”。"
        "带 `?` 的键可以不写。A condition is one word with its argument.\n\n"
        "| 词 | 内容 | 意思 |\n| --- | --- | --- |\n" + rows
    )


SHAPES = {
    "text": "文字",
    "texts": "一个或者几个文字",
    "flag": "true 或者 false",
    "condition": "一个条件",
    "conditions": "几个条件",
    "number": "数",
    "period": "期限",
    "mapping": "键和值",
    "any": "任意值",
}


def _shape(shape: str | Mapping[str, str]) -> str:
    if isinstance(shape, str):
        return SHAPES[shape]
    return "，".join(
        f"`{key}{'?' if kind.endswith('?') else ''}` {SHAPES[kind.removesuffix('?')]}" for key, kind in shape.items()
    )
