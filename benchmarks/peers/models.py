"""One inquiry record as plain columns, kept by whichever peer is installed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Base(models.Model):
    """The fields that the act states, and who and when."""

    case = models.UUIDField(db_index=True)
    officer = models.UUIDField()
    second_officer = models.UUIDField()
    occurred_at = models.DateTimeField()
    certificate_shown = models.BooleanField(default=False)
    document_shown = models.BooleanField(default=False)
    uniform_worn = models.BooleanField(default=False)
    reason_told = models.BooleanField(default=False)
    basis_told = models.BooleanField(default=False)
    rights_told = models.BooleanField(default=False)
    remedies_told = models.BooleanField(default=False)
    avoidance_told = models.BooleanField(default=False)
    cooperation_told = models.BooleanField(default=False)
    explained = models.BooleanField(default=False)
    place = models.TextField(default="")
    asked_person = models.TextField(default="")
    asked_role = models.TextField(default="")
    asked_id_number = models.TextField(default="")
    asked_phone = models.TextField(default="")
    asked_address = models.TextField(default="")
    questions = models.JSONField(default=list)
    signature = models.TextField(default="")
    recording_mode = models.TextField(default="")
    recording_place = models.TextField(default="")
    recording_on = models.DateField(null=True)
    recording_maker = models.TextField(default="")
    recording_method = models.TextField(default="")
    recording_device = models.TextField(default="")
    recording_told = models.BooleanField(default=False)

    class Meta:
        abstract = True


if settings.PEER == "auditlog":
    from auditlog.registry import auditlog

    class Inquiry(Base):
        class Meta:
            app_label = "peers"

    auditlog.register(Inquiry)
else:
    from simple_history.models import HistoricalRecords

    class Inquiry(Base):  # type: ignore[no-redef]
        history = HistoricalRecords()

        class Meta:
            app_label = "peers"
