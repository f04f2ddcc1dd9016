"""Addresses of draws."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "draws"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", views.new, name="new"),
    path("template.xlsx", views.template, name="template"),
    path("<uuid:stream>/", views.draw, name="draw"),
    path("<uuid:stream>/result.csv", views.exported, name="export"),
    path("<uuid:stream>/do/<slug:move>/", views.move, name="move"),
]
