"""The publisher's page of the exchange (信息共享): how far each partner is, what waits, and the receipts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanxiang.casework.models import CaseRow
from sanxiang.casework.views.common import page
from sanxiang.interchange.exchange import pushing
from sanxiang.interchange.models import Delivery, Partner

from .credit_views import WORKS, may_work, publisher

SHOWN, PARTNERS = 50, 100
STATES = {"waiting": "等待", "delivered": "已送达", "refused": "对方退回", "superseded": "由后来的代替"}
KINDS = {"published": "公示", "corrected": "更正", "withdrawn": "撤下", "expired": "公示期满"}


@require_http_methods(["GET", "HEAD", "POST"])
@publisher
def partners(request: Any) -> HttpResponse:
    """Every partner that receives what this agency publishes; `?case=` shows the receipts of one decision."""
    reader, now = request.reader, timezone.now()
    rows = list(
        Partner.objects.filter(Q(jurisdiction="") | Q(jurisdiction=reader.jurisdiction)).order_by("name")[:PARTNERS]
    )
    names = {row.pk: row.name for row in rows}
    mine = Delivery.objects.filter(
        partner__in=names, stream__in=CaseRow.objects.filter(agency=reader.agency).values("stream")
    )
    if request.method == "POST":
        may_work(request)
        if "resume" in request.POST:
            one = next((row for row in rows if str(row.pk) == request.POST["resume"]), None)
            if one is None:
                raise Http404
            if pushing.resume(one):
                messages.success(request, f"已重新开始向“{one.name}”推送")
            return redirect("exchange:partners")
        wanted = request.POST.get("again", "")
        delivery = get_object_or_404(mine, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0)
        if pushing.again(delivery):
            messages.success(request, "已排队，稍后重新推送")
        return redirect("exchange:partners")
    case = case_of(request.GET.get("case", ""))
    found = list((mine.filter(stream=case) if case else mine).order_by("-made_at", "-id")[:SHOWN])
    waits = pushing.behind(rows)
    cases = CaseRow.objects.filter(stream__in=[one.stream for one in found])
    numbers = dict(cases.values_list("stream", "decision_number"))
    context = {
        "partners": [
            (row, waits.get(row.pk, 0), row.revoked_at is None and row.expires_at > now, pushing.given_up(row))
            for row in rows
        ],
        "lines": [
            (one, names[one.partner], numbers.get(one.stream, ""), KINDS[one.kind], STATES[one.state]) for one in found
        ],
        "case": case,
        "works": bool(reader.posts & WORKS),
    }
    return page(request, "interchange/partners.html", context)


def case_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
