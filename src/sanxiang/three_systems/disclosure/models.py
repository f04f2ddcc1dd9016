"""What is public: one row per published decision, or the notice that it was withdrawn."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Published(models.Model):
    """A decision as the public sees it (公示信息). After withdrawal only the notice is left: no party, no content.

    `public` the fields by their Chinese names, `text` what is searched, `pairs` its character pairs."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    agency_name = models.TextField()
    category = models.TextField()
    number = models.TextField(default="")
    decided_on = models.DateField(null=True)
    published_on = models.DateField()
    until = models.DateField(null=True)
    corrected_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_cause = models.TextField(default="")
    public = models.JSONField(default=dict)
    text = models.TextField(default="")
    pairs = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "published"
        indexes = (
            models.Index(fields=["-published_on", "stream"], name="published_newest"),
            models.Index(fields=["agency", "-published_on", "stream"], name="published_of_agency"),
            models.Index(fields=["number"], name="published_number"),
            GinIndex(fields=["pairs"], name="published_pairs", fastupdate=False),
        )


class PublishedCatalogue(models.Model):
    """One published edition of a department's list of major decisions (重大执法决定目录). `entries` as they were filed;
    `replaced_on` the day from which a later edition holds."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    jurisdiction = models.TextField()
    agency_name = models.TextField()
    department = models.TextField()
    department_name = models.TextField()
    number = models.IntegerField()
    receipt = models.TextField(default="")
    filed_on = models.DateField(null=True)
    published_on = models.DateField()
    replaced_on = models.DateField(null=True)
    entries = models.JSONField(default=list)

    class Meta:
        db_table = "published_catalogue"
        indexes = (
            models.Index(fields=["agency_name", "department", "-number"], name="catalogue_public"),
            models.Index(fields=["stream", "department", "-number"], name="catalogue_editions"),
        )
