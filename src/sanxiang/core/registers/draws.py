"""One draw of inspections (双随机抽查): the lists as they were fixed, the seed, what was drawn, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Json, Recorded, UnknownKind
from sanxiang.core.values.drawing import rank


@dataclass(frozen=True, slots=True)
class Left:
    """Who or what was replaced: the object and, where an officer left, his number; by what, why, when, by whom."""

    code: str
    number: str
    substitute: str
    kind: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """An object as it stands: its code, the numbers of its officers, the inspection it became (empty: none yet)."""

    code: str
    officers: tuple[str, ...]
    case: str = ""


@dataclass(slots=True)
class Draw:
    """A draw. `objects` and `people` are the lists by code and by number of the certificate; `state` is committed or
    drawn; `first` the result as it was drawn, `result` as it stands after replacements; `listed_on` the day of the
    standing list (检查对象名录库) from which the objects are, narrowed to `levels`, None where they came from a
    file."""

    id: str = ""
    version: int = 0
    agency: str = ""
    department: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    objects_wanted: int = 0
    officers_wanted: int = 0
    digest: str = ""
    listed_on: date | None = None
    levels: tuple[str, ...] = ()
    commitment: str = ""
    committed_at: datetime | None = None
    committed_by: str = ""
    entry: int = 0
    size: int = 0
    root: str = ""
    seed: str = ""
    drawn_at: datetime | None = None
    first: tuple[Drawn, ...] = ()
    result: tuple[Drawn, ...] = ()
    left: tuple[Left, ...] = ()
    published_at: datetime | None = None
    place: str = ""

    @property
    def title(self) -> str:
        return str(self.facts.get("draw_title", ""))

    @property
    def state(self) -> str:
        return "drawn" if self.seed else "committed" if self.id else ""

    def holding(self, code: str) -> Drawn | None:
        """A drawn object as it stands now."""
        return next((one for one in self.result if one.code == code), None)

    def next_officer(self, code: str) -> str:
        """Who comes next in the order of the seed for an object; empty where the list is at its end."""
        held = self.holding(code)
        gone = {one.number for one in self.left if one.code == code and one.number}
        taken = {*gone, *(held.officers if held else ())}
        order = officers_for(self.seed, code, [name for name in self.people if name not in taken], 1)
        return next(iter(order), "")

    def next_object(self) -> str:
        """Which object comes next in the order of the seed; empty where the list is at its end."""
        seen = {one.code for one in self.result} | {one.code for one in self.left if not one.number}
        return next((name for _, name in rank(self.seed, self.objects) if name not in seen), "")


def officers_for(seed: str, code: str, numbers: Iterable[str], count: int) -> tuple[str, ...]:
    """Who is sent to an object: those who rank first under the digest by which the object itself was ranked."""
    own = rank(seed, [code])[0][0]
    return tuple(name for _, name in rank(own, numbers)[:count])


def drawn_of(
    seed: str, objects: Iterable[str], numbers: Sequence[str], objects_wanted: int, officers_wanted: int
) -> tuple[Drawn, ...]:
    """What a seed draws, in its order.

    >>> [one.code for one in drawn_of("00000000", ["a", "b", "c"], ["1", "2", "3"], 2, 2)]
    ['b', 'c']
    """
    chosen = [name for _, name in rank(seed, objects)[:objects_wanted]]
    return tuple(Drawn(code, officers_for(seed, code, numbers, officers_wanted)) for code in chosen)


def fold_draw(events: Iterable[Recorded]) -> Draw:
    """The draw of a `draw` stream. Raises UnknownKind for an event that no draw can have."""
    draw = Draw()
    for recorded in events:
        draw.id, draw.version = recorded.stream, recorded.seq
        _moved(draw, recorded, recorded.event)
    return draw


def _moved(draw: Draw, recorded: Recorded, event: Any) -> None:
    match recorded.kind:
        case "draw.committed":
            _committed(draw, recorded, event)
        case "draw.drawn":
            draw.entry, draw.size, draw.root, draw.seed = event.entry, event.size, event.root, event.seed
            draw.drawn_at = recorded.occurred_at
            draw.first = tuple(Drawn(str(one["code"]), tuple(one["officers"])) for one in event.result)
            draw.result = draw.first
        case "draw.replaced":
            kind, reason = (str(event.facts.get(f"draw_left_{name}") or "") for name in ("kind", "reason"))
            gone = Left(
                event.code, event.number, event.substitute, kind, reason, recorded.occurred_at, recorded.actor.name
            )
            draw.result = _replaced(draw, event)
            draw.left = (*draw.left, gone)
        case "draw.assigned":
            draw.result = tuple(replace(one, case=event.case) if one.code == event.code else one for one in draw.result)
        case "draw.published":
            draw.published_at, draw.place = recorded.occurred_at, event.place
        case _:
            raise UnknownKind(f"a draw cannot have {recorded.kind!r}")


def _committed(draw: Draw, recorded: Recorded, event: Any) -> None:
    draw.agency, draw.department, draw.digest = event.agency, event.department, event.digest
    draw.objects_wanted, draw.officers_wanted = event.objects_wanted, event.officers_wanted
    draw.listed_on = date.fromisoformat(event.listed_on) if event.listed_on else None
    draw.levels = tuple(event.levels)
    draw.facts = {name: value for name, value in event.facts.items() if name not in ("draw_objects", "draw_officers")}
    draw.objects = {str(row["code"]): row for row in event.facts.get("draw_objects") or ()}
    draw.people = {str(row["number"]): row for row in event.facts.get("draw_officers") or ()}
    draw.committed_at, draw.committed_by, draw.commitment = (
        recorded.occurred_at, recorded.actor.officer, recorded.id,
    )  # fmt: skip


def _replaced(draw: Draw, event: Any) -> tuple[Drawn, ...]:
    found = []
    for one in draw.result:
        if one.code != event.code:
            found.append(one)
        elif event.number:
            officers = tuple(event.substitute if name == event.number else name for name in one.officers)
            found.append(replace(one, officers=officers))
        elif event.substitute:
            numbers = officers_for(draw.seed, event.substitute, list(draw.people), draw.officers_wanted)
            found.append(Drawn(event.substitute, numbers))
    return tuple(found)
