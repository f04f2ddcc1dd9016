"""What the lists of the legal review show."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

NO_TERM = date(9999, 12, 31)
"""Stands for the last day of a review where no regulation sets one; such reviews come last."""

URGENT = ("due_on", "received_at", "stream")
WAITING = models.Q(waiting=True)


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


class ReviewRow(models.Model):
    """A case that was submitted to the legal review, in one line (审核台账): why it is major, until when, whose it is.

    `grounds` clause, citation and plain words of what brings it in; `term` the period in words; `disputed` while an
    objection stands or is being reviewed again; `to_check` while a drawn review waits for its second reading;
    `problems` the points that the last opinion found wrong, by `reviewer`."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    department = models.TextField()
    category = models.TextField()
    case_number = models.TextField(default="")
    title = models.TextField(default="")
    grounds = models.JSONField(default=list)
    waiting = models.BooleanField()
    received_at = models.DateTimeField()
    due_on = models.DateField(default=NO_TERM)
    term = models.TextField(default="")
    law = models.TextField(default="")
    submissions = models.IntegerField()
    returned = models.IntegerField()
    disputed = models.BooleanField()
    to_check = models.BooleanField()
    assigned = models.TextField(default="")
    advisers = ArrayField(models.TextField(), default=list)
    reviewer = models.TextField(default="")
    outcome = models.TextField(default="")
    concluded_at = models.DateTimeField(null=True)
    problems = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "review_row"
        indexes = (
            models.Index(fields=["agency", *URGENT], name="review_waiting", condition=WAITING),
            models.Index(fields=["agency", "assigned", *URGENT], name="review_of_reviewer", condition=WAITING),
            models.Index(fields=["agency", *URGENT], name="review_disputed", condition=models.Q(disputed=True)),
            models.Index(fields=["agency", *URGENT], name="review_to_check", condition=models.Q(to_check=True)),
            models.Index(
                fields=["reviewer", "-concluded_at"], name="review_with_problems",
                condition=~models.Q(problems=[]),
            ),
            GinIndex(fields=["advisers"], name="review_of_adviser", condition=WAITING, fastupdate=False),
        )  # fmt: skip


class PrecedentRow(models.Model):
    """A decision by one of the provisions that it rests on (类似决定): what was decided, whether it is public.

    One row for each provision, so that the latest under a provision are found by an index."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    category = models.TextField()
    basis = models.TextField()
    decided_on = models.DateField()
    number = models.TextField(default="")
    sanctions = models.TextField(default="")
    published = models.BooleanField()

    class Meta:
        db_table = "review_precedent"
        indexes = (
            models.Index(fields=["agency", "category", "basis", "-decided_on", "stream"], name="precedent_by_basis"),
            models.Index(fields=["stream"], name="precedent_of_case"),
        )


class SampleRow(models.Model):
    """A review that was drawn for a second reading (抽查台账): in which month, with which seed, from how many; when it
    was read and what came of it."""

    stream = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    department = models.TextField()
    title = models.TextField()
    month = models.TextField()
    seed = models.TextField()
    of = models.IntegerField()
    checked_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        db_table = "review_sample"
        indexes = (models.Index(fields=["agency", "-month", "stream"], name="sample_of_month"),)


class FaultRow(models.Model):
    """One fault that a second reading found (复查发现的问题): of which kind, in which point, in whose case."""

    id = models.TextField(primary_key=True)
    stream = models.UUIDField()
    agency = models.UUIDField()
    department = models.TextField()
    title = models.TextField()
    month = models.TextField()
    point = models.TextField()
    kind = models.TextField()
    note = models.TextField(default="")

    class Meta:
        db_table = "review_fault"
        indexes = (models.Index(fields=["agency", "point", "department", "kind"], name="fault_by_point"),)


class ReviewDraft(models.Model):
    """What a reviewer has typed and not yet signed (审核意见草稿). Not an event: it is his own, and goes when a
    review ends."""

    stream = models.UUIDField()
    officer = models.UUIDField()
    round = models.UUIDField()
    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        db_table = "review_draft"
        constraints = (models.UniqueConstraint(fields=["stream", "officer"], name="one_draft_each"),)
