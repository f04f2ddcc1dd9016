"""What cases are found by (检索): their names and numbers, and everything that was stated in them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class CaseText(models.Model):
    """What a case is found by (检索): its name, party and numbers, and their character pairs. Apart from the line of
    the case, because it hardly ever changes."""

    stream = models.UUIDField(primary_key=True)
    text = models.TextField()
    pairs = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "case_text"
        indexes = (GinIndex(fields=["pairs"], name="case_text_pairs", fastupdate=False),)


LATEST = ("-at", "id")


class CaseEntry(models.Model):
    """One act of a case, or one file that came with it, as the search finds it (检索条目). `sort` said (an act without
    paper), paper (an act that made papers) or file; `said` the lines that are shown, `text` what is searched in them.
    Whoever may see none of `files` (SHA-256) may not know the entry."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField(db_index=True)
    event = models.UUIDField()
    index = models.IntegerField(default=0)
    agency = models.UUIDField()
    sort = models.TextField()
    at = models.DateTimeField()
    title = models.TextField()
    papers = models.JSONField(default=list)
    said = models.TextField()
    text = models.TextField()
    pairs = ArrayField(models.TextField(), default=list)
    files = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "case_entry"
        indexes = (
            models.Index(fields=["agency", *LATEST], name="entry_of_agency"),
            GinIndex(fields=["pairs"], name="entry_pairs", fastupdate=False),
        )
