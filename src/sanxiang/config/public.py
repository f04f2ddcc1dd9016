"""Where pages stand in the process that serves the public alone (公示网站): the portal and the counter, no desk."""

from __future__ import annotations

from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from sanxiang.config.apps import mounted


def health(request: HttpRequest) -> JsonResponse:
    """`{"ok": true}` when this process answers and its database does too."""
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    *(path(place, include(module)) for place, module in mounted(("sanxiang.portal", "sanxiang.counter"))),
]
