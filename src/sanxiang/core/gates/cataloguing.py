"""Predicates about the list of major decisions (重大执法决定法制审核目录): who moves it on, what it brings in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanxiang.core.registers import Catalogue

from .people import SUBJECT
from .predicates import word
from .situation import Situation
from .truth import Truth, holds, no


def entries_for(s: Situation) -> tuple[Mapping[str, Any], ...]:
    """The entries of the handling department's list that are in force on the day of the act."""
    agency = s.registers.agency(s.case.agency)
    catalogue = agency.catalogues.get(s.case.department) if agency else None
    edition = catalogue.in_force(s.day) if catalogue else None
    return edition.entries if edition else ()


def matches(entry: Mapping[str, Any], s: Situation) -> bool:
    """Whether a case is what an entry names: all that the entry states must fit."""
    if entry.get("category") not in (None, "", s.case.category):
        return False
    if entry.get("item") and entry["item"] != s.value("item_code"):
        return False
    kind = entry.get("sanction")
    rows = [line for line in s.value("sanctions") or () if not kind or line.get("kind") == kind]
    if entry.get("sanction") and not rows:
        return False
    least = int(entry.get("at_least") or 0)
    return not least or sum(int(line.get("amount") or 0) for line in rows) >= least


def found_in(s: Situation) -> tuple[str, ...]:
    """The names of the entries that the case is one of; where no register is at hand, as the draft recorded them."""
    if s.registers.agency(s.case.agency) is None:
        return s.case.draft.listed if s.case.draft else ()
    return tuple(str(entry.get("name", "")) for entry in entries_for(s) if matches(entry, s))


@word("listed")
def listed(value: bool, s: Situation) -> Truth:
    return holds(bool(found_in(s)) == value, "目录所列的事项")


def catalogue_of(s: Situation) -> Catalogue | None:
    """The list that the proposed fact is about."""
    agency = s.registers.agency(s.case.agency)
    department = str(getattr(s.proposal.extra.get("event"), "department", ""))
    return agency.catalogues.get(department) if agency else None


def _own(s: Situation) -> Truth:
    department = str(getattr(s.proposal.extra.get("event"), "department", ""))
    mine = s.officer.departments(s.day) if s.officer else frozenset()
    agency = s.registers.agency(s.case.agency)
    known = agency is not None and department in agency.departments and agency.departments[department].exists(s.day)
    return holds(known and department in mine, "由目录所属的承办机构编制、调整")


def _state(state: str, missing: str) -> Any:
    def check(s: Situation) -> Truth:
        catalogue = catalogue_of(s)
        working = catalogue.working if catalogue else None
        return holds(working is not None and working.state == state, missing)

    return check


def _filer(s: Situation) -> Truth:
    """The review department of the agency, or the body that leads the jurisdiction; never whoever compiled it."""
    officer, agency = s.officer, s.registers.agency(s.case.agency)
    if officer is None or agency is None:
        return no("由法制审核机构或者司法行政部门审核备案")
    own = bool(officer.departments(s.day) & agency.with_function("review", s.day))
    if not own and not (officer.agency != agency.id and officer.holds("supervisor", s.day)):
        return no("由法制审核机构或者司法行政部门审核备案")
    catalogue = catalogue_of(s)
    working = catalogue.working if catalogue else None
    return holds(working is None or working.compiled_by != officer.id, "由编制人以外的人审核备案")


SUBJECT |= {
    "catalogue_own": _own,
    "catalogue_compiled": _state("compiled", "等待审核备案的目录"),
    "catalogue_filed": _state("filed", "已经备案、等待公布的目录"),
    "catalogue_filer": _filer,
}
