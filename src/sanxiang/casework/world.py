"""The world of a scenario (情景的世界): its registers as streams of events, folded as in the product."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sanxiang.core.events import Event, Recorded, registry
from sanxiang.core.registers import Registers, fold_agency, fold_device, fold_draw, fold_inspectee, fold_officer
from sanxiang.core.values import CHINA, Actor

from .scenario import Scenario, WorldCatalogue, WorldOfficer

AGENCY = "agency"
"""The id of the agency of a scenario."""
NAMESPACE = uuid.UUID("8e2f6f2c-6f1e-5d0e-9f6a-2d5f3f7b1a10")


def recorded_in(
    stream: str, made: Sequence[tuple[datetime, Event]], actor: Actor, *, after: int = 0, known: datetime | None = None
) -> tuple[Recorded, ...]:
    """Events as they stand in the stream of a register, each recorded when it happened where `known` says no other."""
    return tuple(
        Recorded(
            id=str(uuid.uuid5(NAMESPACE, f"{stream}/{seq}")),
            stream=stream, seq=seq, prev=None, occurred_at=at, recorded_at=known or at, actor=actor, finding=None,
            breaches=(), event=event,
        )
        for seq, (at, event) in enumerate(made, after + 1)
    )  # fmt: skip


def told_of(scenario: Scenario) -> dict[tuple[str, str], tuple[Recorded, ...]]:
    """The streams of the registers of a scenario, by kind and id, as the product would have them."""
    world = scenario.world
    if world is None:
        raise ValueError("a scenario is loaded with its world")
    since = datetime.combine(world.since, datetime.min.time(), CHINA)
    clerk = Actor(officer="registrar", name="登记", agency=AGENCY, department="", post="registrar", certificate=None)
    agency_events: list[tuple[datetime, Event]] = [
        (since, registry.AgencyRegistered(jurisdiction=scenario.rulebook, facts=dict(world.agency)))
    ]
    agency_events += [
        (
            since,
            registry.DepartmentRegistered(
                department=part.id, functions=part.functions, facts={"department_name": part.name}
            ),
        )
        for part in world.departments
    ]
    agency_events += [event for one in world.catalogues for event in catalogue_events(one)]
    officers = {("officer", one.id): recorded_in(one.id, officer_events(one, since), clerk) for one in world.officers}
    return {("agency", AGENCY): recorded_in(AGENCY, agency_events, clerk), **officers}


def registers_of(told: Mapping[tuple[str, str], Sequence[Recorded]]) -> Registers:
    """The registers, folded from their streams."""

    def folded(kind: str, fold_one: Any) -> dict[str, Any]:
        return {stream: fold_one(events) for (of, stream), events in told.items() if of == kind}

    return Registers(
        folded("officer", fold_officer), folded("agency", fold_agency), devices=folded("device", fold_device),
        draws=folded("draw", fold_draw), inspectees=folded("inspectee", fold_inspectee),
    )  # fmt: skip


def world_of(scenario: Scenario) -> Registers:
    """The registers of a scenario as it begins."""
    return registers_of(told_of(scenario))


def catalogue_events(catalogue: WorldCatalogue) -> list[tuple[datetime, Event]]:
    """Compiled, filed and published on one day."""
    at = datetime.combine(catalogue.since, datetime.min.time(), CHINA)
    facts = {"catalogue_entries": [dict(entry) for entry in catalogue.entries]}
    return [
        (at, registry.CatalogueCompiled(department=catalogue.department, facts=facts)),
        (at, registry.CatalogueFiled(department=catalogue.department, facts={"catalogue_receipt": "演示"})),
        (at, registry.CataloguePublished(department=catalogue.department)),
    ]


def officer_events(officer: WorldOfficer, since: datetime) -> list[tuple[datetime, Event]]:
    def at(day: date | None) -> datetime:
        return datetime.combine(day, datetime.min.time(), CHINA) if day else since

    found: list[tuple[datetime, Event]] = [
        (since, registry.OfficerRegistered(agency=AGENCY, facts={"officer_name": officer.name}))
    ]
    found += [(at(exam.on), registry.ExamPassed(exam=exam.exam)) for exam in officer.exams]
    found += [
        (at(one.on), registry.TrainingCompleted(training=one.training, hours=one.hours)) for one in officer.trainings
    ]
    found += [
        (
            since,
            registry.CertificateIssued(
                number=card.number, valid_from=card.since.isoformat(), valid_until=card.until.isoformat()
            ),
        )
        for card in officer.certificates
    ]
    for post in officer.posts:
        appointed = registry.PostAppointed(post=post.post, department=post.department, first_time=post.first_time)
        found.append((at(post.since), appointed))
        if post.until:
            found.append((at(post.until), registry.PostEnded(post=post.post, department=post.department)))
    if officer.left:
        found.append((at(officer.left), registry.OfficerLeft()))
    # an exam may have been passed before; the register begins with the officer all the same
    return [found[0], *sorted(found[1:], key=lambda pair: pair[0])]
