"""Anybody points out that something published is wrong (更正线索). 政府信息公开条例 art. 41.

The page asks the portal's connection alone and adds to the intake; the worker puts what was said on the record of the
case, from which the days of the correction run. What came of it stands on the public page."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sanxiang.casework.commands import Command, handle
from sanxiang.casework.projections import library
from sanxiang.core.gates.fulltext import FULL
from sanxiang.three_systems.disclosure import published

from .party_views import clean
from .sending import NotSent, send
from .taking import Item, Refused, Taken, kind
from .views import address_of

CORRECTION = "publication.correction"
NAME = "公众（网上提交）"
TEXT_MAX = 1500


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, stream: UUID) -> HttpResponse:
    """Say what is wrong with a published decision."""
    row = published.find(stream)
    if row is None or row.withdrawn_on:
        raise Http404
    fields = [*row.public, *([FULL] if row.full else [])]
    typed = {name: clean(request.POST.get(name, "")) for name in ("field", "text", "contact")}
    context: dict[str, Any] = {"row": row, "typed": typed, "fields": fields}
    context["once"] = request.POST.get("once", "")[:40] or secrets.token_urlsafe(12)
    if request.method != "POST":
        return render(request, "counter/correct.html", context)
    try:
        if not typed["text"] or len(typed["text"]) > TEXT_MAX:
            raise NotSent(f"请写明哪里不准确、应当怎样写，最多 {TEXT_MAX} 个字。")
        payload = {
            "stream": str(stream), "text": typed["text"], "contact": typed["contact"][:100],
            "field": typed["field"] if typed["field"] in fields else "",
        }  # fmt: skip
        receipt = send(
            CORRECTION, payload, once=f"{stream} {context['once']}", address=address_of(request), at=timezone.now()
        )
    except NotSent as problem:
        return render(request, "counter/correct.html", {**context, "problem": str(problem)}, status=422)
    return render(request, "counter/correct_sent.html", {"row": row, "receipt": receipt, "at": timezone.now()})


@kind(CORRECTION)
def correction(connection: Any, item: Item, at: datetime) -> Taken | Refused:
    """On the record of the case, or refused where nothing is public any more."""
    stream = str(item.payload.get("stream", ""))
    said = [str(item.payload.get(name, "")).strip() for name in ("field", "text")]
    contact = str(item.payload.get("contact", "")).strip()
    facts = {"objection_kind": "更正", "objection_source": "公众指出", "objection_text": "：".join(filter(None, said))}
    told = {**facts, **({"party_contact": contact} if contact else {})}
    wanted = Command(
        act="question_publication", officer="", party=NAME, stream=stream, facts=told, receipt=item.receipt
    )
    answer = handle(connection, library(), wanted, at=at)
    if answer.done:
        return Taken(stream, answer.events[-1].id, answer.case.agency)
    reasons = (*(one.text for one in answer.verdict.reasons), *answer.problems.values())
    return Refused(tuple(dict.fromkeys(reasons)), agency=answer.case.agency, stream=stream)
