"""What a form would make (文书预览): the paper of an act set from what is typed so far. Nothing is written, no number
is given; what is not filled in yet stands marked in its place."""

from __future__ import annotations

import base64
import uuid
from typing import Any
from uuid import UUID

from django.db import connections
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sanxiang.casework import forms
from sanxiang.casework.commands import Command, situation
from sanxiang.casework.projections import library
from sanxiang.casework.views.act import asked
from sanxiang.casework.views.case import opened
from sanxiang.casework.views.common import acting_post, staff
from sanxiang.core.events import Recorded
from sanxiang.core.gates import event_of
from sanxiang.core.gates import papers_of as papers_due
from sanxiang.core.gates.archiving import FRAME

from .documents import DocumentError, MissingFields
from .documents.rendering import drawn
from .gathering import is_demonstration, registers_of
from .papers import paper_data, papers_of
from .volumes import fonts_of

PAGES_MAX = 4
OFFICERS_MAX = 20
UNNUMBERED = "（签发时编号）"
TRIES = 12


@require_POST
@staff
def preview(request: Any, stream: UUID, act_id: str) -> HttpResponse:
    """The first paper that the act would make, as pictures of its pages; what it still has to hold, by name."""
    found = opened(request, stream)
    act = found.rules.act(found.case.procedure, act_id)
    if act is None or not any(paper.template not in FRAME for paper in act.papers):
        raise Http404
    known = [found.rules.dictionary[name] for name in asked(found, act) if name in found.rules.dictionary]
    command = Command(
        act=act.id, officer=request.reader.officer, stream=str(stream), facts=forms.typed_facts(request.POST, known),
        officers=tuple(request.POST.getlist("officers"))[:OFFICERS_MAX], link=request.POST.get("link", "")[:100],
        post=acting_post(request, act),
    )  # fmt: skip
    connection, now = connections["default"], timezone.now()
    s, _ = situation(connection, library(), command, found.case, now)
    s.act = act
    due = [paper for paper in papers_due(s, act) if paper.template not in FRAME][:1]
    papers = [{"template": p.template, "title": p.title, "number": UNNUMBERED if p.series else ""} for p in due]
    made = Recorded(
        id=str(uuid.uuid4()), stream=str(stream), seq=len(found.events) + 1, prev=None,  # noqa: TID251  never kept
        occurred_at=now, recorded_at=now, actor=s.proposal.actor, finding=None, breaches=(), event=event_of(s, papers),
    )  # fmt: skip
    events = (*found.events, made)
    paper = next((one for one in papers_of(events) if one.event == made.id), None)
    if paper is None:
        return JsonResponse({"title": "", "pages": [], "missing": ["这一步现在不出文书"]})
    data = paper_data(paper, events, found.rules, registers_of(connection, events, s.registers),
                      demo=is_demonstration(connection))  # fmt: skip
    pages, missing = set_so_far(paper.template, data)
    told = [f"data:image/svg+xml;base64,{base64.b64encode(one).decode()}" for one in pages]
    return JsonResponse({"title": paper.title, "pages": told, "missing": missing})


def set_so_far(template: str, data: dict[str, Any]) -> tuple[list[bytes], list[str]]:
    """The pages of a paper with marks where something is missing, and what that is; no pages where a mark has no
    place."""
    missing: list[str] = []
    for _ in range(TRIES):
        try:
            return drawn(template, data, fonts=fonts_of())[:PAGES_MAX], missing
        except MissingFields as lacking:
            for path, (label, _law) in lacking.fields.items():
                missing.append(label)
                if not fill(data, path.split("|")[0], f"【待填：{label}】"):
                    return [], missing
        except DocumentError as problem:
            return [], [*missing, str(problem)]
    return [], missing


def fill(data: dict[str, Any], path: str, text: str) -> bool:
    """Put a mark where something is still to be filled in; whether there is such a place: a column of a table has
    none."""
    steps = path.split(".")
    if len(steps) == 1:
        data["facts"] = {**data["facts"], path: text}
        return True
    if len(steps) == 2 and isinstance(data.get(steps[0]), dict):
        data[steps[0]] = {**data[steps[0]], steps[1]: text}
        return True
    return False
