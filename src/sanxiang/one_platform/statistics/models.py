"""What each case counts for: one row for each thing that a figure counts."""

from __future__ import annotations

from django.db import models


class Counted(models.Model):
    """An event of a case that counts for a figure (统计明细): on which day, and how much in fen where it is money.
    A projection of the case; `figure` is an id of tables.yaml or uses.yaml."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField(default="")
    figure = models.TextField()
    day = models.DateField()
    fen = models.BigIntegerField(default=0)

    class Meta:
        db_table = "counted"
        indexes = (
            models.Index(fields=["agency", "figure", "day"], name="counted_of_agency"),
            models.Index(fields=["stream"], name="counted_stream"),
        )
