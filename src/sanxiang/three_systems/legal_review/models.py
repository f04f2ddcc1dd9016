"""What the lists of the legal review show."""

from __future__ import annotations

from django.db import models


class CatalogueRow(models.Model):
    """The list of major decisions of one department in one line (目录一览): what is in force, what is on its way."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    agency_name = models.TextField()
    department = models.TextField()
    department_name = models.TextField()
    in_force = models.IntegerField(default=0)
    entries = models.IntegerField(default=0)
    published_on = models.DateField(null=True)
    working = models.IntegerField(default=0)
    state = models.TextField(default="")

    class Meta:
        db_table = "catalogue_row"
        indexes = (
            models.Index(fields=["jurisdiction", "agency_name", "department"], name="catalogue_of_jurisdiction"),
            models.Index(fields=["stream"], name="catalogue_of_agency"),
        )
