"""The tables of the counter: what was sent and waits, what became of it, and how often somebody tried."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Intake(models.Model):
    """Something that was sent and waits for the worker (收件). The portal's role adds rows and can read none.

    `receipt` its number, which follows from what it is, so that the same thing sent twice is one row; `body` a JSON
    document."""

    receipt = models.TextField(primary_key=True)
    kind = models.TextField()
    sent_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        db_table = "intake"
        indexes = (models.Index(fields=["sent_at", "receipt"], name="intake_oldest"),)


class IntakeFile(models.Model):
    """A file that was sent with something, cleaned before it came here; kept until that is taken in."""

    id = models.TextField(primary_key=True)
    receipt = models.TextField()
    n = models.IntegerField()
    name = models.TextField()
    media_type = models.TextField()
    content = models.BinaryField()

    class Meta:
        db_table = "intake_file"
        indexes = (models.Index(fields=["receipt", "n"], name="intake_file_of"),)


class Outcome(models.Model):
    """What became of something that was sent (收件办理情况). Taken in: `stream` and `event` name the record. Refused:
    `reasons` say why, `body` keeps what was said, `agency` has to answer, and `answer` is what it said.

    `body` of what was taken in is empty: it stands in the record alone, under the key of its stream."""

    TAKEN, REFUSED = "taken", "refused"

    receipt = models.TextField(primary_key=True)
    kind = models.TextField()
    sent_at = models.DateTimeField()
    at = models.DateTimeField()
    state = models.TextField()
    stream = models.UUIDField(null=True)
    event = models.UUIDField(null=True)
    agency = models.UUIDField(null=True)
    reasons = ArrayField(models.TextField(), default=list)
    body = models.BinaryField(default=bytes)
    answer = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.TextField(default="")

    class Meta:
        db_table = "intake_outcome"
        indexes = (models.Index(fields=["agency", "state", "-at", "receipt"], name="intake_outcome_of_agency"),)


class Attempt(models.Model):
    """One try from an address or at a code, under a keyed hash of either: only added to and counted, so that every
    process sees the same. The worker clears those of yesterday."""

    bucket = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "counter_attempt"
        indexes = (models.Index(fields=["bucket", "at"], name="counter_attempts"),)
