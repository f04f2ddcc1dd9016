"""How a reader wants the public pages to look: large letters (长者模式), high contrast. Kept in a cookie that says
nothing else; without script."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

COOKIE = "sx-look"
LOOKS = ("large", "contrast")
YEAR_S = 365 * 86_400
ROOMS = {
    "portal:search": "查询",
    "portal:agencies": "执法机关",
    "portal:catalogues": "重大决定目录",
    "portal:numbers": "文号清点",
    "portal:reports": "年报",
    "portal:draws": "双随机抽查",
    "portal:charts": "流程图",
    "portal:officers": "查执法证",
    "portal:data": "数据下载",
    "counter:find": "我的事项",
    "portal:about": "关于公示",
}
"""What stands in the head of every public page; a room that is not served here is left out."""


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
    the staff's pages are served here too, `rooms` what gives the links of a public page's head, `here` the page itself
    as the address to come back to."""
    look = " ".join(f"sx-{look}" for look in chosen(request))
    here = quote(request.get_full_path())
    return {"look": look, "site": settings.SITE, "desk": not settings.PUBLIC, "rooms": rooms, "here": here}


def rooms() -> SafeString:
    """The links to the public rooms and, of the brand, to the front: the same on every page, so made once."""
    return _rooms(get_urlconf() or settings.ROOT_URLCONF)


@cache
def _rooms(urlconf: str) -> SafeString:
    found = []
    for name, label in ROOMS.items():
        with suppress(NoReverseMatch):
            found.append((reverse(name), label))
    links = format_html_join("\n    ", '<a href="{}">{}</a>', found)
    brand = format_html('<a class="sx-brand" href="{}">行政执法信息公示</a>', reverse("portal:front"))
    return format_html('{}\n  <nav aria-label="主要栏目">\n    {}\n  </nav>', brand, links)


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
