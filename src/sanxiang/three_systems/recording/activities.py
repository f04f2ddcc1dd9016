"""The activities of a case as the record has them (执法活动), and which of them a recording records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sanxiang.casework.projections import library
from sanxiang.core.casefile import Recording, fold
from sanxiang.core.events import Recorded
from sanxiang.core.gates.asking import ENDED, STARTED, states_times
from sanxiang.core.gates.covering import SLACK, stated
from sanxiang.core.values import legal_day

NEAR = timedelta(hours=6)
"""An activity whose start and end nobody stated is suggested so near to when it was entered; never taken by itself."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of a case as the record has it; `stated` whether its start and end are, else it is as it was
    entered; `event` the act, `closed` whether its file is archived."""

    case: str
    act: str
    name: str
    since: datetime
    until: datetime
    officers: frozenset[str] = frozenset()
    stated: bool = True
    event: str = ""
    closed: bool = False

    def overlap(self, began: datetime, ended: datetime) -> timedelta:
        slack = SLACK if self.stated else NEAR
        return min(ended, self.until + slack) - max(began, self.since - slack)


def activities_of(events: Sequence[Recorded]) -> list[Activity]:
    """The activities of a case."""
    if not events:
        return []
    case = fold(events)
    found, closed = [], case.archived is not None
    for recorded in events:
        event = recorded.event
        rules = library().on(case.jurisdiction, legal_day(recorded.occurred_at))
        act = rules.act(case.procedure, event.act) if event.act else None
        since, until = stated(event.facts, STARTED), stated(event.facts, ENDED)
        if act is not None and (act.activity or states_times(rules, act)):
            officers = frozenset({*event.officers, recorded.actor.officer})
            told = (since, until) if since and until and since <= until else None
            span = told or (recorded.occurred_at, recorded.occurred_at)
            found.append(Activity(case.id, act.id, act.name, *span, officers, told is not None, recorded.id, closed))
    return found


def recorded_by(activities: Sequence[Activity], one: Recording) -> Activity | None:
    """The activity that a recording records by its times: the longer part of it lies between the stated start and end
    of that one and of no other."""
    if one.began is None:
        return None
    ended, fits = one.ended or one.began, []
    for activity in activities:
        inside = min(ended, activity.until) - max(one.began, activity.since)
        known = activity.stated and one.activity in ("", activity.act)
        if known and inside >= timedelta(0) and 2 * inside >= ended - one.began:
            fits.append(activity)
    return fits[0] if len(fits) == 1 else None
