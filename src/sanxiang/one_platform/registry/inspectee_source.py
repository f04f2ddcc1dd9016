"""An inspection begun from the list of objects (检查对象名录库): whoever is inspected is picked, nothing is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from sanxiang.casework import inspectees
from sanxiang.casework.access import Reader
from sanxiang.casework.sources import Source, Waits

MARK = "inspectee:"


class Listed:
    """The room of the list: an object may be inspected many times, so that nothing of a case is kept with it."""

    def find(self, reader: Reader, key: str) -> Source | None:
        """An object on the list of the reader's agency."""
        try:
            stream = UUID(key.removeprefix(MARK)) if key.startswith(MARK) else None
        except ValueError:
            return None
        row = inspectees.row_of(stream) if stream else None
        if row is None or row.gone or str(row.agency) != reader.agency:
            return None
        held = inspectees.loaded(row.stream)
        facts = inspectees.taken_over(held)
        if len(held.items) == 1:
            facts["inspection_item"] = held.items[0]
        return Source(key, row.name, reverse("registry:inspectee", args=[row.stream]), facts)

    def used(self, connection: Any, reader: Reader, key: str, case: UUID | str, number: str, at: datetime) -> None:
        """Nothing: the case names the enterprise by its code."""

    def waiting(self, reader: Reader, limit: int) -> list[Waits]:
        return []

    def of_case(self, reader: Reader, case: UUID) -> list[tuple[str, str]]:
        return []


KEEPER = Listed()
