"""Where pages stand. Every app names its own; the front door and the watchman's question are here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LogoutView
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.defaults import permission_denied

from sanxiang.casework.views.common import page
from sanxiang.config.apps import mounted
from sanxiang.config.entrance import Login


def health(request: HttpRequest) -> JsonResponse:
    """`{"ok": true}` when this process answers and its database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def refused(request: Any, exception: Exception) -> HttpResponse:
    """What somebody may not do is said to him between his own head lines, not as to a stranger."""
    if getattr(request, "reader", None) is None or not request.reader.posts:
        return permission_denied(request, exception)
    return page(request, "403.html", {"exception": str(exception), "frame": "staff.html"}, status=403)


handler403 = refused
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="/"), name="logout"),
    *(path(place, include(module)) for place, module in mounted()),
]
