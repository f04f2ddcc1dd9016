"""The pages of what records are used for (记录用途统计): six uses with their figures, as a page and a spreadsheet,
and the cases behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.access import visible
from sanxiang.casework.uses import USES
from sanxiang.casework.views.common import page, staff
from sanxiang.casework.views.sheets import as_csv, as_xlsx
from sanxiang.three_systems.recording.register import day

from .ranges import Range, Unit, chosen, units_of
from .uses import Use, figure, rows_of, told

PAGE = 50
HEAD = ("用途", "单位或者分类", "指标", "数值", "计量单位", "总数", "占比", "怎样数", "统计范围", "从", "到")
NOT_HIS = "记录用途统计由机关负责人、承办机构、档案和监督人员查看；审核人员在法制审核里看自己的统计"
BACKWARDS = "开始日期晚于结束日期，请改一改再查看"


def asked(request: Any) -> tuple[list[Unit], Range]:
    """What the address asks for: this year so far and all that the reader sees, where it says nothing else. Raises
    PermissionDenied for who sees none of it, Http404 for a unit that is not his."""
    get, today = request.GET, timezone.localdate()
    units = units_of(request.reader)
    if not units:
        raise PermissionDenied(NOT_HIS)
    since = day(get.get("since", "")) or date(today.year, 1, 1)
    range_ = chosen(request.reader, units, get.get("unit", ""), since, day(get.get("until", "")) or today)
    if range_ is None:
        raise Http404
    return units, range_


def query(request: Any, **more: str) -> str:
    """The choice as it stands in the address."""
    return urlencode({name: request.GET[name] for name in ("since", "until", "unit") if request.GET.get(name)} | more)


@require_safe
@staff
def listed(request: Any) -> HttpResponse:
    """The six uses of the records; `as` csv or xlsx for a spreadsheet, `use` for one of them alone."""
    units, range_ = asked(request)
    only = request.GET.get("use", "")
    if only and only not in USES:
        raise Http404
    backwards = range_.since > range_.until
    found = [] if backwards else told(range_, timezone.localdate(), only)
    if request.GET.get("as") in ("csv", "xlsx") and not backwards:
        name = f"记录用途统计{'·' + USES[only] if only else ''}"
        cells = (HEAD, *lines(found, range_))
        return as_csv(cells, name) if request.GET["as"] == "csv" else as_xlsx(cells, name)
    context = {
        "uses": found, "units": units, "range": range_, "chosen": request.GET.get("unit", ""), "asked": query(request),
        "problem": BACKWARDS if backwards else "", "scope": scope_of(range_),
    }  # fmt: skip
    return page(request, "statistics/uses.html", context, status=422 if backwards else 200)


def scope_of(range_: Range) -> str:
    """What was counted, in words."""
    return "、".join(one.name for one in range_.units)


def lines(found: Iterable[Use], range_: Range) -> Iterator[tuple[str | int | float, ...]]:
    """Every figure as cells; numbers stay numbers."""
    scope, since, until = scope_of(range_), range_.since.isoformat(), range_.until.isoformat()
    for use in found:
        for one in use.lines:
            of = "" if one.of is None else one.of
            yield use.title, one.part, one.label, one.number, one.unit, of, one.share, one.how, scope, since, until


@require_safe
@staff
def cases(request: Any, name: str) -> HttpResponse:
    """The cases behind a figure that is counted from events; those that the reader may not see are only counted."""
    _, range_ = asked(request)
    counted = figure(name)
    if counted is None:
        raise Http404
    pages = Paginator(rows_of(range_).filter(figure=counted.id).order_by("-day", "id"), PAGE)
    held = pages.get_page(request.GET.get("page", "")[:6])
    seen = visible(request.reader).in_bulk([row.stream for row in held])
    rows = [(row, seen.get(row.stream)) for row in held]
    context = {
        "figure": counted, "lines": [row for row in rows if row[1]], "hidden": sum(case is None for _, case in rows),
        "pages": held, "total": pages.count, "range": range_, "scope": scope_of(range_), "asked": query(request),
    }  # fmt: skip
    return page(request, "statistics/use_cases.html", context)
