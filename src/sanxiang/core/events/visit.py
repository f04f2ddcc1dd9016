"""Visits to an enterprise for another purpose than inspection (入企登记), each a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("visit.made")
@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMade(Event):
    """Enterprise visited for service, training, research, to see how a complaint ended and the like (入企登记).
    国办发〔2024〕54号 (条号须核定). Whose people came, of which `department`; the officers are those at the door, the
    facts the enterprise by its code, the purpose, what is done there, and that nothing is inspected. It never counts in
    the yearly cap of inspections."""

    jurisdiction: str
    agency: str
    department: str
