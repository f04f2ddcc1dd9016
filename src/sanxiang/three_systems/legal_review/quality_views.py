"""The quality of reviews (审核质量): the samples drawn, and which faults come back in which point and unit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import connections
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.core.values import CHINA

from . import sampling
from .models import FaultRow, SampleRow

SEES = frozenset({"reviewer", "legal_head", "head", "supervisor"})
SHOWN, CASES = 200, 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def quality(request: Any) -> HttpResponse:
    """The page; its button draws the sample of a month."""
    reader = request.reader
    if not reader.posts & SEES:
        return page(request, "legal_review/not_here.html", {"queue": True}, status=403)
    problem = ""
    if request.method == "POST":
        problem = drawn(request)
        if not problem:
            return redirect("legal_review:quality")
    samples = SampleRow.objects.filter(agency=reader.agency).order_by("-month", "stream")[:SHOWN]
    context = {
        "samples": [(one, printed_month(one.month)) for one in samples],
        "weak": weak_points(reader.agency), "problem": problem, "month": last_month(),
        "draws": "legal_head" in reader.posts, "names": departments(reader.agency),
    }  # fmt: skip
    return page(request, "legal_review/quality.html", context, status=422 if problem else 200)


def drawn(request: Any) -> str:
    """Draw; what is wrong, empty where it went well."""
    reader, month = request.reader, request.POST.get("month", "")[:7]
    try:
        found = sampling.sample(
            connections["default"], officer=reader.officer, agency=reader.agency, jurisdiction=reader.jurisdiction,
            month=month, seed=request.POST.get("seed", "")[:64], at=timezone.now(),
        )  # fmt: skip
    except sampling.CannotSample as wrong:
        return str(wrong)
    if found.refused:
        return f"有 {len(found.refused)} 件没有抽取成功：{next(iter(found.refused.values()))}"
    told = (
        f"可抽 {found.of} 件，抽中 {len(found.cases)} 件，种子 {found.seed}" if found.of else "没有可抽的审核，没有抽取"
    )
    messages.success(request, f"{printed_month(month)}{told}")
    return ""


def printed_month(month: str) -> str:
    """2026-03 as 2026年3月; what is no month stays as it is."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月" if year.isdecimal() and number.isdecimal() else month


def last_month() -> str:
    now = timezone.now().astimezone(CHINA)
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    return f"{year:04d}-{month:02d}"


def weak_points(agency: str) -> list[dict[str, Any]]:
    """Faults by point, unit and kind, the most first, each with the cases it was counted in."""
    keys = ("point", "department", "kind")
    mine = FaultRow.objects.filter(agency=agency)
    groups = mine.values(*keys).annotate(count=Count("id")).order_by("-count", *keys)[:SHOWN]
    return [
        {**group, "cases": list(mine.filter(**{key: group[key] for key in keys}).order_by("-month")[:CASES])}
        for group in groups
    ]


def departments(agency: str) -> dict[str, str]:
    found = registers_for(connections["default"], agency, ()).agency(agency)
    return {key: part.name for key, part in found.departments.items()} if found else {}
