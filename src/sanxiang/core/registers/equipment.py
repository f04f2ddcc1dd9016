"""Equipment plans, the list of what is recorded, and the rules of use of an agency: their versions and how far each has
come (装备计划、音像记录事项清单、设备管理规定)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sanxiang.core.events import Json, Recorded
from sanxiang.core.values import legal_day

Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was bought under a plan: contract, supplier, amount in fen."""

    on: date
    contract: str
    supplier: str
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The need and budget of a year. `state` is planned, reported or answered; `hands` who did each, by state."""

    year: str
    lines: tuple[Row, ...]
    planned_on: date
    hands: Mapping[str, str]
    note: str = ""
    state: str = "planned"
    receiver: str = ""
    reported_on: date | None = None
    receipt: str = ""
    granted: int = 0
    answered_on: date | None = None
    purchases: tuple[Purchase, ...] = ()

    @property
    def amount(self) -> int:
        """What the plan asks for, in fen."""
        return sum(int(line.get("buy") or 0) * int(line.get("price") or 0) for line in self.lines)

    @property
    def spent(self) -> int:
        return sum(one.amount for one in self.purchases)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the recording list or of the rules for a kind of device. `state` is prepared, returned or issued;
    `rows` the list or the elements, `receipt` that of the body which filed it."""

    number: int
    event: str
    rows: tuple[Row, ...]
    prepared_on: date
    prepared_by: str
    prepared_name: str = ""
    state: str = "prepared"
    note: str = ""
    returned_for: str = ""
    issued_on: date | None = None
    issued_by: str = ""
    issued_name: str = ""
    effective: date | None = None
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions, the oldest first; one that was never issued is replaced by the next.

    >>> day = date(2026, 1, 5)
    >>> first = Version(1, "e", (), day, "o", state="issued", issued_on=day, effective=date(2026, 2, 1))
    >>> book = Versions((first,))
    >>> book.in_force(date(2026, 1, 31)), book.in_force(date(2026, 2, 1)).number, book.working
    (None, 1, None)
    """

    versions: tuple[Version, ...] = ()

    def in_force(self, day: date) -> Version | None:
        begun = (one for one in reversed(self.versions) if one.effective is not None and one.effective <= day)
        return next(begun, None)

    @property
    def working(self) -> Version | None:
        last = self.versions[-1] if self.versions else None
        return last if last is not None and last.state != "issued" else None

    def prepared(self, recorded: Recorded, rows: Sequence[Row]) -> Versions:
        kept = tuple(one for one in self.versions if one.state == "issued")
        day, actor = legal_day(recorded.occurred_at), recorded.actor
        note = str(recorded.event.facts.get("equipment_note") or "")
        return Versions(
            (*kept, Version(len(kept) + 1, recorded.id, tuple(rows), day, actor.officer, actor.name, note=note))
        )

    def returned(self, reason: str) -> Versions:
        return self._last(state="returned", returned_for=reason)

    def issued(self, recorded: Recorded, effective: date, receipt: str = "") -> Versions:
        actor, day = recorded.actor, legal_day(recorded.occurred_at)
        return self._last(
            state="issued", issued_on=day, issued_by=actor.officer, issued_name=actor.name, effective=effective,
            receipt=receipt,
        )  # fmt: skip

    def _last(self, **changes: Any) -> Versions:
        if self.working is None:
            return self
        return Versions((*self.versions[:-1], replace(self.working, **changes)))


def planned(plans: Mapping[str, Plan], recorded: Recorded) -> dict[str, Plan]:
    """The plans of an agency after a move; a plan that was reported is not drawn up again."""
    event: Any = recorded.event
    facts, day, by = event.facts, legal_day(recorded.occurred_at), recorded.actor.officer
    before = plans.get(event.plan)
    if recorded.kind == "equipment.planned":
        if before is not None and before.state != "planned":
            return dict(plans)
        lines = tuple(facts.get("equipment_lines") or ())
        made = Plan(event.plan, lines, day, {"planned": by}, note=str(facts.get("equipment_note") or ""))
        return {**plans, event.plan: made}
    if before is None:
        return dict(plans)
    if recorded.kind == "equipment.purchased":
        bought = Purchase(
            day, str(facts.get("equipment_contract") or ""), str(facts.get("equipment_supplier") or ""),
            int(facts.get("equipment_amount") or 0),
        )  # fmt: skip
        return {**plans, event.plan: replace(before, purchases=(*before.purchases, bought))}
    changes: dict[str, Any] = {"hands": {**before.hands, recorded.kind.partition(".")[2]: by}}
    if recorded.kind == "equipment.reported":
        changes |= {"state": "reported", "reported_on": day, "receiver": str(facts.get("equipment_receiver") or "")}
    else:
        granted = int(facts.get("equipment_granted") or 0)
        receipt = str(facts.get("equipment_receipt") or "")
        changes |= {"state": "answered", "answered_on": day, "receipt": receipt, "granted": granted}
    return {**plans, event.plan: replace(before, **changes)}


def ruled(before: Versions, recorded: Recorded) -> Versions:
    """The recording list, or the rules for a kind of device, after a move."""
    event: Any = recorded.event
    facts, move = event.facts, recorded.kind.partition(".")[2]
    if move in ("prepared", "submitted"):
        return before.prepared(recorded, facts.get("usage_elements") or facts.get("recording_list") or ())
    if move == "returned":
        return before.returned(str(facts.get("equipment_return_reason") or ""))
    if move == "filed":
        return before.issued(recorded, legal_day(recorded.occurred_at), str(facts.get("recording_list_receipt") or ""))
    return before.issued(recorded, date.fromisoformat(event.effective))
