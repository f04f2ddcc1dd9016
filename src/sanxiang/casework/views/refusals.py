"""The list of what was asked for and refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sanxiang.casework import refusals

from .common import page, staff


@require_safe
@staff
def listed(request: Any) -> HttpResponse:
    """For the legal unit, the head and supervisors; everybody else is refused."""
    if not request.reader.posts & refusals.READERS:
        raise PermissionDenied("拒绝记录由法制机构负责人、机关负责人和监督人员查看")
    rows, after = refusals.page_of(request.reader, request.GET.get("after", ""))
    return page(request, "casework/refusals.html", {"rows": rows, "after": after})
