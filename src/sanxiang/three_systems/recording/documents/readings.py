"""What a party reads on a screen before it signs (当事人阅看的全文): the record as it will stand on the paper, line by
line, composed from what was typed.

The phone has no Typst: what stands on a record and in which order is data (readings.yaml), goes with the task package,
and is composed there by reading.js. The same is composed here when the record arrives, so that a signature holds for
nothing but the text that was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from sanxiang.store.rulebooks.typed import build
from sanxiang.store.rulebooks.yamlfile import read

from .preparing import clean, moment
from .registry import HERE, STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One or more lines of a record; readings.yaml says what each kind is."""

    __pydantic_config__ = STRICT

    kind: Literal["head", "line", "tick", "prose", "asks", "rows", "say"]
    text: str = ""
    of: tuple[str, ...] = ()
    only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a party reads of one paper."""

    __pydantic_config__ = STRICT

    template: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Every paper that a party reads on a screen."""

    __pydantic_config__ = STRICT

    papers: tuple[Reading, ...]


@cache
def readings() -> Mapping[str, tuple[Part, ...]]:
    """The parts by template. RulebookError, with file and line, for a fault in readings.yaml."""
    return {one.template: one.parts for one in build(Readings, read(HERE / "readings.yaml")).papers}


def told(template: str, title: str) -> dict[str, Any]:
    """A paper as a phone composes it; empty for one that is not read on a screen."""
    parts = readings().get(template)
    return {"title": title, "parts": [asdict(part) for part in parts]} if parts else {}


def composed(
    papers: Sequence[Mapping[str, Any]], names: Mapping[str, str], officers: Sequence[tuple[str, str]],
    facts: Mapping[str, Any],
) -> str:  # fmt: skip
    """The whole text of the papers as `told` tells them: what reading.js composes from the same. `names` holds
    agency.name, party.name and case.name, `officers` name and number of the certificate of each."""
    known = {**names, "officers": "、".join(map(certified, officers)), "hours": hours(facts)}
    lines: list[str] = []
    for paper in papers:
        lines += [names["agency.name"], paper["title"]]
        for part in paper["parts"]:
            lines += _lines(Part(**part), known, facts)
    return "\n".join(lines)


def certified(officer: tuple[str, str]) -> str:
    name, card = officer
    return f"{name}（执法证号：{card}）" if card else name


def hours(facts: Mapping[str, Any]) -> str:
    """From when until when, as stated; empty where the paper takes both from the act."""
    since, until = plain(facts.get("started_on_site")), plain(facts.get("ended_on_site"))
    return f"{since}至{until}" if since or until else ""


def plain(value: Any) -> str:
    """A value as the text has it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(map(plain, value))
    return "" if value is None else moment(clean(str(value)))


def _lines(part: Part, known: Mapping[str, str], facts: Mapping[str, Any]) -> Iterator[str]:
    first = part.of[0] if part.of else ""
    value = known[first] if first in known else plain(facts.get(first)) if part.kind in ("line", "prose") else ""
    if part.kind in ("head", "say"):
        yield part.text
    elif part.kind == "line" and (value or not part.only):
        yield f"{part.text}：{value}"
    elif part.kind == "tick" and (facts.get(first) is True or not part.only):
        yield f"{'☑' if facts.get(first) is True else '☐'} {part.text}"
    elif part.kind == "prose" and value:
        yield from value.split("\n")
    elif part.kind == "asks":
        for row in facts.get(first) or ():
            yield f"问：{plain(row.get('question'))}"
            yield f"答：{plain(row.get('answer'))}"
    elif part.kind == "rows":
        for at, row in enumerate(facts.get(first) or (), 1):
            yield f"{at}. {'　'.join(filter(None, (plain(row.get(name)) for name in part.of[1:])))}"
