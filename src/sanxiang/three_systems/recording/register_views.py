"""The register of enforcement with its export, the table of what is recorded, and everything of one party."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import whys
from sanxiang.casework.access import may_see
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.uses import OFFERED, stated
from sanxiang.casework.views.common import page, staff
from sanxiang.casework.views.saved import offered
from sanxiang.casework.views.sheets import as_csv, as_xlsx
from sanxiang.core.values import legal_day

from . import clues, party_page, register, rules_table

ACTIVITIES = {
    "inspection": "检查", "inquiry": "询问", "evidence": "取证", "measure": "强制措施", "enforcement": "强制执行",
    "hearing": "听证", "service": "送达", "demolition": "强制拆除", "other": "其他",
}  # fmt: skip


@require_safe
@staff
def listed(request: Any) -> HttpResponse:
    """Every act with its proof, filters in the address, newest first, page by key; as a spreadsheet."""
    get = request.GET
    choice = register.Choice(
        since=register.day(get.get("since", "")), until=register.day(get.get("until", "")),
        category=get.get("category", "")[:40], activity=get.get("activity", "")[:40], act=get.get("act", "")[:60],
        mark=get.get("mark", ""), mine=get.get("mine") == "1", after=get.get("after", "")[:120],
    )  # fmt: skip
    if get.get("as") in ("csv", "xlsx"):
        rows = register.with_cases(request.reader, register.chosen(request.reader, choice, register.EXPORT_MAX))
        cells = (register.HEAD, *register.lines(rows))
        return as_csv(cells, "执法台账") if get["as"] == "csv" else as_xlsx(cells, "执法台账")
    shown = list(register.chosen(request.reader, choice, register.PAGE + 1))
    asked = {name: value for name, value in get.items() if value and name not in ("after", "as")}
    context = {
        "rows": register.with_cases(request.reader, shown[: register.PAGE]), "choice": choice,
        "asked": urlencode(asked),
        "narrowed": bool(asked), "next": register.cursor(shown[-2]) if len(shown) > register.PAGE else "",
        "marks": register.MARKS, "duties": register.DUTIES, "activities": ACTIVITIES,
        "categories": list(library().categories),
        "clues": register.number_clues(request.reader.agency)[:20] if choice.mark == "doubt" else [],
        "devices": clues.of_devices(request.reader, 20) if choice.mark == "doubt" else [],
        **offered(request.reader, "register"),
    }  # fmt: skip
    return page(request, "recording/register.html", context)


@require_safe
@staff
def rules(request: Any) -> HttpResponse:
    """What is recorded, how, and how it is kept: a table made from the rules; and the five rules of archiving."""
    today = legal_day(timezone.now())
    here = library().on(request.reader.jurisdiction, today)
    lines = list(rules_table.table(here))
    people = registers_for(connections["default"], request.reader.agency, ())
    if request.GET.get("as") == "csv":
        return as_csv((rules_table.HEAD, *(line.cells for line in lines)), "全过程记录对照表")
    if request.GET.get("as") == "xlsx":
        return as_xlsx((rules_table.HEAD, *(line.cells for line in lines)), "全过程记录对照表")
    context = {
        "lines": lines, "head": rules_table.HEAD, "today": today,
        "five": rules_table.archive_rules(here, people.agency(request.reader.agency)),
        "place": here.jurisdiction.name,
    }  # fmt: skip
    return page(request, "recording/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def party(request: Any, stream: UUID) -> HttpResponse:
    """Everything of the party of a case; a supervisor says first why he looks, once for each case and day."""
    row = CaseRow.objects.filter(pk=stream).first()
    if row is None or not may_see(request.reader, row):
        raise Http404
    now, typed, problem = timezone.now(), stated(request.POST), ""
    found = party_page.held_of(request.reader, row, now, request.GET.get("page"))
    if request.method == "POST" and found.due:
        problem = whys.wrong(typed)
        if not problem:
            whys.note(request.reader, [one.stream for one in found.due], typed)
            return redirect(request.get_full_path())
    context = {
        "row": row, "party": found, "known": row.party_token is not None, "purposes": OFFERED, "typed": typed,
        "problem": problem,
    }  # fmt: skip
    return page(request, "recording/party.html", context, status=422 if problem else 200)
