"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from .views import case, lists, opening

app_name = "casework"
urlpatterns = [
    path("", lists.home, name="home"),
    path("cases/", lists.cases, name="cases"),
    path("cases/new/", opening.new, name="new"),
    path("cases/<uuid:stream>/", case.case, name="case"),
    path("cases/<uuid:stream>/do/<slug:act_id>/", case.act, name="act"),
    path("duties/", lists.duties, name="duties"),
]
