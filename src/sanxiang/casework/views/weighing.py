"""The page of the table of facts and evidence (事实—证据对应表), and the table as a spreadsheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sanxiang.casework import weighing

from .case import opened
from .common import page, staff
from .sheets import as_csv, as_xlsx

TITLE = "事实—证据对应表"


@require_safe
@staff
def table(request: Any, stream: UUID) -> HttpResponse:
    """Each fact with its evidence, opened at the page or second; what is missing is told first."""
    found = opened(request, stream)
    told = weighing.shown(found.rules, found.case)
    if request.GET.get("as") == "csv":
        return as_csv(weighing.cells(told), TITLE)
    if request.GET.get("as") == "xlsx":
        return as_xlsx(weighing.cells(told), TITLE)
    act = found.rules.act(found.case.procedure, "weigh_evidence")
    mine = (
        act is not None and found.case.decision is None and found.case.open and bool(request.reader.posts & set(act.by))
    )
    context = {"row": found.row, "told": told, "table": told.table, "act": act if mine else None}
    return page(request, "casework/matrix.html", context)
