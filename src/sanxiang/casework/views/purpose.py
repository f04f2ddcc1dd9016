"""Why a supervisor opens a case (调阅事由): told once a case and day, kept, and shown to those whose case it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework.access import may_see
from sanxiang.casework.models import AccessNote, CaseRow
from sanxiang.casework.uses import OFFERED, stated
from sanxiang.core.rulebook.values import CONTROL
from sanxiang.core.values import legal_day

from .common import following, page, staff

SHORTEST, LONGEST = 4, 300


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def purpose(request: Any, stream: UUID) -> HttpResponse:
    """Ask for the purpose; with it, on to the case."""
    row = CaseRow.objects.filter(pk=stream).first()
    if row is None or not may_see(request.reader, row):
        raise Http404
    typed, problem = stated(request.POST), ""
    if request.method == "POST":
        problem = wrong(typed)
        if not problem:
            note(request.reader, row, typed)
            return following(request, reverse("casework:case", args=[stream]))
    asked = request.POST.get("next") or request.GET.get("next", "")
    context = {"row": row, "typed": typed, "problem": problem, "next": asked, "purposes": OFFERED}
    return page(request, "casework/purpose.html", context, status=422 if problem else 200)


def wrong(typed: str) -> str:
    if not SHORTEST <= len(typed) <= LONGEST:
        return f"事由写 {SHORTEST} 到 {LONGEST} 个字，现有 {len(typed)} 个字。"
    return "事由里有不能保存的控制字符，请删去。" if CONTROL.search(typed) else ""


def note(reader: Any, row: CaseRow, typed: str) -> None:
    """Keep the purpose; the first of a day stands."""
    now = timezone.now()
    AccessNote.objects.bulk_create(
        [AccessNote(
            officer=reader.officer, name=f"{reader.name}（{reader.agency_name}）", stream=row.stream,
            day=legal_day(now), at=now, purpose=typed,
        )],
        ignore_conflicts=True,
    )  # fmt: skip
