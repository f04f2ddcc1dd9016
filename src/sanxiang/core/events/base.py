"""What an event class is, and the register of kinds.

An event is one official act that has happened. Its class is frozen, its name in the record is an explicit dotted
string with a version (never the Python path), and its docstring opens with the English name, the Chinese legal term
and the law that knows it; the glossary is made from these lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

Json = Any
Facts = Mapping[str, Json]
EMPTY: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: the act of the rulebook that was done, and the facts stated with it.

    `act` is an act id of a procedure; `facts` maps ids of the fact dictionary to JSON values;
    `officers` are ids of the officers who did it together; `documents` the papers it made,
    as {"template", "title", "number"}; `files` the evidence files,
    as {"name", "sha256", "size", "type"}: hex digest, bytes, media type as it was told from the content;
    `recordings` the ids of the recordings in sound and picture that an act of a case rests on.
    """

    KIND: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1

    act: str = ""
    facts: Facts = field(default_factory=lambda: EMPTY)
    officers: tuple[str, ...] = ()
    documents: tuple[Mapping[str, Json], ...] = ()
    files: tuple[Mapping[str, Json], ...] = ()
    recordings: tuple[str, ...] = ()


class UnknownKind(LookupError):
    """A stored event names a kind or a version that this program does not know: it must not be guessed."""


E = TypeVar("E", bound=type[Event])
KINDS: dict[str, type[Event]] = {}
UPCASTS: dict[tuple[str, int], Callable[[dict[str, Json]], dict[str, Json]]] = {}


def kind(name: str, version: int = 1) -> Callable[[E], E]:
    """Register an event class under its dotted name in the record."""

    def register(cls: E) -> E:
        if name in KINDS:
            raise ValueError(f"two event classes are named {name}")
        cls.KIND, cls.VERSION = name, version
        KINDS[name] = cls
        return cls

    return register


def to_payload(event: Event) -> dict[str, Json]:
    """The event's own fields as a JSON document; empty fields are left out, so that a field added later changes no
    old bytes."""
    payload: dict[str, Json] = {}
    for name in _names(type(event)):  # type: ignore[arg-type]  # mypy asks the instances for their hash
        value = getattr(event, name)
        if value is None or value == "" or value == () or value == EMPTY or value is False:
            continue
        if isinstance(value, tuple):
            value = [dict(part) if isinstance(part, Mapping) else part for part in value]
        elif isinstance(value, Mapping):
            value = dict(value)
        payload[name] = value
    return payload


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cls))


def from_payload(name: str, version: int, payload: Mapping[str, Json]) -> Event:
    """The event that `to_payload` wrote; an older version is lifted step by step.

    Raises UnknownKind for a kind, a version or a field that is not known."""
    cls = KINDS.get(name)
    if cls is None:
        raise UnknownKind(f"unknown event kind {name!r}")
    data = dict(payload)
    while version < cls.VERSION:
        lift = UPCASTS.get((name, version))
        if lift is None:
            raise UnknownKind(f"no way from {name} version {version} to {version + 1}")
        data, version = lift(data), version + 1
    if version > cls.VERSION:
        raise UnknownKind(f"{name} version {version} is newer than this program ({cls.VERSION})")
    for key, value in data.items():
        if isinstance(value, list):
            data[key] = tuple(value)
    try:
        return cls(**data)
    except TypeError as problem:
        raise UnknownKind(f"{name} version {version}: {problem}") from None
