"""What the registers say of an officer, an agency, an item on a day (主体、人员、事项)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sanxiang.core.events import Json

from .catalogue import Catalogue
from .device import Device
from .draws import Draw
from .equipment import Plan, Versions
from .inspectees import Inspectee
from .monitors import Monitor
from .pages import ChangedLaw, Section
from .reports import Filed


@dataclass(frozen=True, slots=True)
class Certificate:
    """An enforcement certificate: number, first and last valid day (inclusive), day of suspension."""

    number: str
    valid_from: date
    valid_until: date
    issuer: str = ""
    suspended_on: date | None = None

    def valid(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until and (self.suspended_on is None or day < self.suspended_on)


@dataclass(frozen=True, slots=True)
class Post:
    """A post in a department, from its first day until the day it ended (exclusive)."""

    post: str
    department: str
    since: date
    until: date | None = None
    first_time: bool = False

    def held(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Lent:
    """Approvals of a post that somebody else gave for a time (授权代行): by whom, for which categories of cases, by
    which letter, from its first day until the day it ends (exclusive)."""

    post: str
    department: str
    giver: str
    giver_name: str
    scope: tuple[str, ...]
    letter: str
    since: date
    until: date

    def held(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(slots=True)
class Officer:
    """An officer as the register knows him. All questions take the day they are asked of."""

    id: str = ""
    version: int = 0
    agency: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()
    lent: tuple[Lent, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    exams: Mapping[str, date] = field(default_factory=dict)
    trainings: tuple[tuple[str, date, int], ...] = ()
    left_on: date | None = None

    @property
    def name(self) -> str:
        return str(self.facts.get("officer_name", ""))

    def serving(self, day: date) -> bool:
        return bool(self.id) and (self.left_on is None or day < self.left_on)

    def certificate(self, day: date) -> Certificate | None:
        return next((card for card in self.certificates if card.valid(day)), None)

    def certified(self, day: date) -> bool:
        return self.serving(day) and self.certificate(day) is not None

    def holds(self, post: str, day: date) -> bool:
        return self.serving(day) and any(held.post == post and held.held(day) for held in self.posts)

    def posts_on(self, day: date) -> tuple[Post, ...]:
        return tuple(held for held in self.posts if held.held(day)) if self.serving(day) else ()

    def lent_on(self, day: date) -> tuple[Lent, ...]:
        """What others gave him to approve in their place: no post of his own."""
        return tuple(one for one in self.lent if one.held(day)) if self.serving(day) else ()

    def departments(self, day: date) -> frozenset[str]:
        return frozenset(held.department for held in self.posts_on(day))

    def passed(self, exam: str, day: date) -> bool:
        passed_on = self.exams.get(exam)
        return passed_on is not None and passed_on <= day


@dataclass(frozen=True, slots=True)
class Department:
    """A department and what it is for: handling, review, disclosure, archive, supervision."""

    id: str
    name: str
    functions: frozenset[str]
    since: date
    until: date | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)

    def exists(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Settled:
    """What an agency settled where the regulation leaves it to the agency: from which day, decided when and by whom."""

    setting: str
    value: bool
    effective: date
    decided_on: date
    by: str = ""


@dataclass(slots=True)
class Agency:
    """An enforcement body with its departments."""

    id: str = ""
    version: int = 0
    jurisdiction: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()
    sections: dict[str, Section] = field(default_factory=dict)
    changed_laws: tuple[ChangedLaw, ...] = ()
    plans: dict[str, Plan] = field(default_factory=dict)
    recording_list: Versions = field(default_factory=Versions)
    usage: dict[str, Versions] = field(default_factory=dict)
    reports: dict[str, Filed] = field(default_factory=dict)
    monitors: dict[str, Monitor] = field(default_factory=dict)
    ended_on: date | None = None

    @property
    def name(self) -> str:
        return str(self.facts.get("agency_name", ""))

    def holds(self, setting: str, day: date) -> bool:
        """Whether it settled on it: the decision taken last that has begun by that day; else no."""
        begun = (one for one in reversed(self.settled) if one.setting == setting and one.effective <= day)
        return next((one.value for one in begun), False)

    def with_function(self, function: str, day: date) -> frozenset[str]:
        return frozenset(
            part.id for part in self.departments.values() if function in part.functions and part.exists(day)
        )


@dataclass(slots=True)
class Item:
    """An enforcement item on an agency's list."""

    id: str = ""
    version: int = 0
    agency: str = ""
    category: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    listed_on: date | None = None
    removed_on: date | None = None

    def listed(self, day: date) -> bool:
        return (
            self.listed_on is not None and self.listed_on <= day and (self.removed_on is None or day < self.removed_on)
        )


@dataclass(frozen=True, slots=True)
class Registers:
    """The officers, agencies, items, devices, draws and objects of inspection that a question is about, by id."""

    officers: Mapping[str, Officer] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    draws: Mapping[str, Draw] = field(default_factory=dict)
    inspectees: Mapping[str, Inspectee] = field(default_factory=dict)

    def officer(self, officer_id: str) -> Officer | None:
        return self.officers.get(officer_id)

    def agency(self, agency_id: str) -> Agency | None:
        return self.agencies.get(agency_id)

    def holding(self, post: str, agency: str, department: str, day: date) -> tuple[Officer, ...]:
        """Those of an agency who hold a post in a department on a day, by name; empty where the registers name none."""
        found = (
            officer
            for officer in self.officers.values()
            if officer.agency == agency
            and any((held.post, held.department) == (post, department) for held in officer.posts_on(day))
        )
        return tuple(sorted(found, key=lambda officer: (officer.name, officer.id)))
