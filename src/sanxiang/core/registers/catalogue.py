"""The list of major decisions of a department (重大执法决定法制审核目录): its editions and which one is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sanxiang.core.events import Json

Entry = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, from compiling to publishing. `state` is compiled, returned, filed or published."""

    number: int
    event: str
    entries: tuple[Entry, ...]
    compiled_on: date
    compiled_by: str
    state: str = "compiled"
    note: str = ""
    returned_for: str = ""
    filed_on: date | None = None
    receipt: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The editions of one department, the oldest first. An edition that was never published is replaced by the next.

    >>> from datetime import date
    >>> day = date(2024, 1, 2)
    >>> first = Edition(1, "e", ({"name": "吊销"},), day, "o", "published", published_on=date(2024, 2, 1))
    >>> book = Catalogue("enforcement", (first,))
    >>> book.in_force(date(2024, 1, 31)), book.in_force(date(2024, 2, 1)).number
    (None, 1)
    """

    department: str
    editions: tuple[Edition, ...] = ()

    def in_force(self, day: date) -> Edition | None:
        """The edition published last on or before a day."""
        begun = (one for one in reversed(self.editions) if one.published_on is not None and one.published_on <= day)
        return next(begun, None)

    @property
    def working(self) -> Edition | None:
        """The edition that is still on its way."""
        last = self.editions[-1] if self.editions else None
        return last if last is not None and last.state != "published" else None

    def compiled(self, event: str, facts: Mapping[str, Any], day: date, by: str) -> Catalogue:
        rows = facts.get("catalogue_entries") or ()
        entries = tuple(rows)
        kept = tuple(one for one in self.editions if one.state == "published")
        made = Edition(len(kept) + 1, event, entries, day, by, note=str(facts.get("catalogue_note") or ""))
        return replace(self, editions=(*kept, made))

    def moved(self, kind: str, facts: Mapping[str, Any], day: date) -> Catalogue:
        """What became of the working edition: returned, filed, published."""
        if self.working is None:
            return self
        state = kind.partition(".")[2]
        changes: dict[str, Any] = {"state": state}
        if state == "returned":
            changes["returned_for"] = str(facts.get("catalogue_return_reason") or "")
        elif state == "filed":
            changes |= {"filed_on": day, "receipt": str(facts.get("catalogue_receipt") or "")}
        elif state == "published":
            changes["published_on"] = day
        return replace(self, editions=(*self.editions[:-1], replace(self.working, **changes)))
