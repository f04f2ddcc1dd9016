"""Pages of the counter for the public and the parties. They work without script, ask the portal's connection alone, and
write nothing but into the intake."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import showing
from .known import remember
from .sending import NotSent, send


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind the encrypting proxy the address that it saw, else who is connected."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if settings.HTTPS else ""
    return str(seen or request.META.get("REMOTE_ADDR", ""))[:60]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, code: str) -> HttpResponse:
    """What officers hold out, and the confirmation that it was seen."""
    now = timezone.now()
    found = showing.read(code, at=now)
    if found is None:
        return render(request, "counter/shown_ended.html", status=404)
    key, content = found
    context: dict[str, Any] = {"shown": content, "day": date.fromisoformat(content["day"]), "code": code}
    if request.method == "POST":
        try:
            context["receipt"] = send(showing.CONFIRMED, {"code": code}, once=key, address=address_of(request), at=now)
            context["at"] = now
        except NotSent as problem:
            context["problem"] = str(problem)
    answer = render(request, "counter/shown.html", context, status=429 if "problem" in context else 200)
    if "receipt" in context:
        remember(request, answer, content["known"], key[:16])  # one number however many confirm it
    return answer
