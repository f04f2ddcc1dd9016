"""Which reports the rules ask of an agency, until when, and who moves one on (统计年报、情况报送)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sanxiang.core.registers import Agency, Filed, key_of
from sanxiang.core.registers.reports import TEXTS
from sanxiang.core.rulebook import RuleSet
from sanxiang.core.rulebook.ruleset import LAYER_ORDER

from .masking import findings
from .people import SUBJECT
from .situation import Situation
from .truth import YES, Truth, holds, no

PUBLIC = "社会公众"
LEADING = "supervision"


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that the rules ask for, all clauses that ask for the same together: the earliest day counts, the
    receivers are united. `due` is month and day, empty where it is asked for once at a time."""

    id: str
    label: str
    due: str
    receivers: tuple[str, ...]
    owner: str
    scope: str
    clauses: tuple[str, ...]
    laws: tuple[str, ...]

    @property
    def public(self) -> bool:
        return PUBLIC in self.receivers

    @property
    def answering(self) -> tuple[str, ...]:
        """Those who give a receipt."""
        return tuple(one for one in self.receivers if one != PUBLIC)

    def due_on(self, period: str) -> date | None:
        """The last day for a period: of a year, the day in the year after; of a report asked for once, its own."""
        try:
            if not self.due:
                return date.fromisoformat(period)
            return date(int(period) + 1, *(int(part) for part in self.due.split("-")))
        except ValueError:
            return None


def owed(rules: RuleSet) -> dict[str, Owed]:
    """Every report that the rules of a place ask for, by id."""
    found: dict[str, Owed] = {}
    for instrument, clause in sorted(rules.clauses(), key=lambda pair: LAYER_ORDER[pair[0].layer]):
        for rule in clause.reports:
            law, before = str(instrument.cite(clause)), found.get(rule.id)
            mine = Owed(rule.id, rule.label, rule.due, rule.receivers, rule.owner, rule.scope, (clause.id,), (law,))
            found[rule.id] = _united(before, mine) if before else mine
    return found


def _united(one: Owed, other: Owed) -> Owed:
    """Two demands for the same report; the later one is the more local, its words stand."""
    return Owed(
        one.id, other.label, min(one.due, other.due), tuple(dict.fromkeys((*one.receivers, *other.receivers))),
        other.owner, other.scope, (*one.clauses, *other.clauses), (*one.laws, *other.laws),
    )  # fmt: skip


def owes(report: Owed, agency: Agency, day: date) -> tuple[str, ...]:
    """For whom an agency owes a report: "" for itself, or its departments; empty where it owes none. What a leading
    department gathers for several is owed by its agency alone, and those for whom it does owe none of their own."""
    if report.scope == "jurisdiction":
        return ("",) if agency.with_function(LEADING, day) else ()
    if report.scope == "department":
        named = {name.strip() for name in report.owner.split("、")}
        parts = [one for one in agency.departments.values() if one.exists(day)]
        mine = [one.id for one in parts if one.name in named]
        return tuple(mine or sorted(agency.with_function("handling", day)))
    return () if agency.facts.get("agency_reported_jointly") and not report.public else ("",)


def _report(s: Situation) -> tuple[Owed | None, Any, Filed]:
    """The report that the proposed fact is about, the event, and how the report stands."""
    event: Any = s.proposal.extra.get("event")
    agency = s.registers.agency(s.case.agency)
    key = key_of(event.report, event.period, event.department)
    held = agency.reports.get(key) if agency else None
    return owed(s.rules).get(event.report), event, held or Filed(event.report, event.period, event.department)


def _owed(s: Situation) -> Truth:
    report, event, held = _report(s)
    agency = s.registers.agency(s.case.agency)
    if report is None or agency is None or event.department not in owes(report, agency, s.day):
        return no("规定要求本机关（机构）报送的报告")
    due = report.due_on(event.period)
    if due is None or (not report.due and held.asked_on is None and s.proposal.act != "report.requested"):
        return no("报告的年度，或者已经提出的报送要求")
    past = not report.due or int(event.period) < s.day.year
    return holds(past, f"{event.period}年结束以后再编制")


def _house(s: Situation) -> Truth:
    return holds(s.officer is not None and s.officer.agency == s.case.agency, "由本机关的人员办理")


def _unit(s: Situation) -> Truth:
    event = _report(s)[1]
    mine = s.officer.departments(s.day) if s.officer else frozenset()
    return holds(not event.department or event.department in mine, "由负责报送的科室编制")


def _figures(s: Situation) -> Truth:
    tables = _report(s)[1].tables
    return holds(bool(tables) and all(table.get("figures") for table in tables), "由记录统计的数据表")


def _texts(s: Situation) -> Truth:
    """What people write in a report names no numbers of persons."""
    told = {name: str(s.proposal.facts.get(name) or "") for name in (*TEXTS, "report_note")}
    wrong = [s.label(name) for name, text in told.items() if any(not one.open for one in findings(text))]
    return YES if not wrong else no(*(f"删去“{label}”里的个人号码、地址等" for label in wrong))


def _state(state: str, missing: str) -> Any:
    def check(s: Situation) -> Truth:
        working = _report(s)[2].section.working
        return holds(working is not None and working.state == state, missing)

    return check


def _other_hand(s: Situation) -> Truth:
    """Whoever compiled a report neither checks nor issues it."""
    working = _report(s)[2].section.working
    mine = working is not None and working.hands.get("collected") == s.proposal.actor.officer
    return holds(not mine, "由编制人以外的人审核和发布")


def _corrected(s: Situation) -> Truth:
    """A version after one that was issued says what was wrong with that."""
    again = _report(s)[2].section.public is not None
    return holds(not again or bool(s.proposal.facts.get("report_note")), "更正的说明")


def _receiver(s: Situation) -> Truth:
    report, event, held = _report(s)
    if report is None or event.receiver not in report.answering:
        return no("规定的接收单位")
    issued = {one.number for one in held.section.versions if one.issued_at is not None}
    return YES if event.version in issued else no("已经报送的版本")


SUBJECT |= {
    "report_owed": _owed,
    "report_house": _house,
    "report_unit": _unit,
    "report_figures": _figures,
    "report_texts": _texts,
    "report_corrected": _corrected,
    "report_other_hand": _other_hand,
    "report_compiled": _state("collected", "已经编制、等待审核的报告"),
    "report_approved": _state("approved", "审核通过、等待发布的报告"),
    "report_receiver": _receiver,
}
