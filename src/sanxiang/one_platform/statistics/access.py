"""Who may read and make which report (报告的权限), deny by default: everyone with a post those of his agency, a
supervisor those of the jurisdiction. Behind a figure each sees the cases that he may see; the write path asks again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404

from sanxiang.casework.registers import registers_for
from sanxiang.core.gates.reporting import Owed
from sanxiang.core.registers import Agency
from sanxiang.one_platform.registry.queries import agencies_in

from .counting import Whose

FRESH_S = 5.0


def agency_of(request: Any, stream: UUID | str) -> Agency:
    """An agency whose reports the reader may see. Raises Http404."""
    found = registers_for(connections["default"], str(stream), (), age_s=FRESH_S).agency(str(stream))
    reader = request.reader
    if found is None or not (
        found.id == reader.agency or (reader.everywhere and found.jurisdiction == reader.jurisdiction)
    ):
        raise Http404
    return found


def whose(agency: Agency, report: Owed, department: str) -> Whose:
    """Whose cases a report counts: the agency's, those of its department, or of those for whom it reports jointly."""
    if report.scope != "jurisdiction":
        return Whose((agency.id,), department)
    streams = agencies_in(agency.jurisdiction)
    found = registers_for(connections["default"], agency.id, streams, age_s=FRESH_S).agencies.values()
    return Whose(tuple(sorted(one.id for one in found if one.facts.get("agency_reported_jointly"))))
