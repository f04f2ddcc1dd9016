"""What already happened and is recorded afterwards (补录): recorded in spite of every gate, with what it breaks.

Two things are asked of it. Whoever enters it holds, or held then, a post of the act in the agency of the case: entering
late must not be a way round the separation of posts. And it says why it was not recorded in time: a rule of this house
(须核定), because a record without gaps (全过程记录) has to explain the gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanxiang.core.gates import Situation
from sanxiang.core.values import legal_day

REASON = "late_entry_reason"
"""The fact that holds the reason."""
UNEXPLAINED = "补录要写明当时没有录入的原因"


def problems_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with saying so, by fact id."""
    return {} if str(facts.get(REASON) or "").strip() else {REASON: UNEXPLAINED}


def may_report(s: Situation, at: datetime) -> bool:
    """Whether the officer may enter the act afterwards: he holds one of its posts now, or held it on the day."""
    officer = s.officer
    if officer is None or s.act is None or (s.case.agency and officer.agency != s.case.agency):
        return False
    return any(officer.holds(post, day) for post in s.act.by for day in (s.day, legal_day(at)))
