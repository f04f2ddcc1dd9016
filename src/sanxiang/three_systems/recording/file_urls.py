"""Addresses of large bodies (大文件的收发), in the file process and in the desk's alike; pages put `files_origin`
before them."""

from __future__ import annotations

from django.urls import path

from . import file_views, mask_views, tus

app_name = "files"
urlpatterns = [
    path("uploads/", tus.begin, name="uploads"),
    path("uploads/<uuid:name>", tus.one, name="upload"),
    path("of/<uuid:owner>/<uuid:event>/<int:index>/<slug:what>", file_views.handed, name="bytes"),
    path("masked/<uuid:stream>/<uuid:name>/<int:n>/<uuid:made>", mask_views.film, name="masked"),
]
