"""The page where an agency settles which form its review opinions have (审核意见的形式): a numbered paper, or the
online record in its place where the regulation allows it. Each decision is an event and holds from its own day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import connections
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.registration import Entry, RegisterCommand, register
from sanxiang.casework.views.common import page, staff
from sanxiang.core.events import registry
from sanxiang.core.gates import ONLINE, Reason, online_rule
from sanxiang.core.registers import Agency
from sanxiang.core.values import legal_day
from sanxiang.store.errors import RecordRefused, VersionConflict

SETTLES = frozenset({"legal_head", "head"})
FORMS = {"online": True, "paper": False}


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def practice(request: Any) -> HttpResponse:
    """What holds today, what was decided when and by whom, and for the heads the form that settles it anew."""
    reader, now = request.reader, timezone.now()
    agency = registers_for(connections["default"], reader.agency, (), age_s=0).agency(reader.agency)
    if agency is None:
        return page(request, "casework/no_post.html", status=403)
    if request.method != "POST":
        return shown(request, agency, {"effective": legal_day(now).isoformat()})
    typed = {name: request.POST.get(name, "").strip()[:20] for name in ("form", "effective")}
    faults = faults_of(typed)
    if faults:
        return shown(request, agency, typed, faults=faults, status=422)
    event = registry.AgencySettled(setting=ONLINE, value=FORMS[typed["form"]], effective=typed["effective"])
    command = RegisterCommand(
        kind="agency", stream=agency.id, agency=agency.id, officer=reader.officer,
        entries=(Entry(event=event, occurred_at=now),),
    )  # fmt: skip
    try:
        done = register(connections["default"], library(), command, at=now)
    except (VersionConflict, RecordRefused) as refused:
        return shown(request, agency, typed, faults={"form": str(refused)}, status=409)
    if not done.done:
        return shown(request, agency, typed, reasons=done.verdict.reasons, status=422)
    messages.success(request, "已设定审核意见的形式")
    return redirect("legal_review:practice")


def faults_of(typed: dict[str, str]) -> dict[str, str]:
    """What was not chosen or cannot be read, by field."""
    faults = {} if typed["form"] in FORMS else {"form": "请选择审核意见的形式"}
    try:
        typed["effective"] = date.fromisoformat(typed["effective"]).isoformat()
    except ValueError:
        faults["effective"] = "请填写生效日期"
    return faults


def shown(
    request: Any, agency: Agency, typed: dict[str, str], *, faults: dict[str, str] | None = None,
    reasons: tuple[Reason, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    today = legal_day(timezone.now())
    rule = online_rule(library().on(agency.jurisdiction, today))
    decided = [one for one in agency.settled if one.setting == ONLINE]
    context = {
        "agency": agency, "rule": rule, "online": rule is not None and agency.holds(ONLINE, today),
        "since": next((one for one in reversed(decided) if one.effective <= today), None),
        "decided": decided[::-1], "settles": rule is not None and bool(request.reader.posts & SETTLES),
        "typed": typed, "faults": faults or {}, "reasons": reasons, "today": today,
    }  # fmt: skip
    return page(request, "legal_review/practice.html", context, status=status)
