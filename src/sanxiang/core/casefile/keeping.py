"""Where the file of a case stands after it ended (归档以后的状态): what was brought later, what holds it, its end, who
consulted it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sanxiang.core.events import EMPTY, Facts


@dataclass(frozen=True, slots=True)
class Request:
    """A request to consult the file (调阅申请), under the id of the event that first told of it. `state` applied (sent
    by the party, not registered yet), requested, granted, refused, given; `facts` what was asked and decided, of the
    same fact the later statement; `until` the last day of the permission, `used` how often it was looked at."""

    id: str
    at: datetime
    about: str = ""
    state: str = "requested"
    facts: Facts = field(default_factory=lambda: EMPTY)
    by: str = ""
    until: str = ""
    used: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where the archived file stands. `urged_seq` and `supplied_seq` of the last call for what is missing and the last
    answer to it; `supplied` the events to which something was brought; `held` the disputes that run; `appraisal` the
    outcome of the last appraisal and the event that made it; `approved` and `destroyed` the events that did so."""

    urged_seq: int = 0
    supplied_seq: int = 0
    supplied: frozenset[str] = frozenset()
    held: int = 0
    appraisal: str = ""
    appraised_until: str = ""
    appraised_seq: int = 0
    approved: str = ""
    approver: str = ""
    destroyed: str = ""
    backups_until: str = ""
    requests: tuple[Request, ...] = ()

    def request(self, name: str) -> Request | None:
        return next((one for one in self.requests if one.id == name), None)

    @property
    def urged(self) -> bool:
        """Whether the handlers were asked and have not answered."""
        return self.urged_seq > self.supplied_seq
