"""The court is asked to enforce a decision (申请人民法院强制执行): the case of the enforcement does so, and the case
of the decision knows it, so that the three months of art. 53 of the Compulsion Law end there too."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanxiang.core.casefile import CaseFile
from sanxiang.core.events import Recorded
from sanxiang.core.events.remedy import CourtAsked, CourtNoted
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from .models import CaseRow
from .noting import note_in_case


def noted(connection: Any, case: CaseFile, act: Recorded, *, at: datetime) -> None:
    """Note an application to the court in the case whose decision it is about, in the transaction of the act. A
    decision that was not made here (before the system, on paper) has no such case."""
    number = str(case.facts.get("base_decision") or "").strip()
    if act.kind != CourtAsked.KIND or not number:
        return
    rows = CaseRow.objects.using(connection.alias).filter(agency=case.agency, decision_number=number)
    row = rows.exclude(pk=case.id).order_by("opened_at", "stream").first()
    if row is None:
        return
    day = legal_day(act.occurred_at)
    application = next((paper["number"] for paper in act.event.documents if paper["number"]), "")
    event = CourtNoted(about=case.id, number=application, effective_on="" if day == legal_day(at) else day.isoformat())
    note_in_case(connection, reading.load(connection, str(row.stream)), event, agency=case.agency, at=at)
