"""The page of those who review (法制审核人员): all agencies, the worst first; one agency with its people and months."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from sanxiang.casework.views.common import page

from . import staffing
from .access import Visitor, for_staff
from .exporting import csv_file
from .queries import PAGE
from .views import today

HEAD = (
    "机关",
    "法制审核人员",
    "执法人员",
    "比例",
    "至少（%）",
    "应有（人）",
    "缺额（人）",
    "依据",
    "任职而不计入（人）",
)
PEOPLE_HEAD = (
    "姓名",
    "法律职业资格",
    "执法证号",
    "有效期至",
    "初次从事",
    "任职日期",
    "本年培训学时",
    "所在机构",
    "不计入的原因",
)


@require_safe
@for_staff
def all_agencies(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Every agency that the visitor reads; with one only, that one."""
    if not visitor.wide:
        return redirect("registry:reviewers-of", visitor.reader.agency)
    found = staffing.staffing(visitor.agencies(), today())
    if request.GET.get("format") == "csv":
        return csv_file("法制审核人员配备.csv", HEAD, (
            (one.name, one.reviewers, one.officers, one.percent, one.least.percent, one.needed, one.short,
             "；".join(one.least.laws), one.uncounted)
            for one in found
        ))  # fmt: skip
    typed = request.GET.get("from", "")
    start = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    context = {
        "visitor": visitor, "lines": found[start : start + PAGE], "total": len(found), "day": today(),
        "short": sum(1 for one in found if one.short), "missing": sum(one.short for one in found),
        "next": start + PAGE if start + PAGE < len(found) else None,
    }  # fmt: skip
    return page(request, "registry/reviewers.html", context)


@require_safe
@for_staff
def one_agency(request: HttpRequest, visitor: Visitor, stream: UUID) -> HttpResponseBase:
    """The people who review in one agency, what is missing, and the months before."""
    row, day = visitor.agency(stream), today()
    people = staffing.reviewers(row, day)
    if request.GET.get("format") == "csv":
        return csv_file(f"法制审核人员-{row.name}.csv", PEOPLE_HEAD, (
            (one.name, one.judicial_on or "没有", one.certificate or "没有", one.certified_until or "",
             "是" if one.first_time else "否", one.since, one.hours,
             one.department, "；".join(one.lacks))
            for one in people
        ))  # fmt: skip
    context = {
        "visitor": visitor, "row": row, "day": day, "now": staffing.staffing_of(stream, day), "people": people,
        "months": staffing.trend(row, day),
    }  # fmt: skip
    response: HttpResponse = page(request, "registry/reviewers_of.html", context)
    return response
