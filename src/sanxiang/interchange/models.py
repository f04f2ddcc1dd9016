"""Keys with which another system acts for an account; records of the credit exchange and where each stands."""

from __future__ import annotations

from django.db import models


class AccessKey(models.Model):
    """A key (接口密钥): only its SHA-256 is kept. It can do what its account can do, until `expires_at`."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    account = models.BigIntegerField(db_index=True)
    label = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_key"


class CreditRecord(models.Model):
    """A penalty or permit as the credit platforms have or await it (双公示记录). Here and not among the tables of
    disclosure, which the portal may read: it names persons.

    `content` is the record, encrypted under `key`, which the master key wraps; `mark` a keyed hash of it, by which a
    change is seen. `stream` the case that it was made from (null: imported), `version` the case's version then.
    `state` is one of `keeping.STATES`; `sent_mark` what was last sent, in `batch`; `said` what the receiver said."""

    id = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    kind = models.TextField()
    known_by = models.BinaryField()
    stream = models.UUIDField(null=True, unique=True)
    version = models.IntegerField(default=0)
    number = models.TextField()
    decided_on = models.DateField(null=True)
    key = models.BinaryField()
    content = models.BinaryField()
    mark = models.BinaryField()
    problems = models.JSONField(default=list)
    state = models.TextField()
    sent_mark = models.BinaryField(null=True)
    batch = models.UUIDField(null=True)
    said = models.TextField(default="")
    gone_on = models.DateField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "credit_record"
        constraints = (models.UniqueConstraint(fields=["agency", "kind", "known_by"], name="credit_record_once"),)
        indexes = (
            models.Index(fields=["agency", "kind", "state", "-decided_on", "id"], name="credit_by_state"),
            models.Index(fields=["batch"], name="credit_of_batch"),
        )


class CreditBatch(models.Model):
    """A file that was made for the credit platform (报送批次): what it held, encrypted, and who made it."""

    id = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    officer = models.UUIDField()
    kind = models.TextField()
    form = models.TextField()
    stops = models.BooleanField(default=False)
    count = models.IntegerField()
    sha256 = models.TextField()
    key = models.BinaryField()
    content = models.BinaryField()
    made_at = models.DateTimeField()
    receipt = models.TextField(default="")
    received_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "credit_batch"
        indexes = (models.Index(fields=["agency", "-made_at"], name="credit_batches"),)
