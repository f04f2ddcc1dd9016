"""What the list of draws shows."""

from __future__ import annotations

from django.db import models


class DrawRow(models.Model):
    """One draw in one line (双随机抽查). A projection of its stream; `tasks` of the `drawn` objects are inspections."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    department = models.TextField()
    title = models.TextField()
    item = models.TextField()
    objects_in = models.IntegerField()
    officers_in = models.IntegerField()
    wanted = models.IntegerField()
    drawn = models.IntegerField(default=0)
    tasks = models.IntegerField(default=0)
    committed_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "draw_row"
        indexes = (models.Index(fields=["agency", "-committed_at", "stream"], name="draw_of_agency"),)
