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
    `reasons` say why, `body` keeps what was said, `agency` has to answer, and `answer` is what it said. `about` is
    the body that a complaint is about, `factor` what opens the slip of who sent it.

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
    about = models.UUIDField(null=True)
    factor = models.TextField(default="")
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


class Showing(models.Model):
    """A code that officers hold out on the spot (亮证码), as the party's page reads it: under the digest of the code,
    sealed with the code, so that whoever reads the table without one learns nothing."""

    key = models.TextField(primary_key=True)
    until = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "showing"


class HeldOut(models.Model):
    """The same code on the side of the agency: the case, who holds it out, and the act that a confirmation makes."""

    key = models.TextField(primary_key=True)
    stream = models.UUIDField()
    by = models.TextField()
    officers = ArrayField(models.TextField())
    facts = models.JSONField(default=dict)
    code = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "showing_held_out"
        indexes = (models.Index(fields=["until"], name="showing_ended"),)


class PartyPage(models.Model):
    """Where a case stands, for its party: under the digest of what code and factor give, sealed with the same. The
    portal's role may read `key` and `sealed` and not which case it is."""

    key = models.TextField(primary_key=True)
    stream = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "party_page"
        indexes = (models.Index(fields=["stream"], name="party_page_of"),)


class PartyPaper(models.Model):
    """A paper that was served on the party (送达当事人的文书), by the name of what it is sealed under: the event that
    made it and its place there, the digest of its signed file, the last day on which the page holds it ready. Nothing
    of it is for the portal."""

    key = models.TextField(primary_key=True)
    stream = models.UUIDField()
    event = models.UUIDField()
    index = models.IntegerField()
    source = models.TextField(default="")
    until = models.DateField(null=True)

    class Meta:
        db_table = "party_paper"
        indexes = (
            models.Index(fields=["stream"], name="party_paper_of"),
            models.Index(fields=["until"], name="party_paper_until"),
        )


class PartyPaperContent(models.Model):
    """The very document, sealed with what the party has: the portal's role may read `key` and `sealed` and not which
    case it is of."""

    key = models.TextField(primary_key=True)
    stream = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "party_paper_content"
        indexes = (models.Index(fields=["stream"], name="party_paper_content_of"),)


class Slip(models.Model):
    """What became of something sent, for who sent it: the same way, under the receipt number and a factor."""

    key = models.TextField(primary_key=True)
    receipt = models.TextField(unique=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "intake_slip"


class ClueRow(models.Model):
    """One clue in one line (线索来件): when it came and how, whom it is about, what became of it, until when it has to
    be looked into and answered, when it ended without a case; without a department until somebody assigns it.
    `reported` that somebody stands behind it: who, is sealed in its stream."""

    stream = models.UUIDField(primary_key=True)
    jurisdiction = models.TextField()
    agency = models.UUIDField()
    department = models.TextField()
    number = models.TextField()
    channel = models.TextField()
    sent_number = models.TextField(default="")
    sender = models.TextField(default="")
    party = models.TextField(default="")
    summary = models.TextField(default="")
    text = models.TextField(default="")
    received_on = models.DateField(null=True)
    registered_at = models.DateTimeField()
    state = models.TextField()
    case = models.UUIDField(null=True, db_index=True)
    reported = models.BooleanField(default=False)
    check_by = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    waits = models.BooleanField(default=False)
    files = models.IntegerField(default=0)

    class Meta:
        db_table = "clue_row"
        indexes = (
            models.Index(fields=["agency", "department", "-registered_at", "stream"], name="clue_of_department"),
            models.Index(fields=["agency", "-registered_at", "stream"], name="clue_of_agency"),
            models.Index(fields=["agency", "state", "ended_on", "stream"], name="clue_that_ended"),
        )
