"""Folds of the registers (登记簿的折叠). Days are legal days of China, given by the caller as the zone of the event.

Registers know two times: valid on (occurred) and known at (recorded); `known_at` leaves out what was recorded later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.core.events import Recorded, UnknownKind
from sanxiang.core.values import legal_day

from .catalogue import Catalogue
from .equipment import Versions, planned, ruled
from .monitors import monitored
from .pages import SECTIONS, ChangedLaw, Section, Version
from .reports import filed
from .state import Agency, Certificate, Department, Item, Lent, Officer, Post, Settled


def _known(events: Iterable[Recorded], known_at: datetime | None) -> Iterable[Recorded]:
    return (event for event in events if known_at is None or event.recorded_at <= known_at)


def fold_officer(events: Iterable[Recorded], known_at: datetime | None = None) -> Officer:
    """The officer of an `officer` stream. Raises UnknownKind for an event that no officer can have."""
    officer = Officer()
    for recorded in _known(events, known_at):
        officer.id, officer.version = recorded.stream, recorded.seq
        officer.facts.update(recorded.event.facts)
        if recorded.kind.startswith("post.delegat"):
            _lent(officer, recorded, legal_day(recorded.occurred_at))
        else:
            _officer(officer, recorded.kind, recorded.event, legal_day(recorded.occurred_at))
    return officer


def _lent(officer: Officer, recorded: Recorded, day: date) -> None:
    """Approvals that somebody gave him for a time, or that ended early."""
    event: Any = recorded.event
    if recorded.kind == "post.delegated":
        until = date.fromisoformat(event.until) + timedelta(days=1)
        letter = str(event.facts.get("delegation_letter") or "")
        giver = recorded.actor
        made = Lent(event.post, event.department, giver.officer, giver.name, event.scope, letter, day, until)
        officer.lent = (*officer.lent, made)
        return
    ended = (event.post, event.department)
    officer.lent = tuple(
        replace(one, until=day) if (one.post, one.department) == ended and one.held(day) else one
        for one in officer.lent
    )


def _officer(officer: Officer, kind: str, event: Any, day: date) -> None:
    match kind:
        case "officer.registered":
            officer.agency, officer.left_on = event.agency, None
        case "officer.changed":
            pass
        case "officer.left":
            officer.left_on = day
        case "post.appointed":
            officer.posts = (*officer.posts, Post(event.post, event.department, day, first_time=event.first_time))
        case "post.ended":
            officer.posts = tuple(
                replace(held, until=day)
                if held.until is None and (held.post, held.department) == (event.post, event.department)
                else held
                for held in officer.posts
            )
        case "exam.passed":
            officer.exams = {event.exam: day, **officer.exams}
        case "training.completed":
            officer.trainings = (*officer.trainings, (event.training, day, event.hours))
        case "certificate.issued":
            first, last = date.fromisoformat(event.valid_from), date.fromisoformat(event.valid_until)
            officer.certificates = (*officer.certificates, Certificate(event.number, first, last, event.issuer))
        case "certificate.suspended":
            officer.certificates = tuple(
                replace(card, suspended_on=day) if card.number == event.number else card
                for card in officer.certificates
            )
        case _:
            raise UnknownKind(f"an officer cannot have {kind!r}")


def fold_agency(events: Iterable[Recorded], known_at: datetime | None = None) -> Agency:
    """The agency of an `agency` stream, with its departments."""
    agency = Agency()
    for recorded in _known(events, known_at):
        event: Any = recorded.event
        day = legal_day(recorded.occurred_at)
        agency.id, agency.version = recorded.stream, recorded.seq
        match recorded.kind:
            case "agency.registered" | "agency.changed":
                agency.jurisdiction = getattr(event, "jurisdiction", agency.jurisdiction)
                agency.facts.update(event.facts)
            case "agency.ended":
                agency.ended_on = day
            case "agency.settled":
                effective, by = date.fromisoformat(event.effective), recorded.actor.name
                agency.settled = (*agency.settled, Settled(event.setting, event.value, effective, day, by))
            case "department.registered":
                name = str(event.facts.get("department_name", event.department))
                agency.departments[event.department] = Department(
                    event.department, name, frozenset(event.functions), day, facts=event.facts
                )
            case "department.ended":
                if event.department in agency.departments:
                    agency.departments[event.department] = replace(agency.departments[event.department], until=day)
            case "catalogue.compiled":
                before = agency.catalogues.get(event.department, Catalogue(event.department))
                agency.catalogues[event.department] = before.compiled(
                    recorded.id, event.facts, day, recorded.actor.officer
                )
            case "catalogue.returned" | "catalogue.filed" | "catalogue.published":
                if event.department in agency.catalogues:
                    moved = agency.catalogues[event.department].moved(recorded.kind, event.facts, day)
                    agency.catalogues[event.department] = moved
            case "law.changed":
                agency.changed_laws = (*agency.changed_laws, _changed_law(recorded))
            case kind if kind.startswith("equipment."):
                agency.plans = planned(agency.plans, recorded)
            case kind if kind.startswith("recording_list."):
                agency.recording_list = ruled(agency.recording_list, recorded)
            case kind if kind.startswith("usage."):
                agency.usage[event.device_kind] = ruled(agency.usage.get(event.device_kind, Versions()), recorded)
            case kind if kind.startswith("report."):
                agency.reports = filed(agency.reports, recorded)
            case kind if kind.startswith("monitor."):
                agency.monitors = monitored(agency.monitors, recorded)
            case kind if kind.startswith("page."):
                agency.sections[event.section] = _section(agency.sections.get(event.section, Section()), recorded)
            case _:
                raise UnknownKind(f"an agency cannot have {recorded.kind!r}")
    return agency


def _section(before: Section, recorded: Recorded) -> Section:
    """What a move makes of a section of the public page."""
    event: Any = recorded.event
    facts, at, by = event.facts, recorded.occurred_at, recorded.actor.officer
    if recorded.kind == "page.collected":
        content = facts.get(SECTIONS[event.section].fact) if event.section in SECTIONS else None
        note = str(facts.get("page_note") or "")
        made = Version(0, recorded.id, event.department, content, at, {"collected": by}, note, files=event.files)
        return before.collected(made)
    return before.moved(recorded.kind.partition(".")[2], facts, at, by, getattr(event, "place", ""))


def _changed_law(recorded: Recorded) -> ChangedLaw:
    facts, day = recorded.event.facts, legal_day(recorded.occurred_at)
    effective = date.fromisoformat(str(facts.get("law_effective") or day.isoformat()))
    return ChangedLaw(
        str(facts.get("law_name", "")), str(facts.get("law_change", "")), effective, recorded.occurred_at, recorded.id
    )


def fold_item(events: Iterable[Recorded], known_at: datetime | None = None) -> Item:
    """The item of an `item` stream."""
    item = Item()
    for recorded in _known(events, known_at):
        event: Any = recorded.event
        item.id, item.version = recorded.stream, recorded.seq
        item.facts.update(event.facts)
        match recorded.kind:
            case "item.listed":
                item.agency, item.category = event.agency, event.category
                item.listed_on, item.removed_on = legal_day(recorded.occurred_at), None
            case "item.changed":
                pass
            case "item.removed":
                item.removed_on = legal_day(recorded.occurred_at)
            case _:
                raise UnknownKind(f"an item cannot have {recorded.kind!r}")
    return item
