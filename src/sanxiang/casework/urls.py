"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from .views import (
    act,
    case,
    delegating,
    drafts,
    elsewhere,
    handing,
    home,
    late,
    lists,
    onepage,
    opening,
    purpose,
    refusals,
    saved,
    search,
    weighing,
)

app_name = "casework"
urlpatterns = [
    path("", home.home, name="home"),
    path("figures/", home.numbers, name="figures"),
    path("post/", home.put_on, name="post"),
    path("cases/", lists.cases, name="cases"),
    path("cases/new/", opening.new, name="new"),
    path("cases/<uuid:stream>/", case.case, name="case"),
    path("cases/<uuid:stream>/sheet/", onepage.sheet, name="sheet"),
    path("cases/<uuid:stream>/purpose/", purpose.purpose, name="purpose"),
    path("cases/<uuid:stream>/elsewhere/", elsewhere.another, name="elsewhere"),
    path("cases/<uuid:stream>/matrix/", weighing.table, name="matrix"),
    path("cases/<uuid:stream>/late/", late.late, name="late"),
    path("cases/<uuid:stream>/do/<slug:act_id>/", act.act, name="act"),
    path("cases/<uuid:stream>/drafts/<slug:act_id>/", drafts.listed, name="drafts"),
    path("hand-over/", handing.hand_over, name="hand-over"),
    path("delegations/", delegating.delegations, name="delegations"),
    path("delegations/<uuid:stream>/<int:nth>/", delegating.letter, name="delegation-letter"),
    path("views/", saved.save, name="save-view"),
    path("views/<int:view>/delete/", saved.delete, name="delete-view"),
    path("refusals/", refusals.listed, name="refusals"),
    path("search/", search.search, name="search"),
    path("duties/", lists.duties, name="duties"),
]
