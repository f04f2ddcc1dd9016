"""The reports that an agency made (统计年报、情况报送): versions, who had a hand in them, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sanxiang.core.events import Recorded
from sanxiang.core.values import legal_day

from .pages import Section, Version

TEXTS = ("report_overall", "report_systems", "report_problems", "report_plan")
"""What people write in a report, in its order."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a receiver got a version: his number, the day, who took it in."""

    receiver: str
    version: int
    number: str
    on: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """One report of one period. `section` its versions: the content of each holds `tables`, `since`, `until` and the
    texts; `asked_on` and `asked_for` where somebody asked for it once.

    >>> Filed("annual-public", "2025").state
    ''
    """

    report: str
    period: str
    department: str = ""
    section: Section = field(default_factory=Section)
    receipts: tuple[Receipt, ...] = ()
    asked_on: date | None = None
    asked_for: str = ""

    @property
    def key(self) -> str:
        return key_of(self.report, self.period, self.department)

    @property
    def state(self) -> str:
        """Where the version that is on its way stands; issued where none is, empty where there never was one."""
        working = self.section.working
        return working.state if working else "issued" if self.section.public else ""

    def received(self, receiver: str) -> Receipt | None:
        """The last receipt of a receiver."""
        return next((one for one in reversed(self.receipts) if one.receiver == receiver), None)


def key_of(report: str, period: str, department: str = "") -> str:
    return f"{report}/{period}@{department}" if department else f"{report}/{period}"


def filed(held: Mapping[str, Filed], recorded: Recorded) -> dict[str, Filed]:
    """The reports of an agency after an event about one of them."""
    event: Any = recorded.event
    key = key_of(event.report, event.period, event.department)
    before = held.get(key, Filed(event.report, event.period, event.department))
    return {**held, key: _moved(before, recorded, event)}


def _moved(before: Filed, recorded: Recorded, event: Any) -> Filed:
    facts, at, by = event.facts, recorded.occurred_at, recorded.actor.officer
    match recorded.kind:
        case "report.requested":
            return replace(before, asked_on=legal_day(at), asked_for=str(facts.get("report_asked_for") or ""))
        case "report.compiled":
            content = {"tables": event.tables, "since": event.since, "until": event.until}
            content |= {name: facts[name] for name in TEXTS if facts.get(name)}
            note = str(facts.get("report_note") or "")
            made = Version(0, recorded.id, event.department, content, at, {"collected": by}, note)
            return replace(before, section=before.section.collected(made))
        case "report.received":
            told = (str(facts.get(f"report_receipt_{name}") or "") for name in ("number", "on", "by"))
            return replace(before, receipts=(*before.receipts, Receipt(event.receiver, event.version, *told)))
        case kind:
            told_facts = {"page_return_reason": facts.get("report_return_reason")}
            place = getattr(event, "place", "")
            moved = before.section.moved(kind.partition(".")[2], told_facts, at, by, place)
            return replace(before, section=moved)


def figures_of(version: Version | None) -> dict[str, int]:
    """The values of a version by the ids of its figures."""
    content: Any = version.content if version else None
    tables = content.get("tables", ()) if isinstance(content, Mapping) else ()
    return {one["id"]: int(one["value"]) for table in tables for one in table["figures"]}
