"""What must hold of a visit to an enterprise that is no inspection (入企登记): who comes, and for whom."""

from __future__ import annotations

from typing import Any

from .people import SUBJECT
from .situation import Situation
from .truth import YES, Truth, no


def _people(s: Situation) -> Truth:
    """Whoever enters the visit is there himself, and everybody who is named serves with the agency."""
    event: Any = s.proposal.extra.get("event")
    come = [s.registers.officer(one) for one in s.proposal.officers]
    missing = []
    if s.proposal.actor.officer not in s.proposal.officers:
        missing.append("登记的人自己在来访人员里")
    if any(one is None or not one.serving(s.day) or one.agency != s.case.agency for one in come):
        missing.append("来访人员都是本机关在职的人员")
    mine = s.officer.departments(s.day) if s.officer else frozenset()
    if getattr(event, "department", "") not in mine:
        missing.append("登记人所在的内设机构")
    return no(*missing) if missing else YES


SUBJECT |= {"visit_people": _people}
