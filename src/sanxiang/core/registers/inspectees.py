"""One object of inspection on an agency's standing list (检查对象名录库): as it stood on a day and was known then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Json, Recorded, UnknownKind
from sanxiang.core.values import legal_day


@dataclass(slots=True)
class Inspectee:
    """An enterprise that may be inspected. `items` are the names of the items under which it may be; none names all of
    the agency's."""

    id: str = ""
    version: int = 0
    agency: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    listed_on: date | None = None
    removed_on: date | None = None

    @property
    def code(self) -> str:
        return str(self.facts.get("party_credit_code", ""))

    @property
    def name(self) -> str:
        return str(self.facts.get("party_name", ""))

    @property
    def level(self) -> str:
        """Its class of risk or credit (风险或者信用等级); empty where none is set."""
        return str(self.facts.get("inspectee_level", ""))

    @property
    def items(self) -> tuple[str, ...]:
        return items_in(str(self.facts.get("inspectee_items", "")))

    @property
    def listed(self) -> bool:
        return self.listed_on is not None and self.removed_on is None

    def drawn_for(self, item: str, levels: Iterable[str]) -> bool:
        """Whether a draw for an item among these classes (none: all) takes it into its list."""
        among = set(levels)
        return self.listed and item in (self.items or (item,)) and (not among or self.level in among)


def items_in(text: str) -> tuple[str, ...]:
    """The names of items, one a line.

    >>> items_in(" 甲事项\\n\\n乙事项 ")
    ('甲事项', '乙事项')
    """
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def fold_inspectee(events: Iterable[Recorded], *, on: date | None = None, known: datetime | None = None) -> Inspectee:
    """The object of an `inspectee` stream: as it stood on a day, as it was known at a time; now where neither is
    said. Raises UnknownKind for an event that no object can have."""
    found = Inspectee()
    for recorded in events:
        day = legal_day(recorded.occurred_at)
        if (on is None or day <= on) and (known is None or recorded.recorded_at <= known):
            moved(found, recorded, day)
    return found


def moved(found: Inspectee, recorded: Recorded, day: date) -> None:
    """What one event makes of it. Raises UnknownKind."""
    event: Any = recorded.event
    found.id, found.version = recorded.stream, recorded.seq
    match recorded.kind:
        case "inspectee.listed":
            found.agency, found.facts = event.agency, dict(event.facts)
            found.listed_on, found.removed_on = day, None
        case "inspectee.changed":
            found.facts.update(event.facts)
        case "inspectee.removed":
            found.facts.update(event.facts)
            found.removed_on = day
        case _:
            raise UnknownKind(f"an object of inspection cannot have {recorded.kind!r}")
