"""What papers and volumes need besides the events: the people and the agency that the case names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanxiang.casework.people import heads_ever
from sanxiang.casework.registers import registers_for
from sanxiang.core.events import Recorded
from sanxiang.core.registers import Registers


def registers_of(connection: Any, events: Sequence[Recorded], known: Registers | None = None) -> Registers:
    """The agency, every officer who had a hand in the case and whoever headed its department, with those already
    known."""
    first: Any = events[0].event
    officers = {name for recorded in events for name in (recorded.actor.officer, *recorded.event.officers) if name}
    officers.update(heads_ever(first.agency, first.department))
    found = registers_for(connection, first.agency, sorted(officers))
    if known is None:
        return found
    return Registers({**found.officers, **known.officers}, {**found.agencies, **known.agencies})


def is_demonstration(connection: Any) -> bool:
    """Whether this database is marked as a demonstration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT demo FROM record.cluster")
        row = cursor.fetchone()
    return bool(row and row[0])
