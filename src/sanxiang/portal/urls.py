"""Addresses of the public site: short, shareable, stable."""

from __future__ import annotations

from django.urls import path

from . import (
    agencies,
    bulk,
    charts,
    draws,
    fulltext,
    interface,
    looks,
    numbers,
    opendata,
    reports,
    rules,
    views,
    windows,
)
from .kept import kept

app_name = "portal"
urlpatterns = [
    path("", kept(views.front), name="front"),
    path("search/", kept(views.results), name="search"),
    path("search.json", kept(opendata.results), name="search-json"),
    path("search.atom", kept(opendata.feed), name="feed"),
    path("d/<uuid:stream>/", kept(views.decision), name="decision"),
    path("d/<uuid:stream>.json", kept(opendata.decision), name="decision-json"),
    path("d/<uuid:stream>.pdf", kept(fulltext.pdf), name="decision-pdf"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<uuid:agency>/", agencies.agency, name="agency"),
    path("agencies/<uuid:agency>/<slug:section>/", agencies.section, name="section"),
    path("agencies/<uuid:agency>/<slug:section>/<int:number>/files/<int:n>/", agencies.attached, name="attached"),
    path("agencies/<uuid:agency>/shared/<uuid:feed>/<slug:fact>/", agencies.shared, name="shared"),
    path("agencies/<uuid:agency>/windows/<int:number>/", windows.window, name="window"),
    path("agencies/<uuid:agency>/windows/<int:number>/screen/", windows.window, {"screen": True}, name="window-screen"),
    path("agencies/<uuid:agency>/windows/<int:number>/code.svg", windows.code, name="window-code"),
    path("agencies/<uuid:agency>/windows/<int:number>/<int:place>.jpg", windows.photo, name="window-photo"),
    path("agencies/<uuid:agency>/windows/<int:number>/board-<str:paper>.pdf", windows.printed, name="window-print"),
    path("catalogues/", views.catalogues, name="catalogues"),
    path("catalogues/<uuid:agency>/<str:department>/", views.catalogue, name="catalogue"),
    path("numbers/", numbers.years, name="numbers"),
    path("numbers/<uuid:agency>/<int:year>/", numbers.year, name="number-year"),
    path("numbers/<uuid:agency>/<int:year>.csv", numbers.data, {"form": "csv"}, name="number-csv"),
    path("numbers/<uuid:agency>/<int:year>.json", numbers.data, {"form": "json"}, name="number-json"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:agency>/<slug:report>/<str:period>/", reports.report, name="report"),
    path("reports/<uuid:agency>/<slug:report>/<str:period>.<str:form>", reports.data, name="report-data"),
    path("spot-checks/", draws.draws, name="draws"),
    path("spot-checks/<uuid:stream>/", draws.draw, name="draw"),
    path("spot-checks/<uuid:stream>.json", draws.data, name="draw-data"),
    path("officers/", views.officers, name="officers"),
    path("officers/code.svg", views.officer_code, name="officer-code"),
    path("numbers/<uuid:agency>/<int:year>/<str:day>.event.json", numbers.day, {"part": "event"}, name="number-event"),
    path("numbers/<uuid:agency>/<int:year>/<str:day>.json", numbers.day, {"part": "list"}, name="number-day"),
    path(
        "numbers/<uuid:agency>/<int:year>/<str:day>.tlog-proof", numbers.day, {"part": "receipt"}, name="number-proof"
    ),
    path("rules/", rules.rules, name="rules-list"),
    path("rules/<slug:place>/", rules.rules, name="rules"),
    path("procedures/", charts.charts, name="charts"),
    path("procedures/<slug:place>/<str:procedure>/", charts.page, name="chart"),
    path("procedures/<slug:place>/<str:procedure>/chart.svg", charts.picture, name="chart-svg"),
    path("data/", bulk.page, name="data"),
    path("data/datapackage.json", bulk.package, name="data-package"),
    path("data/openapi.json", interface.description, name="data-interface"),
    path("data/withdrawn.csv", bulk.withdrawn, name="data-withdrawn"),
    *(path(f"data/<slug:month>.{form}", bulk.month, {"form": form}, name=f"data-{form}") for form in bulk.FORMS),
    path("look/<str:look>/", looks.switch, name="look"),
    path("about/", views.about, name="about"),
    path("robots.txt", opendata.robots, name="robots"),
    path("sitemap.xml", opendata.sitemap, name="sitemap"),
    path("sitemap-<str:month>.xml", opendata.sitemap_month, name="sitemap-month"),
]
