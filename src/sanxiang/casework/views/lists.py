"""The register of cases and the list of duties."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework import desk
from sanxiang.casework.access import visible
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.values import legal_day

from .common import page, staff
from .saved import offered

EXPORT_MAX = 100_000


@require_safe
@staff
def cases(request: Any) -> HttpResponse:
    """The register of cases (执法台账): filters in the address, newest first, page by key."""
    get = request.GET
    choice = desk.Choice(
        query=get.get("q", "")[:60], state=get.get("state", ""), category=get.get("category", ""),
        stage=get.get("stage", "")[:40], review=get.get("review", ""), public=get.get("public", ""),
        mine=get.get("mine") == "1", overdue=get.get("overdue") == "1",
        mark=get.get("mark", ""), after=get.get("after", "")[:90],
    )  # fmt: skip
    today = legal_day(timezone.now())
    rules = library().on(request.reader.jurisdiction, today)
    if get.get("as") == "csv":
        return exported(desk.chosen(request.reader, choice, today, EXPORT_MAX + 1).iterator(chunk_size=500))
    shown = list(desk.chosen(request.reader, choice, today, desk.PAGE + 1))
    more = shown[desk.PAGE - 1] if len(shown) > desk.PAGE else None
    asked = {name: value for name, value in get.items() if value and name not in ("after", "as")}
    # Of the chosen category alone: all together are some forty.
    asked_of = [bound.rule for bound in rules.procedures.values() if choice.category in ("", bound.rule.category)]
    stages = {stage.name: None for rule in asked_of for stage in rule.stages}
    if choice.stage:  # what is narrowed by stays to be seen
        stages[choice.stage] = None
    context = {
        "rows": desk.with_clocks(shown[: desk.PAGE], today, rules.calendar),
        "choice": choice, "asked": urlencode(asked), "narrowed": bool(asked),
        "next": desk.cursor(choice, more) if more else "",
        "states": desk.STATES, "marks": desk.MARKS, "reviews": desk.REVIEW, "publics": desk.PUBLIC,
        "stages": [name for name in stages if name != "随时"], "categories": list(library().categories),
        **offered(request.reader, "cases"),
    }  # fmt: skip
    return page(request, "casework/cases.html", context)


HEAD = ("案号", "案件名称", "当事人", "类别", "阶段", "状态", "决定文号", "决定日期", "审核", "公示", "下一期限")


def exported(rows: Iterable[CaseRow]) -> StreamingHttpResponse:
    """The list as a spreadsheet: UTF-8 with a mark, so that office programs read it right."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = "attachment; filename=cases.csv"
    return response


class Echo:
    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[CaseRow]) -> Iterator[str]:
    writer: Any = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(HEAD)
    for number, row in enumerate(rows):
        if number == EXPORT_MAX:
            yield writer.writerow([f"只导出了前 {EXPORT_MAX:,} 件，还有没有导出的：请缩小筛选的范围，分几次导出"])
            return
        cells = (
            row.case_number, row.title, row.party, row.category, row.stage, desk.STATES[row.state], row.decision_number,
            row.decided_on or "", desk.REVIEW[row.review_state], desk.PUBLIC[row.public_state], row.next_due or "",
        )  # fmt: skip
        yield writer.writerow([harmless(cell) for cell in cells])


def harmless(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


DUTIES_SHOWN = {key: name for key, name in desk.DUTIES.items() if key not in desk.NOT_OURS}


@require_safe
@staff
def duties(request: Any) -> HttpResponse:
    """Open duties, the earliest first; a post that is there for some of them may look at those alone."""
    reader, today = request.reader, legal_day(timezone.now())
    calendar = library().on(reader.jurisdiction, today).calendar
    wanted = request.GET.get("duty", "")
    only = {wanted} if wanted in desk.DUTIES else set()
    rows = desk.duties_of(reader, after=request.GET.get("after", "")[:120], only=only)
    more = rows[desk.PAGE - 1] if len(rows) > desk.PAGE else None
    rows = rows[: desk.PAGE]
    found = visible(reader).in_bulk([row.stream for row in rows])
    clocks = [(desk.clock(row, today, calendar), found[row.stream]) for row in rows if row.stream in found]
    following = f"{more.due_on.isoformat()}_{more.id}" if more else ""
    context = {"clocks": clocks, "next": following, "duty": wanted if only else "", "duties": DUTIES_SHOWN}
    return page(request, "casework/duties.html", context)
