"""Events of the standing list of whom an agency inspects (检查对象名录库), each enterprise a stream of its own. What is
told of it are the facts of a party, so that an inspection takes them over as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event, kind


@kind("inspectee.listed")
@dataclass(frozen=True, slots=True, kw_only=True)
class InspecteeListed(Event):
    """Enterprise put on the list of objects of inspection (列入检查对象名录库). 国办发〔2015〕58号 二（二）. The facts
    hold its name, unified social credit code, place, class of risk or credit, and the items under which it may be
    inspected."""

    agency: str


@kind("inspectee.changed")
@dataclass(frozen=True, slots=True, kw_only=True)
class InspecteeChanged(Event):
    """Data of an object of inspection changed (检查对象信息变更、等级调整). Its credit code stays: another code is
    another object."""


@kind("inspectee.removed")
@dataclass(frozen=True, slots=True, kw_only=True)
class InspecteeRemoved(Event):
    """Object taken off the list (移出检查对象名录库): it ended, moved away or is no longer the agency's to inspect. It
    may be listed again."""
