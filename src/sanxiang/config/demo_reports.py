"""Yearly reports of the demonstration (年报的演示): counted from the cases that were played, signed off by three, with
the receipts of their receivers. Other agencies are late, as it happens. Everything is invented and says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand
from sanxiang.config import demo
from sanxiang.core.events import Event, report
from sanxiang.core.gates.reporting import owed
from sanxiang.core.rulebook import Library
from sanxiang.core.values import CHINA
from sanxiang.one_platform.statistics.counting import Whose, counted

MADE = {"luoyang": 3, "dongxihu": 1}
"""How many of the last years an agency has reported on."""
PUBLIC = "annual-public"
OVERALL = "（演示）全年严格按照法定权限和程序执法，没有被确认违法的决定。各类数据见下表。"
SYSTEMS = "（演示）执法决定依法公示，执法过程全程记录，重大执法决定都经过法制审核。"


def enter_reports(connection: Any, book: Library, people: Mapping[str, Mapping[str, str]], until: datetime) -> None:
    """Report on the years that are over, for the agencies that did so in time."""
    for agency, years in MADE.items():
        for year in range(until.year - years, until.year):
            _report(connection, book, people[agency], year)


def _report(connection: Any, book: Library, cast: Mapping[str, str], year: int) -> None:
    agency = registers_for(connection, cast[""], ()).agencies[cast[""]]
    if f"{PUBLIC}/{year}" in agency.reports:
        return
    at = datetime(year + 1, 1, 15, 9, tzinfo=CHINA)
    rules = book.on(agency.jurisdiction, at.date())
    asked, place = owed(rules)[PUBLIC], rules.jurisdiction.platform
    about: dict[str, Any] = {"report": PUBLIC, "period": str(year)}
    since, last = date(year, 1, 1), date(year, 12, 31)
    facts = {"report_overall": OVERALL, "report_systems": SYSTEMS}
    tables = counted(Whose((agency.id,)), since, last)
    moves: list[tuple[str, Event]] = [
        ("publisher", report.ReportCompiled(
            **about, since=since.isoformat(), until=last.isoformat(), tables=tables, facts=facts)),
        ("head", report.ReportApproved(**about)),
        ("checker", report.ReportIssued(**about, place=place, receivers=asked.receivers)),
    ]  # fmt: skip
    for number, receiver in enumerate(asked.answering, 1):
        received = {"report_receipt_number": f"演收〔{year + 1}〕{number}号", "report_receipt_on": f"{year + 1}-01-20"}
        moves.append(("publisher", report.ReportReceived(**about, receiver=receiver, version=1, facts=received)))
    for day, (role, event) in enumerate(moves):
        when = at + timedelta(days=day)
        command = RegisterCommand(
            kind="agency", stream=cast[""], agency=cast[""], officer=cast[role],
            entries=(Entry(event=event, occurred_at=when),),
        )  # fmt: skip
        demo.enter(connection, book, command, when)
