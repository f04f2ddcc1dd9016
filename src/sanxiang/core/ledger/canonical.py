"""Canonical bytes of a JSON document: a profile of RFC 8785 that leaves nothing to taste (规范化字节).

Text without lone surrogates, true, false, null, whole numbers within ±(2^53 − 1), lists, and mappings whose keys lie
below U+E000 (there the order of RFC 8785 is that of the code points), nested at most 64 deep. What lies outside
(fractions, dates, other types) is refused, so that these bytes are those of RFC 8785 for everything that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

DEPTH_MAX = 64
KEY_END = "\ue000"
_SCALARS = frozenset({str, int, bool, type(None)})


class NotCanonical(ValueError):
    """A value that has no canonical bytes here; the message says where and why."""


def canonical_bytes(value: Any) -> bytes:
    """The bytes of a document. Raises NotCanonical.

    >>> canonical_bytes({"b": [1, True, None], "a": "处罚"}).decode()
    '{"a":"处罚","b":[1,true,null]}'
    """
    try:
        return orjson.dumps(_plain(value, 0), option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as problem:
        raise NotCanonical(str(problem)) from None


def _plain(value: Any, depth: int) -> Any:
    """The value in types of which only the length of whole numbers and half character pairs are left to check, which
    orjson does."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if depth >= DEPTH_MAX:
        raise NotCanonical(f"nested more than {DEPTH_MAX} deep")
    if kind is dict or isinstance(value, Mapping):
        _check_keys(value)
        if kind is dict and _SCALARS.issuperset(map(type, value.values())):
            return value
        return {key: part if type(part) in _SCALARS else _plain(part, depth + 1) for key, part in value.items()}
    if kind is list or kind is tuple:
        return [part if type(part) in _SCALARS else _plain(part, depth + 1) for part in value]
    raise NotCanonical(f"{kind.__name__} has no canonical form")


def _check_keys(keys: Iterable[Any]) -> None:
    try:
        if all(map(str.isascii, keys)):
            return
    except TypeError:
        pass
    for key in keys:
        if not isinstance(key, str) or (key and max(key) >= KEY_END):
            raise NotCanonical(f"keys are text below U+E000, not {key!r}")
