"""Where pages stand. Every app names its own; the front door and the watchman's question are here."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from sanxiang.config.apps import mounted
from sanxiang.config.entrance import Login
from sanxiang.config.failures import broken, missing, refused


def health(request: HttpRequest) -> JsonResponse:
    """`{"ok": true}` when this process answers and its database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


handler403 = refused
handler404 = missing
handler500 = broken
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(next_page="/"), name="logout"),
    path("files/", include("sanxiang.three_systems.recording.file_urls")),
    *(path(place, include(module)) for place, module in mounted()),
]
