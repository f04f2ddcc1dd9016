"""A bare Django view with one indexed query: no middleware, no template, the same table and the same login."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanxiang.config.settings")

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

django.setup(set_prefix=False)
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "benchmarks.peers.bare"


def decision(request: HttpRequest, stream: UUID) -> HttpResponse:
    from sanxiang.three_systems.disclosure.models import Published

    row: Any = Published.objects.using("portal").values("number", "public").get(pk=stream)
    return HttpResponse(f"<h1>{row['number']}</h1><p>{row['public']}</p>")


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("healthz", health), path("d/<uuid:stream>/", decision)]
application = WSGIHandler()
