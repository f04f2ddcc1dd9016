"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from . import act_views, import_views, inspectee_views, staffing_views, views, watch_views

app_name = "registry"
urlpatterns = [
    path("", views.home, name="home"),
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<uuid:stream>/", views.agency, name="agency"),
    path("agencies/<uuid:stream>/<slug:act>/", act_views.of_agency, name="agency-act"),
    path("officers/", views.officers, name="officers"),
    path("officers/<uuid:stream>/", views.officer, name="officer"),
    path("officers/<uuid:stream>/<slug:act>/", act_views.of_officer, name="officer-act"),
    path("reviewers/", staffing_views.all_agencies, name="reviewers"),
    path("reviewers/<uuid:stream>/", staffing_views.one_agency, name="reviewers-of"),
    path("items/", views.items, name="items"),
    path("items/<uuid:stream>/", views.item, name="item"),
    path("items/<uuid:stream>/<slug:act>/", act_views.of_item, name="item-act"),
    path("objects/", inspectee_views.inspectees, name="inspectees"),
    path("objects/<uuid:stream>/", inspectee_views.inspectee, name="inspectee"),
    path("objects/<uuid:stream>/<slug:act>/", act_views.of_inspectee, name="inspectee-act"),
    path("inspections/", watch_views.watch, name="watch"),
    path("import/", import_views.upload, name="import"),
    path("import/template/<slug:kind>/", import_views.template_file, name="template"),
    path("import/<uuid:staging>/", import_views.shown, name="staged"),
    path("import/<uuid:staging>/faults/", import_views.faults, name="faults"),
    path("import/<uuid:staging>/confirm/", import_views.confirmed, name="confirm"),
    path("import/<uuid:staging>/cancel/", import_views.cancelled, name="cancel"),
]
