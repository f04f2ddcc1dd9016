"""The content of a section that the registers and the rules already hold (由登记和规则生成的公示内容). Nobody types it,
so that nobody can type it otherwise; it is frozen when it is collected, checked and published like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sanxiang.core.gates import entrusting
from sanxiang.core.gates.charting import chart
from sanxiang.core.gates.equipping import recorded_items
from sanxiang.core.registers import Agency, Item, Officer
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.values import category_name, legal_day

from .procedures import open_procedures

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What sections are made from: the agency, its officers and items (`listed` code by stream), the rules of the
    day."""

    agency: Agency
    officers: Sequence[Officer]
    items: Sequence[tuple[str, Item]]
    rules: RuleSet
    at: datetime

    @property
    def day(self) -> date:
        return legal_day(self.at)


def bodies(s: Sources) -> Rows:
    """The enforcement body and its departments, each with its duties."""
    facts = s.agency.facts
    own = {
        "name": s.agency.name, "part": str(facts.get("agency_kind", "行政机关")),
        "address": facts.get("agency_address"), "phone": facts.get("agency_phone"),
    }  # fmt: skip
    parts = [
        {"name": part.name, "part": "内设机构", "duties": part.facts.get("department_duties")}
        for part in sorted(s.agency.departments.values(), key=lambda one: one.id)
        if part.exists(s.day)
    ]
    return _clean([own, *_entrustment(s.agency), *parts])


def _entrustment(agency: Agency) -> Rows:
    """The agency that entrusted this body, with letter, scope and term: 《行政处罚法》第二十条第二款."""
    facts = agency.facts
    if not entrusting.is_entrusted(agency) or not facts.get(entrusting.NAME):
        return []
    told = (
        ("委托书", facts.get("agency_entrust_letter")), ("公布于", facts.get("agency_entrust_published")),
        ("期限", "至".join(str(facts.get(name) or "") for name in (entrusting.FIRST, entrusting.LAST))),
        ("事项", "、".join(sorted(entrusting.items_of(agency)))),
    )  # fmt: skip
    duties = "；".join(f"{label}：{text}" for label, text in told if text)
    return [{"name": facts[entrusting.NAME], "part": "委托机关", "duties": duties}]


def officers(s: Sources) -> Rows:
    """Who serves with a certificate that is valid on the day, department by department."""
    rows = []
    for officer in s.officers:
        card = officer.certificate(s.day)
        if not officer.name or card is None or not officer.serving(s.day):
            continue
        held = sorted(officer.departments(s.day))
        names = [s.agency.departments[part].name for part in held if part in s.agency.departments]
        rows.append(
            {
                "department": "、".join(names) or "本机关",
                "name": officer.name,
                "number": card.number,
                "until": card.valid_until.isoformat(),
            }
        )
    return _clean(sorted(rows, key=lambda row: (row["department"], row["number"])))


def items(s: Sources) -> Rows:
    """The list of powers and duties: every item with what a regulation asks of it."""
    return _of_items(s, {"basis": "basis", "accepting": "accepting", "approving": "approving",
                         "conditions": "conditions", "term": "term"}, category=True)  # fmt: skip


def guides(s: Sources) -> Rows:
    """The service guide of every item: where, when, with what, how, until when, for how much."""
    names = ("accepting", "conditions", "materials", "flow", "term", "fee")
    return _of_items(s, {name: name for name in names})


def _of_items(s: Sources, wanted: Mapping[str, str], *, category: bool = False) -> Rows:
    rows = []
    for code, item in s.items:
        if item.listed(s.day):
            row: dict[str, Any] = {"code": code, "name": item.facts.get("item_name")}
            row |= {"category": category_name(item.category)} if category else {}
            rows.append(row | {column: item.facts.get(f"item_{name}") for column, name in wanted.items()})
    return _clean(sorted(rows, key=lambda row: str(row["code"])))


def procedures(s: Sources) -> Rows:
    """Every procedure that can be opened here, stage by stage, as its flow chart draws it."""
    rows = []
    for procedure in open_procedures(s.rules):
        for box in chart(s.rules, procedure, s.at):
            steps = [
                f"{step.name}（{'、'.join(step.posts)}{f'，{step.clause}' if step.clause else ''}）"
                for step in box.steps
            ]
            steps += [f"需要时还有：{'、'.join(box.beside)}"] if box.beside else []
            terms = [f"{term.say}：{term.period}（{term.law}）" for term in box.terms]
            rows.append(
                {"name": procedure.name, "stage": box.name, "steps": "\n".join(steps), "terms": "\n".join(terms)}
            )
    return _clean(rows)


def recorded(s: Sources) -> Rows:
    """What the rules say must be recorded in sound and picture."""
    return _clean(recorded_items(s.rules))


def monitors(s: Sources) -> Rows:
    """Where monitoring equipment stands: what is in use and reviewed in both ways on the day."""
    rows = []
    for code, one in sorted(s.agency.monitors.items()):
        siting = one.siting(s.at)
        if siting is not None and not siting.lacking(s.at):
            facts = siting.facts
            rows.append(
                {"code": code, "place": siting.place, "behaviour": facts.get("monitor_behaviour"),
                 "basis": facts.get("monitor_basis")}
            )  # fmt: skip
    return _clean(rows)


def _clean(rows: Iterable[Mapping[str, Any]]) -> Rows:
    """Rows without their empty cells, as the dictionary keeps them."""
    return [{key: str(value).strip() for key, value in row.items() if value not in (None, "")} for row in rows]


DERIVED: Mapping[str, Callable[[Sources], Rows]] = {
    "bodies": bodies, "officers": officers, "items": items, "guides": guides, "procedures": procedures,
    "recorded": recorded, "monitors": monitors,
}  # fmt: skip
