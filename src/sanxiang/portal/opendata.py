"""The public record for programs: the same search as JSON and as an Atom feed, one decision as JSON, a sitemap.

Nothing here is kept: what was withdrawn is gone from each of them with the row it came from.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.core.values import category_name
from sanxiang.three_systems.disclosure import published
from sanxiang.three_systems.disclosure.models import Published

from .fulltext import address, lines
from .views import query_text, search

MONTH = "%Y-%m"


@require_safe
@cache_control(public=True, max_age=60)
def results(request: HttpRequest) -> HttpResponse:
    """What `/search/` finds, as JSON: `next` is the address of the next page, empty at the end."""
    asked, found = search(request)
    following = ""
    if found.next:
        query = "&".join(part for part in (query_text(asked), f"after={found.next}") if part)
        following = request.build_absolute_uri(f"{reverse('portal:search-json')}?{query}")
    whole = {
        "count": found.count,
        "more": found.more_than,
        "next": following,
        "decisions": [told(request, row) for row in found.rows],
    }
    return JsonResponse(whole, json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(public=True, max_age=60)
def decision(request: HttpRequest, stream: UUID) -> HttpResponse:
    """One decision as JSON; 410 with the notice where it was withdrawn."""
    row = published.find(stream)
    if row is None:
        raise Http404
    gone = {"withdrawn_on": row.withdrawn_on, "withdrawn_cause": row.withdrawn_cause} if row.withdrawn_on else {}
    status = 410 if gone else 200
    full = {"full_text_lines": [line.text for line in lines(row)]} if row.full else {}
    changed = [] if gone else [became(one) for one in published.later(row)]
    later: dict[str, Any] = {"later": changed} if changed else {}
    return JsonResponse(
        told(request, row) | full | later | gone, status=status, json_dumps_params={"ensure_ascii": False}
    )


def became(row: Published) -> dict[str, Any]:
    """What a later decision made of a licence."""
    return {"decision": str(row.stream), "number": row.number, "became": row.became, "decided_on": row.decided_on}


def told(request: HttpRequest, row: Published) -> dict[str, Any]:
    """A row as the page shows it; `fields` by their Chinese names."""
    return {
        "id": str(row.stream),
        "url": request.build_absolute_uri(reverse("portal:decision", args=[row.stream])),
        "number": row.number,
        "category": row.category,
        "decided_on": row.decided_on,
        "published_on": row.published_on,
        "place": row.place,
        "until": row.until,
        "corrected_on": row.corrected_on,
        "corrections": row.corrections,
        "fields": row.public,
        "full_text": address(request, row),
    }


@require_safe
@cache_control(public=True, max_age=60)
def feed(request: HttpRequest) -> HttpResponse:
    """What `/search/` finds, newest first, as an Atom feed (RFC 4287): whoever follows it sees what is new."""
    asked, found = search(request)
    query = query_text(asked)
    words = "".join(sign for sign in " ".join(filter(None, asked.values())) if sign.isprintable())
    made = Atom1Feed(
        title=f"行政执法信息公示{f'：{words}' if words else ''}",
        link=request.build_absolute_uri(f"{reverse('portal:search')}?{query}"),
        description="按公示时间从新到旧",
        language="zh-CN",
        feed_url=request.build_absolute_uri(),
    )
    for row in found.rows:
        made.add_item(
            title=f"{row.public.get('执法对象', '')} {row.number}".strip(),
            link=request.build_absolute_uri(reverse("portal:decision", args=[row.stream])),
            description=str(row.public.get("执法结论", "")),
            unique_id=f"urn:uuid:{row.stream}",
            author_name=row.agency_name,
            pubdate=at(row.published_on),
            updateddate=at(row.corrected_on or row.published_on),
            categories=[category_name(row.category)],
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def at(day: date) -> datetime:
    """The instant by which a feed orders a day."""
    return datetime.combine(day, time(), UTC)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps, one for each month."""
    addresses = [
        request.build_absolute_uri(reverse("portal:sitemap-month", args=[month.strftime(MONTH)]))
        for month in published.months()
    ]
    return render(request, "portal/sitemaps.xml", {"addresses": addresses}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_month(request: HttpRequest, month: str) -> HttpResponse:
    """The decisions published in one month (sitemaps.org)."""
    try:
        rows = published.of_month(datetime.strptime(month, MONTH).replace(tzinfo=UTC).date())
    except (ValueError, OverflowError):
        raise Http404 from None
    if not rows:
        raise Http404
    found = [(request.build_absolute_uri(reverse("portal:decision", args=[stream])), day) for stream, day in rows]
    return render(request, "portal/sitemap.xml", {"rows": found}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers may read the decisions, not the staff side nor every search."""
    lines = ["User-agent: *", "Disallow: /work/", "Disallow: /login/", "Disallow: /search/"]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
