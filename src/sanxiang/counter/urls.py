"""Addresses of the counter: short, because some are printed."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from . import (
    clue_views,
    correcting,
    desk_views,
    door_views,
    inbox_views,
    papers,
    party_views,
    tip_views,
    views,
    visit_views,
)

app_name = "counter"
urlpatterns = [
    path("", party_views.find, name="find"),
    path("mine/", party_views.mine, name="mine"),
    path("mine/papers/<slug:address>.pdf", party_views.paper, name="served"),
    path("mine/<slug:what>/", party_views.write, name="write"),
    path("leave/", party_views.leave, name="leave"),
    path("complain/", inbox_views.complain, name="complain"),
    path("report/", tip_views.report, name="report"),
    path("correct/<uuid:stream>/", correcting.report, name="correct"),
    path("verify.py", papers.verifier, name="verifier"),
    path("paper/<str:code>.paper-proof", papers.proof, name="proof"),
    path("paper/<str:code>/", papers.checked, name="paper"),
    path("s/<str:code>/", views.shown, name="shown"),
    path("e/<str:code>/", door_views.door_page, name="door"),
]
DESK = [
    path("clues/", clue_views.listed, name="clues"),
    path("clues/new/", clue_views.new, name="clue-new"),
    path("clues/<uuid:stream>/", clue_views.clue, name="clue"),
    path("clues/<uuid:stream>/<int:index>/", clue_views.file, name="clue-file"),
    path("inbox/", inbox_views.inbox, name="inbox"),
    path("inbox/<str:receipt>/", inbox_views.item, name="item"),
    path("inbox/<str:receipt>/<int:n>.jpg", inbox_views.photo, name="photo"),
    path("enter/<str:code>/", door_views.enter, name="enter"),
    path("visit/<str:code>/", visit_views.visit, name="visit"),
    path("visits/", visit_views.listed, name="visits"),
    path("door/<uuid:stream>/", door_views.sheet, name="door-sheet"),
    path("show/<uuid:stream>/", desk_views.show, name="show"),
    path("show/<uuid:stream>/<str:key>/", desk_views.held_out, name="held-out"),
]
"""For the staff; the process that serves the public alone has none of them."""

if not settings.PUBLIC:
    urlpatterns += DESK
