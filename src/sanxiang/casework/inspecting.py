"""How often an enterprise was inspected this year (年度检查频次), who else means to go there soon (联合检查), and
whether what is to be inspected stands on the published list (检查事项清单)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connections

from sanxiang.core.casefile import CaseFile, fold
from sanxiang.core.gates.draws import ITEMS
from sanxiang.core.registers import Agency, Registers
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import CHINA, caps
from sanxiang.store import reading
from sanxiang.store.runtime import current

from . import visiting
from .inspectees import level_of
from .models import CaseRow
from .registers import registers_for

CATEGORY = "检查"
REGISTERS = "register_source"
COUNTS = (REGISTERS, "approve_inspection")
"""The acts at which the record is asked how often an enterprise was inspected this year and whether the item is
published."""
ITEM, PUBLISHED, CODE = "inspection_item", "inspection_published", "item_code"
LEVEL = "inspectee_level"
CAP, BANS = "inspection_cap", "inspection_bans"
LOOKED_UP = frozenset({PUBLISHED, CODE, LEVEL})
"""What the lists tell of an item and of an enterprise, so that no form asks it."""
Listed = Callable[[str, str, date], Mapping[str, str]]
"""(agency, category, day): the items on the list that day, their codes by name."""
LISTS: list[Listed] = []
NOT_COUNTED = "上级部署"
MOST, OPEN = 60, 500


DONE = ("approve_inspection", "inspect")
"""An inspection counts from its approval; one that was urgent from the visit."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One inspection: its line, its facts, the day on which it was or is meant; whether it was approved or made,
    whether somebody has been there."""

    row: CaseRow
    facts: Mapping[str, Any]
    day: date
    counts: bool
    visited: bool
    agency: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Visits:
    """What the record knows of an enterprise: `own` inspections of the year that count, `near` those that others of the
    jurisdiction mean to do within the window; `cap` the yearly cap (0: none is published) for its class of risk or
    credit `level` (empty: none, or not on the list of objects); `others` how often the agency came otherwise
    (入企登记), which never counts."""

    own: tuple[Visit, ...] = ()
    near: tuple[Visit, ...] = ()
    cap: int = 0
    level: str = ""
    others: int = 0

    @property
    def count(self) -> int:
        return len(self.own)

    @property
    def left(self) -> int:
        return max(self.cap - self.count, 0)

    @property
    def reached(self) -> bool:
        return 0 < self.cap <= self.count

    @property
    def last(self) -> bool:
        """Whether one more comes to the cap (临近上限)."""
        return self.left == 1


def visits(agency: str, code: str, day: date, *, but: str = "") -> Visits:
    """The inspections of the year of a day by which an agency counts; `but` the case that is asked about."""
    return Visits(tuple(one for one in _found(code, day, but, agency=agency) if _counts(one, agency, day)))


def told(rules: RuleSet, case: CaseFile, facts: Mapping[str, Any], department: str, day: date) -> Visits | None:
    """What a page says of the enterprise of an inspection; None where the act is none, or names no enterprise."""
    code = str(facts.get("party_credit_code") or case.facts.get("party_credit_code") or "")
    if case.category != CATEGORY or not code:
        return None
    found = _found(code, day, case.id, jurisdiction=case.jurisdiction)
    own = tuple(one for one in found if _counts(one, case.agency, day))
    meant = date.fromisoformat(str(facts.get("inspection_on") or case.facts.get("inspection_on") or day.isoformat()))
    near = (
        one for one in found
        if (str(one.row.agency), one.row.department) != (case.agency, case.department or department)
        and _meant(rules, one, meant)
    )  # fmt: skip
    level = level_of(case.agency, code, day)
    others = visiting.count(code, day, agency=case.agency)
    return Visits(own, tuple(map(_named, near)), _cap(rules, case.agency, level), level, others)


def of_enterprise(rules: RuleSet, agency: str, code: str, day: date) -> Visits:
    """How often an agency inspected an enterprise in the year of a day, against the published cap; and which other
    agencies of the place mean to go there about that day."""
    found = _found(code, day, "", jurisdiction=rules.jurisdiction.id)
    own = tuple(one for one in found if _counts(one, agency, day))
    others = (one for one in found if str(one.row.agency) != agency and _meant(rules, one, day))
    level = level_of(agency, code, day)
    came = visiting.count(code, day, agency=agency)
    return Visits(own, tuple(map(_named, others)), _cap(rules, agency, level), level, came)


def cap_of(rules: RuleSet, agency: Agency | None, level: str = "") -> int:
    """The published yearly cap (年度检查频次上限) for a class of risk or credit: the agency's own, else that of the
    place; 0 where none is."""
    return caps.cap_of(_told(rules, agency), level)


def _told(rules: RuleSet, agency: Agency | None) -> caps.Told:
    return caps.published(agency.facts.get(caps.OWN) if agency else None, rules.setting(caps.CAP, 0))


def all_caps(rules: RuleSet, agency: Agency | None) -> tuple[int, ...]:
    """The caps of every class that are published for an agency."""
    return tuple(caps.caps_in(_told(rules, agency)).values())


def _cap(rules: RuleSet, agency: str, level: str) -> int:
    return cap_of(rules, registers_for(connections["default"], agency, ()).agency(agency), level)


@dataclass(frozen=True, slots=True)
class Near:
    """An enterprise that an agency is about to inspect or inspects, one visit or none before its yearly cap."""

    row: CaseRow
    visits: Visits


def nearing(rules: RuleSet, agency: Agency | None, day: date) -> list[Near]:
    """Whom the agency has an open inspection of and inspected so often this year that one more comes to the cap or goes
    beyond it (临近上限): counted afresh, the fewest left first. Nothing is asked where no cap is published."""
    if agency is None or not any(caps.caps_in(_told(rules, agency)).values()):
        return []
    own = CaseRow.objects.filter(category=CATEGORY, agency=agency.id)
    tokens: dict[bytes, CaseRow] = {}
    for row in own.filter(state="open").order_by("-opened_at", "stream")[:OPEN]:
        if row.party_token:
            tokens.setdefault(bytes(row.party_token), row)
    if not tokens:
        return []
    since = datetime.combine(date(day.year, 1, 1), time(), CHINA)
    several: dict[bytes, list[CaseRow]] = {}
    rows = own.filter(party_token__in=list(tokens), opened_at__gte=since)
    for row in rows.order_by("-opened_at", "stream"):
        several.setdefault(bytes(row.party_token), []).append(row)
    # Whoever has fewer cases than one below the lowest cap is not read.
    least = max(2, min(filter(None, caps.caps_in(_told(rules, agency)).values())) - 1)
    several = {token: some[:MOST] for token, some in several.items() if len(some) >= least}
    seen = _visits_of([row for some in several.values() for row in some])
    found = []
    for token, some in several.items():
        streams = {str(row.stream) for row in some}
        made = [one for one in seen if str(one.row.stream) in streams]
        level = next((str(one.facts[LEVEL]) for one in made if one.facts.get(LEVEL)), "")
        told = Visits(
            tuple(one for one in made if _counts(one, agency.id, day)), (), cap_of(rules, agency, level), level
        )
        if told.count and (told.reached or told.last):
            found.append(Near(tokens[token], told))
    return sorted(found, key=lambda one: (one.visits.left, str(one.row.stream)))


def _meant(rules: RuleSet, one: Visit, day: date) -> bool:
    """Whether somebody means to go within so many days of a day that both may go together."""
    window = timedelta(days=int(str(rules.setting("inspection_joint_days", 0)) or 0))
    return one.row.state == "open" and not one.visited and abs(one.day - day) <= window


def _named(one: Visit) -> Visit:
    """With the names of agency and department."""
    agency = registers_for(connections["default"], str(one.row.agency), ()).agency(str(one.row.agency))
    part = agency.departments.get(one.row.department) if agency else None
    return replace(one, agency=agency.name if agency else "", department=part.name if part else "")


def known(
    act: str, case: CaseFile, facts: Mapping[str, Any], registers: Registers, rules: RuleSet, day: date
) -> dict[str, Any]:
    """The facts of an act with what the record itself knows of an inspection, so that nobody types it: whether its item
    is published that day and under which code; how often the enterprise that it names was inspected and the cap of
    that; what the place forbids whoever inspects."""
    if act not in COUNTS or case.category != CATEGORY:
        return dict(facts)
    found = {key: value for key, value in facts.items() if key not in (CAP, BANS)}
    items = items_on(registers.agency(case.agency), day)
    bans: Any = rules.setting("inspection_bans", ())
    if bans:
        found[BANS] = "\n".join(bans)
    item = str(facts.get(ITEM) or case.facts.get(ITEM) or "")
    if item:
        found[PUBLISHED] = item in items
    if act == REGISTERS and items.get(item):
        found[CODE] = items[item]
    if code := str(facts.get("party_credit_code") or case.facts.get("party_credit_code") or ""):
        found["inspection_count"] = visits(case.agency, code, day, but=case.id).count
        found.pop(LEVEL, None)
        if level := level_of(case.agency, code, day):
            found[LEVEL] = level
        if cap := cap_of(rules, registers.agency(case.agency), level):
            found[CAP] = cap
    return found


def items_on(agency: Agency | None, day: date) -> dict[str, str]:
    """What an agency may inspect on a day, by name, with its code where it has one: the items of its register, and what
    its public list of random inspections holds."""
    if agency is None:
        return {}
    section = agency.sections.get(ITEMS)
    content: Any = section.public.content if section and section.public else ()
    drawn = {str(row.get("name") or ""): "" for row in content}
    return drawn | {name: code for listed in LISTS for name, code in listed(agency.id, CATEGORY, day).items()}


def list_items(listed: Listed) -> None:
    """Let the register of items tell what is listed; once is enough."""
    if listed not in LISTS:
        LISTS.append(listed)


def special(facts: Mapping[str, Any]) -> bool:
    """A special inspection that a superior ordered, which does not count."""
    return facts.get("inspection_kind") == "专项检查" and facts.get("inspection_source") == NOT_COUNTED


def _counts(one: Visit, agency: str, day: date) -> bool:
    return (
        one.counts
        and str(one.row.agency) == agency
        and one.row.opened_at.astimezone(CHINA).year == day.year
        and not special(one.facts)
    )


def _found(code: str, day: date, but: str, **where: str) -> list[Visit]:
    """Inspections of an enterprise that were registered this year and not refused, the newest first."""
    if not code:
        return []
    since = datetime.combine(date(day.year, 1, 1), time(), CHINA)
    rows = CaseRow.objects.filter(
        category=CATEGORY, party_token=current().sealer.party_token(code), opened_at__gte=since, **where
    ).exclude(stream=but or None)
    return _visits_of(rows.order_by("-opened_at", "stream")[:MOST])


def _visits_of(rows: Iterable[CaseRow]) -> list[Visit]:
    """What the record says of these inspections; those that were refused are left out."""
    held = {str(row.stream): row for row in rows}
    found = []
    for stream, events in (reading.load_many(connections["default"], list(held)) if held else {}).items():
        if any(event.kind == "case.not_filed" for event in events):
            continue
        facts = fold(events).facts
        meant = str(facts.get("inspection_on") or "")
        registered = held[stream].opened_at.astimezone(CHINA).date()
        acts = {event.event.act for event in events}
        found.append(
            Visit(
                held[stream], facts, date.fromisoformat(meant) if meant else registered,
                bool(acts & set(DONE)), "inspect" in acts,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.day, str(one.row.stream)), reverse=True)
