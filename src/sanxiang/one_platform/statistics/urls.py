"""Addresses of statistics and reports."""

from __future__ import annotations

from django.urls import path

from . import use_views, views

app_name = "statistics"
urlpatterns = [
    path("", views.overview, name="home"),
    path("request/", views.requested, name="request"),
    path("uses/", use_views.listed, name="uses"),
    path("uses/<str:name>/", use_views.cases, name="use"),
    path("<uuid:agency>/", views.overview, name="agency"),
    path("<uuid:agency>/<slug:report>/<str:key>/", views.report, name="report"),
    path("<uuid:agency>/<slug:report>/<str:key>/figures/<str:figure>/", views.figure, name="figure"),
    path("<uuid:agency>/<slug:report>/<str:key>/do/<slug:move>/", views.move, name="move"),
]
