"""The desk's way to an attachment (附件): the file that is on its way, or the one that is public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from sanxiang.casework.views.common import staff
from sanxiang.core.registers import Section
from sanxiang.store.blobs import NotThere, shelf

from . import attachments
from .page_views import agency_of, kind_of


@require_safe
@staff
def attached(request: Any, agency: UUID, section: str, number: int, n: int) -> HttpResponse:
    """One file of one version, for whoever may see the page at the desk."""
    body, kind = agency_of(request, str(agency)), kind_of(section)
    versions = body.sections.get(kind.id, Section()).versions
    files = next((one.files for one in versions if one.number == number), ())
    if n >= len(files):
        raise Http404
    try:
        return attachments.answer(files[n], shelf().read(files[n]["sha256"]))
    except NotThere:
        raise Http404 from None
