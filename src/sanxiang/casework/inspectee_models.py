"""The list of objects of inspection (检查对象名录库) as lists and draws read it, and the visits that are no inspections
(入企登记)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

ONCE, VISITED_ONCE = "inspectee_once", "visit_once"
NEWEST = ("-at", "stream")


class InspecteeRow(models.Model):
    """How an object stood from one event to the next. A projection: one row for each event of its stream, so that the
    list of any day can be had as it was known at any time. `latest` is how it stands, `gone` once it was taken off.
    Whoever it belongs to and how to call him stay in the record. The code of a stream never changes, so that its first
    row says for ever that the agency has it once."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    seq = models.IntegerField()
    agency = models.UUIDField()
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    address = models.TextField(default="")
    level = models.TextField(default="")
    items = ArrayField(models.TextField(), default=list)
    since = models.DateField()
    known_at = models.DateTimeField()
    gone = models.BooleanField(default=False)
    left = models.TextField(default="")
    latest = models.BooleanField()

    class Meta:
        db_table = "inspectee_row"
        indexes = (
            models.Index(fields=["agency", "stream", "-seq"], name="inspectee_as_of"),
            models.Index(
                fields=["agency", "name", "stream"], name="inspectee_by_name", condition=models.Q(latest=True)
            ),
            models.Index(fields=["stream"], name="inspectee_of_stream"),
        )
        constraints = (models.UniqueConstraint(fields=["agency", "code"], name=ONCE, condition=models.Q(seq=1)),)


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
        constraints = (models.UniqueConstraint(fields=["same"], name=VISITED_ONCE),)
