"""How a reader wants the public pages to look: large letters (长者模式), high contrast. Kept in a cookie that says
nothing else; without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

COOKIE = "sx-look"
LOOKS = ("large", "contrast")
YEAR_S = 365 * 86_400


def remembered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django middleware. Whoever keeps a page for others keeps one for each look."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def chosen(request: HttpRequest) -> list[str]:
    """The looks of this reader; what else a cookie may hold is left out."""
    asked = request.COOKIES.get(COOKIE, "").split(".")
    return [look for look in LOOKS if look in asked]


def context(request: HttpRequest) -> dict[str, Any]:
    """Django context processor: `look` the classes of the page, `site` the identifiers in its footer, `desk` whether
    the staff's pages are served here too."""
    look = " ".join(f"sx-{look}" for look in chosen(request))
    return {"look": look, "site": settings.SITE, "desk": not settings.PUBLIC}


@require_safe
def switch(request: HttpRequest, look: str) -> HttpResponse:
    """Turn one look on or off and go back to where one was (`?next=`, an address of ours)."""
    now = [one for one in LOOKS if (one in chosen(request)) != (one == look)]
    target = request.GET.get("next", "")[:2000]
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    response = HttpResponseRedirect(target)
    response["Cache-Control"] = "no-store"
    if now:
        response.set_cookie(
            COOKIE, ".".join(now), max_age=YEAR_S, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
