"""The desk of one review (审核台): points, material and law side by side; one write path for the opinion."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sanxiang.casework import drafts, forms, judging, refusals
from sanxiang.casework.access import find_case, is_guest
from sanxiang.casework.commands import Answer, Command, RecordRefused, handle, preflight
from sanxiang.casework.projections import library
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.case import Opened, opened
from sanxiang.casework.views.common import acting_post, page, staff
from sanxiang.core.gates import outcomes_of, points_of
from sanxiang.core.rulebook import Act
from sanxiang.core.values import CHINA, legal_day

from . import guest_views, keeping, laid_out, queue

ACTS = ("conclude_review", "return_review")
ENDED = "这次审核已经结束，没有再办理；意见见下。"


def on_the_desk(request: Any, stream: UUID) -> Opened:
    """A case under review that the reader may look at here, as one who reviews in its agency."""
    found = opened(request, stream)
    reader, case = request.reader, found.case
    mine = reader.agency == case.agency and queue.may_review(reader)
    if not case.rounds or not mine:
        raise NotHere(found)
    return found


class NotHere(Exception):
    """The reader may see the case, but not from this desk; `found` the case."""

    def __init__(self, found: Opened) -> None:
        super().__init__("not here")
        self.found = found


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def desk(request: Any, stream: UUID) -> HttpResponse:
    """The desk; a form that was sent is kept, returned or signed. An invited adviser gets the package alone."""
    row = find_case(request.user, stream, guests=True)
    if row is not None and is_guest(request.reader, row):
        return guest_views.package(request, row)
    try:
        found = on_the_desk(request, stream)
    except NotHere as elsewhere:
        return refused(request, elsewhere.found)
    wanted = request.POST.get("do", "")
    if wanted in ACTS:
        return act(request, found, wanted)
    if request.method != "POST":
        return laid(request, found)
    if not found.case.reviewing:
        return laid(request, found, problem=ENDED, status=409)
    try:
        keep(request, found, request.POST)
        number = version(request, found)
    except (keeping.NotKept, drafts.NotKept) as wrong:
        return laid(request, found, sent=request.POST, problem=str(wrong), status=422)
    messages.success(request, f"草稿已保存{f'，存为第 {number} 版' if number else ''}，只有您自己看得到。")
    return redirect("legal_review:desk", stream=stream)


@require_POST
@staff
def draft(request: Any, stream: UUID) -> JsonResponse:
    """Keep what has been typed so far; the body is a JSON object of the form's fields."""
    try:
        found = on_the_desk(request, stream)
    except NotHere:
        raise Http404 from None
    if not found.case.reviewing:
        return JsonResponse({"text": "这次审核已经结束，草稿不再保存"}, status=409)
    try:
        sent = json.loads(request.body)
        if not isinstance(sent, dict):
            raise keeping.NotKept("草稿的写法不对")
        keep(request, found, sent)
    except (ValueError, RecursionError) as wrong:
        told = str(wrong) if isinstance(wrong, keeping.NotKept) else "草稿的写法不对，没有保存"
        return JsonResponse({"text": told}, status=422)
    return JsonResponse({"text": f"草稿 {timezone.now().astimezone(CHINA):%H:%M} 已保存"})


def keep(request: Any, found: Opened, sent: Any) -> None:
    now = timezone.now()
    keeping.keep(request.reader.officer, str(found.row.stream), found.case.rounds[-1].event, sent, now)


def version(request: Any, found: Opened) -> int:
    """Keep what the button sent as a version of the opinion too; its number, 0 where it says what the last one said.
    What the page keeps by itself now and then is none. Raises drafts.NotKept."""
    rule = found.rules.act(found.case.procedure, "conclude_review")
    if rule is None or not drafts.may_write(request.reader, found.row, rule):
        return 0
    written = drafts.Written(command_of(request, found, rule).facts)
    last = drafts.newest_open(drafts.rows_for(request.reader, found.row, rule), found.events, rule, request.reader)
    made = drafts.keep(
        connections["default"], request.reader, found.row, found.case, rule, written, found.rules,
        last.number if last is not None else None, timezone.now(),
    )  # fmt: skip
    return made.number if made is not None else 0


