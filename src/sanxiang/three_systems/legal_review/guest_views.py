"""The page of an invited adviser (顾问页): the package of one review, and the one opinion he leaves. Nothing else of
the case is shown to him."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from sanxiang.casework import forms, judging, levels, telling
from sanxiang.casework.commands import Answer, Command, RecordRefused, handle
from sanxiang.casework.models import CaseRow
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.case import Opened
from sanxiang.casework.views.common import acting_post, page
from sanxiang.core.casefile import fold
from sanxiang.core.gates import found_before, points_of
from sanxiang.core.values import legal_day
from sanxiang.store import reading

from . import materials

ACT = "advise_review"


def package(request: Any, row: CaseRow) -> HttpResponse:
    """The package for its guest; a form that was sent is his opinion."""
    events = levels.visible(request.reader, row, reading.load(connections["default"], str(row.stream)))
    found = Opened(row, events, fold(events), library().on(row.jurisdiction, legal_day(timezone.now())))
    if not found.case.reviewing:
        raise Http404
    if request.method != "POST":
        return laid(request, found)
    rule = found.rules.act(found.case.procedure, ACT)
    if rule is None:
        raise Http404
    command = Command(
        act=ACT, officer=request.reader.officer, stream=str(row.stream), post=acting_post(request, rule),
        facts=forms.typed_facts(request.POST, [found.rules.dictionary["adviser_opinion"]]),
    )  # fmt: skip
    try:
        answer = handle(connections["default"], library(), command, at=timezone.now())
    except RecordRefused as conflict:
        return laid(request, found, problem=str(conflict), status=409)
    if not answer.done:
        return laid(request, found, answer=answer, status=422)
    messages.success(request, "意见已经提交，留存在案卷中；审核人员可以看到。")
    return redirect("legal_review:desk", stream=row.stream)


def laid(
    request: Any, found: Opened, *, answer: Answer | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """What the package holds: the draft, papers and evidence up to the submission, the points so far, the question."""
    case, rules, me = found.case, found.rules, request.reader.officer
    rule, signing = rules.act(case.procedure, ACT), rules.act(case.procedure, "conclude_review")
    if rule is None or signing is None:
        raise Http404
    registers = registers_for(connections["default"], case.agency, (me,))
    option = judging.option(rules, case, registers, rule, me, timezone.now())
    asked = [one for one in found.events if one.kind == "review.invited" and me in one.event.officers]
    mine = [one for one in found.events if one.kind == "review.advised" and one.actor.officer == me]
    before = found_before(case)
    context = {
        "row": found.row, "materials": in_package(found), "draft": telling.draft(rules, case, signing),
        "points": [(point, before.get(point)) for point in points_of(rules)],
        "question": asked[-1].event.facts.get("adviser_question", "") if asked else "",
        "opinions": [(one.occurred_at, one.event.facts.get("adviser_opinion", "")) for one in mine],
        "blocked": option.blocked, "typed": request.POST.get("adviser_opinion", ""), "problem": problem,
        "answer": answer, "limit": rules.dictionary["adviser_opinion"].limit,
    }  # fmt: skip
    return page(request, "legal_review/guest.html", context, status=status)


def in_package(found: Opened) -> list[materials.Material]:
    """The papers and files that stood in the case when it was submitted last."""
    sent = found.case.rounds[-1].seq
    early = {one.id for one in found.events if one.seq <= sent}
    return [one for one in materials.materials_of(found.events, found.case, found.rules) if one.event in early]
