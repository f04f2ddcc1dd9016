"""Visits to enterprises that are no inspections (入企登记) as lists read them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

ONCE = "visit_once"
NEWEST = ("-at", "stream")


class VisitRow(models.Model):
    """One visit in one line. A projection. `officers` are streams, so that names are those of the registers; `same`
    tells a visit from the same one entered twice: agency, enterprise, day, purpose, people."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    code = models.TextField()
    name = models.TextField()
    purpose = models.TextField()
    matter = models.TextField()
    others = models.TextField(default="")
    officers = ArrayField(models.TextField(), default=list)
    at = models.DateTimeField()
    same = models.TextField()

    class Meta:
        db_table = "visit_row"
        indexes = (
            models.Index(fields=["agency", *NEWEST], name="visit_by_agency"),
            models.Index(fields=["agency", "department", *NEWEST], name="visit_of_department"),
            models.Index(fields=["jurisdiction", *NEWEST], name="visit_of_jurisdiction"),
            models.Index(fields=["code", *NEWEST], name="visit_of_enterprise"),
        )
        constraints = (models.UniqueConstraint(fields=["same"], name=ONCE),)
