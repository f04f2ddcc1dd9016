"""The public pages of the agencies (机关公示页): what its regulation lists, version by version. What was not published
is said to be so, and never made up."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import attachments, public_pages
from sanxiang.three_systems.disclosure.models import PublicAgency


@require_safe
@cache_control(public=True, max_age=60)
def agencies(request: HttpRequest) -> HttpResponse:
    """Every enforcement body."""
    return render(request, "portal/agencies.html", {"agencies": public_pages.agencies()})


@require_safe
@cache_control(public=True, max_age=60)
def agency(request: HttpRequest, agency: UUID) -> HttpResponse:
    """All that the regulation of an agency lists, section by section."""
    body, today = found(agency), timezone.localdate()
    sections = public_pages.sections(body, today)
    context = {
        "agency": body, "shared": public_pages.shared(agency), "sections": sections, "today": today,
        "procedures": public_pages.procedures(body, today),
        "missing": sum(one.missing for one in sections),
        "windows": [name for one in sections if one.kind.id == "boards" and one.row
                    for name, _ in public_pages.windows(one.row)],
    }  # fmt: skip
    return render(request, "portal/agency.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def section(request: HttpRequest, agency: UUID, section: str) -> HttpResponse:
    """One section whole; `?version=` an earlier one, `?compare=` how it differs from another."""
    body, kind = found(agency), public_pages.SECTIONS.get(section)
    row = public_pages.version(agency, section, number(request.GET.get("version", "")))
    if kind is None or row is None:
        raise Http404
    other = number(request.GET.get("compare", ""))
    before = public_pages.version(agency, section, other) if other is not None else None
    now = timezone.localtime()
    context = {
        "agency": body, "one": public_pages.shown(kind, (), row), "row": row, "kind": kind,
        "versions": public_pages.versions(agency, section), "before": before,
        "change": public_pages.comparison(kind, before, row) if before else None,
        "procedures": public_pages.procedures(body, now.date()) if kind.id == "procedures" else [],
        "changed": kind.id == "procedures" and row.replaced_on is None and public_pages.charts_changed(body, row, now),
    }  # fmt: skip
    return render(request, "portal/section.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def attached(request: HttpRequest, agency: UUID, section: str, number: int, n: int) -> HttpResponse:
    """A file that is attached to a published version."""
    one = public_pages.attached(agency, section, number, n)
    if one is None:
        raise Http404
    return attachments.answer(*one)


def found(agency: UUID) -> PublicAgency:
    body = public_pages.agency(agency)
    if body is None:
        raise Http404
    return body


def number(text: str) -> int | None:
    """The number of a version in an address; 0 for one that cannot be."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


@require_safe
@cache_control(public=True, max_age=60)
def shared(request: HttpRequest, agency: UUID, feed: UUID, fact: str) -> HttpResponse:
    """A list that another system shares, with its source and time."""
    body, one = found(agency), public_pages.shared_list(agency, feed, fact)
    if one is None:
        raise Http404
    return render(request, "portal/shared.html", {"agency": body, "one": one})
