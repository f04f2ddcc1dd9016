"""Addresses of the exchange desk."""

from __future__ import annotations

from django.urls import path

from . import credit_views, import_views, partner_views, withdrawal_views

app_name = "exchange"
urlpatterns = [
    path("partners/", partner_views.partners, name="partners"),
    path("withdrawals/", withdrawal_views.withdrawals, name="withdrawals"),
    path("withdrawals/<uuid:stream>/", withdrawal_views.receipt, name="withdrawal"),
    path("credit/", credit_views.records, name="credit"),
    path("credit/make/", credit_views.make, name="credit-make"),
    path("credit/record/<uuid:record>/", credit_views.record, name="credit-record"),
    path("credit/batch/<uuid:batch>/", credit_views.batch, name="credit-batch"),
    path("credit/batch/<uuid:batch>/file/", credit_views.batch_file, name="credit-file"),
    path("credit/import/", import_views.upload, name="credit-import"),
    path("credit/import/<uuid:staging>/", import_views.staged, name="credit-staged"),
]
