"""The page on which the head of a unit hands cases over: choose, see what changes, do it, take it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework import handing
from sanxiang.casework.commands import Command, RecordRefused, VersionConflict, handle
from sanxiang.casework.forms import typed_facts
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.core.casefile import CaseFile
from sanxiang.core.rulebook import check_facts
from sanxiang.core.values import legal_day

from .common import page, staff

ASKED = ("handlers_reason", "standing_in_until")
TAKEN_BACK = "撤回移交"


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def hand_over(request: Any) -> HttpResponse:
    """Choose who hands over and what; see what would change; then each case by an act of its own."""
    reader, now = request.reader, timezone.now()
    if not reader.posts & handing.GIVERS:
        raise PermissionDenied("案件由承办机构负责人或者机关负责人移交")
    book = library()
    data = request.POST if request.method == "POST" else request.GET
    people = handing.people(reader)
    known = {str(one.stream): one for one in people}
    giver, taker = (known.get(data.get(name, "")) for name in ("from", "to"))
    facts = typed_facts(data, [book.dictionary[name] for name in ASKED])
    context: dict[str, Any] = {
        "people": people, "giver": giver, "taker": taker, "facts": facts, "most": handing.MOST, "today": legal_day(now),
        "reasons": book.dictionary["handlers_reason"].choices, "chosen": set(data.getlist("case")),
    }  # fmt: skip
    if giver is None:
        return page(request, "casework/hand_over.html", context)
    held, more = handing.held_by(connections["default"], reader, str(giver.stream), legal_day(now))
    context |= {"held": [row for row, _ in held], "more": more}
    if request.method != "POST":
        return page(request, "casework/hand_over.html", context)
    facts, problems = check_facts(book.dictionary, facts)
    wanted = [(row, case) for row, case in held if str(row.stream) in context["chosen"]]
    context["problems"] = list(problems.values())
    if taker is None or not wanted or not facts.get("handlers_reason") or problems:
        context["problems"] += lacking(taker, wanted, facts)
        return page(request, "casework/hand_over.html", context, status=422)
    return planned_or_done(request, context, wanted, facts)


def lacking(taker: Any, wanted: list[Any], facts: Any) -> list[str]:
    """What has not been chosen yet."""
    asked = {"选接手的人": taker, "至少选一件案件": wanted, "写明移交的原因": facts.get("handlers_reason")}
    return [text for text, given in asked.items() if not given]


def planned_or_done(request: Any, context: dict[str, Any], wanted: list[tuple[CaseRow, CaseFile]], facts: Any) -> Any:
    """What would change; with the second button, what was done."""
    pair, now = (str(context["giver"].stream), str(context["taker"].stream)), timezone.now()
    plan = handing.planned(connections["default"], library(), request.reader, wanted, pair, facts, now)
    possible = sum(one.possible for one in plan)
    shown = sorted(plan, key=lambda one: not one.possible)  # what will be done first, then what cannot
    context |= {"plan": shown, "possible": possible, "refused": len(plan) - possible}
    if "do" not in request.POST:
        return page(request, "casework/hand_over.html", context)
    done, failed = [], [(one.row, "；".join(reason.text for reason in one.reasons)) for one in plan if not one.possible]
    for one in plan:
        if one.possible:
            why = handed(request, one, pair, facts)
            (failed.append((one.row, why)) if why else done.append(one))
    back = {"from": pair[1], "to": pair[0], "handlers_reason": TAKEN_BACK, "case": [one.row.stream for one in done]}
    context |= {"done": done, "failed": failed, "plan": None,
                "back": f"{reverse('casework:hand-over')}?{urlencode(back, doseq=True)}"}  # fmt: skip
    return page(request, "casework/hand_over.html", context)


def handed(request: Any, one: handing.Planned, pair: tuple[str, str], facts: Any) -> str:
    """Hand one case over; why not, where it was not done."""
    seen = request.POST.get(f"seen.{one.row.stream}", "")
    command = Command(
        act=handing.ACT, officer=request.reader.officer, stream=str(UUID(str(one.row.stream))), link=pair[0],
        officers=(pair[1],), facts=facts, expected=int(seen) if seen.isdecimal() and len(seen) < 9 else one.version,
    )  # fmt: skip
    try:
        answer = handle(connections["default"], library(), command, at=timezone.now())
    except (VersionConflict, RecordRefused) as problem:
        return str(problem)
    return "" if answer.done else "；".join(reason.text for reason in answer.verdict.reasons)
