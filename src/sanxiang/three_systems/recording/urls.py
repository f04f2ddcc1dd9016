"""Addresses of the pages of evidence, papers and archive; those of large bodies: `file_urls`."""

from __future__ import annotations

from django.urls import include, path

from . import access_views, archive_views, mask_views, player_views, preview_views, register_views, views
from .capture import api, desk_views, pages

app_name = "recording"
CAPTURE = [
    path("", pages.app, name="capture"),
    path("manifest.webmanifest", pages.manifest, name="capture-manifest"),
    path("sw.js", pages.worker, name="capture-worker"),
    path("contact", api.contact, name="capture-contact"),
    path("package", api.package, name="capture-package"),
    path("cases", api.cases, name="capture-cases"),
    path("news", api.news, name="capture-news"),
    path("papers/<uuid:case>/<slug:link>", api.papers, name="capture-papers"),
    path("third", api.third, name="capture-third"),
    path("takes/<uuid:take>/opening", api.opening, name="capture-opening"),
    path("takes/<uuid:take>/explained", api.explained, name="capture-explained"),
    path("acts/<uuid:key>", api.act, name="capture-act"),
    path("blanks/<uuid:key>", api.blank, name="capture-blank"),
    path("exempt/<uuid:key>", api.exempt, name="capture-exempt"),
    path("blanks/", desk_views.blanks_out, name="blanks"),
    path("arrived/", desk_views.arrived, name="arrived"),
    path("arrived/<uuid:key>/", desk_views.arrived_act, name="arrived-act"),
]
urlpatterns = [
    path("archive/", archive_views.home, name="archive"),
    path("<uuid:stream>/consult/<uuid:name>/", access_views.listed, name="consult"),
    path("<uuid:stream>/consult/<uuid:name>/masks/", mask_views.listed, name="masks"),
    path("<uuid:stream>/consult/<uuid:name>/masks/<int:n>/", mask_views.photo, name="mask"),
    path("register/", register_views.listed, name="register"),
    path("rules/", register_views.rules, name="rules"),
    path("<uuid:stream>/preview/<slug:act_id>/", preview_views.preview, name="preview"),
    path("<uuid:stream>/quality/", archive_views.examined, name="quality"),
    path("<uuid:stream>/party/", register_views.party, name="party"),
    path("<uuid:stream>/", archive_views.file, name="keeping"),
    path("capture/", include(CAPTURE)),
    path("<uuid:stream>/recordings/", desk_views.of_case, name="of-case"),
    path("<uuid:stream>/paper/<uuid:event>/<int:index>.pdf", views.paper, name="paper"),
    path("<uuid:stream>/public.pdf", views.public_text, name="public-text"),
    path("<uuid:stream>/seal/<uuid:event>/<int:index>/", views.seal, name="seal"),
    path("<uuid:stream>/proof/<uuid:event>/<int:index>.paper-proof", views.proof, name="proof"),
    path("<uuid:stream>/receipt/<uuid:event>.tlog-proof", views.receipt, name="receipt"),
    path("<uuid:stream>/file/<uuid:event>/<int:index>/", views.file, name="file"),
    path("<uuid:owner>/look/<uuid:event>/<int:index>/", player_views.look, name="look"),
    path("<uuid:owner>/look/<uuid:event>/<int:index>/still/", player_views.still, name="still"),
    path("<uuid:owner>/look/<uuid:event>/<int:index>/level/", player_views.classify, name="level"),
    path("<uuid:owner>/play/<int:index>/", player_views.play, name="play"),
    path("<uuid:owner>/looks/", player_views.looks, name="looks"),
    path("<uuid:stream>/why/", player_views.why, name="why"),
]
