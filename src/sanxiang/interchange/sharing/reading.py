"""Reading a feed: the documented format, checked whole against the fact dictionary before anything of it is taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sanxiang.core.rulebook import Dictionary
from sanxiang.core.rulebook.values import check

FORMAT = "sanxiang-feed/1"
LISTS: Mapping[str, str] = {
    "items": "page_items",
    "guides": "page_guides",
    "powers": "shared_powers",
    "spot_checks": "page_spot_checks",
    "certificates": "shared_certificates",
}
"""The lists of a feed and the fact that each is; columns as in the dictionary."""
HEAD = frozenset({"format", "source", "generated"})
SOURCE_MAX = 100
AHEAD = timedelta(hours=1)


class NotRead(ValueError):
    """The feed is not what the format says; the text names the place."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is in order: who says it, as of when, its lists by fact, SHA-256 in hex of the bytes."""

    source: str
    generated: datetime
    facts: Mapping[str, Any]
    digest: str


def read(body: bytes, dictionary: Dictionary, *, now: datetime) -> Feed:
    """The feed in these bytes. Raises NotRead."""
    told = _parsed(body)
    if told.get("format") != FORMAT:
        raise NotRead(f"format 应是 {FORMAT}")
    if unknown := sorted(set(told) - HEAD - set(LISTS)):
        raise NotRead(f"有不认识的栏目“{unknown[0][:40]}”")
    source = told.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > SOURCE_MAX or not source.isprintable():
        raise NotRead(f"source 应写明来源系统的名称，最多 {SOURCE_MAX} 个字")
    facts = {}
    for name, fact in LISTS.items():
        if name in told:
            rows, problem = check(dictionary[fact], told[name])
            if problem:
                raise NotRead(f"{name}（{dictionary[fact].label}）{problem}")
            if rows:
                facts[fact] = rows
    if not facts:
        raise NotRead("一张清单也没有")
    return Feed(source.strip(), _instant(told.get("generated"), now), facts, hashlib.sha256(body).hexdigest())


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as problem:
        raise NotRead(f"不是完好的 JSON（{type(problem).__name__}）") from None
    if not isinstance(told, dict):
        raise NotRead("最外层应是一个对象")
    return told


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are said once each: said twice, two readers could see two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _instant(told: Any, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NotRead("generated 应写成带时区的时间，如 2026-11-20T08:00:00+08:00")
    if found > now + AHEAD:
        raise NotRead("generated 是将来的时间")
    return found
