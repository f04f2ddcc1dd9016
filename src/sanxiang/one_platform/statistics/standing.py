"""Which reports an agency owes and where each stands (报告台账): the last day, what is on its way, who has given a
receipt, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sanxiang.core.gates.reporting import Owed, owed, owes
from sanxiang.core.registers import Agency, Filed, key_of
from sanxiang.core.rulebook import RuleSet

STATES = {
    "": "还没有编制", "collected": "待审核", "returned": "审核退回", "approved": "待发布、报送",
    "issued": "已发布、报送",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One report of one period. `part` the department that reports, by name; `waiting` the receivers without receipt
    for the version that was issued last."""

    owed: Owed
    filed: Filed
    due: date
    today: date
    part: str = ""

    @property
    def period(self) -> str:
        """Period and department as addresses name them."""
        return self.filed.key.partition("/")[2]

    @property
    def name(self) -> str:
        when = f"{self.filed.period}年" if self.owed.due else f"{self.filed.period}以前报送"
        return f"{self.owed.label}（{when}{f'，{self.part}' if self.part else ''}）"

    @property
    def state(self) -> str:
        return STATES[self.filed.state]

    @property
    def done(self) -> bool:
        return self.filed.section.public is not None

    @property
    def issued_late(self) -> bool:
        first = next((one for one in self.filed.section.versions if one.issued_at is not None), None)
        return first is not None and first.issued_at is not None and first.issued_at.date() > self.due

    @property
    def overdue(self) -> bool:
        return not self.done and self.due < self.today

    @property
    def days(self) -> int:
        """Days until the last day; below zero, days since."""
        return (self.due - self.today).days

    @property
    def late_days(self) -> int:
        return -self.days

    @property
    def waiting(self) -> tuple[str, ...]:
        public = self.filed.section.public
        if public is None:
            return ()
        got = {one.receiver for one in self.filed.receipts if one.version == public.number}
        return tuple(one for one in self.owed.answering if one not in got)


def standings(agency: Agency, rules: RuleSet, today: date, since: int) -> list[Standing]:
    """Every report of an agency for the years from `since` to the last one, and those asked for once: the overdue
    first, then by last day. Those of years before stand there where they were made."""
    found = {one.filed.key: one for one in (*_yearly(agency, rules, today, since), *_asked(agency, rules, today))}
    return sorted(found.values(), key=lambda one: (not one.overdue, one.done, one.due, one.filed.key))


def standing(agency: Agency, rules: RuleSet, today: date, report: str, key: str) -> Standing | None:
    """One of these, by the id of the report and its period with the department; None where it is not owed."""
    period, _, department = key.partition("@")
    wanted = owed(rules).get(report)
    due = wanted.due_on(period) if wanted else None
    if wanted is None or due is None or department not in owes(wanted, agency, today):
        return None
    if wanted.due and not (period.isascii() and len(period) == 4 and int(period) < today.year):
        return None
    one = _of(agency, wanted, period, department, due, today)
    return one if wanted.due or one.filed.asked_on is not None else None


def _yearly(agency: Agency, rules: RuleSet, today: date, since: int) -> Iterator[Standing]:
    for report in owed(rules).values():
        years = range(max(since, today.year - 5), today.year) if report.due else ()
        for year in years:
            for department in owes(report, agency, today):
                due = report.due_on(str(year))
                if due is not None:
                    yield _of(agency, report, str(year), department, due, today)


def _asked(agency: Agency, rules: RuleSet, today: date) -> Iterator[Standing]:
    known = owed(rules)
    for filed in agency.reports.values():
        report = known.get(filed.report)
        due = report.due_on(filed.period) if report else None
        if report is not None and due is not None and (filed.asked_on is not None or filed.section.versions):
            yield _of(agency, report, filed.period, filed.department, due, today)


def _of(agency: Agency, report: Owed, period: str, department: str, due: date, today: date) -> Standing:
    filed = agency.reports.get(key_of(report.id, period, department), Filed(report.id, period, department))
    part = agency.departments.get(department)
    return Standing(report, filed, due, today, part.name if part else department)
