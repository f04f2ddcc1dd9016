"""Addresses of the devices."""

from __future__ import annotations

from django.urls import path

from . import channel_views, inbox_views, monitor_views, plan_views, rule_views, scan_views, views

app_name = "devices"
urlpatterns = [
    path("", views.wall, name="wall"),
    path("devices.csv", views.export, name="export"),
    path("register/", views.register, name="register"),
    path("scan/", scan_views.scan, name="scan"),
    path("labels/", views.labels, name="labels"),
    path("inbox/", inbox_views.inbox, name="inbox"),
    path("together/<uuid:stream>/", channel_views.together, name="together"),
    path("inbox/<uuid:stream>/", inbox_views.claim, name="claim"),
    path("need/", plan_views.need, name="need"),
    path("need/<slug:year>/", plan_views.plan, name="plan"),
    path("need/<slug:year>/sheet.xlsx", plan_views.sheet, name="sheet"),
    path("need/<slug:year>/draw-up/", plan_views.draw_up, name="draw-up"),
    path("need/<slug:year>/<slug:step>/", plan_views.step, name="plan-step"),
    path("list/<uuid:agency>/", rule_views.filing, name="filing"),
    path("list/<uuid:agency>/<slug:step>/", rule_views.filing_step, name="filing-step"),
    path("monitors/", monitor_views.monitors, name="monitors"),
    path("monitors/register/", monitor_views.register, name="monitor-register"),
    path("monitors/<str:code>/<slug:step>/", monitor_views.step, name="monitor-step"),
    path("rules/", rule_views.rules, name="rules"),
    path("rules/<str:kind>/", rule_views.rule, name="rule"),
    path("rules/<str:kind>/<slug:step>/", rule_views.rule_step, name="rule-step"),
    path("<uuid:stream>/", views.one, name="device"),
    path("<uuid:stream>/<slug:act>/", views.act, name="act"),
]
