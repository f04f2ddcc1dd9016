"""Addresses of the legal review."""

from __future__ import annotations

from django.urls import path

from . import catalogue_views, desk_views, disagreement_views, practice_views, quality_views, queue_views

app_name = "legal_review"
urlpatterns = [
    path("", queue_views.waiting, name="queue"),
    path("quality/", quality_views.quality, name="quality"),
    path("practice/", practice_views.practice, name="practice"),
    path("<uuid:stream>/", desk_views.desk, name="desk"),
    path("<uuid:stream>/disagreement/", disagreement_views.disagreement, name="disagreement"),
    path("<uuid:stream>/draft/", desk_views.draft, name="draft"),
    path("catalogues/", catalogue_views.overview, name="catalogues"),
    path("catalogues/<uuid:agency>/<str:department>/", catalogue_views.one, name="catalogue"),
    path("catalogues/<uuid:agency>/<str:department>/<int:number>.csv", catalogue_views.export, name="catalogue-csv"),
    path("catalogues/<uuid:agency>/<str:department>/<slug:step>/", catalogue_views.step, name="catalogue-step"),
]
