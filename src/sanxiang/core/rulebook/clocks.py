"""Clocks as data (期限): what starts and meets a dated obligation, what lengthens it, stops it, begins it anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sanxiang.core.values import Period

from .dictionary import STRICT
from .vocabulary import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """How a period may be extended: by which kind of event, by how much, how often."""

    __pydantic_config__ = STRICT

    event: str
    period: Period
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Time that a period does not count (中止、不计入期限的时间), because a law says so: from an event of `on`, where
    `when` holds of it, until one of `until` that is about it and of which `until_when` does not fail: one of several
    persons may give up what another has asked for.

    `since` and `ended` name the facts with the first and the last day where a person states them; `told` the fact with
    the last day that the party was told: what comes after it counts again. Without that the clock stands still until
    somebody lets it go on. `law` is the article where it is not that of the clause."""

    __pydantic_config__ = STRICT

    on: tuple[str, ...]
    until: tuple[str, ...]
    say: str
    when: Condition | None = None
    until_when: Condition | None = None
    since: str = ""
    told: str = ""
    ended: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """A period that begins anew with a later event (重新起算): from the day in `fact` or that of the event, `period`
    and after it `then`. Without a period the day in `fact` is itself the last one."""

    __pydantic_config__ = STRICT

    on: tuple[str, ...]
    period: Period | None = None
    then: Period | None = None
    when: Condition | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A dated obligation that an event starts (期限).

    `duty` is the key under which layers are compared, `on` the kinds of event that start it, `until` those that meet it
    where `until_when` holds of them, `roll` whether a last day off moves on, `favours` whose right it is: an agency's
    duty takes the shortest of the layers, a party's right the longest. `fallback` names a kind of event that lengthens
    it with a reason. `fact` is the last day where a person sets it (within what a gate allows); then there is no
    `period`, and while nobody has set it nothing runs. `told` names the fact that holds how many units a party was
    told. `acts` says which acts alone meet it; `linked` about what: `measure` the measure that started it, `act` the
    paper of the act that started it, or the id of an act whose paper it is. `batch` names the setting of the place that
    says how often what a whole period brought falls due together, on the last day of that period (按月, 按季度); then
    there is no `period`. `since` names the fact with the day from which it counts where that is not the day of the
    event; while nobody has set it nothing runs. `then` is a second period that runs when the first is over. `pauses` is
    the time that it does not count, `restarts` what makes it begin anew."""

    __pydantic_config__ = STRICT

    duty: str
    on: tuple[str, ...]
    until: tuple[str, ...]
    period: Period | None = None
    then: Period | None = None
    when: Condition | None = None
    until_when: Condition | None = None
    owner: str = ""
    roll: bool = True
    favours: Literal["agency", "party"] = "agency"
    extension: Extension | None = None
    fallback: Extension | None = None
    fact: str = ""
    since: str = ""
    batch: str = ""
    told: str = ""
    acts: tuple[str, ...] = ()
    linked: str = ""
    pauses: tuple[Pause, ...] = ()
    restarts: tuple[Restart, ...] = ()
    say: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """What is added to a sum that was not paid in time (加处罚款): each day after the last day of `duty` so many
    thousandths of what is overdue, never more than `most_percent` of the sum; not while one of `pauses` rests it. The
    sum is what the rows of `table` of this `kind` hold in `column`."""

    __pydantic_config__ = STRICT

    duty: str
    table: str
    kind: str
    column: str
    permille: int
    most_percent: int
    pauses: tuple[Pause, ...] = ()
    when: Condition | None = None
