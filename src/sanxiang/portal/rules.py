"""The rules of disclosure on the public site (公示办法), made from the rulebooks that run."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sanxiang.three_systems.disclosure import publishing_rules


@require_safe
@cache_control(public=True, max_age=60)
def rules(request: HttpRequest, place: str = "") -> HttpResponse:
    """What must be public in a place, where, by whom, until when; without a place, the places."""
    if not place:
        return render(request, "portal/rules_list.html", {"places": publishing_rules.places()})
    today = timezone.localdate()
    told = publishing_rules.told(place, today)
    if told is None:
        raise Http404
    return render(request, "portal/rules.html", {"told": told, "today": today})
