"""Where a case may come from, beside another case (案源): a room registers what it keeps, a form is begun from it, and
it is told which case was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from .access import Reader


@dataclass(frozen=True, slots=True)
class Source:
    """Something a case may be opened from: its `key` in the address, what it is called, its page, what the opening act
    takes over from it."""

    key: str
    name: str
    place: str
    facts: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """What a source asks of somebody: what is to be done, what it is about, its page, the last day."""

    what: str
    about: str
    place: str
    until: date


class Keeper(Protocol):
    """The room that keeps sources."""

    def find(self, reader: Reader, key: str) -> Source | None:
        """A source that a reader may open a case from; None where it is not there, not his, or settled."""

    def used(self, connection: Any, reader: Reader, key: str, case: UUID | str, number: str, at: datetime) -> None:
        """Note the case that was opened, in the transaction that opened it; the same case twice is nothing new. Raises
        VersionConflict, AlreadyUsed."""

    def waiting(self, reader: Reader, limit: int) -> list[Waits]:
        """What waits for a reader, the nearest day first."""

    def of_case(self, reader: Reader, case: UUID) -> list[tuple[str, str]]:
        """Name and page of what a case was opened from, as far as a reader may see it."""


class AlreadyUsed(ValueError):
    """Another case was opened from it meanwhile; the Chinese text says so."""


KEEPERS: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Make a room known; once is enough."""
    if keeper not in KEEPERS:
        KEEPERS.append(keeper)


def find(reader: Reader, key: str) -> tuple[Keeper, Source] | None:
    """The source of this key, with who keeps it."""
    for keeper in KEEPERS if key else ():
        source = keeper.find(reader, key)
        if source is not None:
            return keeper, source
    return None


def waiting(reader: Reader, limit: int) -> list[Waits]:
    """What waits in all rooms, the nearest day first."""
    found = [one for keeper in KEEPERS for one in keeper.waiting(reader, limit)]
    return sorted(found, key=lambda one: (one.until, one.place))[:limit]


def of_case(reader: Reader, case: UUID) -> list[tuple[str, str]]:
    """What a case was opened from."""
    return [one for keeper in KEEPERS for one in keeper.of_case(reader, case)]
