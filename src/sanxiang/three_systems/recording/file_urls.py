"""Addresses of large bodies (大文件的收发): answered by the file process; by the desk's own where browsers
reach no other (`origins.apart`). Pages put `files_origin` before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from . import access_views, file_views, mask_views, tus, views
from .capture import api
from .origins import apart

app_name = "files"
OF_A_REQUEST = "<uuid:stream>/<uuid:name>/<int:n>"


def large(place: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(place, apart(view), name=name)


urlpatterns = [
    large("uploads/", tus.begin, "uploads"),
    large("uploads/<uuid:name>", tus.one, "upload"),
    large("of/<uuid:owner>/<uuid:event>/<int:index>/<slug:what>", file_views.handed, "bytes"),
    large("by-ticket/<str:ticket>", file_views.by_ticket, "by-ticket"),
    large("package/<uuid:stream>.zip", views.package, "package"),
    large(f"consult/{OF_A_REQUEST}/", access_views.piece, "consult"),
    large(f"masked/{OF_A_REQUEST}/<uuid:made>", mask_views.film, "masked"),
    large(f"masked/{OF_A_REQUEST}/<uuid:made>.<slug:ending>", mask_views.copy, "masked-copy"),
    large(f"masked/{OF_A_REQUEST}/pages/<int:number>", mask_views.sheet, "masked-page"),
    large("takes/<uuid:take>/", api.take, "take"),
    large("takes/<uuid:take>/<int:number>", api.piece, "piece"),
]
