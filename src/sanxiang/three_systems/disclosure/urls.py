"""Addresses of the desk of disclosure."""

from __future__ import annotations

from django.urls import path

from . import page_views

app_name = "disclosure"
urlpatterns = [
    path("pages/", page_views.overview, name="pages"),
    path("pages/law/", page_views.law, name="law"),
    path("pages/<uuid:agency>/", page_views.overview, name="pages-of"),
    path("pages/<uuid:agency>/<slug:section>/", page_views.one, name="section"),
    path("pages/<uuid:agency>/<slug:section>/<slug:move>/", page_views.move, name="move"),
]
