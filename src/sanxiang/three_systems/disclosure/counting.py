"""No number is skipped (公示不缺号): where every decision of an agency and year stands, and that the counts add up.

A decision that is not public yet, or lawfully never will be, shows its number, category and day: that it exists, and
nothing of what it says. 政府信息公开条例 arts. 14 to 16 keep the content back, not the count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.gates import Duty
from sanxiang.core.values import legal_day

State = Literal["published", "due", "open", "overdue", "withheld", "excused", "withdrawn", "revoked"]
STATES: Mapping[State, str] = {
    "published": "已公示",
    "due": "期限内待公示",
    "open": "规定没有设公示期限",
    "withheld": "依法不予公开",
    "excused": "法律、行政法规另有规定",
    "withdrawn": "已撤下",
    "revoked": "公示以前已被撤销",
    "overdue": "超期未公示",
}
"""Every state in the order in which a sum is read; a decision is in exactly one."""

DECIDED = ("decision.made", "decision.refused")
NUMBER = re.compile(r"(?P<series>[^〔〕]+)〔(?P<year>\d{4})〕(?P<n>\d{1,9})号")


FIELDS = (
    *("number", "category", "decided_on", "state", "due_on", "published_on", "withheld_on", "withheld_ground"),
    *("withheld_by", "withdrawn_on", "withdrawn_cause", "revoked_on"),
)
"""What stands of a decision in the open data, beside its `id`; the page of a published one is /d/<id>/."""


class Numbered(Protocol):
    """What is known of one decision; days are None until then, and `due_on` where no regulation sets a day."""

    series: str
    year: int
    n: int | None
    due_on: date | None
    published_on: date | None
    withheld_on: date | None
    excused: bool
    withdrawn_on: date | None
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one series (文种字) in one year: the last, and those below it that no decision holds."""

    name: str
    last: int
    missing: tuple[int, ...]


def number_row(
    case: CaseFile, events: Sequence[Recorded], owed: Sequence[Duty], posts: Mapping[str, str]
) -> dict[str, Any] | None:
    """The public row of a decided case; None before the decision. `posts` names the posts: who approved is told by his
    post, never by his name."""
    if case.decision is None:
        return None
    last = {recorded.kind: recorded for recorded in events}
    decided = next(one for one in reversed(events) if one.kind in DECIDED)
    told = NUMBER.fullmatch(case.decision_number)
    duty = next((one for one in owed if one.binding.duty == "publish" and one.event == decided.id), None)
    withheld, decided_on = last.get("publication.withheld"), legal_day(decided.occurred_at)
    return {
        "stream": case.id,
        "jurisdiction": case.jurisdiction,
        "agency": case.agency,
        "category": case.category,
        "number": case.decision_number,
        "series": told["series"] if told else "",
        "year": int(told["year"]) if told else decided_on.year,
        "n": int(told["n"]) if told else None,
        "blank": str(decided.event.facts.get("blank_number", "")),
        "decided_on": decided_on,
        "due_on": duty.binding.due_on if duty else None,
        "excused": duty is not None and duty.excused,
        "published_on": day_of(last.get("publication.published")),
        "withheld_on": day_of(withheld),
        "withheld_ground": str(withheld.event.facts.get("withheld_ground", "")) if withheld else "",
        "withheld_by": posts.get(withheld.actor.post, "") if withheld else "",
        "withdrawn_on": day_of(gone_of(last)) if case.withdrawn else None,
        "withdrawn_cause": case.withdrawn or "",
        "revoked_on": legal_day(case.revoked.occurred_at) if case.revoked else None,
    }


def gone_of(last: Mapping[str, Recorded]) -> Recorded | None:
    """The last event that took a publication down, by somebody or by itself."""
    found = [last[kind] for kind in ("publication.withdrawn", "publication.expired") if kind in last]
    return max(found, key=lambda one: one.seq, default=None)


def day_of(recorded: Recorded | None) -> date | None:
    return legal_day(recorded.occurred_at) if recorded else None


def standing(row: Numbered, today: date) -> State:
    """Where one decision stands on a day."""
    if row.withdrawn_on:
        return "withdrawn"
    if row.published_on:
        return "published"
    if row.withheld_on:
        return "withheld"
    if row.excused:
        return "excused"
    if row.revoked_on:
        return "revoked"
    if row.due_on is None:
        return "open"
    return "overdue" if row.due_on < today else "due"


def told(row: Any, today: date) -> dict[str, Any]:
    """A decision in the open data: `id` and FIELDS, days as dates."""
    fields = {name: standing(row, today) if name == "state" else getattr(row, name) for name in FIELDS}
    return {"id": str(row.stream), **fields}


def tally(rows: Iterable[Numbered], today: date) -> dict[State, int]:
    """How many stand where, every state named; the sum is the number of rows."""
    found: dict[State, int] = dict.fromkeys(STATES, 0)
    for row in rows:
        found[standing(row, today)] += 1
    return found


def series_of(rows: Iterable[Numbered]) -> tuple[Series, ...]:
    """The series by name, each with its gaps."""
    held: dict[str, set[int]] = {}
    for row in rows:
        if row.n is not None:
            held.setdefault(row.series, set()).add(row.n)
    return tuple(
        Series(name, max(numbers), tuple(sorted(set(range(1, max(numbers) + 1)) - numbers)))
        for name, numbers in sorted(held.items())
    )
