"""The registers that an act relies on: loaded by stream, kept in the process by version, rechecked at commit.

What stands here may be a moment old. The append names the version of every register that was read, and the record
refuses when one of them moved (DESIGN 9.5); then the memory is dropped and the act judged again. Whoever only reads is
rechecked by no append, so a page asks for registers that are a few seconds old at most.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from sanxiang.core.gates.naming import names_in
from sanxiang.core.registers import Agency, Officer, Registers, fold_agency, fold_officer
from sanxiang.core.rulebook import Dictionary
from sanxiang.store import reading

from .models import Colleague

LIMIT = 20_000


class Shelf:
    """Folded registers of this process, by stream."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Officer | Agency, float]] = OrderedDict()
        self._lock = Lock()

    def forget(self, stream: str) -> None:
        with self._lock:
            self._kept.pop(stream, None)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def keep(self, stream: str, register: Officer | Agency) -> None:
        with self._lock:
            self._kept[stream] = (register, monotonic())
            if len(self._kept) > LIMIT:
                self._kept.popitem(last=False)

    def find(self, stream: str, age_s: float = float("inf")) -> Officer | Agency | None:
        """A register that was loaded at most so many seconds ago."""
        kept = self._kept.get(stream)
        return kept[0] if kept is not None and monotonic() - kept[1] <= age_s else None


SHELF = Shelf()


def is_stream(text: str) -> bool:
    """Whether a text from outside can name a stream at all."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def givers_among(registers: Iterable[Officer | Agency | None]) -> set[str]:
    """Those in whose place officers may act (授权代行): whether they still hold their post decides."""
    return {one.giver for register in registers if isinstance(register, Officer) for one in register.lent}


def _found(connection: Any, wanted: Iterable[str], age_s: float) -> dict[str, Officer | Agency | None]:
    found = {stream: SHELF.find(stream, age_s) for stream in wanted}
    absent = [stream for stream, register in found.items() if register is None]
    if absent:
        for stream, events in reading.load_many(connection, absent).items():
            register = fold_agency(events) if events[0].kind.startswith("agency.") else fold_officer(events)
            SHELF.keep(stream, register)
            found[stream] = register
    return found


def registers_for(connection: Any, agency: str, officers: Iterable[str], *, age_s: float = float("inf")) -> Registers:
    """The agency and the officers by stream id, with those in whose place these act, at most `age_s` seconds old; those
    that are not there are left out."""
    wanted = [stream for stream in dict.fromkeys((agency, *officers)) if is_stream(stream)]
    found = _found(connection, wanted, age_s)
    found |= _found(connection, givers_among(found.values()) - found.keys(), age_s)
    return Registers(
        {key: value for key, value in found.items() if isinstance(value, Officer)},
        {key: value for key, value in found.items() if isinstance(value, Agency)},
    )


def named_in(dictionary: Dictionary, agency: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The streams of the own officers whom facts name (本机关人员的姓名), all who bear the name."""
    names = names_in(dictionary, facts) if is_stream(agency) else []
    rows = Colleague.objects.filter(agency=agency, name__in=names).order_by("stream") if names else ()
    return tuple(str(row.stream) for row in rows)


def guards_of(registers: Registers) -> dict[str, int]:
    """The versions that a verdict rested on."""
    officers = {entry.id: entry.version for entry in registers.officers.values()}
    return officers | {entry.id: entry.version for entry in registers.agencies.values()}
