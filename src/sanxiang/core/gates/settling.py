"""Duties that were met keep their day (已办结的期限不因新的放假安排变动).

An arrangement of holidays that is announced later moves the days of duties that still run. What was met before it
was announced was judged by the calendar of that time, and stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sanxiang.core.calendar import Calendar
from sanxiang.core.calendar.model import place
from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day

from .duties import Duty, Reckoning, RuleBook, reckon


def settled(events: Sequence[Recorded], found: Reckoning, rules_on: RuleBook) -> Reckoning:
    """The reckoning of `events`, in which each duty that was met has the day that the calendar known when it was
    recorded as met gave it."""
    owed = list(found.duties)
    again: dict[Calendar, dict[tuple[str, str], Duty]] = {}
    for index, duty in enumerate(owed):
        then = calendar_of(duty, events, rules_on)
        if then is None:
            continue
        if then not in again:
            known = reckon(events, _with(then, rules_on)).duties
            again[then] = {(one.event, one.binding.duty): one for one in known}
        owed[index] = again[then].get((duty.event, duty.binding.duty), duty)
    return replace(found, duties=tuple(owed)) if again else found


def calendar_of(duty: Duty, events: Sequence[Recorded], rules_on: RuleBook) -> Calendar | None:
    """The earlier calendar by which a duty was met; None where today's gives the same."""
    if not duty.met_by:
        return None
    begun = legal_day(duty.started_at)
    now = rules_on(begun).calendar
    if now.known_on(begun) is now:
        return None
    met = next(legal_day(one.recorded_at) for one in events if one.id == duty.met_by)
    then = now.known_on(met)
    moved = then is not now and then.unsettled_within(place(begun), place(duty.binding.due_on))
    return then if moved else None


def _with(calendar: Calendar, rules_on: RuleBook) -> RuleBook:
    return lambda day: rules_on(day).under(calendar)
