"""Addresses of the desk of disclosure: the publishers' board and pane, the pages before the decision."""

from __future__ import annotations

from django.urls import path

from . import attaching, board_views, page_views, pane_views

app_name = "disclosure"
urlpatterns = [
    path("", board_views.board, name="board"),
    path("batch/", board_views.batch, name="batch"),
    path("by-period/", board_views.by_period, name="by-period"),
    path("<uuid:stream>/", pane_views.pane, name="pane"),
    path("pages/", page_views.overview, name="pages"),
    path("pages/law/", page_views.law, name="law"),
    path("pages/<uuid:agency>/", page_views.overview, name="pages-of"),
    path("pages/<uuid:agency>/<slug:section>/", page_views.one, name="section"),
    path("pages/<uuid:agency>/<slug:section>/<int:number>/files/<int:n>/", attaching.attached, name="attached"),
    path("pages/<uuid:agency>/<slug:section>/<slug:move>/", page_views.move, name="move"),
]
