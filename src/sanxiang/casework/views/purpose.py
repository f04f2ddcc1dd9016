"""Why a supervisor opens a case (调阅事由): told once a case and day, kept, and shown to those whose case it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sanxiang.casework import whys
from sanxiang.casework.access import may_see
from sanxiang.casework.models import CaseRow
from sanxiang.casework.uses import OFFERED, stated

from .common import following, page, staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def purpose(request: Any, stream: UUID) -> HttpResponse:
    """Ask for the purpose; with it, on to the case."""
    row = CaseRow.objects.filter(pk=stream).first()
    if row is None or not may_see(request.reader, row):
        raise Http404
    typed, problem = stated(request.POST), ""
    if request.method == "POST":
        problem = whys.wrong(typed)
        if not problem:
            whys.note(request.reader, [stream], typed)
            return following(request, reverse("casework:case", args=[stream]))
    asked = request.POST.get("next") or request.GET.get("next", "")
    context = {"row": row, "typed": typed, "problem": problem, "next": asked, "purposes": OFFERED}
    return page(request, "casework/purpose.html", context, status=422 if problem else 200)
