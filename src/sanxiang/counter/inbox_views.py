"""Complaints of anybody; and what the staff has to answer: what was refused, to the agency; complaints, to the
supervision of the place and to nobody whom they are about."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import orjson
from django.contrib import messages
from django.db import connections, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sanxiang.casework.access import Reader, may_see
from sanxiang.casework.codes import factor
from sanxiang.casework.commands import actor_of
from sanxiang.casework.models import CaseRow
from sanxiang.casework.registers import registers_for
from sanxiang.casework.views.common import page, staff
from sanxiang.store import reading
from sanxiang.three_systems.disclosure.models import PublicAgency

from . import slips
from .models import IntakeFile, Outcome
from .party import COMPLAINT, answer_complaint
from .party_views import TEXT_MAX, clean
from .sending import NotSent, send
from .views import address_of

SHOWN = 50
ANSWERERS = frozenset({"officer", "unit_head", "legal_head", "head"})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """A complaint of anybody about an enforcement body."""
    bodies = list(PublicAgency.objects.using("portal").order_by("name", "stream")[:1000])
    typed = {name: clean(request.POST.get(name, "")) for name in ("agency", "text", "contact", "factor")}
    context = {"typed": typed, "bodies": bodies, "once": secrets.token_urlsafe(12)}
    if request.method != "POST":
        return render(request, "counter/complain.html", context)
    known = factor(typed["factor"])
    try:
        if typed["agency"] not in {str(one.stream) for one in bodies}:
            raise NotSent("请选择要投诉的机关。")
        if not typed["text"] or len(typed["text"]) > TEXT_MAX:
            raise NotSent(f"请写明发生了什么，最多 {TEXT_MAX} 个字。")
        if len(known) != 4:
            raise NotSent("请填写四位查询码，以后凭它和回执编号查进度。")
        payload = {**typed, "contact": typed["contact"][:100], "factor": known}
        once = f"{typed['agency']} {request.POST.get('once', '')[:40]}"
        receipt = send(COMPLAINT, payload, once=once, address=address_of(request), at=timezone.now())
    except NotSent as problem:
        context |= {"problem": str(problem), "once": request.POST.get("once", "")[:40]}
        return render(request, "counter/complain.html", context, status=422)
    form = {"title": "投诉"}
    return render(request, "counter/sent.html", {"form": form, "receipt": receipt, "at": timezone.now()})


def visible(reader: Reader) -> QuerySet[Outcome]:
    """What somebody has to answer: complaints in his place, or what his agency was sent and the record refused."""
    if reader.everywhere:
        bodies = PublicAgency.objects.filter(jurisdiction=reader.jurisdiction).values("stream")
        return Outcome.objects.filter(kind=COMPLAINT, state=Outcome.TAKEN, about__in=bodies)
    if reader.posts & ANSWERERS:
        return Outcome.objects.filter(agency=reader.agency or None, state=Outcome.REFUSED).exclude(body=b"")
    return Outcome.objects.none()


def named(rows: QuerySet[Outcome]) -> list[tuple[Outcome, str]]:
    """The first rows, each with what it is called."""
    return [(one, slips.NAMES.get(one.kind, one.kind)) for one in rows[:SHOWN]]


@require_safe
@staff
def inbox(request: Any) -> HttpResponse:
    """What waits for an answer, the oldest first; then what was answered."""
    rows = visible(request.reader)
    context = {
        "waiting": named(rows.filter(answered_at=None).order_by("at", "receipt")),
        "answered": named(rows.exclude(answered_at=None).order_by("-answered_at", "receipt")),
        "complaints": request.reader.everywhere,
    }  # fmt: skip
    return page(request, "counter/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def item(request: Any, receipt: str) -> HttpResponse:
    """One of them, and its answer."""
    with transaction.atomic():
        row = visible(request.reader).select_for_update().filter(pk=receipt).first()
        case = CaseRow.objects.filter(pk=row.stream).first() if row and row.kind != COMPLAINT else None
        if row is None or (case is not None and not may_see(request.reader, case)):
            raise Http404
        text, problem = clean(request.POST.get("answer", "")), ""
        if request.method == "POST" and not row.answered_at:
            problem = "" if 0 < len(text) <= TEXT_MAX else f"答复写 1 到 {TEXT_MAX} 个字。"
            if not problem:
                answered(request, row, text)
                messages.success(request, "已经答复，提交人可以凭回执编号看到")
                return redirect("counter:inbox")
    files = IntakeFile.objects.filter(receipt=row.receipt).order_by("n")
    context = {
        "item": row, "what": slips.NAMES.get(row.kind, row.kind), "said": said(row), "case": case, "problem": problem,
        "typed": text, "photos": list(files.values_list("n", flat=True)),
    }  # fmt: skip
    return page(request, "counter/item.html", context, status=422 if problem else 200)


@require_safe
@staff
def photo(request: Any, receipt: str, n: int) -> HttpResponse:
    """A photo that came with what was refused."""
    row = visible(request.reader).filter(pk=receipt).first()
    case = CaseRow.objects.filter(pk=row.stream).first() if row else None
    file = IntakeFile.objects.filter(receipt=receipt, n=n).first()
    if row is None or file is None or (case is not None and not may_see(request.reader, case)):
        raise Http404
    return HttpResponse(bytes(file.content), content_type="image/jpeg")


def answered(request: Any, row: Outcome, text: str) -> None:
    """Keep the answer: of a complaint on the record, of what was refused beside it; and let the sender see it."""
    now = timezone.now()
    if row.kind == COMPLAINT:
        registers = registers_for(connections["default"], request.reader.agency, (request.reader.officer,))
        actor = actor_of(registers, request.reader.officer, now, "supervisor")
        answer_complaint(connections["default"], row, text, actor, at=now)
    row.answer, row.answered_at, row.answered_by = text, now, request.reader.name
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    slips.publish(connections["default"], row, {"factor": row.factor})


def said(row: Outcome) -> dict[str, str]:
    """What was sent: kept beside the refusal, or on the record."""
    if row.kind == COMPLAINT and row.stream:
        facts = reading.load(connections["default"], str(row.stream))[0].event.facts
        return {"text": str(facts.get("complaint_text", "")), "contact": str(facts.get("party_contact", ""))}
    told = orjson.loads(bytes(row.body) or b"{}")
    return {name: str(told.get(name, "")) for name in ("text", "contact")}


def texts(rows: Sequence[Outcome]) -> list[str]:
    """What each of them said, in one look at the record."""
    streams = [str(row.stream) for row in rows if row.kind == COMPLAINT and row.stream]
    held = reading.load_many(connections["default"], streams) if streams else {}
    found = []
    for row in rows:
        if row.kind == COMPLAINT:
            facts = held[str(row.stream)][0].event.facts if str(row.stream) in held else {}
            found.append(str(facts.get("complaint_text", "")))
        else:
            found.append(str(orjson.loads(bytes(row.body) or b"{}").get("text", "")))
    return found