def act(request: Any, found: Opened, wanted: str) -> HttpResponse:
    """Sign the opinion or return the material, or say all that stands in the way; what was typed stays."""
    rule, post = found.rules.act(found.case.procedure, wanted), request.POST
    if rule is None:
        raise Http404
    try:
        answer = handle(connections["default"], library(), command_of(request, found, rule), at=timezone.now())
    except RecordRefused as conflict:
        now = opened(request, found.row.stream)
        if not now.case.reviewing:
            return laid(request, now, problem=ENDED, status=409)
        try_to_keep(request, found)
        return laid(request, now, sent=post, problem=str(conflict), status=409)
    if not found.case.reviewing and not answer.done:
        return laid(request, found, problem=ENDED, status=409)
    if not answer.done:
        try_to_keep(request, found)
        return laid(request, found, sent=post, answer=answer, wanted=wanted, status=422)
    keeping.forget(str(found.row.stream))
    papers = [paper for event in answer.events for paper in event.event.documents]
    numbers = "、".join(str(paper["number"]) for paper in papers if paper.get("number"))
    messages.success(request, f"已办理：{rule.name}" + (f"，文号 {numbers}" if numbers else ""))
    return redirect("legal_review:desk", stream=found.row.stream)


def command_of(request: Any, found: Opened, rule: Act) -> Command:
    """The act that a form of the desk means, on the case as its writer saw it."""
    expected = request.POST.get("expected", "")
    return Command(
        act=rule.id,
        officer=request.reader.officer,
        stream=str(found.row.stream),
        expected=int(expected) if expected.isdecimal() and len(expected) < 9 else None,
        facts=forms.typed_facts(request.POST, [found.rules.dictionary[name] for name in rule.fact_ids()]),
        post=acting_post(request, rule),
    )


def try_to_keep(request: Any, found: Opened) -> None:
    """What was refused is not lost either; what cannot be kept stays in the form alone."""
    try:
        keep(request, found, request.POST)
    except keeping.NotKept:
        return


def refused(request: HttpRequest, found: Opened) -> HttpResponse:
    """Why somebody who may see the case cannot work at this desk: the clauses that say so. What he sent to be signed
    all the same is kept among the refusals, and nothing of it is done."""
    reader: Any = request.reader  # type: ignore[attr-defined]
    rule = found.rules.act(found.case.procedure, "conclude_review")
    if rule is None or not found.case.rounds:
        raise Http404
    asked = found.rules.act(found.case.procedure, request.POST.get("do", ""))
    if asked is not None and asked.id in ACTS:
        connection, now, command = connections["default"], timezone.now(), command_of(request, found, asked)
        reasons = preflight(connection, library(), command, at=now).verdict.reasons
        refusals.note(connection, library(), command, reasons, forged=False, at=now)
    registers = registers_for(connections["default"], found.case.agency, (reader.officer,))
    option = judging.option(found.rules, found.case, registers, rule, reader.officer, timezone.now())
    context = {"row": found.row, "reasons": option.blocked, "act": rule}
    return page(request, "legal_review/not_here.html", context, status=403)


def laid(
    request: Any, found: Opened, *, sent: Any = None, answer: Answer | None = None, wanted: str = "",
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page with all three panes."""
    case, now = found.case, timezone.now()
    reader, stream = request.reader, str(found.row.stream)
    registers = registers_for(connections["default"], case.agency, (reader.officer,))
    kept = keeping.kept(reader.officer, stream, case.rounds[-1].event) if case.reviewing else None
    typed = sent if sent is not None else kept.body if kept else {}
    context = {
        **laid_out.centre(found, now),
        **laid_out.right(found, now),
        **laid_out.left(found, typed, points_of(found.rules), outcomes_of(found.rules)),
        "row": found.row, "case": case, "typed": typed, "problem": problem, "answer": answer, "wanted": wanted,
        "kept": kept, "expected": case.version, "reviewing": case.reviewing,
        "line": laid_out.line_of(found, registers, legal_day(now)),
        "options": laid_out.may(found, registers, reader, now), "signs": queue.may_review(reader),
        "reasons": answer.verdict.reasons if answer else (), "result": laid_out.result(found),
    }  # fmt: skip
    return page(request, "legal_review/desk.html", context, status=status)
