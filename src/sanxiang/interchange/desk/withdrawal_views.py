"""The receipts of withdrawals (撤下回执): where a decision is gone, when each place confirmed it, what is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sanxiang.casework.access import Reader
from sanxiang.casework.views.common import RECEIPTS, page, staff
from sanxiang.interchange.models import Withdrawal, WithdrawalCheck
from sanxiang.interchange.withdrawal.surfaces import SURFACES
from sanxiang.three_systems.disclosure.models import PublicAgency, Published

SHOWN = 50


def of_reader(reader: Reader) -> QuerySet[Withdrawal]:
    """The withdrawals that a reader answers for or supervises. Raises PermissionDenied for everybody else."""
    if reader.everywhere:
        return Withdrawal.objects.filter(jurisdiction=reader.jurisdiction)
    if not reader.posts & RECEIPTS:
        raise PermissionDenied("撤下回执由公示人员、机关负责人和监督人员查看")
    return Withdrawal.objects.filter(agency=reader.agency)


@require_safe
@staff
def withdrawals(request: Any) -> HttpResponse:
    """What was withdrawn, the latest first, and how far each is."""
    mine = of_reader(request.reader)
    rows = list(mine.order_by("-position")[:SHOWN])
    checks = WithdrawalCheck.objects.filter(withdrawal__in=[row.event for row in rows]).values_list("withdrawal")
    counted = checks.annotate(whole=Count("id"), left=Count("id", filter=Q(confirmed_at=None))).order_by()
    found = {event: (whole, left) for event, whole, left in counted}
    context = {"lines": [(row, *found.get(row.event, (0, 0)), taken(row)) for row in rows]}
    return page(request, "interchange/withdrawals.html", context)


@require_safe
@staff
def receipt(request: Any, stream: UUID) -> HttpResponse:
    """The receipt of one decision; `?event=` an earlier withdrawal of the same one."""
    rows = list(of_reader(request.reader).filter(stream=stream).order_by("-position")[:SHOWN])
    wanted = request.GET.get("event", "")
    row = next((one for one in rows if str(one.event) == wanted), None) if wanted else next(iter(rows), None)
    if not rows:
        row = not_begun(request.reader, stream)
    if row is None:
        raise Http404
    order = [*SURFACES]
    checks = sorted(
        WithdrawalCheck.objects.filter(withdrawal=row.event),
        key=lambda one: (order.index(one.place) if one.place in order else len(order), one.place == "credit", one.name),
    )
    context = {
        "row": row, "checks": checks, "left": sum(one.confirmed_at is None for one in checks),
        "agency": PublicAgency.objects.filter(pk=row.agency).values_list("name", flat=True).first(),
        "others": [one for one in rows if one != row], "taken": taken(row), "now": timezone.now(),
    }  # fmt: skip
    return page(request, "interchange/withdrawal.html", context)


def not_begun(reader: Reader, stream: UUID) -> Withdrawal | None:
    """A withdrawal that the worker has not seen yet; None where there is none that the reader answers for."""
    mine = {"jurisdiction": reader.jurisdiction} if reader.everywhere else {"agency": reader.agency}
    shown = Published.objects.filter(pk=stream, **mine).exclude(withdrawn_on=None).first()
    if shown is None:
        return None
    return Withdrawal(
        event=stream, stream=stream, agency=shown.agency, number=shown.number, category=shown.category,
        cause=shown.withdrawn_cause, next_at=timezone.now(),
    )  # fmt: skip


def taken(row: Withdrawal) -> str:
    """How long it took until the last place confirmed; empty while one is open."""
    if row.done_at is None:
        return ""
    whole = max(0, round((row.done_at - row.at).total_seconds()))
    for name, size, least in (("天", 86_400, 2), ("小时", 3_600, 2), ("分钟", 60, 3)):
        if whole >= least * size:
            return f"{whole // size} {name}"
    return f"{whole} 秒"
