"""Pages of the code at the door (扫码入企): what the enterprise reads, what the officer opens, the sheet put up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework import inspecting
from sanxiang.casework.commands import Command, handle
from sanxiang.casework.projections import library
from sanxiang.casework.views.common import page, staff
from sanxiang.core.values import CHINA, legal_day
from sanxiang.store.errors import VersionConflict
from sanxiang.three_systems.recording.marks import absolute

from . import door
from .desk_views import own_case
from .sending import allowed
from .showing import drawn
from .views import address_of

OF_ADDRESS = ((30, timedelta(minutes=15)),)
COMES = frozenset({"officer", "unit_head", "head"})
"""Who is led from the code at the door to the page of the staff."""
REASON_MAX = 1000
APPROVED = "已经批准。写了理由的，被检查的企业扫码能看到。"
ENTERED = "已记录进入，{at:%H:%M}。被检查的企业扫同一个码就能看到。"


@never_cache
@require_safe
def door_page(request: HttpRequest, code: str) -> HttpResponse:
    """Who is here today, for whoever stands at the door; an officer who is logged in comes to his own page."""
    now = timezone.now()
    if not allowed("door", address_of(request), *OF_ADDRESS, at=now):
        return render(request, "counter/door.html", {"busy": True}, status=429)
    if not door.enterprise_of(code):
        return render(request, "counter/door.html", {"unknown": True}, status=404)
    if not settings.PUBLIC and request.user.is_authenticated and getattr(request.user, "officer", None):
        return HttpResponseRedirect(reverse("counter:enter", args=[code]))
    found = [{**one, "since": datetime.fromisoformat(one["since"])} for one in door.here(code, at=now)]
    inspected = any(not one.get("visit") for one in found)
    return render(request, "counter/door.html", {"here": found, "inspected": inspected, "now": now.astimezone(CHINA)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff
def enter(request: Any, code: str) -> HttpResponse:
    """The inspections of this enterprise that the officer may enter for, or why there is none; whoever approves
    inspections does it here, with the reason where the yearly cap is reached."""
    credit_code = door.enterprise_of(code)
    if not credit_code or not request.reader.posts & COMES:
        raise Http404
    connection, now = connections["default"], timezone.now()
    found = door.waiting(connection, request.reader, credit_code, at=now)
    conflict = ""
    if request.method == "POST":
        chosen = next((one for one in found if str(one.row.stream) == request.POST.get("case")), None)
        if chosen is None:
            raise Http404
        approves = request.POST.get("do") == "approve"
        try:
            answer = handle(connection, library(), wanted(request, chosen, credit_code, approves), at=now)
            conflict = "" if answer.done or not approves else "；".join(one.text for one in answer.verdict.reasons)
        except VersionConflict as problem:
            answer, conflict = None, str(problem)
        if answer is not None and answer.done:
            messages.success(request, APPROVED if approves else ENTERED.format(at=now.astimezone(CHINA)))
            there = "counter:enter" if approves else "casework:case"
            return HttpResponseRedirect(reverse(there, args=[code if approves else chosen.row.stream]))
    rules, today = library().on(request.reader.jurisdiction, legal_day(now)), legal_day(now)
    visits = inspecting.of_enterprise(rules, request.reader.agency, credit_code, today)
    context = {
        "waiting": found, "conflict": conflict, "code": code, "visits": visits,
        "enters": "officer" in request.reader.posts,
        "typed": request.POST.get("reason", "")[:REASON_MAX], "chosen": request.POST.get("case", ""),
        "reason_max": REASON_MAX,
    }  # fmt: skip
    return page(request, "counter/enter.html", context, status=422 if request.method == "POST" else 200)


def wanted(request: Any, chosen: door.Waiting, credit_code: str, approves: bool) -> Command:
    """What a button of the page asks for."""
    if approves:
        reason = request.POST.get("reason", "").strip()[:REASON_MAX]
        return door.approval(str(chosen.row.stream), request.reader.officer, reason)
    return door.command(str(chosen.row.stream), request.reader.officer, chosen.officers, credit_code)


@require_safe
@staff
def sheet(request: Any, stream: UUID) -> HttpResponse:
    """The code of the enterprise of a case, to print and put up at its door."""
    found = own_case(request, stream)
    credit_code = str(found.case.facts.get("party_credit_code") or "")
    if len(credit_code) != door.LETTERS:
        raise Http404
    address = absolute(request, reverse("counter:door", args=[door.code_of(credit_code)]))
    return page(request, "counter/door_sheet.html", {"row": found.row, "drawn": drawn(address), "address": address})
