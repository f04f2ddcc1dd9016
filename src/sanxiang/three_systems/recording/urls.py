"""Addresses of papers and packages."""

from __future__ import annotations

from django.urls import path

from . import archive_views, views

app_name = "recording"
urlpatterns = [
    path("archive/", archive_views.home, name="archive"),
    path("<uuid:stream>/", archive_views.file, name="keeping"),
    path("<uuid:stream>/paper/<uuid:event>/<int:index>.pdf", views.paper, name="paper"),
    path("<uuid:stream>/seal/<uuid:event>/<int:index>/", views.seal, name="seal"),
    path("<uuid:stream>/receipt/<uuid:event>.tlog-proof", views.receipt, name="receipt"),
    path("<uuid:stream>/file/<uuid:event>/<int:index>/", views.file, name="file"),
    path("<uuid:stream>/package.zip", views.package, name="package"),
]
